"""The sentences of the best clauses that fit what a question asks for, quoted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.quote.condition import asks_conditions, sets_conditions
from rag.quote.definition import defining
from rag.quote.span import ITEM, WHOLE_CHARS, item_around, lead_of, list_in, series_around, with_items
from rag.quote.unfit import loss
from rag.rerank import SentenceScorer, title_and_text
from rag.schema import Hit
from rag.text import terms
from rag.verdict.parts import gives, sure_slots
from rag.verdict.question_type import asked_for, can_answer, is_about

_DEPTH = 5
_MAX_CLAUSES = 2
_FIRST_SENTENCES = 5
_MORE_SENTENCES = 2
_CLAUSE_MARGIN = 2.0
_LIST_MARGIN = 2.5
_CONDITION_MARGIN = 3.5
_SENTENCE_MARGIN = 2.5
_FILLING_MARGIN = 2.0
"""All in standard deviations of the sentence scores of one question; tuned on the development questions."""
_KIND_BONUS = 0.8
"""Of a sentence that has the kind of words asked for: a number of days for 几天, a body for 谁."""
_TELLING = 14
"""Characters; shorter sentences, such as headings and （各部门）, are quoted only with others."""
_EXCEPTION = re.compile(
    r"[（(]?(?:但是?|不过|除外|例外|另有规定|情况(?:特殊|复杂)|确有|涉及.{0,20}的，|However|Except|Unless|Provided)",
    re.IGNORECASE,
)
_LEANS = re.compile(r"(?:但是?|前款|上述|前述|其中|该|此类|否则|同时)")


@dataclass(frozen=True, slots=True)
class Extract:
    """A passage of a clause, to be quoted as it stands."""

    hit: Hit
    start: int
    end: int

    @property
    def text(self) -> str:
        """The quoted words."""
        return self.hit.clause.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a hit with how well it answers."""

    hit: int
    """Number of the hit, from 0."""
    start: int
    end: int
    score: float
    """In standard deviations over the sentences of one question."""


def extract(
    question: str,
    hits: Sequence[Hit],
    scorer: SentenceScorer,
    most: int = _MAX_CLAUSES,
    whole_chars: int = WHOLE_CHARS,
) -> list[Extract]:
    """Choose passages that answer a question.

    Args:
        question: With the earlier question of a follow-up in front.
        hits: Best first; the first five are read.
        scorer: Compares the question with sentences.
        most: Most clauses to quote from.
        whole_chars: The best clause is quoted whole up to this length.

    Returns:
        Passages grouped by clause, best clause first, in printed order inside a clause; none for no hits. A short
        clause is quoted whole, so that a condition keeps its exception.
    """
    hits = hits[:_DEPTH]
    found = best_sentences(question, hits, scorer)
    if not found:
        return []
    if defined := defining(question, hits, scorer):
        hit, span = defined
        return joined(hit, [item_around(hit.clause.text, *span)])
    best: dict[int, float] = {}
    for s in found:
        best.setdefault(s.hit, s.score)
    out: list[Extract] = []
    wants_list = "list" in asked_for(question) or asks_conditions(question)
    for place, (i, score) in enumerate([*best.items()][:most]):
        # Where a list is asked for, a clause without one is hardly all of the answer.
        still = wants_list and not any(list_in(p.text) for p in out)
        if score < found[0].score - _margin(question, hits[i].clause.text, still):
            break
        # Where one clause gives the time that is asked for, another without it adds nothing.
        if gives(question, "".join(p.text for p in out)) and not gives(question, hits[i].clause.text):
            continue
        own = [s for s in found if s.hit == i]
        if place == 0 and len(hits[i].clause.text) <= whole_chars:
            out.append(Extract(hits[i], 0, len(hits[i].clause.text)))
        else:
            out += _passages(hits[i], own, place == 0, found[0].score, wants_list)
    return _filled(question, hits, found, out)


def _filled(
    question: str, hits: Sequence[Hit], found: Sequence[Sentence], chosen: list[Extract]
) -> list[Extract]:
    """Return the passages with the best sentence that gives the amount or the time asked for, where none of them does.

    What is nearest often says who or when, and leaves to another clause how much.
    """
    if not sure_slots(question) or any(gives(question, p.text) for p in chosen):
        return chosen
    near = (s for s in found if s.score >= found[0].score - _FILLING_MARGIN)
    for s in near:
        text = hits[s.hit].clause.text
        if not gives(question, text[s.start : s.end]):
            continue
        # A further clause that does not give it adds nothing.
        kept = [p for p in chosen if p.hit in (chosen[0].hit, hits[s.hit])]
        own = [(p.start, p.end) for p in kept if p.hit is hits[s.hit]]
        filling = joined(hits[s.hit], sorted([*own, series_around(text, *item_around(text, s.start, s.end))]))
        others = [p for p in kept if p.hit is not hits[s.hit]]
        return [*others, *filling]
    return chosen


