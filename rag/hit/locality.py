"""A question about one place: what other places decreed does not answer it."""

from collections.abc import Mapping, Sequence

from rag.hit.query import Asked
from rag.hit.regions import NATION, WORLD, holds_in, is_part_of, narrowest, places_in
from rag.locator.lookup import is_meant
from rag.schema import Document, Hit


def local(hits: Sequence[Hit], documents: Mapping[str, Document], asked: Asked) -> tuple[Hit, ...]:
    """Return the hits that are not of other places than the one that a question is about.

    Args:
        hits: Best first.
        documents: Of those hits, by id.
        asked: The question; of its own places and those that it takes over the own ones count.

    Returns:
        All hits when the question names no place or several, or when all are of other places.
    """
    place = place_of(asked)
    if not place:
        return tuple(hits)
    own = (h for h in hits if is_meant(h) or _is_of(h, documents[h.clause.document_id], place))
    return tuple(own) or tuple(hits)


def place_of(asked: Asked) -> str:
    """Return the place that a question is about; empty when it names none or several."""
    places = narrowest(places_in(asked.text) or places_in(asked.full))
    return next(iter(places)) if len(places) == 1 else ""


def _is_of(hit: Hit, document: Document, place: str) -> bool:
    """Tell whether a hit is of no place, holds in the place or in a part of it, or names it."""
    if document.region in (None, NATION, WORLD):
        return True
    if holds_in(document.region, place) or is_part_of(document.region, place):
        return True
    return place in f"{document.title} {document.issuer or ''} {hit.clause.text}"
