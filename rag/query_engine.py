"""The assistant as a query engine of LlamaIndex."""

from typing import Any

from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.schema import NodeWithScore

from rag.chunk.nodes import clause_node
from rag.schema import Question


class ClauseQueryEngine(CustomQueryEngine):
    """The assistant for LlamaIndex users; source nodes are the cited clauses."""

    assistant: Any

    def custom_query(self, query_str: str) -> Response:
        """Answer a question; the metadata hold verdict, citations and warnings."""
        answer = self.assistant.ask(Question(query_str))
        cited = {c.clause_id for c in answer.citations}
        nodes = [
            NodeWithScore(
                node=clause_node(hit.clause, self.assistant.document(hit.clause.document_id)), score=hit.score
            )
            for hit in answer.retrieval.hits
            if hit.clause.clause_id in cited
        ]
        facts = {"verdict": answer.verdict, "citations": answer.citations, "warnings": answer.warnings}
        return Response(answer.text, source_nodes=nodes, metadata=facts)
