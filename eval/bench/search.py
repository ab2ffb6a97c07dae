"""The product's search, whole and by its parts, question by question."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from eval.bench.measures import DEPTH
from eval.bench.questions import BenchQuestion
from rag.assistant import Assistant, build_assistant
from rag.errors import EvaluationError
from rag.hit.filters import allowed
from rag.hit.parts import Parts
from rag.retrieve import Retriever
from rag.schema import Hit, Question, Viewer
from rag.settings import Settings

USUAL = 10
"""Hits that a user gets, and an answer is written from: what is timed."""


@dataclass(frozen=True, slots=True)
class Search:
    """Which parts of the product's search work."""

    parts: Parts = field(default_factory=Parts)
    reranker: bool = False
    only_found: bool = False
    """Counted over the questions for which it finds anything; the others are not its own."""


SEARCHES = {
    "product": Search(reranker=True),
    "no-reranker": Search(),
    "fusion": Search(Parts(router=False)),
    "lookup": Search(Parts(keyword=False, dense=False), only_found=True),
    "keyword": Search(Parts(dense=False, router=False)),
    "dense": Search(Parts(keyword=False, router=False)),
}
"""Name → what works."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one search found for all questions that are its own."""

    hits: dict[str, tuple[Hit, ...]]
    """By the question's id, best first, at most 100."""
    seconds: tuple[float, ...]
    """Of each question with the usual number of hits, the first one left out."""
    filtered_seconds: tuple[float, ...]
    """The same with the filter; empty without one."""


def search_set(
    name: str,
    questions: Sequence[BenchQuestion],
    settings: Settings,
    filters: Mapping[str, str],
    progress: Callable[[int, int], None],
) -> Found:
    """Search for each question as the product does, or with parts off, for somebody who may see every document.

    Args:
        name: A key of `SEARCHES`.
        questions: At least one.
        settings: Of the collection.
        filters: With which each question is timed once more; empty for none.
        progress: Called with (questions done, questions in all).
    """
    search = SEARCHES[name]
    assistant = _assistant(search, settings)
    owner = assistant.owner
    # The first question loads the pages of the models and the indexes.
    assistant.search(questions[0].question, USUAL, owner)
    hits, seconds, filtered = {}, [], []
    for done, each in enumerate(questions):
        progress(done, len(questions))
        seconds.append(_seconds(assistant, each.question, owner))
        found = assistant.search(each.question, DEPTH, owner).hits
        if found or not search.only_found:
            hits[each.id] = found
        if filters:
            filtered.append(_seconds(assistant, replace(each.question, filters=dict(filters)), owner))
    progress(len(questions), len(questions))
    return Found(hits, tuple(seconds), tuple(filtered))


def check_searches(names: Sequence[str]) -> None:
    """Refuse a name that is no search.

    Raises:
        EvaluationError: Such a name.
    """
    for name in names:
        if name not in SEARCHES:
            raise EvaluationError(
                f"No search is called {name!r}.",
                fix=f"use one of: {', '.join(SEARCHES)}",
                chinese=(f"没有名为 {name!r} 的检索方式。", f"请用其中之一：{'、'.join(SEARCHES)}"),
            )


def documents_left(settings: Settings, filters: Mapping[str, str]) -> tuple[int, int]:
    """Return how many documents of a collection meet a filter, and how many there are.

    Raises:
        FilterError: There is no such filter.
        EvaluationError: No document meets it.
    """
    assistant = _assistant(Search(), settings)
    owner = assistant.owner
    documents = assistant.documents(owner)
    left = len(allowed(documents, filters, None, owner))
    if not left:
        words = ", ".join(f"{key}={value}" for key, value in filters.items())
        raise EvaluationError(
            f"No document meets {words}.",
            fix="policyqa documents",
            chinese=(f"没有文件符合 {words}。", "policyqa documents"),
        )
    return left, len(documents)


def _assistant(search: Search, settings: Settings) -> Assistant:
    if not search.reranker:
        settings = settings.model_copy(update={"rerank_model": "none"})
    return build_assistant(settings, searching_only=True, retriever=partial(Retriever, parts=search.parts))


def _seconds(assistant: Assistant, question: Question, viewer: Viewer) -> float:
    started = time.perf_counter()
    assistant.search(question, USUAL, viewer)
    return time.perf_counter() - started
