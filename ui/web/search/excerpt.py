"""The part of a clause that shows why it was found."""

from dataclasses import dataclass

from rag.text import sentences
from ui.web.search.words import Occurrence

WHOLE = 220
"""Characters of a clause that is shown as it is."""
_LENGTH = 150
_BEFORE = 30
"""Characters before the first word when a sentence alone is too long."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a clause's text."""

    start: int
    end: int
    """Exclusive."""


def excerpt(text: str, found: list[Occurrence]) -> Excerpt:
    """Return the stretch with the most of the words, of whole sentences where they are not too long.

    Args:
        text: Of the clause.
        found: The words of the question in it, in order; without any, the beginning is taken.
    """
    if len(text) <= WHOLE:
        return Excerpt(0, len(text))
    cuts = list(sentences(text))
    best, most = Excerpt(0, min(len(text), _LENGTH)), -1
    for i, (start, end) in enumerate(cuts):
        for _, following in cuts[i + 1 :]:
            if following - start > _LENGTH:
                break
            end = following
        if end - start > WHOLE:
            inside = next((o.start for o in found if start <= o.start < end), start)
            start = max(start, inside - _BEFORE)
            end = min(end, start + _LENGTH)
        words = {o.word for o in found if start <= o.start and o.end <= end}
        if len(words) > most:
            best, most = Excerpt(start, end), len(words)
    return best
