"""Writing with SQLite on a disk that may be full: all or nothing, and said in words."""

import errno
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import CollectionError, CollectionMismatch, DiskFull

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
PATIENCE_S = 30
"""How long a statement waits for another process that writes."""
_PAUSE_S = 0.01
_FIX = "make room, then run the command again; what was embedded is kept"


def unwritable(folder: Path, error: OSError) -> CollectionError:
    """Return the error that says in words why nothing can be written into a collection's folder."""
    if error.errno in _NO_ROOM:
        return _full(folder, str(error.strerror))
    return CollectionMismatch(
        f"{folder} cannot be written to ({error.strerror}).",
        fix="check the folder's permissions, or choose another folder with --data",
        chinese=(f"{folder} 不能写入（{error.strerror}）。", "检查文件夹的权限，或用 --data 另选文件夹"),
    )


def opened(path: Path, kind: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    """Open a file of a data folder, made with the folder when it is missing; rows by name, for any thread.

    Args:
        path: The file.
        kind: Of connection.

    Raises:
        CollectionMismatch: The folder cannot be used.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(
            path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False, factory=kind
        )
    except (OSError, sqlite3.OperationalError) as error:
        raise CollectionMismatch(
            f"{path.parent} cannot be used as a data folder ({error}).",
            fix="choose another folder with --data",
            chinese=(f"{path.parent} 不能用作数据文件夹（{error}）。", "用 --data 另选文件夹"),
        ) from error
    db.row_factory = sqlite3.Row
    return db


def write_ahead(db: sqlite3.Connection, patience_s: float = PATIENCE_S) -> None:
    """Have a file write ahead to a log, so that others may read meanwhile, and wait for others that write.

    Args:
        db: The connection.
        patience_s: How long one of its statements waits, in seconds.

    Raises:
        sqlite3.OperationalError: Another process held the file for longer.
        sqlite3.DatabaseError: It is damaged, or cannot be read or written.
    """
    db.execute(f"PRAGMA busy_timeout={int(patience_s * 1000)}")
    until = time.monotonic() + patience_s
    while True:
        try:
            db.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            # Of two who open a new file at once, SQLite refuses one without waiting, whatever its time-out.
            if (
                getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY
                or time.monotonic() > until
            ):
                raise
            time.sleep(_PAUSE_S)
        else:
            return


@contextmanager
def no_room_told(folder: Path) -> Iterator[None]:
    """Say in words that the disk of a collection's folder is full.

    Raises:
        DiskFull: SQLite could not write.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        # The low byte is the kind of the error, the rest what it was doing; a full disk is the usual reason of both kinds.
        kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if kind not in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise
        raise _full(folder, str(error)) from error


@contextmanager
def transaction(db: sqlite3.Connection, folder: Path) -> Iterator[None]:
    """All or nothing, whatever happens inside; raises as `no_room_told`."""
    with no_room_told(folder):
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            # SQLite has already rolled back when the disk is full.
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


def format_of(db: sqlite3.Connection) -> str | None:
    """Return the format in which a file was written, `?` when it is not said; None for a file without tables."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return None
    found = db.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
    return str(found["value"]) if found else "?"


def check_format(path: Path, found: str | None, read: str) -> None:
    """Refuse a file of another version.

    Raises:
        CollectionMismatch: The format that was found is not the one that this version reads.
    """
    if found != read:
        raise CollectionMismatch(
            f"{path} has format {found}; this version reads {read}.",
            fix="use the version that wrote it",
            chinese=(f"{path} 的格式是 {found}，这个版本读 {read}。", "用写它的那个版本"),
        )


def _full(folder: Path, reason: str) -> DiskFull:
    return DiskFull(
        f"There is no room left on the disk of {folder} ({reason}); the collection is as it was before.",
        fix=_FIX,
        chinese=(
            f"{folder} 所在的磁盘没有空间了（{reason}）；文件库和以前一样。",
            "腾出空间，再运行该命令；已算好的向量会保留",
        ),
    )
