"""Whether an answer warns of what its reader must know."""

from eval.cases import Case
from eval.metric.score import Score
from eval.outcome import Outcome


def warnings_shown(case: Case, outcome: Outcome) -> Score | None:
    """Share of the warnings that are due which the answer shows, by their codes; None when none is due."""
    if outcome.verdict is None or not case.warnings:
        return None
    missed = [code for code in case.warnings if code not in {notice.code for notice in outcome.warnings}]
    return Score(
        1 - len(missed) / len(case.warnings), f"does not warn: {', '.join(missed)}" if missed else "shows all"
    )
