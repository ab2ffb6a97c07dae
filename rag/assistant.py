"""The door for front ends: ask, search and read one collection."""

from collections.abc import Iterator
from typing import Any

from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import CustomQueryEngine

from rag.answer import Writer, asked, write
from rag.catalog import Catalog
from rag.embed import build_embedder
from rag.errors import IndexDamaged
from rag.keyword_index import KeywordIndex
from rag.llm import choose_llm
from rag.rerank import SentenceScorer, build_reranker
from rag.retrieve import ClauseRetriever, Retriever
from rag.schema import Answer, Clause, Document, Event, Question, Retrieval, Stage, Viewer
from rag.settings import Settings
from rag.vector_store import VectorStore
from rag.verdict.evidence import weigh

_READ = 10


class Assistant:
    """Answers questions about one collection; holds nothing about the person who asks."""

    def __init__(
        self, settings: Settings, catalog: Catalog, retriever: Retriever, writer: Writer | None
    ) -> None:
        """Take parts that are ready; `writer` None when only searching."""
        self.settings, self._catalog, self._retriever, self._writer = settings, catalog, retriever, writer

    @property
    def notice(self) -> str | None:
        """What to tell users about the model; None when one writes the answers."""
        if self._writer is None or self._writer.llm is not None:
            return None
        return self._writer.notice or "没有使用语言模型，回答是原文摘录。"

    @property
    def model(self) -> str:
        """`ollama:qwen3:8b`, or `extractive`."""
        return self._writer.name if self._writer else "none"

    def search(self, question: Question, limit: int = 10, viewer: Viewer | None = None) -> Retrieval:
        """Return the best clauses; raises as `Retriever.search`."""
        return self._retriever.search(question, limit, viewer)

    def stream(self, question: Question, viewer: Viewer | None = None) -> Iterator[Event]:
        """Yield stages, words and at last the verified answer; closing it stops the model.

        Raises:
            QuestionError: The question cannot be searched for.
            ModelUnavailable: The model's server is gone.
        """
        if self._writer is None:
            raise RuntimeError("an assistant that was built for searching only")
        yield Stage("search")
        found = self._retriever.search(question, _READ, viewer)
        documents = {h.clause.document_id: self._retriever.document(h.clause.document_id) for h in found.hits}
        yield Stage("read", found)
        evidence = weigh(
            asked(question),
            found.hits,
            list(documents.values()),
            bundled=self.settings.embed_model == "bundled",
        )
        yield from write(question, found, evidence, documents, self._writer)

    def ask(self, question: Question, viewer: Viewer | None = None) -> Answer:
        """Return the verified answer; raises as `stream`."""
        for event in self.stream(question, viewer):
            if isinstance(event, Answer):
                return event
        raise RuntimeError("the stream ended without an answer")

    def documents(self) -> list[Document]:
        """Return the documents of the collection."""
        return self._catalog.documents()

    def document(self, document_id: str) -> Document:
        """Return one document of the collection."""
        return self._retriever.document(document_id)

    def clause(self, clause_id: str) -> Clause:
        """Return one clause; raises NotFound."""
        return self._catalog.clause(clause_id)

    def neighbours(self, clause_id: str) -> list[Clause]:
        """Return the clauses before and after one, in printed order."""
        clause = self.clause(clause_id)
        return [c for c in self._catalog.clauses(clause.document_id) if abs(c.ordinal - clause.ordinal) == 1]

    def llama_index(self) -> "ClauseQueryEngine":
        """Return the assistant as a LlamaIndex query engine."""
        return ClauseQueryEngine(assistant=self, retriever=ClauseRetriever(self._retriever))


class ClauseQueryEngine(CustomQueryEngine):
    """The assistant for LlamaIndex users; source nodes are the cited clauses."""

    assistant: Any
    retriever: Any

    def custom_query(self, query_str: str) -> Response:
        """Answer a question; the metadata hold verdict, citations and warnings."""
        answer = self.assistant.ask(Question(query_str))
        cited = {c.clause_id for c in answer.citations}
        nodes = [n for n in self.retriever.retrieve(query_str) if n.node.node_id in cited]
        facts = {"verdict": answer.verdict, "citations": answer.citations, "warnings": answer.warnings}
        return Response(answer.text, source_nodes=nodes, metadata=facts)


def build_assistant(settings: Settings, *, searching_only: bool = False) -> Assistant:
    """Open the collection of the settings.

    Args:
        settings: Data folder, embedder, reranker and model.
        searching_only: Do not look for a language model.

    Raises:
        EmptyCollection: There is no collection, or nothing in it.
        CollectionMismatch: It was made with another embedder.
        IndexDamaged: An index is missing or unreadable.
        ModelUnavailable: A named model is not there.
    """
    catalog = Catalog(settings.data)
    catalog.check_embedder(settings.embed_model)
    keyword = KeywordIndex(settings.data)
    embedder = build_embedder(settings)
    scorer = SentenceScorer(embedder)
    store = VectorStore(settings.data)
    if not store.count() and catalog.count_clauses():
        # Chroma makes a missing store anew, and the dense leg would find nothing without a word.
        raise IndexDamaged(f"The vectors in {settings.data / 'chroma'} are gone.", fix="policyqa rebuild")
    retriever = Retriever(catalog, keyword, store, embedder, build_reranker(settings, scorer))
    if searching_only:
        return Assistant(settings, catalog, retriever, None)
    choice = choose_llm(settings)
    return Assistant(settings, catalog, retriever, Writer(choice.llm, choice.name, scorer, choice.notice))
