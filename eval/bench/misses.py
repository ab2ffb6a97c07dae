"""The questions that a search answers worst, with where each part of it put the right clause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.bench.measures import Scores
from eval.bench.questions import BenchSet
from rag.errors import EvaluationError
from rag.schema import Hit

_WORST_BY = ("mrr@10", "ndcg@10", "recall@100")
Hits = Mapping[str, Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Miss:
    """A question whose right clause is not the first hit, or whose clauses are not all found."""

    id: str
    kind: str
    question: str
    """With its earlier turns, if it has any."""
    right: tuple[str, ...]
    """Title and locator of each right clause."""
    ranks: dict[str, int | None]
    """Place of the first right clause in each search, from 1; None when it is not among the first 100."""
    first: str | None
    """What stands first instead: title and locator; None when a right clause does, or nothing was found."""
    where: str
    """Where that is: `neighbour`, `same document`, `another document`; empty without one."""


def check_may_be_read(bench: BenchSet) -> None:
    """Refuse to show questions that are kept for reporting.

    Raises:
        EvaluationError: They are.
    """
    if not bench.single_questions_may_be_read:
        raise EvaluationError(
            f"The questions of {bench.name} {bench.split} are for reporting: single ones are not looked at.",
            fix="leave --misses out, or choose questions for tuning: --set dev of the sample, --split train of a public set",
            chinese=(
                f"{bench.name} {bench.split} 的问题只用于报告，不逐题查看。",
                "去掉 --misses，或选调参用的题：sample 用 --set dev，公开题集用 --split train",
            ),
        )


def first_ranks(bench: BenchSet, hits: Hits) -> dict[str, int]:
    """Return the place of the first right clause by question, from 1; a question without one is missing."""
    found: dict[str, int] = {}
    for question_id, ranking in hits.items():
        for rank, hit in enumerate(ranking, 1):
            if bench.is_right(question_id, hit):
                found[question_id] = rank
                break
    return found


def worst(
    bench: BenchSet, hits: Hits, scores: Scores, ranks: Mapping[str, Mapping[str, int]], count: int
) -> tuple[Miss, ...]:
    """Return the worst questions, the worst first.

    Args:
        bench: What was asked.
        hits: What the search found that the questions are chosen by.
        scores: Of these hits.
        ranks: By search, from `first_ranks`.
        count: Most questions; those with full marks are left out.
    """

    def marks(question_id: str) -> list[float]:
        return [scores[name].get(question_id, 0.0) for name in _WORST_BY]

    chosen = sorted((q for q in bench.questions if min(marks(q.id)) < 1), key=lambda q: marks(q.id))
    misses = []
    for each in chosen[:count]:
        found = hits.get(each.id, ())
        first = found[0] if found and not bench.is_right(each.id, found[0]) else None
        misses.append(
            Miss(
                id=each.id,
                kind=each.kind,
                question=" / ".join((*(user for user, _ in each.question.history), each.question.text)),
                right=bench.right(each.id),
                ranks={name: places.get(each.id) for name, places in ranks.items()},
                first=f"{first.clause.title} {first.clause.locator}" if first else None,
                where=_where(bench, each.id, first, found) if first else "",
            )
        )
    return tuple(misses)


def _where(bench: BenchSet, question_id: str, first: Hit, found: Sequence[Hit]) -> str:
    right = [hit.clause for hit in found if bench.is_right(question_id, hit)]
    inside = [c for c in right if c.document_id == first.clause.document_id]
    if any(abs(clause.ordinal - first.clause.ordinal) == 1 for clause in inside):
        return "neighbour"
    # Of a right clause that was not found only the name is known.
    named = any(name.startswith(first.clause.title) for name in bench.right(question_id))
    return "same document" if inside or named else "another document"
