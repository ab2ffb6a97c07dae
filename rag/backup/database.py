"""A database of a data folder, copied while others write to it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rag.errors import CollectionBusy, CollectionMismatch

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_SHUT = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH)
_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def connected(path: Path) -> sqlite3.Connection:
    """Open a database that is there; raises `sqlite3.OperationalError` when it is not."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=30, isolation_level=None)


def copy(db: sqlite3.Connection, to: Path) -> None:
    """Copy a database as the connection sees it, into a file that is not there yet."""
    with closing(sqlite3.connect(to, isolation_level=None)) as copied:
        # A copy that is not finished is never read.
        copied.execute("PRAGMA synchronous=OFF")
        copied.execute("PRAGMA journal_mode=OFF")
        db.backup(copied)


def check(db: sqlite3.Connection) -> None:
    """Look at each page; raises `sqlite3.DatabaseError` when one is damaged."""
    found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(found)


def value(db: sqlite3.Connection, key: str) -> str | None:
    """Return a value of the table `meta`; None without it."""
    try:
        row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_ERROR:
            raise
        # There is no such table.
        return None
    return str(row[0]) if row else None


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Say in words why a database cannot be saved; a full disk is left to others.

    Raises:
        CollectionBusy: Another process holds it for too long.
        CollectionMismatch: It cannot be read, or is damaged.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        kind = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if kind in _BUSY:
            raise CollectionBusy(
                f"Another policyqa is writing to {path}.",
                fix="wait until it has finished, then run the command again",
                chinese=(f"另一个 policyqa 正在写 {path}。", "等它结束后再运行该命令"),
            ) from error
        if kind in _SHUT:
            raise CollectionMismatch(
                f"{path} cannot be read ({error}).",
                fix="check the permissions of the folder",
                chinese=(f"{path} 不能读取（{error}）。", "检查文件夹的权限"),
            ) from error
        if kind not in _DAMAGED:
            raise
        raise CollectionMismatch(
            f"{path} is damaged ({' '.join(str(error).split())}); no backup was made.",
            fix="policyqa restore FILE --force, with an earlier backup",
            chinese=(f"{path} 已损坏，没有备份。", "policyqa restore FILE --force，用以前的备份"),
        ) from error
