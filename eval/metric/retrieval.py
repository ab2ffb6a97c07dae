"""How well a system finds: hit, recall, reciprocal rank and nDCG, computed by ir_measures (trec_eval's definitions)."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Literal

from eval.cases import Case
from eval.metric.relevance import completed, is_right, needed
from eval.metric.score import Score
from eval.outcome import Outcome, Passage

Metric = Callable[[Case, Outcome], Score | None]
DEPTH = 10
"""Passages that ranks are counted in."""


def hit_at(k: int) -> Metric:
    """Return the metric whether a right passage is among the first `k`; None for an unanswerable case."""

    def hit(case: Case, outcome: Outcome) -> Score | None:
        if not case.answerable:
            return None
        rank = _first_right(case, outcome.hits[:k])
        value = _measure("Success", k, _right(case, outcome.hits[:k]), 1)
        return Score(value, f"at rank {rank}" if rank else f"no right passage in the first {k}")

    return hit


def recall_at(k: int) -> Metric:
    """Return the metric which share of the clauses that answer together is in the first `k` passages; None for unanswerable."""

    def recall(case: Case, outcome: Outcome) -> Score | None:
        if not case.answerable:
            return None
        # All that the first k passages hold: a window can hold two clauses and counts as one of the k.
        gains = _gains(case, outcome.hits[:k])
        value = _measure("R", max(len(gains), 1), gains, len(needed(case)))
        return Score(value, _misses(case, outcome.hits[:k]))

    return recall


def mrr_at_10(case: Case, outcome: Outcome) -> Score | None:
    """One divided by the rank of the first right passage; 0 when it is not among the first 10; None for unanswerable."""
    if not case.answerable:
        return None
    rank = _first_right(case, outcome.hits[:DEPTH])
    value = _measure("RR", DEPTH, _right(case, outcome.hits[:DEPTH]), 1)
    return Score(value, f"at rank {rank}" if rank else f"no right passage in the first {DEPTH}")


def ndcg_at_10(case: Case, outcome: Outcome) -> Score | None:
    """How high up the clauses that answer together stand, 1 when they come first; None for an unanswerable case.

    Each needed clause gains once, where the passages first hold it; a passage that holds two counts as two in a row.
    """
    if not case.answerable:
        return None
    hits = outcome.hits[:DEPTH]
    value = _measure("nDCG", DEPTH, _gains(case, hits), len(needed(case)))
    ranks = [str(rank) for rank, new in enumerate(completed(case, hits), 1) for _ in new]
    return Score(
        value, f"at rank {', '.join(ranks)}; {_misses(case, hits)}" if ranks else _misses(case, hits)
    )


def _right(case: Case, hits: Sequence[Passage]) -> tuple[bool, ...]:
    return tuple(is_right(case, hit) for hit in hits)


def _first_right(case: Case, hits: Sequence[Passage]) -> int | None:
    return next((rank for rank, right in enumerate(_right(case, hits), 1) if right), None)


def _gains(case: Case, hits: Sequence[Passage]) -> tuple[bool, ...]:
    """Return one entry a place: True where a needed clause is first held."""
    return tuple(gain for new in completed(case, hits) for gain in ([True] * len(new) or [False]))


def _misses(case: Case, hits: Sequence[Passage]) -> str:
    held = {key for new in completed(case, hits) for key in new}
    missed = sorted(locator for title, locator in needed(case) if (title, locator) not in held)
    return f"misses {', '.join(missed)}" if missed else "has all"


@cache
def _measure(
    name: Literal["Success", "R", "RR", "nDCG"], k: int, gains: tuple[bool, ...], relevant: int
) -> float:
    """Return a measure of one ranking.

    Args:
        name: As ir_measures calls it.
        k: Places that count.
        gains: Whether each place holds something relevant that no place before it holds.
        relevant: How many relevant things there are; at least 1.
    """
    import ir_measures  # noqa: PLC0415

    run = [
        ir_measures.ScoredDoc("q", f"{'right' if gain else 'wrong'}-{place}", float(-place))
        for place, gain in enumerate(gains)
    ]
    found = [doc.doc_id for doc, gain in zip(run, gains, strict=True) if gain]
    missing = [f"missing-{i}" for i in range(relevant - len(found))]
    qrels = [ir_measures.Qrel("q", name, 1) for name in (*found, *missing)]
    (metric,) = ir_measures.iter_calc([ir_measures.parse_measure(f"{name}@{k}")], qrels, run)
    return float(metric.value)
