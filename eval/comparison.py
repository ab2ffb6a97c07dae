"""Two runs over the same questions, pair by pair: what got better, what got worse, and whether that may be chance."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

from eval.metrics import METRICS
from eval.outcome import Cost
from eval.report.about import flat
from eval.rows import Row
from eval.runs import Run
from eval.statistics import Difference, paired_difference
from rag.errors import EvaluationError

COSTS = tuple(field.name for field in fields(Cost))
NEITHER = ("answer_length", *COSTS)
"""What is compared without calling one value better for each question."""
_OF_ONE_RUN = {"name", "started", "ended", "seconds", "failed", "machine.memory_peak_mb"}
"""What differs between any two runs and decides nothing."""
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Change:
    """One question in one metric."""

    id: str
    before: float
    after: float
    why_before: str
    why_after: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric over the questions to which it applies in both runs."""

    n: int
    a: float
    """Mean of the first run."""
    b: float
    difference: Difference
    """Of b − a, with its interval and p."""
    p_holm: float | None
    """p corrected for the number of metrics that were tested (Holm 1979), in (0, 1]; None for a cost, the length, and a metric
    in which no question differs: these are no tests of whether answers got better."""
    fixed: tuple[Change, ...]
    """Questions that got better, the largest change first; empty for a cost and the length."""
    broken: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two runs."""

    a: str
    """Name of the first run."""
    b: str
    paired: int
    """Questions that were compared."""
    only_a: tuple[str, ...]
    """Ids that the second run lacks."""
    only_b: tuple[str, ...]
    changed_cases: tuple[str, ...]
    """Ids whose question or right answer was changed between the runs; they are left out."""
    conditions: dict[str, tuple[str | None, str | None]]
    """Names in `run.json` with both values where these differ; None where a run lacks the name."""
    measures: dict[str, Measure]
    """By metric, then the costs; one that applied to no pair is absent."""
    fixed_errors: tuple[str, ...]
    """Ids that ended in an error in the first run only."""
    new_errors: tuple[str, ...]
    changed_answers: tuple[str, ...]
    """Ids with another verdict or text; none when one of the two systems only finds."""
    changed_hits: int
    """Questions for which other passages were found, or in another order."""


def compare(a: Run, b: Run) -> Comparison:
    """Compare two runs over the questions that both asked in the same form.

    Raises:
        EvaluationError: There is no such question.
    """
    rows_a, rows_b = ({row["id"]: row for row in run.rows} for run in (a, b))
    shared = [name for name in rows_a if name in rows_b]
    same = [name for name in shared if rows_a[name]["case_hash"] == rows_b[name]["case_hash"]]
    if not same:
        message = f"{a.folder} and {b.folder} have no question in common."
        raise EvaluationError(
            message,
            fix="compare two runs of the same set",
            chinese=(f"{a.folder} 与 {b.folder} 没有共同的问题。", "请比较同一题集的两次运行"),
        )
    pairs = [(rows_a[name], rows_b[name]) for name in same]
    return Comparison(
        a=a.name,
        b=b.name,
        paired=len(pairs),
        only_a=tuple(name for name in rows_a if name not in rows_b),
        only_b=tuple(name for name in rows_b if name not in rows_a),
        changed_cases=tuple(name for name in shared if name not in set(same)),
        conditions=_conditions(a.about, b.about),
        measures=_measures(pairs),
        fixed_errors=_ids(pairs, lambda x, y: x["error"] is not None and y["error"] is None),
        new_errors=_ids(pairs, lambda x, y: x["error"] is None and y["error"] is not None),
        changed_answers=_ids(pairs, _answers_differ),
        changed_hits=len(_ids(pairs, lambda x, y: _hits(x) != _hits(y))),
    )


def _ids(pairs: Sequence[tuple[Row, Row]], differs: Callable[[Row, Row], bool]) -> tuple[str, ...]:
    return tuple(x["id"] for x, y in pairs if differs(x, y))


def _answers_differ(a: Row, b: Row) -> bool:
    if a["verdict"] is None or b["verdict"] is None:
        return False
    return (a["verdict"], a["answer"]) != (b["verdict"], b["answer"])


def _hits(row: Row) -> list[tuple[str, str, str]]:
    return [(hit["title"], hit["locator"], hit["text"]) for hit in row["hits"]]


def _conditions(a: Mapping[str, object], b: Mapping[str, object]) -> dict[str, tuple[str | None, str | None]]:
    one, other = flat(a), flat(b)
    names = [name for name in dict.fromkeys((*one, *other)) if name not in _OF_ONE_RUN]
    return {name: (one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)}


def _measures(pairs: Sequence[tuple[Row, Row]]) -> dict[str, Measure]:
    both = [(x, y) for x, y in pairs if x["error"] is None and y["error"] is None]
    scored = {
        name: [(x, y) for x, y in both if name in x["scores"] and name in y["scores"]] for name in METRICS
    }
    spent = {
        name: [(x, y) for x, y in both if x["cost"].get(name) is not None and y["cost"].get(name) is not None]
        for name in COSTS
    }
    found = {name: part for name, part in {**scored, **spent}.items() if part}
    tested = {
        name: paired_difference(
            [_value(x, name) for x, _ in part],
            [_value(y, name) for _, y in part],
            [x["document"] for x, _ in part],
        )
        for name, part in found.items()
    }
    differing = [
        name
        for name, part in found.items()
        if name not in NEITHER and any(_value(x, name) != _value(y, name) for x, y in part)
    ]
    corrected = holm({name: tested[name].p for name in differing})
    return {name: _measure(name, part, tested[name], corrected.get(name)) for name, part in found.items()}


def _measure(
    name: str, pairs: Sequence[tuple[Row, Row]], difference: Difference, p_holm: float | None
) -> Measure:
    changes = [] if name in NEITHER else [_change(x, y, name) for x, y in pairs]
    changes.sort(key=lambda change: -abs(change.after - change.before))
    return Measure(
        n=len(pairs),
        a=sum(_value(x, name) for x, _ in pairs) / len(pairs),
        b=sum(_value(y, name) for _, y in pairs) / len(pairs),
        difference=difference,
        p_holm=p_holm,
        fixed=tuple(change for change in changes if change.after > change.before + _SAME),
        broken=tuple(change for change in changes if change.after < change.before - _SAME),
    )


def _value(row: Row, name: str) -> float:
    if name in COSTS:
        return float(row["cost"][name] or 0.0)
    return float(row["scores"][name]["value"])


def _change(a: Row, b: Row, name: str) -> Change:
    one, other = a["scores"][name], b["scores"][name]
    return Change(
        a["id"], float(one["value"]), float(other["value"]), str(one["reason"]), str(other["reason"])
    )


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Correct p values for having tested several things at once, after Holm.

    "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics, 1979. Metrics that move
    together make it stricter than needed, never laxer.

    Args:
        p_values: By name; may be empty.

    Returns:
        By the same names, in the same order; each at least as large as it was and at most 1.
    """
    corrected: dict[str, float] = {}
    least = 0.0
    for rank, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        least = max(least, min(p_values[name] * (len(p_values) - rank), 1.0))
        corrected[name] = least
    return {name: corrected[name] for name in p_values}
