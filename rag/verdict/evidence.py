"""Whether what was found can answer the question at all; decided by code, with or without a language model."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.hit.locality import place_of
from rag.hit.query import Asked
from rag.rerank import SentenceScorer, title_and_text
from rag.schema import Document, Hit, Notice, Verdict
from rag.text import Lang
from rag.trace import step
from rag.verdict.breach import states_breach
from rag.verdict.coined import coined_name
from rag.verdict.curve import Curve, curve_for
from rag.verdict.event import untold_event
from rag.verdict.lack import (
    absent_document,
    absent_matters,
    absent_number,
    kind_name,
    listed,
    missing_kinds,
    missing_places,
    named_places,
    reason,
    said,
)
from rag.verdict.named_titles import absent_title
from rag.verdict.outpaid import AMOUNT, amount_untold
from rag.verdict.parts import missing_parts, not_printed, without_missing
from rag.verdict.signals import READ, Found, signals
from rag.verdict.swapped import swapped_object
from rag.verdict.topics import Topics, topics_for

_NO_WORDS = re.compile(r"[的地得了着过呢吗吧啊呀嘛么是在有和与及或之\W]*")
"""A question of particles alone."""
_BEST = 3
"""Sentences that tell what matter was found."""
_DETAIL = (
    "nothing_fits",
    "fitting_words",
    "fitting_sentence",
    "asks_money",
    "asks_number",
    "asks_penalty",
    "money_missing",
)
"""Signals of what a question leaves open: without them a curve tells whether the clauses are about the matter."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whether there is enough to answer."""

    enough: bool
    why: str
    """What is missing, for the user, in the language of the question; empty when there is enough."""
    confidence: float = 0.0
    """The probability that the collection answers the question, by a fitted curve; 0 when what is asked is known to be missing."""
    missing: tuple[str, ...] = ()
    """When there is enough: the parts of the question of which nothing was found, as 深圳, 《民法典》, “费用多少”."""
    threshold: float = 0.0
    """Least confidence with which a question is answered."""
    notices: tuple[Notice, ...] = ()
    """When there is enough: what the reader must know of the day that was asked for."""


@dataclass(frozen=True, slots=True)
class Written:
    """How the sentences of an answer fared when they were checked."""

    sentences: int
    """That state something: without headings and courtesies."""
    verified: int
    """Of them, those in which every quotation and figure stands in a cited clause."""


@step("evidence")
def weigh(
    asked: Asked,
    hits: Sequence[Hit],
    documents: Mapping[str, Document],
    *,
    embedder: str,
    scorer: SentenceScorer | None = None,
    lang: Lang = "zh",
    best: Hit | None = None,
) -> Evidence:
    """Weigh the first hits against what a question asks for.

    Args:
        asked: The question as the rules complete it.
        hits: Best first, of the place that the question is about.
        documents: The documents of those hits, by id.
        embedder: Whose vectors they were found with, as `Settings.embedder` names it.
        scorer: Compares the question with sentences; None when there is nothing to compare with.
        lang: Of the reason.
        best: The best hit of all, of whatever place; None when it is the first of `hits`.
    """
    if _NO_WORDS.fullmatch(asked.full):
        return Evidence(False, said("empty", lang))
    if not hits:
        return Evidence(False, said("nothing", lang))
    # A search without vectors has no cosines to weigh.
    curve = curve_for(embedder if any("dense" in h.legs for h in hits) else "")
    known = scorer if curve.embedder else None
    found = search_of(asked, hits, documents, known, topics_for(embedder))
    if number := absent_number(asked.full, hits, documents):
        return Evidence(False, said("number", lang, number), threshold=curve.threshold)
    places = missing_places(found)
    if places and len(places) == len(named_places(found.full)):
        return Evidence(False, said("place", lang, listed(places, lang)), threshold=curve.threshold)
    if best and best.clause is not hits[0].clause and (place := place_of(asked)):
        # Its own documents are ranked higher: what another place says first, they do not say.
        told = said("elsewhere", lang, place, best.clause.title, best.clause.locator)
        return Evidence(False, told, threshold=curve.threshold)
    if absent := absent_document(found.full, hits):
        return Evidence(False, said("document", lang, absent), threshold=curve.threshold)
    if strange := _strange(found, lang):
        return Evidence(False, strange, threshold=curve.threshold)
    if matters := absent_matters(found.text, hits):
        return Evidence(False, said("place", lang, listed(matters, lang)), threshold=curve.threshold)
    if not_printed(found):
        return Evidence(False, reason(found, lang, near=True), threshold=curve.threshold)
    values = signals(found)
    confidence, missing = _probability(curve, values), missing_parts(found, lang)
    if confidence < curve.threshold and (rest := without_missing(found)):
        # 有效期多久，费用多少: a part that nothing answers takes the other one's answer away from nobody.
        confidence = max(confidence, _probability(curve, signals(rest)))
    if confidence < curve.threshold and states_breach(found):
        confidence = curve.looked_up
        # 罚多少 where a clause names the measure without an amount.
        missing = missing or tuple(kind_name(slot, lang) for slot in missing_kinds(found))
    if confidence < curve.threshold:
        near = curve.probability({**values, **dict.fromkeys(_DETAIL, 0.0)}) >= curve.threshold
        return Evidence(False, reason(found, lang, near=near), confidence, threshold=curve.threshold)
    return Evidence(True, "", confidence, missing, curve.threshold)


