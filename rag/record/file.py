"""The file of the records: opened, brought up to date, written in short transactions, and rid of what was deleted."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag.catalog.disk import no_room_told, opened, transaction
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
                self.db.execute(f"PRAGMA busy_timeout={int(patience_s * 1000)}")
                self.db.execute("PRAGMA journal_mode=WAL")
                self.db.execute("PRAGMA foreign_keys=ON")
                # What is deleted is overwritten.
                self.db.execute("PRAGMA secure_delete=ON")
                self._prepare()
        except BaseException:
            self.db.close()
            raise
        add_functions(self.db)

    def _prepare(self) -> None:
        before = self._format()
        if before != FORMAT:
            with transaction(self.db, self._folder):
                # Asked again: another process may have been faster.
                for statement in statements_from(self._format()):
                    self.db.execute(statement)
        found = self._format()
        if found != FORMAT:
            raise CollectionMismatch(
                f"{self._path} has format {found}; this version reads {FORMAT}.",
                fix="use the version that wrote it",
            )
        if before == "1":
            # The first format left words that were taken back in the file.
            self.compact()

    def _format(self) -> str | None:
        if not self.db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            return None
        found = self.db.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        return str(found["value"]) if found else "?"

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
        return self.db.execute(f"DELETE FROM answers AS a WHERE {EXPIRED}", oldest).rowcount

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

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in words why the file cannot be read or written; anything else is a bug."""
        try:
            with no_room_told(self._folder):
                yield
        except sqlite3.DatabaseError as error:
            if _kind(error) in _BUSY:
                raise CollectionBusy(
                    f"Another policyqa is writing to {self._path}.",
                    fix="wait until it has finished, then try again",
                ) from error
            if _kind(error) in _SHUT:
                raise CollectionMismatch(
                    f"{self._path} cannot be written to ({error}).", fix="check the permissions of the folder"
                ) from error
            if _kind(error) in _DAMAGED:
                raise CollectionMismatch(
                    f"{self._path} cannot be read as records of policyqa ({error}).",
                    fix=f"move {self._path} away; a new one is made",
                ) from error
            raise


def _kind(error: sqlite3.Error) -> int:
    """The low byte of SQLite's code; the rest says what it was doing."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
