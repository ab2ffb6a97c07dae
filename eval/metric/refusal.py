"""Whether a system refuses what the collection does not say, and only that."""

from typing import Literal

from eval.cases import Case
from eval.metric.score import Score
from eval.outcome import Outcome

Mistake = Literal["wrongly_refused", "wrongly_answered"]


def refusal_mistake(answerable: bool, verdict: str | None) -> Mistake | None:
    """Return which way a verdict is wrong, None when it is right or there is none; a partial answer is no refusal."""
    if verdict is None or (verdict == "refused") != answerable:
        return None
    return "wrongly_refused" if answerable else "wrongly_answered"


def refusal_right(case: Case, outcome: Outcome) -> Score | None:
    """1 when an unanswerable question was refused, or an answerable one was not; the reason says which way it is wrong."""
    if outcome.verdict is None:
        return None
    mistake = refusal_mistake(case.answerable, outcome.verdict)
    said = f"{outcome.verdict}, {'answerable' if case.answerable else 'unanswerable'}"
    return Score(float(mistake is None), f"{mistake}: {said}" if mistake else said)