def _margin(question: str, text: str, wants_list: bool) -> float:
    """Return how far the best sentence of a further clause may lie below the best one of all."""
    if not (wants_list and list_in(text)):
        return _CLAUSE_MARGIN
    return _CONDITION_MARGIN if asks_conditions(question) and sets_conditions(text) else _LIST_MARGIN


def best_sentences(question: str, hits: Sequence[Hit], scorer: SentenceScorer) -> list[Sentence]:
    """Return the sentences of hits, the one that answers best first; none for hits without text."""
    rows = scorer.scores(question, [title_and_text(h.clause) for h in hits])
    flat = [(i, a, b, s) for i, row in enumerate(rows) for a, b, s in row]
    if not flat:
        return []
    texts = [hits[i].clause.text[a:b] for i, a, b, _ in flat]
    asked = {t for t in terms(question) if len(t) > 1}
    shared = [len(asked & set(terms(text))) / max(1, len(asked)) for text in texts]
    score = (
        _standard([s for *_, s in flat])
        + 1.2 * _standard([hits[i].score for i, *_ in flat])
        + 0.5 * _standard(shared)
        + _KIND_BONUS * np.asarray([_of_kind(question, text) for text in texts])
        - np.asarray([loss(question, hits[i].clause.text, a, b) for i, a, b, _ in flat])
    )
    found = [Sentence(i, a, b, float(z)) for (i, a, b, _), z in zip(flat, score, strict=True)]
    return sorted(found, key=lambda s: -s.score)


def _of_kind(question: str, text: str) -> float:
    """Return the share of the kinds of words asked for that a sentence has; 0 for an open question."""
    if asks_conditions(question) and sets_conditions(text):
        return 1.0
    kinds = [kind for kind in asked_for(question) if kind != "list"]
    fitting = sum(can_answer(kind, text) and is_about(kind, question, text) for kind in kinds)
    return fitting / max(1, len(kinds))


def _standard(values: Sequence[float]) -> np.ndarray:
    array = np.asarray(values, dtype=float)
    return np.asarray((array - array.mean()) / (array.std() + 1e-6))


def _passages(
    hit: Hit, found: Sequence[Sentence], first: bool, top: float, wants_list: bool
) -> list[Extract]:
    """Return what to quote of a clause; `found` are its sentences, best first."""
    text = hit.clause.text
    if wants_list and (listed := list_in(text)):
        return [Extract(hit, *listed)]
    most = _FIRST_SENTENCES if first else _MORE_SENTENCES
    short = [s for s in found if s.end - s.start < _TELLING and text[s.end - 1] not in "：:"]
    telling = [s for s in found if s not in short or ITEM.match(text, s.start)] or [*found]
    near = [s for s in telling if s.score >= top - _SENTENCE_MARGIN][:most] or telling[:1]
    whole = [series_around(text, *item_around(text, s.start, s.end)) for s in near]
    spans = {span for start, end in whole for span in _with_exception(text, start, end, found)}
    spans = {with_items(text, *span) for span in spans}
    spans |= {lead for start, _ in spans if (lead := lead_of(text, start))}
    return joined(hit, sorted(spans))


def _with_exception(text: str, start: int, end: int, found: Sequence[Sentence]) -> list[tuple[int, int]]:
    """Return a passage with the sentence behind it that takes something back, or the one before that it leans on."""
    spans = [(start, end)]
    after = min((s for s in found if s.start >= end), key=lambda s: s.start, default=None)
    if after and _EXCEPTION.match(text, after.start):
        spans.append((after.start, after.end))
    before = max((s for s in found if s.end <= start), key=lambda s: s.start, default=None)
    if before and _LEANS.match(text, start):
        spans.append((before.start, before.end))
    return spans


def joined(hit: Hit, spans: Sequence[tuple[int, int]]) -> list[Extract]:
    """Make one passage of spans that follow each other; `spans` are in printed order."""
    out: list[Extract] = []
    for start, end in spans:
        if out and not hit.clause.text[out[-1].end : start].strip():
            out[-1] = Extract(hit, out[-1].start, max(end, out[-1].end))
        elif not out or end > out[-1].end:
            out.append(Extract(hit, max(start, out[-1].end) if out else start, end))
    return out
