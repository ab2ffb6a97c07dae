"""The file of the Slack bot's ledger: opened, written in short transactions, and rid of what is too old."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

from filelock import FileLock, Timeout

from rag.catalog.disk import check_format, format_of, opened, transaction, write_ahead
from rag.record.file import told
from rag.record.retention import FOR_EVER

NAME = "slack.sqlite"
FORMAT = "1"
_PATIENCE_S = 5.0
_DAY_S = 86400.0
_IDS_DAYS = 30
"""Ids of questions, which hold no words, are kept at least as long: they tell a repeated event and a thread of the bot."""
_MOST_IN_MEMORY = 500
_TURNS = """CREATE TABLE {schema}.turns (
    key TEXT PRIMARY KEY, number INTEGER NOT NULL, conversation TEXT NOT NULL, message TEXT NOT NULL, at REAL NOT NULL,
    question TEXT NOT NULL, said TEXT NOT NULL);
CREATE INDEX {schema}.turns_of ON turns(conversation, message);
CREATE INDEX {schema}.turns_at ON turns(at)"""
_TABLES = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE questions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, event_id TEXT UNIQUE, team TEXT NOT NULL,
    channel TEXT NOT NULL, user TEXT NOT NULL, way TEXT NOT NULL, ts TEXT NOT NULL, thread TEXT NOT NULL,
    response_url TEXT NOT NULL, conversation TEXT NOT NULL, message TEXT NOT NULL, text TEXT, at REAL NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'withdrawn', 'offered')), owner TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, posted_ts TEXT NOT NULL DEFAULT '', reply_ts TEXT NOT NULL DEFAULT '',
    answer_id TEXT NOT NULL DEFAULT '');
CREATE INDEX questions_state ON questions(state);
CREATE INDEX questions_of ON questions(conversation);
CREATE INDEX questions_message ON questions(message);
CREATE INDEX questions_reply ON questions(reply_ts);
CREATE INDEX questions_at ON questions(at);
{_TURNS.format(schema="main")};
INSERT INTO meta VALUES ('format', '{FORMAT}')"""  # noqa: S608 - it holds constants of this file; values are bound
_PRESSES = """CREATE TABLE IF NOT EXISTS presses (
    trigger TEXT PRIMARY KEY, kind TEXT NOT NULL, body TEXT, at REAL NOT NULL, owner TEXT NOT NULL)"""
"""Of its own, so that a file from before it gets it too."""


class LedgerFile:
    """One connection to `slack.sqlite`, for all threads of a process; other processes may have theirs."""

    def __init__(self, folder: Path, keep_days: int, clock: Callable[[], float] = time.time) -> None:
        """Open it, made when it is missing; arguments and errors as `ui.slack.desk.ledger.Ledger`."""
        self._folder, self._days, self._clock = folder, keep_days, clock
        self._path = folder / NAME
        self._lock = threading.RLock()
        self.owner = token_hex(8)
        """Names this connection in the rows of what it is answering."""
        self.keeps_nothing = not keep_days
        """Words are to leave the file as soon as they are not needed."""
        self.turns = "main.turns" if keep_days else "memory.turns"
        """Table of answered questions; in memory alone when none is to be kept."""
        self._db = opened(self._path)
        # Not bound to a thread: whoever closes the ledger need not have opened it.
        self._alive = FileLock(self._lock_of(self.owner), thread_local=False)
        try:
            with told(self._path, "questions"):
                self._set_up()
        except BaseException:
            self._db.close()
            raise

    def _set_up(self) -> None:
        write_ahead(self._db, _PATIENCE_S)
        # "Full" is not SQLite's default everywhere: what is acknowledged has to outlast a power failure, too.
        for pragma in ("synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY"):
            self._db.execute(f"PRAGMA {pragma}")
        if not self._days:
            self._db.execute("ATTACH ':memory:' AS memory")
            self._run(_TURNS.format(schema="memory"))
        with transaction(self._db, self._folder):
            if format_of(self._db) is None:
                self._run(_TABLES)
        check_format(self._path, format_of(self._db), FORMAT)
        with transaction(self._db, self._folder):
            self._run(_PRESSES)
        with self.writing():
            # Within a transaction, so that nobody takes the fresh file for that of a process that has ended.
            self._alive.acquire(timeout=0)

    def _run(self, statements: str) -> None:
        # `executescript` would end the transaction.
        for statement in statements.strip().split(";\n"):
            self._db.execute(statement)

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Return all rows of a statement; raises as the constructor."""
        with self._lock, told(self._path, "questions"):
            return self._db.execute(query, tuple(values)).fetchall()

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Return how many rows a statement changed; only within `writing`."""
        return self._db.execute(statement, tuple(values)).rowcount

    @contextmanager
    def writing(self, *, forgetting: bool = False) -> Iterator[None]:
        """All or nothing; what is too old is deleted as well.

        Args:
            forgetting: Words are deleted that must leave the file at once, not with one of the next writes.
        """
        with self._lock, told(self._path, "questions"):
            with transaction(self._db, self._folder):
                yield
                expired = self._expire()
            if expired or forgetting:
                # The log holds former pages.
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _expire(self) -> int:
        now = self._clock()
        # An offer to answer an edited question is good for a day, and so is what is only in memory.
        gone = self.change("DELETE FROM questions WHERE state = 'offered' AND at < ?", (now - _DAY_S,))
        gone += self.change("DELETE FROM presses WHERE at < ?", (now - _DAY_S,))
        if self._days == FOR_EVER:
            return gone
        gone += self.change("DELETE FROM main.turns WHERE at < ?", (now - self._days * _DAY_S,))
        oldest = now - max(self._days, _IDS_DAYS) * _DAY_S
        gone += self.change("DELETE FROM questions WHERE at < ?", (oldest,))
        if not self._days:
            self.change("DELETE FROM memory.turns WHERE at < ?", (now - _DAY_S,))
            newest = "SELECT key FROM memory.turns ORDER BY number DESC LIMIT ?"
            self.change(f"DELETE FROM memory.turns WHERE key NOT IN ({newest})", (_MOST_IN_MEMORY,))  # noqa: S608 - it holds constants of this file; values are bound
        return gone

    def abandoned(self, owners: Sequence[str]) -> list[str]:
        """Return those of the owners whose process has ended, however it did; only within `writing`."""
        return [owner for owner in owners if owner != self.owner and self._has_ended(owner)]

    def sweep(self) -> None:
        """Remove what processes left that have ended; only within `writing`."""
        for path in self._folder.glob(self._lock_of("*").name):
            owner = path.stem.removeprefix("slack-")
            if owner != self.owner:
                self._has_ended(owner)

    def _has_ended(self, owner: str) -> bool:
        path = self._lock_of(owner)
        # The system lets go of a process's locks when it ends, also by force.
        lock = FileLock(path, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        lock.release()
        path.unlink(missing_ok=True)
        return True

    def _lock_of(self, owner: str) -> Path:
        return self._folder / f"slack-{owner}.lock"

    def close(self) -> None:
        """Close the file; what was not finished is from now on for whoever opens it next."""
        with self._lock:
            self._alive.release()
            self._lock_of(self.owner).unlink(missing_ok=True)
            self._db.close()
