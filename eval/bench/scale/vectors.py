"""The vectors of repeated laws: some clauses are embedded, once for all sizes; the others get one of these, shaken.

Embedding is measured on those that are embedded. What a vector costs to store and to find does not depend on its numbers.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.bench.scale.laws import Origin, RepeatedLaws
from rag.catalog.vectors import VectorCache
from rag.chunk.parts import passages, passages_key
from rag.embed import build_embedder
from rag.schema import Clause
from rag.settings import Settings

COSINE = 0.9
"""Of a shaken vector with the one that it was made of."""
_BATCH = 64
_KEPT_BATCH = 2000
Progress = Callable[[str, int, int], None]
_Numbered = tuple[Origin, Clause]


@dataclass(frozen=True, slots=True)
class Vectors:
    """What the vectors of a collection are."""

    embedded: int
    """Clauses whose vectors the model made."""
    shaken: int
    """Clauses whose vectors were made of these."""
    cosine: float
    """See `COSINE`."""
    embedded_a_second: float | None
    """Clauses; None when all were kept from before."""


def fill(laws: RepeatedLaws, settings: Settings, kept: Path, most: int, progress: Progress) -> Vectors:
    """Put the vectors of all clauses where `ingest` finds them, so that it embeds none.

    Args:
        laws: Of the collection.
        settings: Of the collection.
        kept: Folder of what was embedded, for all sizes.
        most: So many clauses are embedded at most, the first ones.
        progress: Told of the stages `embed` and `shake`.
    """
    pool, speed = _embedded(laws, settings, kept, most, progress)
    shaken = embedded = 0
    with closing(VectorCache(settings.data, settings.embedder)) as cache:
        known = cache.keys()
        batch: dict[str, np.ndarray] = {}
        for origin, clause in _numbered(laws):
            texts = passages(clause)
            key = passages_key(texts)
            own = origin.copy == 0 and origin.number < len(pool)
            embedded, shaken = embedded + own, shaken + (not own)
            if key not in known:
                base = pool[origin.number if own else _place(origin.number, len(pool))]
                batch[key] = base if own else _shaken(base, len(texts), origin)
            if len(batch) == _KEPT_BATCH:
                cache.add(batch)
                batch = {}
                progress("shake", embedded + shaken, laws.in_all)
        cache.add(batch)
    progress("shake", laws.in_all, laws.in_all)
    return Vectors(embedded, shaken, COSINE, speed)


def _embedded(
    laws: RepeatedLaws, settings: Settings, kept: Path, most: int, progress: Progress
) -> tuple[list[np.ndarray], float | None]:
    """Return the vectors of the first clauses, shape (parts, dimension) each, and how many a second were made."""
    first = [clause for (_, clause), _ in zip(_numbered(laws), range(min(most, laws.distinct)), strict=False)]
    texts = {passages_key(made): made for made in map(passages, first)}
    kept.mkdir(parents=True, exist_ok=True)
    with closing(VectorCache(kept, settings.embedder)) as cache:
        # Of like length together, as `ingest` does: padding is what costs.
        wanted = sorted(texts.keys() - cache.keys(), key=lambda key: (len(texts[key]), len(texts[key][0])))
        embedder = build_embedder(settings) if wanted else None
        started = time.perf_counter()
        for start in range(0, len(wanted), _BATCH):
            progress("embed", start, len(wanted))
            keys = wanted[start : start + _BATCH]
            made = (
                iter(embedder.get_text_embedding_batch([t for key in keys for t in texts[key]]))
                if embedder
                else iter(())
            )
            cache.add({key: np.array([next(made) for _ in texts[key]], np.float32) for key in keys})
        seconds = time.perf_counter() - started
        found: dict[str, np.ndarray] = {}
        keys = list(texts)
        for start in range(0, len(keys), _KEPT_BATCH):
            found |= cache.get(keys[start : start + _KEPT_BATCH])
    return [found[passages_key(passages(c))] for c in first], len(wanted) / seconds if wanted else None


def _numbered(laws: RepeatedLaws) -> Iterator[_Numbered]:
    for index in range(len(laws)):
        yield from zip(laws.origins(index), laws[index][1], strict=True)


def _place(number: int, count: int) -> int:
    """Return which embedded clause stands for another; neighbours get different ones."""
    return number * 2654435761 % 2**32 * count >> 32


def _shaken(base: np.ndarray, parts: int, origin: Origin) -> np.ndarray:
    """Return vectors of unit length, shape (parts, dimension), at `COSINE` from those of a clause."""
    noise = np.random.default_rng([origin.number, origin.copy]).standard_normal(
        (parts, base.shape[1]), np.float32
    )
    rows = base[np.arange(parts) % len(base)]
    noise -= np.einsum("ij,ij->i", noise, rows)[:, None] * rows
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    made: np.ndarray = COSINE * rows + np.sqrt(1 - COSINE**2) * noise
    return made.astype(np.float32)
