"""One collection's SQLite file: opening, the writer's lock, transactions, and values of the whole collection."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rag.errors import CollectionBusy, CollectionMismatch, EmptyCollection
from rag.schema import Clause, Document, Reference

FORMAT = "1"
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE sources (
    name TEXT PRIMARY KEY, path TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL,
    parser TEXT NOT NULL, lines TEXT NOT NULL, source_name TEXT, issue_no INTEGER, issue_date TEXT);
CREATE TABLE documents (
    document_id TEXT PRIMARY KEY, source TEXT NOT NULL REFERENCES sources(name) ON DELETE CASCADE, ordinal INTEGER NOT NULL,
    fields TEXT NOT NULL, removed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE clauses (
    clause_id TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents(document_id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL, fields TEXT NOT NULL, digest TEXT NOT NULL, embedded TEXT);
CREATE TABLE leftovers (
    document_id TEXT NOT NULL REFERENCES documents(document_id) ON DELETE CASCADE, line INTEGER NOT NULL, kind TEXT NOT NULL,
    text TEXT NOT NULL);
CREATE TABLE stale (clause_id TEXT PRIMARY KEY);
CREATE INDEX documents_source ON documents(source);
CREATE INDEX clauses_document ON clauses(document_id, ordinal);
CREATE INDEX clauses_pending ON clauses(clause_id) WHERE embedded IS NULL;
"""


class Database:
    """The file and what guards it."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open `folder/catalog.sqlite`.

        Args:
            folder: The data folder.
            create: Make it when it is missing; otherwise that is an error.

        Raises:
            EmptyCollection: It is missing and `create` is off.
            CollectionMismatch: It was written in another format.
        """
        self.folder = folder
        path = folder / "catalog.sqlite"
        if not path.exists() and not create:
            raise EmptyCollection(f"There is no collection in {folder}.", fix="policyqa ingest PATH")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.OperationalError) as error:
            raise CollectionMismatch(
                f"{folder} cannot be used as a data folder ({error}).",
                fix="choose another folder with --data",
            ) from error
        self._db.row_factory = sqlite3.Row
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA foreign_keys=ON")
            self._prepare(path)
        except sqlite3.DatabaseError as error:
            raise CollectionMismatch(
                f"{path} is not a catalog of policyqa ({error}).", fix="choose another folder with --data"
            ) from error

    def _prepare(self, path: Path) -> None:
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            with self.transaction():
                for statement in _SCHEMA.strip().split(";\n"):
                    self._db.execute(statement)
                self.set("format", FORMAT)
        found = self.get("format")
        if found != FORMAT:
            raise CollectionMismatch(
                f"{path} has format {found}; this version reads {FORMAT}.",
                fix="policyqa ingest PATH --data NEW_FOLDER, or use the version that wrote it",
            )

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the collection's only writer's place.

        Raises:
            CollectionBusy: Another process holds it.
        """
        lock = FileLock(self.folder / "writer.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise CollectionBusy(
                f"Another policyqa is writing to {self.folder}.",
                fix="wait until it has finished, then run the command again",
            ) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, whatever happens inside; the collection's `revision` changes with it."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('revision', hex(randomblob(8)))")
        self._db.execute("COMMIT")

    def get(self, key: str) -> str | None:
        """Return a value of the collection, or None."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row["value"] if row else None

    def set(self, key: str, value: str) -> None:
        """Store a value of the collection."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def document_from(fields: dict[str, Any]) -> Document:
    """Make a document from its stored fields."""
    note = fields["editor_note"]
    return Document(
        **{
            **fields,
            "editor_note": tuple(note) if note else None,
            "inferred": tuple(fields["inferred"]),
        }
    )


def clause_from(fields: dict[str, Any]) -> Clause:
    """Make a clause from its stored fields."""
    references = tuple(Reference(**{**r, "span": tuple(r["span"])}) for r in fields["references"])
    return Clause(**{**fields, "references": references})


def as_json(fields: dict[str, Any]) -> str:
    """Return fields as they are stored: compact, Chinese as it is."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
