"""Vectors of passages, kept so that nothing is embedded twice: after a stop, an undo or a damaged index.

In a file of its own, because it is written batch by batch while the catalog's one transaction is still open.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from rag.catalog.disk import no_room_told, transaction, write_ahead

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class VectorCache:
    """The vectors that one embedder made."""

    def __init__(self, folder: Path, model: str) -> None:
        """Open `folder/vectors.sqlite`, made when missing or damaged: it can be made again from the catalog.

        Raises:
            DiskFull: There is no room to open it.
        """
        self._folder, self._model = folder, model
        path = folder / "vectors.sqlite"
        with no_room_told(folder):
            try:
                self._db = _opened(path)
            except sqlite3.DatabaseError as error:
                if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF not in _DAMAGED:
                    raise
                for file in (path, *folder.glob("vectors.sqlite-*")):
                    file.unlink(missing_ok=True)
                self._db = _opened(path)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def keys(self) -> set[str]:
        """Return the keys of what is there; see `rag.chunk.parts.passages_key`."""
        rows = self._db.execute("SELECT passages FROM vectors WHERE model = ?", (self._model,))
        return {row[0] for row in rows}

    def dimension(self) -> int | None:
        """Return how many numbers a vector has; None without any."""
        row = self._db.execute(
            "SELECT length(vectors) / 4 / parts FROM vectors WHERE model = ? LIMIT 1", (self._model,)
        ).fetchone()
        return int(row[0]) if row else None

    def add(self, vectors: Mapping[str, np.ndarray]) -> None:
        """Keep the vectors of some clauses, all or none; key → float32, shape (parts, dimension).

        Raises:
            DiskFull: There is no room; what was kept before stays.
        """
        rows = [
            (self._model, key, len(v), np.ascontiguousarray(v, dtype="<f4").tobytes())
            for key, v in vectors.items()
        ]
        with transaction(self._db, self._folder):
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)

    def get(self, keys: Sequence[str]) -> dict[str, np.ndarray]:
        """Return vectors by key, shape (parts, dimension) each; unknown keys are missing."""
        marks = ",".join("?" * len(keys))
        rows = self._db.execute(
            f"SELECT passages, parts, vectors FROM vectors WHERE model = ? AND passages IN ({marks})",  # noqa: S608 - question marks only; values are bound
            (self._model, *keys),
        )
        return {key: np.frombuffer(blob, dtype="<f4").reshape(parts, -1) for key, parts, blob in rows}

    def keep_only(self, keys: set[str]) -> None:
        """Forget the vectors of other keys, and of other models."""
        gone: Iterable[tuple[str]] = [(key,) for key in self.keys() - keys]
        with transaction(self._db, self._folder):
            self._db.execute("DELETE FROM vectors WHERE model <> ?", (self._model,))
            self._db.executemany("DELETE FROM vectors WHERE passages = ?", gone)

    def clear(self) -> None:
        """Forget all vectors."""
        with transaction(self._db, self._folder):
            self._db.execute("DELETE FROM vectors")


def _opened(path: Path) -> sqlite3.Connection:
    """Open the file, and make its table when there is none.

    Raises:
        sqlite3.DatabaseError: It is damaged, or cannot be read or written.
    """
    db = sqlite3.connect(path, isolation_level=None)
    try:
        write_ahead(db)
        found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        db.execute(
            "CREATE TABLE IF NOT EXISTS vectors (model TEXT, passages TEXT, parts INTEGER, vectors BLOB, "
            "PRIMARY KEY (model, passages))"
        )
    except BaseException:
        db.close()
        raise
    return db
