"""The lookup leg: clauses that a question names by number, 第十二条 or 三（一）, of a document that it names or not."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence

from rag.locator.named import Named, named_places
from rag.locator.place import UNKNOWN, Part, parts_of
from rag.schema import Clause, Document, Hit
from rag.text import loose, terms

MEANT = 0.2
"""Least share of a title from which on a question means that document."""


def stands_at(clause: Clause, place: Named) -> bool:
    """Tell whether a clause is at a named place or under it; 第三部分 also names 三 of an outline."""
    return _covers(place.parts, parts_of(clause.locator))


def _covers(wanted: Sequence[tuple[str, int, int]], path: Iterable[Part]) -> bool:
    at = 0
    for part in path:
        if at < len(wanted) and (part == wanted[at] or part in _same(wanted[at])):
            at += 1
    return at == len(wanted)


def _same(part: tuple[str, int, int]) -> tuple[Part, ...]:
    """Return what else a printed place may be called: 第三部分 is 三 of an outline."""
    style, number, sub = part
    return (Part("", number, sub),) if style == "部" else ()


def is_meant(hit: Hit) -> bool:
    """Tell whether a hit was looked up by its number in a document that the question means."""
    found = hit.legs.get("lookup")
    return found is not None and found.score >= MEANT


class TitleMatcher:
    """Finds the documents that a question means, by the rarer words of their titles."""

    def __init__(self, documents: Sequence[Document]) -> None:
        words = {d.document_id: {t for t in terms(d.title) if len(t) > 1} for d in documents}
        counts = Counter(t for found in words.values() for t in found)
        self._weight = {t: math.log(1 + len(documents) / n) for t, n in counts.items()}
        self._total = {key: sum(self._weight[t] for t in found) for key, found in words.items()}
        self._with: dict[str, list[str]] = defaultdict(list)
        for key, found in words.items():
            for term in found:
                self._with[term].append(key)
        titles = ((d.document_id, re.sub(r"([（(][^（()）]*[）)])+$", "", loose(d.title))) for d in documents)
        self._titles = [(key, title) for key, title in titles if len(title) >= 6]

    def scores(self, text: str) -> dict[str, float]:
        """Return document_id → share in (0, 1] of the weight of the title's words that the text has; 2 for a title in full.

        Documents that share nothing are missing.
        """
        plain = loose(text)
        weights: dict[str, float] = defaultdict(float)
        for term in set(terms(text)):
            for document_id in self._with.get(term, ()):
                weights[document_id] += self._weight[term]
        whole = {key for key, title in self._titles if title in plain}
        return {
            key: 2.0 if key in whole else weights[key] / total
            for key, total in self._total.items()
            if key in whole or key in weights
        }


class PlaceIndex:
    """The places of a collection's clauses, made once; finds those that a question names without reading clauses."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Take (clause_id, document_id, locator) of each clause, in order."""
        self._rows: list[tuple[str, str, tuple[Part, ...]]] = []
        self._at: dict[tuple[str, int, int], list[int]] = defaultdict(list)
        for number, (clause_id, document_id, locator) in enumerate(rows):
            path = parts_of(locator)
            self._rows.append((clause_id, document_id, path))
            for part in set(path):
                if part.style != UNKNOWN:
                    self._at[part].append(number)

    def look_up(
        self, text: str, titles: Mapping[str, float], documents: Container[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return the clauses at the places that a question names as (clause_id, score), best first.

        Args:
            text: The question.
            titles: How well each document fits the question, from `TitleMatcher`.
            documents: Ids of the only documents to look into; None for all.

        Returns:
            Empty when the question names no place or none exists. The score is the title's, so that the documents that
            the question means come first; when it means none clearly, all documents' clauses of that number are returned.
        """
        places = named_places(text)
        numbers = sorted({n for place in places for n in self._candidates(place, documents)})
        return _best([(self._rows[n][0], titles.get(self._rows[n][1], 0.0)) for n in numbers], titles)

    def _candidates(self, place: Named, documents: Container[str] | None) -> Iterable[int]:
        last = place.parts[-1]
        for part in (last, *_same(last)):
            for number in self._at.get(part, ()):
                _, document_id, path = self._rows[number]
                if (documents is None or document_id in documents) and _covers(place.parts, path):
                    yield number


def _best(found: list[tuple[str, float]], titles: Mapping[str, float]) -> list[tuple[str, float]]:
    best = max(titles.values(), default=0.0)
    if best >= MEANT:
        found = [row for row in found if row[1] >= max(MEANT, 0.8 * best)] or found
    return sorted(found, key=lambda row: -row[1])
