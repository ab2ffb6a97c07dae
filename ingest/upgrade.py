"""A collection of the first format: its sources are read again from the text that it kept."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from rag.catalog import FileState
from rag.schema import Source

_OLD = "catalog.format-1.sqlite"
_DERIVED = ("chroma", "keyword")


def set_aside(data: Path) -> None:
    """Give a catalog of the first format another name, so that a new one can be made; anything else stays."""
    path = data / "catalog.sqlite"
    if not path.is_file() or (data / _OLD).exists():
        return
    with closing(sqlite3.connect(path)) as db:
        try:
            row = db.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        except sqlite3.DatabaseError:
            return
        if row != ("1",):
            return
        db.execute("PRAGMA journal_mode=DELETE")
    path.rename(data / _OLD)


def old_sources(data: Path) -> Iterator[tuple[Source, FileState]]:
    """Yield the sources of the catalog that was set aside; nothing without one."""
    if not (data / _OLD).exists():
        return
    with closing(sqlite3.connect(data / _OLD)) as db:
        query = "SELECT name, path, size, mtime_ns, sha256, lines FROM sources ORDER BY name"
        for name, path, size, mtime_ns, sha256, lines in db.execute(query):
            # The parser is empty: the file itself is read again when it is found.
            yield (
                Source(name, sha256, tuple(lines.split("\n"))),
                FileState(name, path, size, mtime_ns, sha256, ""),
            )


def old_removed(data: Path) -> list[str]:
    """Return the ids of the documents that had been taken out of it."""
    if not (data / _OLD).exists():
        return []
    with closing(sqlite3.connect(data / _OLD)) as db:
        return [row[0] for row in db.execute("SELECT document_id FROM documents WHERE removed")]


def forget_old(data: Path) -> None:
    """Delete what was set aside, and the indexes that belonged to it."""
    if (data / _OLD).exists():
        for name in _DERIVED:
            shutil.rmtree(data / name, ignore_errors=True)
        (data / _OLD).unlink()
