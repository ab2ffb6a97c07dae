"""The product's search, whole and by its legs, timed question by question."""

import time
from collections.abc import Callable, Sequence
from functools import partial

from eval.public.report import SearchScore, search_score
from eval.public.sets import DEPTH, PublicSet, Query, means, score
from rag.assistant import Assistant, build_assistant
from rag.errors import EvaluationError
from rag.hit.parts import Parts
from rag.retrieve import Retriever
from rag.schema import Question
from rag.settings import Settings

SEARCHES = {
    "product": Parts(),
    "fusion": Parts(router=False),
    "keyword": Parts(dense=False, router=False),
    "dense": Parts(keyword=False, router=False),
}
"""Name → the parts of the search that work; only the product looks at its first hits again."""


def search_set(
    name: str,
    public: PublicSet,
    queries: Sequence[Query],
    settings: Settings,
    progress: Callable[[int, int], None],
) -> SearchScore:
    """Search for each question as the product does, or with parts off.

    Args:
        name: A key of `SEARCHES`.
        public: The set, which the collection of the settings holds.
        queries: At least one.
        settings: Of that collection.
        progress: Called with (questions done, questions in all).

    Raises:
        EvaluationError: There is no search of that name.
    """
    assistant = _assistant(name, settings)
    # The first question loads the pages of the models and the indexes.
    assistant.search(Question(queries[0].question), DEPTH)
    rankings, seconds = {}, []
    for done, query in enumerate(queries):
        progress(done, len(queries))
        started = time.perf_counter()
        found = assistant.search(Question(query.question), DEPTH)
        seconds.append(time.perf_counter() - started)
        rankings[query.qid] = [public.ids[hit.clause.clause_id] for hit in found.hits]
    progress(len(queries), len(queries))
    return search_score(means(score(rankings, queries, public.qrels)), seconds)


def check_searches(names: Sequence[str]) -> None:
    """Refuse a name that is no search.

    Raises:
        EvaluationError: Such a name.
    """
    for name in names:
        if name not in SEARCHES:
            raise EvaluationError(f"No search is called {name!r}.", fix=f"use one of: {', '.join(SEARCHES)}")


def _assistant(name: str, settings: Settings) -> Assistant:
    if name != "product":
        settings = settings.model_copy(update={"rerank_model": "none"})
    return build_assistant(settings, searching_only=True, retriever=partial(Retriever, parts=SEARCHES[name]))
