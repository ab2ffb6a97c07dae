"""The words of a clause that define what a question asks the meaning of."""

import re
from collections.abc import Sequence

from rag.hit.glossary import without_terms
from rag.hit.regions import without_places
from rag.rerank import SentenceScorer
from rag.schema import Hit
from rag.text import is_chinese
from rag.verdict.question_type import asked_for

_DEFINING = 3
"""First hits of which one may define the word that is asked for."""
_AFTER_TERM = (
    r"[”\"’」』）)]?(?:$|[？?，,。\s]|是|的(?:含义|意思|定义|概念)|到底|究竟|指|这|一词|包括|怎么|如何定义)"
)
"""What follows a word in a question for its meaning; 公共数据 is not what 公共数据授权运营 means."""
_ENGLISH_TERM = re.compile(
    r"^(?:(?:what(?:'s| is| are| does| do)|define)\s+)?(?:the (?:meaning|definition)s? of\s+)?(?:an?\s+|the\s+)?[\"'“”]*(?P<term>[a-z][\w\s/-]*?)[\"'“”]*"
    r"(?:\s+(?:means?|defined|refers? to|stand for)\b)?(?:\s+(?:in|under|for|according to|as)\b.*)?\s*[?.]*$",
    re.IGNORECASE,
)
_LIKE = 0.58
"""Least cosine of an English term with the Chinese one that it may be."""
_WORD_CHARS = 2
"""Characters of a Chinese term for each English word: 数据 alone is no data trading venue, 公共数据 no operation of it."""
_SPARE = 2


def defining(
    question: str, hits: Sequence[Hit], scorer: SentenceScorer
) -> tuple[Hit, tuple[int, int]] | None:
    """Return the hit that defines what a question asks the meaning of, with the span of its words.

    Args:
        question: In any language, one in English with its Chinese terms or without; what is defined is Chinese.
        hits: Best first.
        scorer: Compares a term in English with those that are defined.

    Returns:
        None for a question of another kind, and where no hit defines the word.
    """
    own = without_terms(question)
    if "definition" not in asked_for(own):
        return None
    found = [
        (len(definition.term), -place, definition.span)
        for place, hit in enumerate(hits[:_DEFINING])
        for definition in hit.clause.definitions
        if re.search(rf"{re.escape(definition.term)}(?:{_AFTER_TERM})", question)
    ]
    if not found:
        return None if is_chinese(own) else _nearest(own, hits, scorer)
    _, place, span = max(found)
    return hits[-place], span


def _nearest(
    question: str, hits: Sequence[Hit], scorer: SentenceScorer
) -> tuple[Hit, tuple[int, int]] | None:
    """Return the definition of the Chinese term that comes nearest to an English one, and is about as long."""
    asked = _ENGLISH_TERM.match(" ".join(without_places(question).split()))
    if asked is None:
        return None
    chars = _WORD_CHARS * len(re.findall(r"\w+", asked["term"]))
    known = [
        (hit, definition)
        for hit in hits
        for definition in hit.clause.definitions
        if chars - 1 <= len(definition.term) <= chars + _SPARE
    ]
    rows = scorer.scores(asked["term"], [("", definition.term) for _, definition in known])
    cosines = [row[0][2] if row else -1.0 for row in rows]
    best = max(range(len(known)), key=cosines.__getitem__, default=None)
    if best is None or cosines[best] < _LIKE:
        return None
    hit, definition = known[best]
    return hit, definition.span
