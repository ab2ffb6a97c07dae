"""The nearest chunks of some documents: each compared, or, where a filter leaves very many, those of the graph that it leaves."""

from collections.abc import Callable, Collection, Sequence
from math import ceil

from rag.chunk.matrix import Matrix
from rag.errors import ChromaUnavailable

WIDE = 200_000
"""Chunks that a filter may leave and still have each compared: 30 to 60 ms."""
_SPARE = 2
"""Of what the graph has to find for a filter, on average: those that it leaves may be rarer near the question than elsewhere."""
Nearest = Callable[[Sequence[float], int], list[tuple[str, float]]]


def nearest_within(
    matrix: Matrix, vector: Sequence[float], limit: int, documents: Collection[str], graph: Nearest
) -> list[tuple[str, float]]:
    """Return the nearest chunks of some documents as (clause_id, cosine), best first.

    Args:
        matrix: The vectors of all chunks.
        vector: Of unit length.
        limit: Most chunks to return; at least 1.
        documents: Ids of the documents to search in; unknown ones are no error.
        graph: Finds the nearest of all chunks, in the same form. It is asked when more than `WIDE` chunks are left; where too
            few of those it finds are left, or it cannot be asked, each chunk is compared after all.

    Raises:
        IndexDamaged: The vector has another dimension.
    """
    left = matrix.chunks_in(documents)
    if left > WIDE:
        try:
            found = graph(vector, ceil(_SPARE * limit * len(matrix) / left))
        except ChromaUnavailable:
            found = []
        rows = [row for row in found if row[0].split(":")[0] in documents][:limit]
        if len(rows) == limit:
            return rows
    return matrix.nearest(vector, limit, documents)
