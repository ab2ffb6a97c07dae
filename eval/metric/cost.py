"""What an answer asks of its reader; time and tokens are in each row's cost."""

import re

from eval.cases import Case
from eval.metric.score import Score
from eval.outcome import Outcome
from rag.text import bare

MARKER = re.compile(r"\[\d{1,3}\]")
"""A marker of a shown answer."""


def answer_length(case: Case, outcome: Outcome) -> Score | None:
    """Characters of the answer without blanks, markers included; None for a refusal."""
    if outcome.verdict in (None, "refused"):
        return None
    length = len(bare(outcome.text))
    return Score(float(length), f"{length} characters")
