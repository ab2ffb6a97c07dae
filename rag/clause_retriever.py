"""The search as a retriever of LlamaIndex."""

from collections.abc import Callable
from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag.chunk.nodes import clause_node
from rag.retrieve import Retriever
from rag.schema import Question


class ClauseRetriever(BaseRetriever):
    """The retriever for LlamaIndex users: nodes of whole clauses with their scores."""

    def __init__(self, newest: Callable[[], Retriever], limit: int = 10, **kwargs: Any) -> None:
        """`newest` returns the search over the collection as it is when a question comes."""
        super().__init__(**kwargs)
        self._newest, self._limit = newest, limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        retriever = self._newest()
        found = retriever.search(Question(query_bundle.query_str), self._limit)
        return [
            NodeWithScore(node=clause_node(h.clause, retriever.document(h.clause.document_id)), score=h.score)
            for h in found.hits
        ]
