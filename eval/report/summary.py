"""From the rows of a run to figures with intervals."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import get_args

import numpy as np

from eval.cases import CaseType, Difficulty
from eval.machine import PEAK
from eval.metrics import METRICS
from eval.outcome import Cost
from eval.report.failure import Failure, failed_metrics, failure_of
from eval.rows import Row
from eval.statistics import Interval, RiskCoverage, mean_interval, risk_coverage
from rag.errors import EvaluationError
from rag.text import bare

GROUPED = ("hit@1", "hit@5", "mrr@10", "citation_recall", "citation_precision", "key_facts", "refusal_right")
"""What the tables by type, document and difficulty show."""
COSTS = tuple(field.name for field in fields(Cost))
VERDICTS = ("answered", "partial", "refused")
NO_DOCUMENT = "none"


@dataclass(frozen=True, slots=True)
class Spread:
    """How the values of a cost are spread over the cases that have one."""

    n: int
    total: float
    median: float
    p90: float
    p95: float
    longest: float


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of a part of the cases."""

    cases: int
    failed: int
    """Cases that are among the failures."""
    metrics: dict[str, Interval]
    """A metric that applied to no case is absent."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a run."""

    cases: int
    errors: int
    """Cases that ended in an error; no mean counts them."""
    metrics: dict[str, Interval]
    """A metric that applied to no case is absent."""
    by_type: dict[str, Group]
    by_document: dict[str, Group]
    """By title, in order of first appearance, `none` for questions about no document; here single questions are drawn for the
    intervals, not documents."""
    by_difficulty: dict[str, Group]
    by_verdict: dict[str, dict[str, int]]
    """`answerable` and `unanswerable`, each with the number of cases a verdict."""
    risk_coverage: dict[str, RiskCoverage]
    """`no_answer`: a question without an answer counts as wrong; `wrong_answer`: also one that was not answered in full.
    Empty when the system does not say how sure it is."""
    cost: dict[str, Spread]
    """By the names of `eval.outcome.Cost`; one that was never measured is absent."""
    memory_peak_mb: float | None
    """Of the process that asked; None when it was not measured."""
    models: tuple[str, ...]
    prompt_versions: tuple[str, ...]
    failures: tuple[Failure, ...]


def summarise(rows: Sequence[Row], memory_peak_mb: float | None = None) -> Summary:
    """Work out the figures of a run.

    Args:
        rows: One row a case.
        memory_peak_mb: As the run measured it.

    Raises:
        EvaluationError: There are no rows.
    """
    if not rows:
        raise EvaluationError(
            "The run has no rows.",
            fix="policyqa eval run",
            chinese=("这次运行没有结果行。", "policyqa eval run"),
        )
    return Summary(
        cases=len(rows),
        errors=sum(row["error"] is not None for row in rows),
        metrics=intervals(rows, _document),
        by_type=_groups(rows, lambda row: row["type"], get_args(CaseType)),
        by_document=_groups(rows, _titles(rows), draw_cases=True),
        by_difficulty=_groups(rows, lambda row: row["difficulty"], get_args(Difficulty)),
        by_verdict=_verdicts(rows),
        risk_coverage=_curves(rows),
        cost={name: spread(values) for name in COSTS if (values := costs(rows, name))},
        memory_peak_mb=memory_peak_mb,
        models=tuple(sorted({row["model"] for row in rows if row["model"]})),
        prompt_versions=tuple(sorted({row["prompt_version"] for row in rows if row["prompt_version"]})),
        failures=tuple(failure_of(row) for row in rows if failed_metrics(row)),
    )


def as_json(summary: Summary) -> str:
    """Return the summary as one JSON object."""
    return json.dumps(asdict(summary), ensure_ascii=False, indent=2)


def intervals(rows: Sequence[Row], cluster: Callable[[Row], str]) -> dict[str, Interval]:
    """Return the mean of every metric that applied to a row, in the order of `METRICS`.

    Args:
        rows: May be empty.
        cluster: What is drawn as a whole for the interval.
    """
    found: dict[str, Interval] = {}
    for name in METRICS:
        scored = [row for row in rows if name in row["scores"]]
        if scored:
            values = [float(row["scores"][name]["value"]) for row in scored]
            found[name] = mean_interval(values, [cluster(row) for row in scored])
    return found


def costs(rows: Sequence[Row], name: str) -> list[float]:
    """Return the values of one cost; cases that ended in an error or have none are left out."""
    values = (row["cost"].get(name) for row in rows if row["error"] is None)
    return [float(value) for value in values if value is not None]


def spread(values: Sequence[float]) -> Spread:
    """Return how values are spread.

    Raises:
        ValueError: There are none.
    """
    if not values:
        raise ValueError("a spread of nothing")
    median, p90, p95 = (float(x) for x in np.percentile(values, [50, 90, 95]))
    return Spread(len(values), float(sum(values)), median, p90, p95, max(values))


def memory_peak_mb(about: Mapping[str, object]) -> float | None:
    """Return the peak of memory that `run.json` names; None when it names none."""
    machine = about.get("machine")
    peak = machine.get(PEAK) if isinstance(machine, Mapping) else None
    return float(peak) if isinstance(peak, int | float) else None


def _groups(
    rows: Sequence[Row], name: Callable[[Row], str], order: Sequence[str] = (), *, draw_cases: bool = False
) -> dict[str, Group]:
    parts: dict[str, list[Row]] = {known: [] for known in order}
    for row in rows:
        parts.setdefault(name(row), []).append(row)
    # Within one document the questions are all there is to draw.
    cluster = (lambda row: row["id"]) if draw_cases else _document
    return {
        key: Group(len(part), sum(bool(failed_metrics(row)) for row in part), intervals(part, cluster))
        for key, part in parts.items()
        if part
    }


def _document(row: Row) -> str:
    return row["document"]


def _titles(rows: Sequence[Row]) -> Callable[[Row], str]:
    """Return how a row's document is called: as it is printed where a right clause names it."""
    printed = {bare(gold["title"]): gold["title"] for row in rows for gold in row["gold"]}
    # A case that is about no document of the collection is a cluster of its own, under its id.
    return lambda row: printed.get(
        _document(row), NO_DOCUMENT if _document(row) == row["id"] else _document(row)
    )


def _verdicts(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    counts = {kind: dict.fromkeys(VERDICTS, 0) for kind in ("answerable", "unanswerable")}
    for row in rows:
        if row["verdict"]:
            counts["answerable" if row["answerable"] else "unanswerable"][row["verdict"]] += 1
    return counts


def _curves(rows: Sequence[Row]) -> dict[str, RiskCoverage]:
    sure = [row for row in rows if row["confidence"] is not None]
    if not sure:
        return {}
    confidence = [row["confidence"] or 0.0 for row in sure]
    return {
        "no_answer": risk_coverage(confidence, [float(row["answerable"]) for row in sure]),
        "wrong_answer": risk_coverage(confidence, [float(_answered_right(row)) for row in sure]),
    }


def _answered_right(row: Row) -> bool:
    """Whether the answer is there, cites a right clause and says all that it must."""
    scores = row["scores"]
    values = {
        name: float(scores[name]["value"]) for name in ("key_facts", "citation_recall") if name in scores
    }
    answered = row["answerable"] and row["verdict"] in ("answered", "partial")
    return answered and values.get("key_facts", 1.0) >= 1 and values.get("citation_recall", 1.0) > 0
