"""The words of a question where they stand in a text."""

import re
import unicodedata
from dataclasses import dataclass

from rag.hit.turn import without_asking
from rag.locator.named import without_places
from rag.text import plain, terms


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One word of a question in a text."""

    start: int
    end: int
    """Exclusive."""
    word: str


def sought(question: str) -> frozenset[str]:
    """Return the words of a question that are worth showing: pairs of Chinese characters, Latin words, numbers.

    Words that only ask (什么, 多久) and places (第十二条) are left out; single characters count only when there is nothing else.
    """
    found = terms(without_asking(without_places(plain(question))))
    return frozenset(t for t in found if len(t) > 1) or frozenset(found)


def occurrences(words: frozenset[str], text: str) -> list[Occurrence]:
    """Return where these words stand, in order; they may overlap."""
    folded = "".join(_folded(c) for c in text)
    found = [Occurrence(*m.span(), word) for word in words for m in re.finditer(_pattern(word), folded)]
    return sorted(found, key=lambda o: (o.start, o.end))


def joined(found: list[Occurrence], start: int, end: int) -> list[tuple[int, int]]:
    """Return the stretches of text[start:end] that these words cover, counted from `start`; none touches another."""
    out: list[tuple[int, int]] = []
    for o in found:
        first, last = max(o.start, start) - start, min(o.end, end) - start
        if first >= last:
            continue
        if out and first <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], last))
        else:
            out.append((first, last))
    return out


def _folded(character: str) -> str:
    """Return a character as it is compared; one for one, so that places stay where they are."""
    folded = unicodedata.normalize("NFKC", character).lower()
    return folded if len(folded) == 1 else character


def _pattern(word: str) -> str:
    # A Latin word is sought as a whole: `ai` is not in `said`.
    return rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" if word[0].isascii() else re.escape(word)
