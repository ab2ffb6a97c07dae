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

    def product(piece: Sequence[Span]) -> np.ndarray:
        # Not `@`: its last digits depend on where a row stands among those that are multiplied, so a filter would change them.
        return np.concatenate([np.einsum("ij,j->i", vectors[slice(*span)], asked) for span in piece])

    return np.concatenate(list(_each(product, list(_pieces(spans)))))


def rows_of(spans: Iterable[Span]) -> np.ndarray:
    """Return the numbers of the rows of spans, in their order; at least one span."""
    return np.concatenate([np.arange(start, end) for start, end in spans])


def largest(values: np.ndarray, count: int) -> np.ndarray:
    """Return where the largest values stand, in the order of the values' places; ties with the last of them, too."""
    count = min(count, len(values))
    return np.flatnonzero(values >= np.partition(values, -count)[-count])


def _pieces(spans: Iterable[Span]) -> Iterator[list[Span]]:
    """Yield the same rows in pieces of at most `_PIECE`: of a long span a part, of short ones, as a filter leaves them, many."""
    piece: list[Span] = []
    room = _PIECE
    for first, last in spans:
        while first < last:
            end = min(last, first + room)
            piece.append((first, end))
            room -= end - first
            first = end
            if not room:
                yield piece
                piece, room = [], _PIECE
    if piece:
        yield piece


def _each(
    work: Callable[[Sequence[Span]], np.ndarray], pieces: Sequence[Sequence[Span]]
) -> Iterable[np.ndarray]:
    """Return the work done on each piece, in order; by several threads when there is more than one."""
    return _THREADS.map(work, pieces) if len(pieces) > 1 else map(work, pieces)
