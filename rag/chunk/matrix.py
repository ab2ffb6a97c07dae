"""The vectors of all chunks as the rows of one memory-mapped file: exact search within some of the documents.

Chroma's own filter costs more the larger the collection is: 40 to 120 ms at 55,000 clauses. Here one document of 1,268 costs
a tenth of a millisecond, all but one 5 ms, and the ranking is exact. Where very many are left, a first look (`coarse`) says which
of them are compared.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from functools import cached_property
from pathlib import Path

import numpy as np

from rag.chunk import coarse
from rag.chunk.scan import Span, largest, products, rows_of
from rag.errors import IndexDamaged

FOLDER = "matrix"
_VECTORS = "vectors.f32"
_ROWS = "rows.json"


def write(
    folder: Path,
    documents: Iterable[tuple[str, Sequence[str], np.ndarray]],
    unit: Collection[str] = (),
) -> int:
    """Write the vectors into a new folder `matrix`; return the number of chunks.

    Args:
        folder: Of the generation that is being made.
        documents: (document_id, clause_id of each chunk, float32 of shape (chunks, dimension)), each document once.
        unit: Ids of those whose vectors come from another matrix, and are written as they are.

    Raises:
        ValueError: A document comes twice.
    """
    path = folder / FOLDER
    path.mkdir()
    ids: list[str] = []
    ends: dict[str, int] = {}
    dimension = 0
    with (path / _VECTORS).open("wb") as file:
        for document_id, clause_ids, vectors in documents:
            if document_id in ends:
                raise ValueError(f"the document {document_id!r} comes twice")
            dimension = vectors.shape[1]
            if document_id not in unit:
                # Chroma's cosines do not depend on lengths, and not every model server gives vectors of length 1.
                vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
            file.write(vectors.astype("<f4").tobytes())
            ids += clause_ids
            ends[document_id] = len(ids)
    coarse.write(path, _mapped(path, (len(ids), dimension)))
    facts = {"dimension": dimension, "clauses": ids, "ends": ends}
    (path / _ROWS).write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    return len(ids)


class Matrix:
    """Vectors that were written, opened for searching."""

    def __init__(self, folder: Path) -> None:
        """Open them, memory-mapped.

        Raises:
            IndexDamaged: They are missing or incomplete.
        """
        path = folder / FOLDER
        try:
            facts = json.loads((path / _ROWS).read_text(encoding="utf-8"))
            self._clause_ids: list[str] = facts["clauses"]
            shape = (len(self._clause_ids), int(facts["dimension"]))
            self._vectors = _mapped(path, shape)
            self._coarse = coarse.opened(path, *shape)
            self._spans: dict[str, tuple[int, int]] = {}
            start = 0
            for document_id, end in facts["ends"].items():
                self._spans[document_id] = (start, end)
                start = end
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise IndexDamaged(
                f"The vectors in {path} cannot be read: {error}",
                fix="policyqa rebuild",
                chinese=(f"无法读取 {path} 中的向量：{error}", "policyqa rebuild"),
            ) from error

    @property
    def documents(self) -> Set[str]:
        """Ids of the documents that have chunks here."""
        return self._spans.keys()

    def rows_of(self, document_id: str) -> tuple[list[str], np.ndarray]:
        """Return the clause_id of each chunk of a document and their vectors, float32 of shape (chunks, dimension).

        Raises:
            KeyError: The document has no chunk here.
        """
        start, end = self._spans[document_id]
        return self._clause_ids[start:end], self._vectors[start:end]

    def nearest(
        self, vector: Sequence[float], limit: int, documents: Collection[str], *, in_full: bool = False
    ) -> list[tuple[str, float]]:
        """Return the nearest chunks as (clause_id, cosine), best first; equal ones in the order of the collection.

        Args:
            vector: Of unit length.
            limit: Most chunks to return; at least 1.
            documents: Ids of the documents to search in; unknown ones are no error.
            in_full: Compare each, however many they are.

        Raises:
            IndexDamaged: The vector has another dimension.
        """
        asked = self._checked(vector)
        spans = list(self._ranges(documents))
        if not spans:
            return []
        if self._coarse and not in_full and sum(end - start for start, end in spans) > coarse.LEAST:
            rows = self._coarse.nearest(asked, limit, spans)
            return self._best(rows, self._cosines(rows, asked), limit)
        return self._best(rows_of(spans), products(self._vectors, asked, spans), limit)

    def nearest_of(
        self, vector: Sequence[float], limit: int, chunks: Iterable[tuple[str, int]]
    ) -> list[tuple[str, float]]:
        """Return the nearest of some chunks, as `nearest` does.

        Args:
            vector: Of unit length.
            limit: Most chunks to return; at least 1.
            chunks: (clause_id, part) of chunks that are here.

        Raises:
            IndexDamaged: The vector has another dimension.
            KeyError: A chunk is not here.
        """
        asked = self._checked(vector)
        rows = np.array(sorted(self._places[clause_id][0] + part for clause_id, part in chunks), np.int64)
        if not len(rows):
            return []
        return self._best(rows, self._cosines(rows, asked), limit)

    def __len__(self) -> int:
        """Return the number of chunks."""
        return len(self._clause_ids)

    def chunks_in(self, documents: Iterable[str]) -> int:
        """Return the number of chunks of these documents; unknown ones have none."""
        spans = (self._spans.get(document_id, (0, 0)) for document_id in documents)
        return sum(end - start for start, end in spans)

    def has(self, clause_id: str, part: int) -> bool:
        """Tell whether a chunk is here."""
        first, end = self._places.get(clause_id, (0, 0))
        return 0 <= part < end - first

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        """First row of each clause and the one after its last."""
        places: dict[str, tuple[int, int]] = {}
        for row, clause_id in enumerate(self._clause_ids):
            places[clause_id] = (places.get(clause_id, (row,))[0], row + 1)
        return places

    def _checked(self, vector: Sequence[float]) -> np.ndarray:
        asked = np.asarray(vector, np.float32)
        if len(asked) != self._vectors.shape[1]:
            raise IndexDamaged(
                f"The vectors of the collection have {self._vectors.shape[1]} numbers, the question's {len(asked)}.",
                fix="policyqa rebuild",
                chinese=(
                    f"库中的向量是 {self._vectors.shape[1]} 维，问题的向量是 {len(asked)} 维。",
                    "policyqa rebuild",
                ),
            )
        return asked

    def _cosines(self, rows: np.ndarray, asked: np.ndarray) -> np.ndarray:
        cosines: np.ndarray = np.einsum("ij,j->i", self._vectors[rows], asked)
        return cosines

    def _best(self, rows: np.ndarray, cosines: np.ndarray, limit: int) -> list[tuple[str, float]]:
        best = largest(cosines, limit)
        best = best[np.lexsort((best, -cosines[best]))][:limit]
        return [(self._clause_ids[rows[i]], float(cosines[i])) for i in best]

    def _ranges(self, documents: Collection[str]) -> Iterator[Span]:
        """Yield the rows of these documents as (start, end), neighbours as one."""
        start = end = 0
        for first, last in sorted(self._spans[d] for d in documents if d in self._spans):
            if first != end:
                if end > start:
                    yield start, end
                start = first
            end = last
        if end > start:
            yield start, end


def _mapped(path: Path, shape: tuple[int, int]) -> np.ndarray:
    # An empty file cannot be mapped. A slice of a plain array costs a tenth of one of a memory map.
    if not shape[0]:
        return np.zeros(shape, np.float32)
    return np.memmap(path / _VECTORS, "<f4", "r", shape=shape).view(np.ndarray)
