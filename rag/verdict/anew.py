"""A short turn that speaks of something else than the turns before it."""

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.hit.turn import read_turn, without_asking
from rag.rerank import SentenceScorer, title_and_text
from rag.schema import Hit
from rag.text import is_chinese, terms
from rag.verdict.curve import curve_for
from rag.verdict.signals import READ, SEEN

_HELPING = re.compile("可以|需要|应当|应该|能够|[能会要有没不被让给找来去办行个一得]")
"""Words that say nothing of the matter; a pair of characters with one of them is no word: 来登 of 谁来登记."""
_RUN = re.compile("[\u4e00-\u9fff]+")
_FAR = 0.45
"""Cosine of a turn with each sentence found, below which it is about something else: of 44 short follow-ups to three questions
41 go on, of 48 turns about wedding leave, dog bites and the like 45 do not."""


def begins_anew(
    text: str, hits: Sequence[Hit], *, embedder: str, scorer: SentenceScorer | None = None
) -> bool:
    """Tell whether a turn stands alone although it is short: 婚假可以休多少天 after a question about certificates.

    Args:
        text: The turn.
        hits: What was found for it with the words of the turns before it, best first; none tells nothing.
        embedder: Whose vectors they were found with, as `Settings.embedder` names it.
        scorer: Compares the turn with sentences; None when there is nothing to compare with.

    Returns:
        Whether it says nowhere that it goes on, has words in a row that no clause found has, and is far from each of their
        sentences. Always False for another language than Chinese, and for an embedder whose cosines are not known.
    """
    if scorer is None or not hits or not curve_for(embedder).embedder:
        return False
    if not is_chinese(text) or read_turn(text).leans or not _is_strange(text, hits):
        return False
    rows = scorer.scores(text, [title_and_text(hit.clause) for hit in hits[:READ]])
    return max((cosine for row in rows for *_, cosine in row), default=0.0) < _FAR


def _is_strange(text: str, hits: Sequence[Hit]) -> bool:
    """Tell whether no clause found has the first two characters of a turn, or three in a row of it."""
    found = " ".join(f"{h.clause.title} {h.clause.headings} {h.clause.text}" for h in hits[:SEEN])
    known = frozenset(terms(found))
    runs = [
        [run[i : i + 2] in known for i in range(len(run) - 1)]
        for run in _RUN.findall(_HELPING.sub(" ", without_asking(text)))
    ]
    begins = next((run[0] for run in runs if run), True)
    return not begins or any(not (one or other) for run in runs for one, other in pairwise(run))
