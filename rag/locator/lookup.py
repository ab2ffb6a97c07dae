"""The lookup leg: clauses that a question names by number, 第十二条 or 三（一）, of a document that it names or not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rag.locator.index import PlaceIndex, Spot, covers
from rag.locator.matcher import MEANT, NAMED, TitleMatcher
from rag.locator.named import Named
from rag.schema import Clause, Hit

_NEAR_BEST = 0.8
_LIKELY = 0.5
"""As much of a title as a place or an issue is worth; from here on a document is meant clearly: it is looked into alone."""
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Found:
    """What a question names by number."""

    ranking: tuple[tuple[str, float], ...] = ()
    """(clause_id, score), best first. The score is the title's share: from `MEANT` on the question means the document."""
    ambiguous: str | None = None
    """The places of which there are several, as the question prints them, with those that were found."""
    meant: frozenset[str] = frozenset()
    """Ids of the documents that the question means clearly and that have none of the places; empty when one was found."""


def stands_at(clause: Clause, place: Named) -> bool:
    """Tell whether a clause is at a named place or under it; 第三部分 also names 三 of an outline."""
    return covers(place, clause.locator)


def is_meant(hit: Hit) -> bool:
    """Tell whether a hit was looked up by its number in a document that the question means."""
    found = hit.legs.get("lookup")
    return found is not None and found.score >= MEANT


class Lookup:
    """Finds the clauses at named places without reading clauses."""

    def __init__(self, places: PlaceIndex, titles: TitleMatcher, names: Mapping[str, str]) -> None:
        """Take the places of a collection, its titles, and what to call a document by its id."""
        self._places, self._titles, self._names = places, titles, names

    def find(
        self,
        text: str,
        full: str,
        documents: Collection[str],
        likely: Collection[str] = (),
        *,
        by_title: bool = True,
    ) -> Found:
        """Return the clauses at the places that a question names.

        Args:
            text: The question.
            full: With what it takes over from the questions before.
            documents: Ids of the only documents to look into.
            likely: Ids of those that the question means by something else than a title: its place, its issue.
            by_title: Off: a title in the question means no document.

        Returns:
            No clause when the question names no place or none exists. When it means no document clearly, the clauses of that
            number of all documents.
        """
        named = [p for p in self._places.named(text) if not self._is_in_list(p, text, full, documents)]
        if not named:
            return Found()
        known = dict.fromkeys(documents, 0.0) | dict.fromkeys(likely, _LIKELY)
        meant = (
            self._meant(text, full, named, known)
            if by_title
            else [dict.fromkeys(likely, _LIKELY)] * len(named)
        )
        spots = [self._in_meant(place, titles) for place, titles in zip(named, meant, strict=True)]
        clearly = frozenset(key for titles in meant for key in _meant_by(titles, _LIKELY))
        if not any(spots) and clearly:
            return Found(meant=clearly)
        if not any(spots):
            spots = [[] if place.is_generic else self._places.find(place, documents) for place in named]
        scores: dict[str, float] = {}
        doubts: list[str] = []
        for place, titles, found in zip(named, meant, spots, strict=True):
            for spot in found:
                share = titles.get(spot.document_id, 0.0)
                scores[spot.clause_id] = max(share, scores.get(spot.clause_id, 0.0))
            doubts += self._doubts(text[slice(*place.span)].strip(), found, titles)
        ranking = sorted(scores.items(), key=lambda row: -row[1])
        return Found(tuple(ranking), "；".join(dict.fromkeys(doubts)) or None)

    def _meant(
        self, text: str, full: str, named: Sequence[Named], documents: Mapping[str, float]
    ) -> list[dict[str, float]]:
        """Return how well each document fits each place: `甲办法第三条和乙办法第五条` names two documents."""
        own = self._shown(text, documents)
        # A document that this turn names takes the place of those before.
        whole = own if max(own.values(), default=0.0) >= NAMED else self._shown(full, documents)
        out: list[dict[str, float]] = []
        end = 0
        for place in named:
            words = (
                self._shown(text[end : place.span[0]], dict.fromkeys(documents, 0.0))
                if len(named) > 1
                else {}
            )
            if max(words.values(), default=0.0) >= MEANT:
                whole = words
            out.append(whole)
            end = max(end, place.span[1])
        return out

    def _is_in_list(self, place: Named, text: str, full: str, documents: Collection[str]) -> bool:
        """Tell whether a 第N项 is one of a list within a clause: no outline that the question names by its title has it."""
        if not place.is_item(text):
            return False
        titles = self._shown(full, dict.fromkeys(documents, 0.0))
        return not self._places.find(place, _meant_by(titles, MEANT))

    def _shown(self, text: str, documents: Mapping[str, float]) -> dict[str, float]:
        """Return the shares of these documents' titles, added to what speaks for them already."""
        shares = self._titles.scores(text)
        found = {key: shares.get(key, 0.0) + more for key, more in documents.items()}
        return {key: min(share, NAMED) for key, share in found.items() if share}

    def _in_meant(self, place: Named, titles: Mapping[str, float]) -> list[Spot]:
        meant = _meant_by(titles, MEANT)
        if not meant:
            return []
        return self._places.find(place, meant) or self._places.find(place, meant, loosely=True)

    def _doubts(self, printed: str, found: Sequence[Spot], titles: Mapping[str, float]) -> list[str]:
        """Say when a place is one of several documents that fit as well, or of several parts of one."""
        best = max((titles.get(spot.document_id, 0.0) for spot in found), default=0.0)
        fitting = [spot for spot in found if titles.get(spot.document_id, 0.0) >= _NEAR_BEST * best]
        documents = list(dict.fromkeys(spot.document_id for spot in fitting))
        if len(documents) > 1:
            others = [f"《{self._names.get(key, key)}》" for key in documents]
        else:
            others = list(dict.fromkeys(spot.place for spot in fitting))
        if len(others) < 2:
            return []
        more = f"等{len(others)}处" if len(others) > _SHOWN else ""
        return [f"{printed}：{'、'.join(others[:_SHOWN])}{more}"]


def _meant_by(titles: Mapping[str, float], least: float) -> set[str]:
    """Return the documents that fit nearly as well as the best, if that is at least so well."""
    best = max(titles.values(), default=0.0)
    return {key for key, share in titles.items() if share >= max(least, _NEAR_BEST * best)}
