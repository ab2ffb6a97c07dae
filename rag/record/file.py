"""The file of the records: opened, brought up to date, written in short transactions, and rid of what was deleted."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag.catalog.disk import check_format, format_of, no_room_told, opened, transaction, write_ahead
from rag.errors import CollectionBusy, CollectionMismatch
from rag.record.retention import EXPIRED, limits
from rag.record.selection import add_functions
from rag.record.tables import FORMAT, statements_from

NAME = "records.sqlite"
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_SHUT = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH)
_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


class RecordFile:
    """One connection to `records.sqlite`."""

    def __init__(self, folder: Path, keep_days: int, patience_s: float) -> None:
        """Open it, made when it is missing; arguments and errors as `rag.records.Records`."""
        self._folder, self._days = folder, keep_days
        self._path = folder / NAME
        self.db = opened(self._path)
        try:
            with self._told():
                write_ahead(self.db, patience_s)
                self.db.execute("PRAGMA foreign_keys=ON")
                # What is deleted is overwritten.
                self.db.execute("PRAGMA secure_delete=ON")
                self._prepare()
        except BaseException:
            self.db.close()
            raise
        add_functions(self.db)

    def _prepare(self) -> None:
        before = format_of(self.db)
        if before != FORMAT:
            with transaction(self.db, self._folder):
                # Asked again: another process may have been faster.
                for statement in statements_from(format_of(self.db)):
                    self.db.execute(statement)
        check_format(self._path, format_of(self.db), FORMAT)
        if before == "1":
            # The first format left words that were taken back in the file.
            self.compact()

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Return all rows of a query."""
        with self._told():
            return self.db.execute(query, tuple(values)).fetchall()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All or nothing; what is too old to be kept is deleted as well."""
        with self._told():
            with transaction(self.db, self._folder):
                yield
                expired = self._expire()
            if expired:
                self.clear_log()

    def _expire(self) -> int:
        oldest = limits(self._days, datetime.now(UTC))
        if oldest is None:
            return 0
        return self.db.execute(f"DELETE FROM answers AS a WHERE {EXPIRED}", oldest).rowcount  # noqa: S608 - EXPIRED is a constant; values are bound

    def clear_log(self) -> bool:
        """Empty the write-ahead log, which holds former pages; False when another process is reading in it."""
        with self._told():
            busy, *_ = self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def compact(self) -> bool:
        """Write the file anew without the room of what was deleted; False when another process holds it."""
        with self._told():
            try:
                self.db.execute("VACUUM")
            except sqlite3.OperationalError as error:
                if _kind(error) not in _BUSY:
                    raise
                return False
            return self.clear_log()

    def _told(self) -> AbstractContextManager[None]:
        return told(self._path, "records")


@contextmanager
def told(path: Path, contents: str, mend: str | None = None) -> Iterator[None]:
    """Say in words why a SQLite file of a data folder cannot be read or written; anything else is a bug.

    Args:
        path: The file.
        contents: What it should hold, as `records`.
        mend: What to do about a damaged one; None where a new one may take its place.

    Raises:
        CollectionBusy: Another process writes to it for too long.
        CollectionMismatch: It may not be written to, or is damaged or something else.
        DiskFull: There is no room.
    """
    try:
        with no_room_told(path.parent):
            yield
    except sqlite3.DatabaseError as error:
        if _kind(error) in _BUSY:
            raise CollectionBusy(
                f"Another policyqa is writing to {path}.",
                fix="wait until it has finished, then try again",
                chinese=(f"另一个 policyqa 正在写 {path}。", "等它结束后再试"),
            ) from error
        if _kind(error) in _SHUT:
            raise CollectionMismatch(
                f"{path} cannot be written to ({error}).",
                fix="check the permissions of the folder",
                chinese=(f"{path} 不能写入（{error}）。", "检查文件夹的权限"),
            ) from error
        if _kind(error) in _DAMAGED:
            raise CollectionMismatch(
                f"{path} cannot be read as {contents} of policyqa ({error}).",
                fix=mend or f"move {path} away; a new one is made",
                chinese=(
                    f"{path} 已损坏，或不是 policyqa 的文件（{error}）。",
                    "从备份恢复" if mend else f"移走 {path}，会重新建立",
                ),
            ) from error
        raise


def _kind(error: sqlite3.Error) -> int:
    """The low byte of SQLite's code; the rest says what it was doing."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
