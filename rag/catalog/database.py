"""One collection's SQLite file: opening, the writer's lock, transactions, and values of the whole collection."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout

from rag.catalog.damage import TellingConnection, restored
from rag.catalog.disk import PATIENCE_S, no_room_told, opened, transaction, unwritable, write_ahead
from rag.catalog.tables import FORMAT, REFERRERS, TABLES
from rag.errors import CollectionBusy, CollectionMismatch, DiskFull, EmptyCollection

_Made = TypeVar("_Made")
_NAME = "catalog.sqlite"
_log = logging.getLogger(__name__)


class Database:
    """The file and what guards it."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open `folder/catalog.sqlite`.

        Args:
            folder: The data folder.
            create: Make it when it is missing; otherwise that is an error.

        Raises:
            EmptyCollection: It is missing and `create` is off.
            CatalogDamaged: It is no database, or a page of it is damaged; every method may raise it.
            CollectionMismatch: It was written in another format.
            DiskFull: There is no room to make it.
        """
        self.folder = folder
        self._lock = FileLock(folder / "writer.lock")
        path = folder / _NAME
        if not path.exists() and not create:
            raise EmptyCollection(
                f"There is no collection in {folder}.",
                fix="policyqa ingest PATH",
                chinese=(f"{folder} 里没有文件库。", "policyqa ingest PATH"),
            )
        self._db = opened(path, TellingConnection)
        try:
            with no_room_told(self.folder):
                write_ahead(self._db)
                self._db.execute("PRAGMA foreign_keys=ON")
                self._prepare(path)
        except sqlite3.DatabaseError as error:
            raise CollectionMismatch(
                f"{path} is not a catalog of policyqa ({error}).",
                fix="choose another folder with --data",
                chinese=(f"{path} 不是 policyqa 的目录库（{error}）。", "用 --data 另选文件夹"),
            ) from error

    def _prepare(self, path: Path) -> None:
        if not self._has("meta"):
            self._make()
        found = self.get("format")
        if found != FORMAT:
            raise CollectionMismatch(
                f"{path} has format {found}; this version reads {FORMAT}.",
                fix="policyqa ingest PATH, which brings an older one up to date, or use the version that wrote it",
                chinese=(
                    f"{path} 的格式是 {found}，这个版本读 {FORMAT}。",
                    "policyqa ingest PATH 会更新旧格式；或用写它的那个版本",
                ),
            )
        if not self._has("referrers"):
            self._add_referrers()

    def _make(self) -> None:
        with self.transaction():
            # Two processes may make a catalog at the same moment.
            if not self._has("meta"):
                for statement in TABLES.strip().split(";\n"):
                    self._db.execute(statement)
                self.set("format", FORMAT)

    def _add_referrers(self) -> None:
        """Add the table to a catalog of an earlier release; one that cannot be written now is read without it."""
        self._db.execute("PRAGMA busy_timeout=0")
        try:
            with self.transaction():
                # Two processes may open a catalog at the same moment.
                for statement in () if self._has("referrers") else REFERRERS:
                    self._db.execute(statement)
        except (sqlite3.OperationalError, DiskFull) as error:
            _log.info("%s is read without its table of references: %s", self.folder / _NAME, error)
        finally:
            self._db.execute(f"PRAGMA busy_timeout={PATIENCE_S * 1000}")

    def _has(self, table: str) -> bool:
        return self._db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the collection's only writer's place; it may be held several times by one catalog.

        Raises:
            CollectionBusy: Another process holds it.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise CollectionBusy(
                f"Another policyqa is writing to {self.folder}.",
                fix="wait until it has finished, then run the command again",
                chinese=(f"另一个 policyqa 正在写 {self.folder}。", "等它结束后再运行该命令"),
            ) from error
        except OSError as error:
            raise unwritable(self.folder, error) from error
        try:
            yield
        finally:
            self._lock.release()

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing, whatever happens inside."""
        return transaction(self._db, self.folder)

    def get(self, key: str) -> str | None:
        """Return a value of the collection, or None."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row["value"] if row else None

    def _made(self, make: Callable[[dict[str, Any]], _Made], text: str, **more: Any) -> _Made:
        """Return what stands in it as JSON, made of its fields and of `more`."""
        return restored(self.folder / _NAME, text, make, **more)

    def set(self, key: str, value: str) -> None:
        """Store a value of the collection."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
