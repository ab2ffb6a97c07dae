"""Whether an answer says what it must say."""

import re

from eval.cases import Case
from eval.metric.cost import MARKER
from eval.metric.score import Score
from eval.outcome import Outcome
from rag.text import bare

_NUMERALS = "零〇一二两三四五六七八九十百千"


def key_facts(case: Case, outcome: Outcome) -> Score | None:
    """Share of the facts that the answer's text states, in any of their wordings; None when the case has none."""
    if outcome.verdict is None or not case.key_facts:
        return None
    text = shown(outcome)
    missed = [fact[0] for fact in case.key_facts if not any(states(text, wording) for wording in fact)]
    share = 1 - len(missed) / len(case.key_facts)
    return Score(share, f"does not say {'; '.join(missed)}" if missed else "says all")


def shown(outcome: Outcome) -> str:
    """Return the shown text without markers, in the form in which facts are looked for."""
    return _plain(MARKER.sub("", outcome.text))


def states(text: str, wording: str) -> bool:
    """Tell whether a wording stands in a text, and not as a part of a longer number (5年 in 2025年, 十日 in 三十日).

    Args:
        text: As `shown` returns it.
        wording: One wording of a fact; an empty one is never stated.
    """
    plain = _plain(wording)
    if not plain:
        return False
    before = r"(?<!\d)(?<!\d[.,])" if plain[0].isdigit() else ""
    before += rf"(?<![{_NUMERALS}])" if plain[0] in _NUMERALS else ""
    after = r"(?!\d)(?![.,]\d)" if plain[-1].isdigit() else ""
    return re.search(before + re.escape(plain) + after, text) is not None


def _plain(text: str) -> str:
    return bare(text).casefold()