def _strange(found: Found, lang: Lang) -> str:
    """Return which name, thing or event of a question no clause found speaks of, in a sentence; empty for none."""
    if coined := coined_name(found):
        return said("name", lang, coined)
    if title := absent_title(found):
        return said("document", lang, title)
    if thing := swapped_object(found):
        return said("object", lang, thing)
    first = found.hits[0].clause
    if event := untold_event(found, lang):
        return said("kind", lang, first.title, first.locator, event)
    if amount_untold(found):
        return said("kind", lang, first.title, first.locator, AMOUNT[lang])
    return ""


def search_of(
    asked: Asked,
    hits: Sequence[Hit],
    documents: Mapping[str, Document],
    scorer: SentenceScorer | None,
    topics: Topics | None,
) -> Found:
    """Return what is weighed of a search.

    Args:
        asked: The question as the rules complete it.
        hits: Best first; at least one.
        documents: The documents of those hits, by id.
        scorer: None when cosines do not count.
        topics: Made with the scorer's embedder; None for none.
    """
    found = Found(asked.text, asked.full, hits, documents)
    if scorer is None:
        return found
    passages = [title_and_text(h.clause) for h in hits[:READ]]
    found = replace(found, cosines=scorer.scores(asked.compared, passages))
    if topics is None:
        return found
    return replace(
        found,
        topics=topics.cosines(scorer.question(asked.full)),
        near_law=topics.nearness(scorer.nearest(asked.text, passages, _BEST)),
    )


def _probability(curve: Curve, values: Mapping[str, float]) -> float:
    probability = curve.probability(values)
    if values["looked_up"] and not values["nothing_fits"]:
        # An article that is named and exists answers what it is asked, whatever the words.
        return max(probability, curve.looked_up)
    return probability


def after_writing(evidence: Evidence, written: Written) -> Verdict:
    """Return the verdict of an answer whose sentences have been checked.

    Args:
        evidence: What was weighed before; with enough to answer.
        written: How many sentences were checked, and how many passed.

    Returns:
        `refused` when no sentence passed: then the clauses' own words are shown, or nothing. `partial` when a part of the
        question has no evidence, or when so many sentences failed that the confidence falls below the threshold.
    """
    if not written.verified:
        return "refused"
    sure = evidence.confidence * written.verified / max(written.sentences, 1)
    return "partial" if evidence.missing or sure < evidence.threshold else "answered"
