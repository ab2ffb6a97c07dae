"""Some documents of a collection, searched as if there were no others."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rag import keyword_index
from rag.catalog import Catalog
from rag.chunk.matrix import Matrix
from rag.embed import Embedder, build_embedder
from rag.errors import EmptyCollection
from rag.generation import index_folder
from rag.keyword_index import KeywordIndex
from rag.rerank import SentenceScorer, build_reranker
from rag.retrieve import Retriever
from rag.schema import Clause, Document
from rag.settings import Settings
from rag.vector_store import VectorStore


class _Some(Catalog):
    """A catalog in which only some documents are there."""

    only: Collection[str] = frozenset()

    def documents(self, *, removed: bool = False) -> list[Document]:
        return [d for d in super().documents(removed=removed) if d.document_id in self.only]


class _Vectors(VectorStore):
    """The vectors of these documents, without Chroma."""

    def __init__(self, matrix: Matrix, only: Collection[str]) -> None:
        self._exact, self._only = matrix, only

    def search(
        self, vector: Sequence[float], limit: int, documents: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        best: dict[str, float] = {}
        for clause_id, cosine in self._exact.nearest(
            vector, limit, self._only if documents is None else documents
        ):
            best.setdefault(clause_id, cosine)
        return list(best.items())


class Shelf:
    """A collection from which small ones are taken: the same vectors, word counts of their own."""

    def __init__(self, settings: Settings) -> None:
        """Open it.

        Raises:
            EmptyCollection: There is no collection.
            CollectionMismatch: It was made with another embedder.
            IndexDamaged: Its vectors cannot be read.
        """
        self._catalog = _Some(settings.data)
        self._catalog.check_embedder(settings.embedder)
        if not self._catalog.generation:
            raise EmptyCollection(
                "The collection holds no document.",
                fix="policyqa ingest PATH",
                chinese=("库中没有文件。", "policyqa ingest PATH"),
            )
        self.matrix = Matrix(index_folder(settings.data, self._catalog.generation))
        self.embedder: Embedder = build_embedder(settings)
        self.scorer = SentenceScorer(self.embedder)
        self._reranker = build_reranker(settings, self.scorer)

    @contextmanager
    def opened(self, only: Collection[str]) -> Iterator[Retriever]:
        """Give the search over some documents, by id; it ends with the block."""
        self._catalog.only = only
        with TemporaryDirectory() as folder:
            keyword_index.build(Path(folder), self._clauses())
            keyword, store = KeywordIndex(Path(folder)), _Vectors(self.matrix, only)
            yield Retriever(self._catalog, keyword, store, self.embedder, self._reranker)

    def _clauses(self) -> Iterator[Clause]:
        for document in self._catalog.documents():
            yield from self._catalog.each_clause(document.document_id)
