"""A damaged catalog, said in words wherever it is read: a page overwritten, a text that is none."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from rag.errors import CatalogDamaged

_Made = TypeVar("_Made")
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_UNREADABLE = ("malformed JSON", "Could not decode to UTF-8")
"""What SQLite and Python's module say of a text that was overwritten, with no code of its own."""


def restored(path: Path, text: str, make: Callable[[dict[str, Any]], _Made], **more: Any) -> _Made:
    """Return what was stored in a catalog as JSON.

    Args:
        path: The catalog's file.
        text: The JSON of its fields.
        make: Takes the fields.
        more: Fields that stand elsewhere.

    Raises:
        CatalogDamaged: The text is not as it was written.
    """
    try:
        return make({**json.loads(text), **more})
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(path, "a text in it is not as it was written") from error


def damaged(path: Path, why: str) -> CatalogDamaged:
    """Return the error of a catalog that cannot be read as it was written.

    Args:
        path: Its file.
        why: In the words of whoever read it.
    """
    return CatalogDamaged(
        f"{path} is damaged, or is not a catalog of policyqa ({why}).",
        fix="policyqa restore BACKUP --force; without a backup move the data folder aside, then policyqa ingest PATH",
        chinese=(
            f"{path} 已损坏，或不是 policyqa 的文件库（{why}）。",
            "运行 policyqa restore 备份 --force；没有备份时先把数据文件夹移开，再运行 policyqa ingest 路径",
        ),
    )


class TellingConnection(sqlite3.Connection):
    """Raises CatalogDamaged for a damaged page or text, in `execute` and while rows are read."""

    def __init__(self, path: Path, *args: Any, **kwargs: Any) -> None:
        super().__init__(path, *args, **kwargs)
        self.path = path

    def cursor(self, factory: Any = None) -> Any:
        """Return a cursor that tells; the base class has one of its own for the two below."""
        return super().cursor(factory or _Cursor)

    def execute(self, *args: Any) -> Any:
        """As of the base class."""
        return self.cursor().execute(*args)

    def executemany(self, *args: Any) -> Any:
        """As of the base class."""
        return self.cursor().executemany(*args)


class _Cursor(sqlite3.Cursor):
    """Every way to a row is named here: those of the base class do not go through each other."""

    connection: TellingConnection

    def execute(self, *args: Any) -> Any:
        return self._told(super().execute, *args)

    def executemany(self, *args: Any) -> Any:
        return self._told(super().executemany, *args)

    def __next__(self) -> Any:
        return self._told(super().__next__)

    def fetchone(self) -> Any:
        return self._told(super().fetchone)

    def fetchmany(self, *args: Any) -> Any:
        return self._told(super().fetchmany, *args)

    def fetchall(self) -> Any:
        return self._told(super().fetchall)

    def _told(self, step: Callable[..., Any], *args: Any) -> Any:
        try:
            return step(*args)
        except sqlite3.DatabaseError as error:
            code, words = getattr(error, "sqlite_errorcode", 0), str(error)
            if code & 0xFF not in _BROKEN and not words.startswith(_UNREADABLE):
                raise
            # The rest of the words quotes what cannot be read.
            raise damaged(self.connection.path, words.partition(" column")[0]) from error
