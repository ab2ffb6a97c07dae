"""One search, from what was typed to what is to be shown."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from rag.errors import FilterError, NotFound, QuestionError
from rag.hit.query import MAX_QUESTION
from rag.schema import Document, Filters, Hit, Viewer
from rag.text import Lang, has_words
from ui.labels import label
from ui.service import Assistant
from ui.web.filters.chosen import Chosen
from ui.web.search.exact import exact

STEP = 20
"""Hits that are shown at first, and that "more" adds."""
MOST = 100


@dataclass(frozen=True)
class Wanted:
    """What is searched for."""

    text: str = ""
    chosen: Chosen = field(default_factory=Chosen)
    limit: int = STEP
    lang: Lang = "zh"

    def is_as(self, other: "Wanted") -> bool:
        """Tell whether it is the same question, whatever its limit and language."""
        return (self.text, self.chosen) == (other.text, other.chosen)


@dataclass(frozen=True)
class Found:
    """What a search found."""

    hits: tuple[Hit, ...] = ()
    """Best first."""
    documents: Mapping[str, Document] = field(default_factory=dict)
    """By id; one that has left the collection meanwhile is missing."""
    filters: Filters = field(default_factory=Filters)
    seconds: float = 0.0
    exactly: bool = False
    """The question is a number, and these are the clauses of that number."""
    more: bool = False
    """There are more hits."""
    trouble: str = ""
    """Why the question cannot be searched for, in words; nothing else counts then."""


def find(assistant: Assistant, wanted: Wanted, viewer: Viewer | None = None) -> Found:
    """Search for what was typed; what cannot be searched for is said in words.

    Args:
        assistant: Over the collection.
        wanted: The words and their limits.
        viewer: Who asks; None for one who sees public documents only.
    """
    text = wanted.text.strip()
    if not has_words(text):
        return Found(trouble=label("search.no_words", wanted.lang))
    if len(text) > MAX_QUESTION:
        return Found(trouble=label("search.too_long", wanted.lang).format(n=len(text), most=MAX_QUESTION))
    try:
        retrieval = assistant.search(wanted.chosen.question(text), wanted.limit, viewer)
    except (QuestionError, FilterError) as error:
        return Found(trouble=" ".join(error.words(wanted.lang)))
    hits = retrieval.hits
    # Whoever wants more than the clauses of that number has pressed "more".
    only = exact(text, hits) if wanted.limit == STEP else []
    shown = tuple(only) or hits
    documents: dict[str, Document] = {}
    for document_id in {hit.clause.document_id for hit in shown}:
        with suppress(NotFound):
            documents[document_id] = assistant.document(document_id, viewer)
    more = len(hits) >= wanted.limit < MOST or len(shown) < len(hits)
    return Found(shown, documents, retrieval.filters, retrieval.seconds, bool(only), more)
