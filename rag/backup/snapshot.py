"""A collection as it is at one moment, while others write to it: its databases copied by SQLite, its indexes held."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from rag.backup.database import check, connected, copy, told, value
from rag.catalog.disk import no_room_told
from rag.errors import CollectionMismatch, EmptyCollection, IndexDamaged
from rag.generation import Hold, verify

_DATABASES = (".sqlite", ".sqlite3")
"""Told by their names, and read by SQLite alone: closing a file lets go of all locks that this process has on it, and another
process may then clear the log that is being read."""
_COMPANIONS = ("-wal", "-shm", "-journal")
_PASSING = ("staging", "reading", "index", "eval/cache", ".restoring", "lost+found")
"""What is being read or handed in, indexes but for the held one, and vectors that only evaluation uses."""
_BENCH = Path("eval/bench")
_ASIDE = "before-restore-"
_CATALOG = "catalog.sqlite"
_CACHE = "vectors.sqlite"
_ATTEMPTS = 10
_COUNTED = {
    "catalog.sqlite": {
        "sources": "SELECT count(*) FROM sources",
        "documents": "SELECT count(*) FROM documents WHERE NOT removed",
        "clauses": "SELECT count(*) FROM clauses JOIN documents USING (document_id) WHERE NOT removed",
    },
    "records.sqlite": {"answers": "SELECT count(*) FROM answers"},
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A file that goes into a backup."""

    name: str
    """Below the data folder, with `/`."""
    path: Path
    is_database: bool
    """To be copied by SQLite; else its bytes are."""


class Snapshot:
    """The moment is that of the catalog; it stays while this is open."""

    def __init__(self, data: Path, *, index: bool) -> None:
        """Open it.

        Args:
            data: The data folder.
            index: Hold the indexes too.

        Raises:
            EmptyCollection: There is no collection.
            CollectionMismatch: Its catalog cannot be read.
            DiskFull: There is no room for what SQLite writes when it opens it.
        """
        if not (data / _CATALOG).is_file():
            fix = "policyqa ingest PATH"
            raise EmptyCollection(
                f"There is no collection in {data}.", fix, chinese=(f"{data} 里没有文件库。", fix)
            )
        self.data = data
        self.left_out: list[str] = []
        self.counts: dict[str, int] = {}
        self.formats: dict[str, str] = {}
        self._hold: Hold | None = None
        with told(data / _CATALOG):
            self._db = connected(data / _CATALOG)
        try:
            with no_room_told(data), told(data / _CATALOG):
                self._named = self._begin(index)
                self.embedder = value(self._db, "embed_model")
        except BaseException:
            self.close()
            raise

    def _begin(self, index: bool) -> int:
        """Fix the moment in which the indexes that the catalog names are there; return their number."""
        for _ in range(_ATTEMPTS):
            # A transaction that has read something sees the same to its end, whatever others write.
            self._db.execute("BEGIN")
            named = int(value(self._db, "generation") or 0)
            if not index or not named or self._holds(named):
                return named
            self._db.execute("ROLLBACK")
        self._db.execute("BEGIN")
        self.left_out.append(f"index/{named}: it is gone")
        return int(value(self._db, "generation") or 0)

    def _holds(self, generation: int) -> bool:
        try:
            hold = Hold(self.data, generation)
        except OSError:
            return False
        try:
            verify(hold.folder, thoroughly=True)
        except IndexDamaged as error:
            self.left_out.append(f"index/{generation}: {error.message}")
            hold.release()
        else:
            self._hold = hold
        return True

    @property
    def generation(self) -> int | None:
        """Of the indexes that are held; None when there are none."""
        return self._named if self._hold else None

    def pieces(self) -> Iterator[Piece]:
        """Yield what goes into a backup, the catalog first: as it is in the folder now, but for what is made again or passes."""
        yield Piece(_CATALOG, self.data / _CATALOG, is_database=True)
        seen = {(self.data.stat().st_dev, self.data.stat().st_ino)}
        for piece in self._below(self.data, seen):
            if piece.name != _CATALOG:
                yield piece
        if self._hold:
            yield from self._below(self._hold.folder, seen)

    def _below(self, folder: Path, seen: set[tuple[int, int]]) -> Iterator[Piece]:
        entries = {entry.name: entry for entry in os.scandir(folder)}
        for name, entry in sorted(entries.items()):
            path = Path(entry.path)
            inside = path.relative_to(self.data)
            with suppress(FileNotFoundError):
                if entry.is_dir():
                    found = entry.stat()
                    # A link may lead back.
                    if not _passes(inside) and (found.st_dev, found.st_ino) not in seen:
                        seen.add((found.st_dev, found.st_ino))
                        yield from self._below(path, seen)
                elif not _is_companion(name, entries) and not (
                    folder == self.data and path.suffix == ".lock"
                ):
                    yield from self._piece(path, inside.as_posix())

    def _piece(self, path: Path, name: str) -> Iterator[Piece]:
        if not path.is_file():
            self.left_out.append(f"{name!r}: it is no file")
        elif not _is_text(name):
            self.left_out.append(f"{name!r}: its name is no text")
        else:
            yield Piece(name, path, path.suffix in _DATABASES)

    def copy(self, piece: Piece, to: Path) -> bool:
        """Copy a database, and note what it says of itself; False when it has gone, or is damaged and can be made again.

        Raises:
            CollectionMismatch: It is damaged.
            CollectionBusy: Another process holds it for too long.
            DiskFull: There is no room for the copy.
        """
        if not piece.path.exists():
            return False
        try:
            with no_room_told(to.parent), told(piece.path):
                if piece.name == _CATALOG:
                    copy(self._db, to)
                else:
                    with closing(connected(piece.path)) as db:
                        copy(db, to)
                if "/" not in piece.name:
                    self._note(piece.name, to)
        except CollectionMismatch:
            if piece.name != _CACHE:
                raise
            self.left_out.append(f"{_CACHE}: it is damaged; it is made again")
            return False
        return True

    def _note(self, name: str, copied: Path) -> None:
        with closing(connected(copied)) as db:
            check(db)
            if (found := value(db, "format")) is not None:
                self.formats[name] = found
            for what, query in _COUNTED.get(name, {}).items():
                # Another format may have other tables.
                with suppress(sqlite3.OperationalError):
                    self.counts[what] = int(db.execute(query).fetchone()[0])

    def close(self) -> None:
        """Let the indexes go."""
        self._db.close()
        if self._hold:
            self._hold.release()


def _passes(inside: Path) -> bool:
    """Tell whether a folder is made again or only there for a while."""
    return (
        inside.as_posix() in _PASSING
        or inside.parent == _BENCH
        or (len(inside.parts) == 1 and inside.name.startswith(_ASIDE))
    )


def _is_text(name: str) -> bool:
    """Tell whether a name is more than bytes of an unknown encoding."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_companion(name: str, names: dict[str, os.DirEntry[str]]) -> bool:
    """Tell whether a file belongs to a database that is open."""
    return any(name.endswith(end) and name.removesuffix(end) in names for end in _COMPANIONS)
