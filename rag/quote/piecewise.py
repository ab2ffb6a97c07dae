"""Questions that ask several things, or the same of several clauses: each thing gets its own passage."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.locator.lookup import stands_at
from rag.locator.named import named_places
from rag.quote.extract import Extract, Sentence, best_sentences, joined
from rag.quote.span import WHOLE_CHARS
from rag.quote.within import extract_within
from rag.rerank import SentenceScorer
from rag.schema import Hit
from rag.text import terms
from rag.verdict.parts import Part, asking_parts, sure_slots
from rag.verdict.signals import question_words
from rag.verdict.slot import slots

_MOST = 6
"""Clauses, or parts of a question, that get a passage each."""
_FAR = 2.5
"""Standard deviations by which the sentence for a part may lie below the one nearest to it."""
_AROUND = 2.0
"""Standard deviations within which a sentence with the part's own words goes before one without any."""
_NEAR = 1.0
"""Standard deviations within which a sentence that is quoted already does for the part."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The passages for the parts of a question."""

    passages: tuple[Extract, ...] = ()
    missing: tuple[str, ...] = ()
    """The parts that ask an amount, a time or the like which their passage does not give, in the question's words."""


def by_place(asked: str, meant: Sequence[Hit], scorer: SentenceScorer) -> Pieces | None:
    """Return a passage of each clause that a question names by number; None unless it names several that were found."""
    places = named_places(asked)
    groups = [(place, [h for h in meant if stands_at(h.clause, place)]) for place in places[:_MOST]]
    groups = [(place, group) for place, group in groups if len(group) == 1]
    if len({group[0].clause.clause_id for _, group in groups}) < 2:
        return None
    chosen: list[Extract] = []
    for place, group in groups:
        others = [p.span for p in places if p is not place]
        own = "".join(" " if any(a <= i < b for a, b in others) else c for i, c in enumerate(asked))
        chosen += [p for p in extract_within(own, group, scorer, asked=own, most=1) if p not in chosen]
    return Pieces(tuple(chosen))


def besides(asked: str, chosen: Sequence[Extract], hits: Sequence[Hit], scorer: SentenceScorer) -> Pieces:
    """Return what is to be quoted besides, for the parts of a question that ask an amount, a time or the like.

    Args:
        asked: The question.
        chosen: What is quoted for the question as a whole.
        hits: Best first.
        scorer: Compares a part with sentences.

    Returns:
        No passages for a question of one part, and for parts whose sentence is quoted already.
    """
    every = asking_parts(asked)[:_MOST]
    parts = [part for part in every if slots(part.asked)]
    found: list[Extract] = []
    missing: list[str] = []
    # How well a clause fits the whole question says little of one part.
    level = [replace(hit, score=0.0) for hit in hits]
    for part in parts:
        given = slots(part.asked)
        sentences = best_sentences(part.full, level, scorer)
        fitting = [s for s in sentences if all(slot.fits(_text(hits, s)) for slot in given)]
        sure = bool(sure_slots(part.asked))
        if not sure and any(all(slot.fits(p.text) for slot in given) for p in (*chosen, *found)):
            continue
        if not fitting or fitting[0].score < sentences[0].score - _FAR:
            # Things are counted in many words: that no sentence has the number says little.
            missing += [part.text] if sure else []
            continue
        near = [s for s in fitting if s.score >= fitting[0].score - _AROUND]
        near = _about(_own_words(part, every), hits, near)
        best = near[0]
        near = [s for s in near if s.score >= best.score - _NEAR]
        if not any(_holds(p, hits[s.hit], s) for p in (*chosen, *found) for s in near):
            found.append(Extract(hits[best.hit], best.start, best.end))
    return Pieces(tuple(found), tuple(missing))


def _own_words(part: Part, parts: Sequence[Part]) -> frozenset[str]:
    """Return the words of a part that no other part has: 监事 of 董事任期几年，监事任期几年."""
    others = (question_words(other.text) for other in parts if other is not part)
    return question_words(part.text).difference(*others)


def _about(words: frozenset[str], hits: Sequence[Hit], near: Sequence[Sentence]) -> list[Sentence]:
    """Return the sentences with at least half as many of these words as the one with most.

    A sentence that gives a time, but for another part of the question, does not answer this one.
    """
    shared = [len(words & set(terms(f"{hits[s.hit].clause.title} {_text(hits, s)}"))) for s in near]
    return [s for s, count in zip(near, shared, strict=True) if 2 * count >= max(shared)]


def _text(hits: Sequence[Hit], sentence: Sentence) -> str:
    return hits[sentence.hit].clause.text[sentence.start : sentence.end]


def _holds(passage: Extract, hit: Hit, sentence: Sentence) -> bool:
    own = passage.hit.clause.clause_id == hit.clause.clause_id
    return own and passage.start <= sentence.start and sentence.end <= passage.end


def completed(asked: str, chosen: Sequence[Extract], scorer: SentenceScorer) -> list[Extract]:
    """Return what is quoted, the first clause with its sentences for the parts of a question that were left out.

    Args:
        asked: The question; one of a single part changes nothing.
        chosen: What is quoted, each clause's passages together; none gives none.
        scorer: Compares a part with sentences.

    Returns:
        The same passages, or those of the first clause anew: all of it when it is short.
    """
    parts = asking_parts(asked)[:_MOST]
    if not parts or not chosen:
        return [*chosen]
    hit = chosen[0].hit
    own = [p for p in chosen if p.hit.clause.clause_id == hit.clause.clause_id]
    others = [p for p in chosen if p not in own]
    if len(hit.clause.text) <= WHOLE_CHARS:
        return [Extract(hit, 0, len(hit.clause.text)), *others]
    for part in parts:
        sentences = best_sentences(part.full, [hit], scorer)
        near = [s for s in sentences if s.score >= sentences[0].score - _NEAR]
        if near and not any(_holds(p, hit, s) for p in own for s in near):
            own.append(Extract(hit, near[0].start, near[0].end))
    return [*joined(hit, sorted((p.start, p.end) for p in own)), *others]
