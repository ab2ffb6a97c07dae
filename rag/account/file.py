"""The file of the accounts: opened, readable by its owner alone, and written in short transactions."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag.account.tables import FORMAT, TABLES
from rag.catalog.disk import check_format, format_of, opened, transaction, unwritable, write_ahead
from rag.record.file import told

NAME = "accounts.sqlite"
_MEND = "bring it back from a backup: without it nobody could sign in"


class AccountFile:
    """One connection to `accounts.sqlite`, for all threads of a process; other processes may have theirs."""

    def __init__(self, folder: Path, clock: Callable[[], float], patience_s: float) -> None:
        """Open it, made when it is missing; arguments and errors as `rag.accounts.Accounts`."""
        self._folder, self.now = folder, clock
        self._path = folder / NAME
        self._lock = threading.RLock()
        self._make()
        self._db = opened(self._path)
        try:
            with self._told():
                write_ahead(self._db, patience_s)
                for pragma in ("foreign_keys=ON", "secure_delete=ON"):
                    self._db.execute(f"PRAGMA {pragma}")
                self._prepare()
        except BaseException:
            self._db.close()
            raise

    def _make(self) -> None:
        """SQLite would let everybody on the machine read a new file; its log takes the mode of the file."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise unwritable(self._folder, error) from error

    def _prepare(self) -> None:
        if format_of(self._db) is None:
            with transaction(self._db, self._folder):
                # Asked again: another process may have been faster.
                if format_of(self._db) is None:
                    for statement in TABLES.strip().split(";\n"):
                        self._db.execute(statement)
                    self._db.execute("INSERT INTO meta VALUES ('format', ?)", (FORMAT,))
        check_format(self._path, format_of(self._db), FORMAT)

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Return all rows of a query; raises as the constructor."""
        with self._lock, self._told():
            return self._db.execute(query, tuple(values)).fetchall()

    def row(self, query: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        """Return the first row of a query, None without any; raises as the constructor."""
        return next(iter(self.rows(query, values)), None)

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Return how many rows a statement changed; only within `writing`."""
        return self._db.execute(statement, tuple(values)).rowcount

    @contextmanager
    def writing(self, *, forgetting: bool = False) -> Iterator[None]:
        """All or nothing.

        Args:
            forgetting: Something is overwritten that must not stay in the log of the file, as the hash of a password.
        """
        with self._lock, self._told():
            with transaction(self._db, self._folder):
                yield
            if forgetting:
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def _told(self) -> AbstractContextManager[None]:
        return told(self._path, "accounts", _MEND)

    def moment(self, at: float | None = None) -> str:
        """Return a moment as it is kept: UTC, ISO 8601, to the second; None for now."""
        return datetime.fromtimestamp(self.now() if at is None else at, UTC).isoformat(timespec="seconds")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()
