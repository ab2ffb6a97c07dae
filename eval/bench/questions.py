"""What a bench asks, wherever the questions come from, and how what is found for them is scored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from eval.bench.measures import Scores
from rag.schema import Hit, Question


@dataclass(frozen=True, slots=True)
class BenchQuestion:
    """A question whose right clauses are known."""

    id: str
    question: Question
    """With history and day, as a user would ask it."""
    kind: str
    """`by_number`, `english`, …; empty for a set without types."""
    cluster: str
    """What intervals are drawn by: questions of one cluster succeed and fail together."""
    hash: str
    """Changes with the question and with its right clauses."""


class BenchSet(Protocol):
    """Questions over one collection."""

    @property
    def name(self) -> str:
        """`sample`, `stard`, …."""

    @property
    def split(self) -> str:
        """Which part of the set: `dev`, `train`, …."""

    @property
    def questions(self) -> Sequence[BenchQuestion]:
        """At least one, each with at least one right clause."""

    @property
    def single_questions_may_be_read(self) -> bool:
        """Whether what failed may be shown; not where questions are kept for reporting."""

    def score(self, found: Mapping[str, Sequence[Hit]]) -> Scores:
        """Return the measures of what was found, best first, for each of the given ids of questions."""

    def is_right(self, question_id: str, hit: Hit) -> bool:
        """Tell whether a hit answers the question, alone or with others."""

    def right(self, question_id: str) -> tuple[str, ...]:
        """Return the names of the clauses that answer the question."""
