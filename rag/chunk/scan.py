"""A question's vector compared with many rows, one by one, by several threads."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

_PIECE = 32_768
"""Rows that one thread goes through at a time, 2 ms; fewer are not worth a second thread."""
_THREADS = ThreadPoolExecutor(min(4, os.cpu_count() or 1), thread_name_prefix="nearest")
"""Numpy goes through rows without Python's lock."""
Span = tuple[int, int]


def products(vectors: np.ndarray, asked: np.ndarray, spans: Sequence[Span]) -> np.ndarray:
    """Return the inner product of each row with a vector, float32 of shape (rows of the spans,), in their order.

    Args:
        vectors: Float32 of shape (rows, dimension).
        asked: Float32 of shape (dimension,).
        spans: Rows as (start, end); at least one.
    """

    def product(span: Span) -> np.ndarray:
        # Not `@`: its last digits depend on where a row stands among those that are multiplied, so a filter would change them.
        found: np.ndarray = np.einsum("ij,j->i", vectors[slice(*span)], asked)
        return found

    return np.concatenate(list(_each(product, list(_pieces(spans)))))


def rows_of(spans: Iterable[Span]) -> np.ndarray:
    """Return the numbers of the rows of spans, in their order; at least one span."""
    return np.concatenate([np.arange(start, end) for start, end in spans])


def largest(values: np.ndarray, count: int) -> np.ndarray:
    """Return where the largest values stand, in the order of the values' places; ties with the last of them, too."""
    count = min(count, len(values))
    return np.flatnonzero(values >= np.partition(values, -count)[-count])


def _pieces(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the same rows in pieces of at most `_PIECE`."""
    for first, last in spans:
        for start in range(first, last, _PIECE):
            yield start, min(start + _PIECE, last)


def _each(work: Callable[[Span], np.ndarray], pieces: Sequence[Span]) -> Iterable[np.ndarray]:
    """Return the work done on each piece, in order; by several threads when there is much of it."""
    is_much = sum(last - first for first, last in pieces) > _PIECE
    return _THREADS.map(work, pieces) if is_much else map(work, pieces)
