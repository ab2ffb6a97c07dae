"""Questions that compare places: each place is searched for and weighed as a question of its own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from rag.context.side import Side
from rag.hit.locality import local
from rag.hit.query import Asked, understood
from rag.hit.regions import NATION, WORLD, names_of, narrowest, places_in
from rag.hit.side import asks_of_all, compares, one_of_all, side_of
from rag.retrieve import Retriever
from rag.schema import Hit, Question, Viewer
from rag.verdict.evidence import Evidence

_MOST = 6
"""Places that are compared."""
_READ = 20
"""Hits of a place, of which those of its documents count."""
_SHOWN = 10
Weigh = Callable[..., Evidence]
"""`weigh` with all that does not depend on the question."""


def sides_of(
    question: Question,
    asked: Asked,
    hits: Sequence[Hit],
    retriever: Retriever,
    viewer: Viewer | None,
    weigh: Weigh,
) -> tuple[Side, ...]:
    """Search for each place that a question compares.

    Args:
        question: With its history and filters, which hold for each place.
        asked: The question as the rules complete it.
        hits: Of the question as a whole; they tell of which places the collection has something, where all are asked for.
        retriever: The search.
        viewer: Who asks.
        weigh: Tells whether what was found for a place answers.

    Returns:
        At most six, in the order of the question; empty for one that compares no places. Of 各地 only places that have an
        answer, and none where fewer than two have.
    """
    if "region" in question.without:
        return ()
    places = sorted(narrowest(places_in(asked.text)), key=lambda p: _first(asked.text, p))
    if compares(asked.text, places):
        texts = {place: side_of(asked.text, place, places) for place in places[:_MOST]}
        return tuple(_side(place, text, question, retriever, viewer, weigh) for place, text in texts.items())
    if places or not asks_of_all(asked.text):
        return ()
    every = dict.fromkeys(chain.from_iterable(_places(hits, retriever)))
    texts = {place: one_of_all(asked.text, place) for place in [*every][:_MOST]}
    found = (_side(place, text, question, retriever, viewer, weigh) for place, text in texts.items())
    kept = tuple(side for side in found if side.evidence.enough)
    return kept if len(kept) > 1 else ()


def joined(whole: Evidence, sides: Sequence[Side]) -> Evidence:
    """Return the evidence for a comparison from that for its sides; that for the whole where nothing is compared.

    One side that has an answer is enough; the others are missing.
    """
    having = [side for side in sides if side.evidence.enough]
    if not having:
        return replace(whole, enough=False, why=whole.why or sides[0].evidence.why) if sides else whole
    absent = [side.place for side in sides if not side.evidence.enough]
    lacking = chain.from_iterable(side.evidence.missing for side in having)
    best = max(side.evidence.confidence for side in having)
    level = max(side.evidence.threshold for side in having)
    missing = tuple(dict.fromkeys([*absent, *lacking]))
    return replace(whole, enough=True, why="", confidence=best, threshold=level, missing=missing)


def _first(text: str, place: str) -> tuple[int, str]:
    """Return where a place stands in a text, in either language."""
    found = (text.lower().find(name.lower()) for name in names_of(place))
    return min((at for at in found if at >= 0), default=len(text)), place


def _places(hits: Sequence[Hit], retriever: Retriever) -> Iterator[frozenset[str]]:
    """Yield the place that each hit's document is for, of those that are for one place."""
    for hit in hits:
        region = retriever.document(hit.clause.document_id).region
        if region and region not in (NATION, WORLD):
            yield narrowest(places_in(region))


def _side(
    place: str, text: str, question: Question, retriever: Retriever, viewer: Viewer | None, weigh: Weigh
) -> Side:
    own = replace(question, text=text)
    asked = understood(own)
    found = retriever.search(own, _READ, viewer, asked)
    documents = {h.clause.document_id: retriever.document(h.clause.document_id) for h in found.hits}
    here = local(found.hits, documents, asked)[:_SHOWN]
    evidence = weigh(asked, here, documents, best=next(iter(found.hits), None))
    return Side(place, asked.full, here, documents, evidence)
