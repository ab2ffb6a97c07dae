"""The door for front ends: ask, search and read one collection."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial

from rag.answer import write
from rag.catalog import Catalog
from rag.catalog.documents import no_document
from rag.catalog.edition import Edition, edition
from rag.collection import Collection
from rag.context.context import Context, with_companions
from rag.dense import DenseLeg
from rag.direct.direct import answered_directly
from rag.direct.holdings import Holdings
from rag.doubt.entailment import Entailment
from rag.embed import Embedder, build_embedder
from rag.hit.filters import allowed
from rag.hit.locality import local
from rag.hit.query import understood
from rag.keyword_index import KeywordIndex
from rag.llm import LlmChoice, choose_llm
from rag.outside import told_of_day
from rag.query_engine import ClauseQueryEngine
from rag.rerank import Reranker, SentenceScorer, build_reranker
from rag.retrieve import Retriever
from rag.rewrite import rewritten
from rag.schema import Answer, Clause, Delta, Document, Event, Question, Retrieval, Stage, Viewer
from rag.settings import Settings
from rag.sides import joined, sides_of
from rag.text import Lang, language_of
from rag.verdict.anew import begins_anew
from rag.verdict.evidence import weigh
from rag.writer import Writer, writer_of

_READ = 40
"""Hits that a model may read, as far as it has room."""
_SHOWN = 10
"""Hits that are weighed, quoted without a model, and shown with an answer."""
_TO_READ = 2000
"""Characters of a question that a model reads whole; of a longer one, which would crowd out the clauses, the salient sentences."""
MakeRetriever = Callable[[Catalog, KeywordIndex, DenseLeg, Embedder, Reranker | None], Retriever]


class Assistant:
    """Answers questions about one collection; holds nothing about the person who asks."""

    def __init__(self, settings: Settings, collection: Collection, writer: Writer | None) -> None:
        """Take parts that are ready; `writer` None when only searching."""
        self.settings, self._collection, self._writer = settings, collection, writer

    def notice(self, lang: Lang = "zh") -> str | None:
        """Return what to tell users about the model; None when one writes the answers."""
        if self._writer is None or self._writer.llm is not None:
            return None
        return self._writer.notice[lang]

    @property
    def model(self) -> str:
        """`ollama:qwen3:8b`, or `extractive`."""
        return self._writer.name if self._writer else "none"

    @property
    def owner(self) -> Viewer:
        """Whoever has the data folder at hand, as on the command line: all documents exist for them."""
        return Viewer(groups=frozenset(d.visibility for d in self._collection.catalog.documents()))

    def search(self, question: Question, limit: int = 10, viewer: Viewer | None = None) -> Retrieval:
        """Return the best clauses; raises as `Retriever.search`."""
        return self._collection.retriever().search(question, limit, viewer)

    def stream(self, question: Question, viewer: Viewer | None = None) -> Iterator[Event]:
        """Yield stages, words and at last the verified answer; closing it stops the model.

        Raises:
            QuestionError: The question cannot be searched for.
            ModelUnavailable: The model's server is gone.
        """
        if self._writer is None:
            raise RuntimeError("an assistant that was built for searching only")
        started = time.perf_counter()
        seconds: dict[str, float] = {}
        for event in self._events(question, viewer, self._writer):
            if isinstance(event, Delta):
                seconds.setdefault("first_token", time.perf_counter() - started)
            elif isinstance(event, Answer):
                seconds |= {"search": event.retrieval.seconds, "whole": time.perf_counter() - started}
                event = replace(event, seconds=seconds)
            yield event

    def _events(self, question: Question, viewer: Viewer | None, writer: Writer) -> Iterator[Event]:
        yield Stage("search")
        retriever = self._collection.retriever()
        question = retriever.in_print(question)
        by_rules = understood(question)
        if (said := answered_directly(question, self._holdings(question, viewer), by_rules.full)) is not None:
            yield said
            return
        asked = rewritten(by_rules, question, writer.llm) if writer.llm else by_rules
        found = retriever.search(question, _READ, viewer, asked)
        if by_rules.carried and begins_anew(
            question.text, found.hits, embedder=self.settings.embedder, scorer=writer.scorer
        ):
            asked = by_rules = understood(replace(question, history=()))
            found = retriever.search(question, _READ, viewer, asked)
        question = replace(question, text=asked.text) if len(question.text) > _TO_READ else question
        shown = replace(found, hits=found.hits[:_SHOWN])
        yield Stage("read", shown)
        documents = {h.clause.document_id: retriever.document(h.clause.document_id) for h in found.hits}
        here = replace(found, hits=local(found.hits, documents, by_rules))
        weighed, lang = here.hits[:_SHOWN], language_of(question.text)
        judge = partial(weigh, embedder=self.settings.embedder, scorer=writer.scorer, lang=lang)
        sides = sides_of(question, by_rules, found.hits[:_SHOWN], retriever, viewer, judge)
        evidence = joined(judge(by_rules, weighed, documents, best=next(iter(found.hits), None)), sides)
        evidence = told_of_day(evidence, question, found, retriever, viewer, asked)
        if evidence.enough and here.hits != found.hits:
            found, shown = here, replace(here, hits=weighed)
        known = documents | {key: d for side in sides for key, d in side.documents.items()}
        context = Context(
            asked.full,
            found.hits,
            known,
            clauses_of=self._collection.catalog.clauses,
            sides=sides,
        )
        context = self._with_companions(context, question, found, viewer) if evidence.enough else context
        yield from write(question, shown, evidence, context, writer)

    def _holdings(self, question: Question, viewer: Viewer | None) -> Holdings:
        """Return what this person may see of what meets the question's filters."""
        catalog, shown = self._collection.catalog, self.documents(viewer)
        if question.filters or question.as_of:
            shown = allowed(shown, question.filters, question.as_of, viewer or Viewer())
        return Holdings(shown, catalog.clause_counts, catalog.saying, catalog.clauses)

    def _with_companions(
        self, context: Context, question: Question, found: Retrieval, viewer: Viewer | None
    ) -> Context:
        # A day that the search read from the question holds for what belongs to its hits, too.
        day = question.as_of or found.filters.inferred.get("as_of") or None
        limits = replace(question, as_of=day)
        return with_companions(context, limits, viewer or Viewer(), self._collection.catalog)

    def ask(self, question: Question, viewer: Viewer | None = None) -> Answer:
        """Return the verified answer; raises as `stream`."""
        for event in self.stream(question, viewer):
            if isinstance(event, Answer):
                return event
        raise RuntimeError("the stream ended without an answer")

    def documents(self, viewer: Viewer | None = None) -> list[Document]:
        """Return the documents that this person may see."""
        eyes = viewer or Viewer()
        return [d for d in self._collection.catalog.documents() if eyes.sees(d)]

    def document(self, document_id: str, viewer: Viewer | None = None) -> Document:
        """Return one document.

        Raises:
            NotFound: There is none of that id, or this person may not see it.
        """
        document = self._collection.catalog.document(document_id)
        if not (viewer or Viewer()).sees(document):
            # In the words for what is not there: that it is hidden is a secret too.
            raise no_document(document_id)
        return document

    def clauses(self, document_id: str, viewer: Viewer | None = None) -> list[Clause]:
        """Return the clauses of a document in printed order; raises as `document`."""
        return self._collection.catalog.clauses(self.document(document_id, viewer).document_id)

    def clause(self, clause_id: str, viewer: Viewer | None = None) -> Clause:
        """Return one clause; raises as `document`."""
        clause = self._collection.catalog.clause(clause_id)
        self.document(clause.document_id, viewer)
        return clause

    def neighbours(self, clause_id: str, viewer: Viewer | None = None) -> list[Clause]:
        """Return the clauses before and after one, in printed order; raises as `document`."""
        clause = self.clause(clause_id, viewer)
        around = self._collection.catalog.clauses(clause.document_id)
        return [c for c in around if abs(c.ordinal - clause.ordinal) == 1]

    def edition(self, document_id: str, viewer: Viewer | None = None) -> Edition:
        """Return a document's editor's note and original file; raises as `document`."""
        return edition(self._collection.catalog, self.document(document_id, viewer))

    def clause_counts(self, viewer: Viewer | None = None) -> dict[str, int]:
        """Return how many clauses each document has that this person may see, by document_id."""
        counts = self._collection.catalog.clause_counts()
        return {d.document_id: counts.get(d.document_id, 0) for d in self.documents(viewer)}

    def llama_index(self) -> ClauseQueryEngine:
        """Return the assistant as a LlamaIndex query engine."""
        return ClauseQueryEngine(assistant=self)


