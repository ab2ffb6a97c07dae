"""From the rows of a run to figures with intervals, and to the cases that failed."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from eval.metrics import METRICS, Interval, mean_interval
from eval.rows import Row
from rag.errors import EvaluationError

FAILS_BELOW = {
    "refusal_right": 1.0,
    "hit@5": 1.0,
    "citation_recall": 1.0,
    "key_facts": 1.0,
    "quotes_verbatim": 1.0,
}
"""A case is listed as failed when one of these scores is below its number."""
BY_TYPE = ("hit@1", "hit@5", "mrr@10", "citation_recall", "citation_precision", "key_facts", "refusal_right")
SHOWN_HITS = 3


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that went wrong."""

    id: str
    type: str
    question: str
    reasons: tuple[str, ...]
    """`metric: reason`, or the error's message."""
    gold: tuple[str, ...]
    """Title and locator of the clauses that answer it."""
    top_hits: tuple[str, ...]
    """The first clauses that were found."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a run."""

    cases: int
    errors: int
    """Cases that ended in an error; no mean counts them."""
    metrics: dict[str, Interval]
    """A metric that applied to no case is absent."""
    by_type: dict[str, dict[str, Interval]]
    cases_by_type: dict[str, int]
    by_verdict: dict[str, dict[str, int]]
    """`answerable` and `unanswerable`, each with the number of cases a verdict."""
    seconds_median: float
    seconds_max: float
    models: tuple[str, ...]
    prompt_versions: tuple[str, ...]
    failures: tuple[Failure, ...]


def summarise(rows: Sequence[Row]) -> Summary:
    """Work out the figures of a run.

    Raises:
        EvaluationError: There are no rows.
    """
    if not rows:
        raise EvaluationError("The run has no rows.", fix="policyqa eval run")
    by_type: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_type[row["type"]].append(row)
    seconds = [row["seconds"] for row in rows]
    return Summary(
        cases=len(rows),
        errors=sum(row["error"] is not None for row in rows),
        metrics=_intervals(rows, METRICS),
        by_type={name: _intervals(group, BY_TYPE) for name, group in sorted(by_type.items())},
        cases_by_type={name: len(group) for name, group in sorted(by_type.items())},
        by_verdict=_verdicts(rows),
        seconds_median=median(seconds),
        seconds_max=max(seconds),
        models=tuple(sorted({row["model"] for row in rows if row["model"]})),
        prompt_versions=tuple(sorted({row["prompt_version"] for row in rows if row["prompt_version"]})),
        failures=tuple(failure for failure in map(_failure, rows) if failure.reasons),
    )


def as_json(summary: Summary) -> str:
    """Return the summary as one JSON object."""
    return json.dumps(asdict(summary), ensure_ascii=False, indent=2)


def as_markdown(summary: Summary) -> str:
    """Return the summary as a page to read: figures first, then each failed case."""
    return (
        "\n\n".join(
            [
                "# Evaluation",
                _facts(summary),
                "## Metrics\n\n"
                + _table(["metric", "mean", "95 % interval", "n"], _metric_lines(summary.metrics)),
                "## By type\n\n" + _table(["type", "cases", *BY_TYPE], _type_lines(summary)),
                "## By verdict\n\n"
                + _table(["question", "answered", "partial", "refused"], _verdict_lines(summary)),
                f"## Failures ({len(summary.failures)})\n\n"
                + ("\n\n".join(map(_story, summary.failures)) or "None."),
            ]
        )
        + "\n"
    )


def _intervals(rows: Sequence[Row], names: Iterable[str]) -> dict[str, Interval]:
    found: dict[str, Interval] = {}
    for name in names:
        scored = [row for row in rows if name in row["scores"]]
        if scored:
            values = [float(row["scores"][name]["value"]) for row in scored]
            found[name] = mean_interval(values, [row["document"] for row in scored])
    return found


def _verdicts(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    counts = {
        kind: dict.fromkeys(("answered", "partial", "refused"), 0) for kind in ("answerable", "unanswerable")
    }
    for row in rows:
        if row["verdict"]:
            counts["answerable" if row["answerable"] else "unanswerable"][row["verdict"]] += 1
    return counts


def _failure(row: Row) -> Failure:
    reasons = [
        f"{name}: {row['scores'][name]['reason']}"
        for name, least in FAILS_BELOW.items()
        if name in row["scores"] and float(row["scores"][name]["value"]) < least
    ]
    if row["error"]:
        reasons.insert(0, f"{row['error']['kind']}: {row['error']['message']}")
    return Failure(
        id=row["id"],
        type=row["type"],
        question=row["question"],
        reasons=tuple(reasons),
        gold=tuple(f"{gold['title']} {gold['locator']}" for gold in row["gold"]),
        top_hits=tuple(f"{hit['title']} {hit['locator']}" for hit in row["hits"][:SHOWN_HITS]),
    )


def _facts(summary: Summary) -> str:
    return "\n".join(
        [
            f"- cases: {summary.cases}, of these {summary.errors} ended in an error and are in no mean",
            f"- model: {', '.join(summary.models) or 'none'}; prompt: {', '.join(summary.prompt_versions) or 'none'}",
            f"- seconds a question: median {summary.seconds_median:.2f}, longest {summary.seconds_max:.2f}",
        ]
    )


def _metric_lines(metrics: dict[str, Interval]) -> list[list[str]]:
    return [
        [name, _number(name, each.mean), _range(name, each), str(each.n)] for name, each in metrics.items()
    ]


def _type_lines(summary: Summary) -> list[list[str]]:
    return [
        [
            name,
            str(summary.cases_by_type[name]),
            *(_number(m, each[m].mean) if m in each else "–" for m in BY_TYPE),
        ]
        for name, each in summary.by_type.items()
    ]


def _verdict_lines(summary: Summary) -> list[list[str]]:
    return [[kind, *map(str, counts.values())] for kind, counts in summary.by_verdict.items()]


def _number(metric: str, value: float) -> str:
    return f"{value:.0f}" if metric == "answer_length" else f"{value:.3f}"


def _range(metric: str, interval: Interval) -> str:
    if interval.low is None or interval.high is None:
        return "–"
    return f"{_number(metric, interval.low)}–{_number(metric, interval.high)}"


def _story(failure: Failure) -> str:
    lines = [
        f"**{failure.id}** ({failure.type}) {failure.question}",
        *(f"- {reason}" for reason in failure.reasons),
        f"- right: {'; '.join(failure.gold) or 'nothing in the collection'}",
        f"- found: {'; '.join(failure.top_hits) or 'nothing'}",
    ]
    return "\n".join(lines)


def _table(head: list[str], lines: list[list[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
