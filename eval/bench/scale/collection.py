"""A collection of a given size, made by the product's own steps from laws and vectors that are there."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.bench.scale.laws import RepeatedLaws
from eval.bench.scale.vectors import Progress
from rag.catalog import Catalog
from rag.generation import index_folder
from rag.settings import Settings

_LAW = "试办市{}管理规定\n\n" + "\n\n".join(
    f"第{n}条　为了规范试办市的登记工作，办理机关应当自受理之日起{n}个工作日内作出第{n}号决定。"
    for n in "一二三四五六七八九十"
)
_MB = 1e6


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing clauses took; embedding is not in it."""

    catalog_seconds: float
    """Into the catalog."""
    chroma_seconds: float
    """Their chunks into Chroma."""
    rest_seconds: float
    """The keyword index, the vectors for exact search, sums of the files, the catalog's own end."""
    clauses_a_second: float
    memory_mb: float
    """Largest resident memory of the process that did it."""


@dataclass(frozen=True, slots=True)
class Added:
    """What one more law of ten articles took in a collection that was there, its embedding too."""

    seconds: float
    undone_seconds: float


@dataclass(frozen=True, slots=True)
class Storing:
    """The product's own steps that change a collection; they lie in a layer that an evaluation does not know."""

    store: Callable[[RepeatedLaws, Settings, Progress], None]
    """Makes a collection of exactly these laws, whose vectors are there."""
    ingest: Callable[[Path, Settings], None]
    """Takes one file in."""
    undo: Callable[[Settings], None]
    """Takes back what the last step changed."""


def make(laws: RepeatedLaws, settings: Settings, storing: Storing, progress: Progress) -> "Seconds":
    """Store the laws; their vectors are there already."""
    seen = Seconds()

    def watched(stage: str, done: int, total: int) -> None:
        seen.note(stage)
        progress(stage, done, total)

    storing.store(laws, settings, watched)
    seen.end = time.perf_counter()
    return seen


class Seconds:
    """When the stages of storing began and ended."""

    def __init__(self) -> None:
        """Begin."""
        self.begin = self.end = time.perf_counter()
        self._first: float | None = None
        self._last = self.begin

    def note(self, stage: str) -> None:
        """Hear of a stage."""
        if stage == "index":
            self._last = time.perf_counter()
            self._first = self._first or self._last

    def stored(self, clauses: int, memory_mb: float) -> Stored | None:
        """Return the stages; None when all was stored before."""
        if self._first is None:
            return None
        parts = self._first - self.begin, self._last - self._first, self.end - self._last
        return Stored(*parts, clauses / sum(parts), memory_mb)


def add_one(settings: Settings, folder: Path, storing: Storing) -> Added:
    """Take one more law in, as a user does, and take it back.

    Args:
        settings: Of the collection.
        folder: For its file; made when missing.
        storing: How that is done.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "试办市登记管理规定.md"
    path.write_text(_LAW.format("登记"), encoding="utf-8")
    started = time.perf_counter()
    storing.ingest(path, settings)
    middle = time.perf_counter()
    storing.undo(settings)
    return Added(middle - started, time.perf_counter() - middle)


def disk_mb(settings: Settings) -> Mapping[str, float]:
    """Return the room on disk of each part of a collection, in megabytes of 1,000,000 bytes."""
    catalog = Catalog(settings.data)
    folder = index_folder(settings.data, catalog.generation)
    catalog.close()
    parts = {
        "catalog": settings.data.glob("catalog.sqlite*"),
        "vectors": settings.data.glob("vectors.sqlite*"),
        **{name: (folder / name).rglob("*") for name in ("chroma", "keyword", "matrix")},
    }
    return {
        name: round(sum(p.stat().st_size for p in paths if p.is_file()) / _MB, 1)
        for name, paths in parts.items()
    }