def build_assistant(
    settings: Settings,
    *,
    searching_only: bool = False,
    model: LlmChoice | None = None,
    retriever: MakeRetriever = Retriever,
    checked: bool = True,
    serving: bool = False,
) -> Assistant:
    """Open the collection of the settings.

    Args:
        settings: Data folder, embedder, reranker and model.
        searching_only: Do not look for a language model.
        model: Writes in place of the one that the settings name.
        retriever: Puts the search over one generation of the indexes together.
        checked: Off: what a model writes is shown as it is, see `Writer`.
        serving: Clauses are quoted while the model's server fails, until it answers again; else its failures are errors.

    Raises:
        EmptyCollection: There is no collection, or nothing in it.
        CollectionMismatch: It was made with another embedder.
        IndexDamaged: An index is missing or unreadable.
        ModelUnavailable: A named model is not there, and `serving` is off.
    """
    with closing(Catalog(settings.data)) as catalog:
        # Before a model is loaded, or downloaded, for nothing.
        catalog.check_embedder(settings.embedder)
    embedder = build_embedder(settings)
    scorer = SentenceScorer(embedder)
    reranker = build_reranker(settings, scorer)
    collection = Collection(
        settings, lambda catalog, keyword, store: retriever(catalog, keyword, store, embedder, reranker)
    )
    if searching_only:
        return Assistant(settings, collection, None)
    choice = model or choose_llm(settings, awaited=serving)
    entailment = Entailment(settings.entail_model) if settings.entail_model and choice.llm else None
    if entailment:
        entailment.load()
    writer = writer_of(choice, scorer, entailment, checked=checked, serving=serving)
    return Assistant(settings, collection, writer)
