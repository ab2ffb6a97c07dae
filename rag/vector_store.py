"""The dense leg: chunks in Chroma, through LlamaIndex's ChromaVectorStore."""

import math
from collections.abc import Collection, Sequence
from pathlib import Path

import chromadb
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError
from llama_index.core.schema import BaseNode
from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters, VectorStoreQuery
from llama_index.vector_stores.chroma import ChromaVectorStore

from rag.errors import IndexDamaged

COLLECTION = "clauses"


class VectorStore:
    """One collection's vectors."""

    def __init__(self, folder: Path) -> None:
        """Open the store, made when missing.

        Raises:
            IndexDamaged: Chroma cannot read its files.
        """
        try:
            # Chroma would report its use to its makers otherwise.
            self._client = chromadb.PersistentClient(
                str(folder / "chroma"), ChromaSettings(anonymized_telemetry=False)
            )
            self._collection = self._client.get_or_create_collection(
                COLLECTION, configuration={"hnsw": {"space": "cosine"}}
            )
        except (ChromaError, ValueError, OSError) as error:
            raise IndexDamaged(
                f"Chroma cannot open {folder / 'chroma'}: {error}", fix="policyqa rebuild"
            ) from error
        self.llama_index = ChromaVectorStore(chroma_collection=self._collection)
        """For LlamaIndex users; its similarities are exp(-distance)."""

    @staticmethod
    def let_go() -> None:
        """Forget what this process has opened: Chroma would go on with files that have been deleted under it."""
        SharedSystemClient.clear_system_cache()

    def add(self, nodes: Sequence[BaseNode]) -> None:
        """Store chunks with their vectors, in place of chunks with the same ids."""
        if nodes:
            self._collection.delete(ids=[node.node_id for node in nodes])
            self.llama_index.add(list(nodes))

    def delete(self, clause_ids: Collection[str]) -> None:
        """Delete all chunks of these clauses; unknown ones are no error."""
        ids = list(clause_ids)
        for start in range(0, len(ids), 500):
            self._collection.delete(where={"clause_id": {"$in": ids[start : start + 500]}})

    def search(
        self, vector: Sequence[float], limit: int, documents: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return the nearest clauses as (clause_id, cosine in [-1, 1]), best first, one per clause.

        Args:
            vector: Of unit length.
            limit: Most chunks to look at; at least 1.
            documents: Ids of the only documents to search in; None for all, empty finds nothing.
        """
        count = self.count()
        if count == 0 or (documents is not None and not documents):
            return []
        filters = None
        if documents is not None:
            filters = MetadataFilters(
                filters=[
                    MetadataFilter(key="document_id", value=sorted(documents), operator=FilterOperator.IN)
                ]
            )
        query = VectorStoreQuery(
            query_embedding=list(vector), similarity_top_k=min(limit, count), filters=filters
        )
        try:
            found = self.llama_index.query(query)
        except ChromaError as error:
            raise IndexDamaged(f"Chroma cannot search: {error}", fix="policyqa rebuild") from error
        best: dict[str, float] = {}
        for node, similarity in zip(found.nodes or [], found.similarities or [], strict=True):
            # ChromaVectorStore returns exp(-distance), and the cosine distance is 1 - cosine.
            cosine = 1 + math.log(max(similarity, 1e-9))
            best.setdefault(node.metadata["clause_id"], cosine)
        return list(best.items())

    def count(self) -> int:
        """Return the number of chunks."""
        return int(self._collection.count())

    def clause_ids(self) -> set[str]:
        """Return the clauses that have chunks here."""
        rows = self._collection.get(include=["metadatas"])["metadatas"] or []
        return {str(row["clause_id"]) for row in rows}
