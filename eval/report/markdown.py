"""A run as a Markdown page: figures first, then each case that failed."""

import re
from collections.abc import Mapping, Sequence

from eval.report.failure import Failure
from eval.report.summary import COSTS, GROUPED, VERDICTS, Group, Summary
from eval.statistics import Interval

_MARKUP = re.compile(r"([\\`*{}\[\]<>#|~!]|(?<![^\W_])_|_(?![^\W_]))")
_COST_UNITS = {"seconds": "s", "first_seconds": "s", "prompt_tokens": "tokens", "answer_tokens": "tokens"}


def as_markdown(summary: Summary) -> str:
    """Return the figures of a run as a page to read."""
    parts = [
        "# Evaluation",
        _facts(summary),
        "## Metrics\n\n" + table(["metric", "mean", "95 % interval", "n"], _metric_lines(summary.metrics)),
        "## By verdict\n\n" + table(["question", *VERDICTS], _verdict_lines(summary)),
        *(f"## By {name}\n\n" + _groups(name, groups) for name, groups in _parts(summary)),
        "## Time and tokens\n\n" + _cost(summary),
        *_risk(summary),
        f"## Failures ({len(summary.failures)})\n\n"
        + ("\n\n".join(map(_story, summary.failures)) or "None."),
    ]
    return "\n\n".join(parts) + "\n"


def runs_as_markdown(summaries: Mapping[str, Summary], chosen: str) -> str:
    """Return a table over some runs, then the page of one of them.

    Args:
        summaries: By the name of the run; with one run there is no table.
        chosen: A name among them.
    """
    page = as_markdown(summaries[chosen])
    if len(summaries) == 1:
        return page
    named = page.replace("# Evaluation", f"# Evaluation: {plain(chosen)}", 1)
    return f"{runs_table(summaries)}\n{named}"


def runs_table(summaries: Mapping[str, Summary]) -> str:
    """Return the figures of some runs side by side, one line a run.

    Args:
        summaries: By the name of the run; at least one.
    """
    columns = [name for name in GROUPED if any(name in each.metrics for each in summaries.values())]
    lines = [
        [
            plain(name),
            str(each.cases),
            str(each.errors),
            *(cell(each.metrics.get(column)) for column in columns),
            f"{each.cost['seconds'].median:.2f}" if "seconds" in each.cost else "–",
        ]
        for name, each in summaries.items()
    ]
    return f"# Runs\n\n{table(['run', 'cases', 'errors', *columns, 'median s'], lines)}\n"


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def plain(text: str) -> str:
    """Return text on one line that Markdown shows letter by letter."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def number(metric: str, value: float) -> str:
    """Return a value of a metric as it is shown: a share with three places, a count without any."""
    counted = metric == "answer_length" or metric.endswith("tokens")
    return f"{value:.0f}" if counted else f"{value:.3f}"


def signed(metric: str, value: float) -> str:
    """Return a difference with its sign; 0 without."""
    words = f"{value:+.2f}" if metric.endswith("seconds") else f"{value:+.3f}"
    words = f"{value:+.0f}" if number(metric, 0.0) == "0" else words
    return words.strip("+-") if not float(words) else words.replace("-", "−")


def p_words(p: float | None) -> str:
    """Return a p value as it is written; a dash without."""
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def between(metric: str, low: float | None, high: float | None) -> str:
    """Return the ends of an interval; a dash without."""
    return "–" if low is None or high is None else f"{number(metric, low)}–{number(metric, high)}"


def cell(interval: Interval | None) -> str:
    """Return a mean with its interval for a cell of a table; a dash where the metric applied to nothing."""
    if interval is None:
        return "–"
    if interval.low is None or interval.high is None:
        return f"{interval.mean:.2f}"
    return f"{interval.mean:.2f} ({interval.low:.2f}–{interval.high:.2f})"


def _parts(summary: Summary) -> list[tuple[str, dict[str, Group]]]:
    return [
        ("type", summary.by_type),
        ("difficulty", summary.by_difficulty),
        ("document", summary.by_document),
    ]


def _facts(summary: Summary) -> str:
    lines = [
        f"- cases: {summary.cases}, of these {summary.errors} ended in an error and are in no mean",
        f"- model: {', '.join(summary.models) or 'none'}; prompt: {', '.join(summary.prompt_versions) or 'none'}",
    ]
    if seconds := summary.cost.get("seconds"):
        lines.append(f"- seconds a question: median {seconds.median:.2f}, longest {seconds.longest:.2f}")
    if summary.memory_peak_mb is not None:
        lines.append(f"- memory: at most {summary.memory_peak_mb:,.0f} MB")
    return "\n".join(lines)


def _metric_lines(metrics: Mapping[str, Interval]) -> list[list[str]]:
    return [
        [name, number(name, each.mean), between(name, each.low, each.high), str(each.n)]
        for name, each in metrics.items()
    ]


def _verdict_lines(summary: Summary) -> list[list[str]]:
    return [[kind, *map(str, counts.values())] for kind, counts in summary.by_verdict.items()]


def _groups(name: str, groups: Mapping[str, Group]) -> str:
    columns = [column for column in GROUPED if any(column in each.metrics for each in groups.values())]
    lines = [
        [
            plain(key),
            str(each.cases),
            str(each.failed),
            *(cell(each.metrics.get(column)) for column in columns),
        ]
        for key, each in groups.items()
    ]
    return table([name, "cases", "failed", *columns], lines)


def _cost(summary: Summary) -> str:
    lines = [
        [
            name,
            *(
                f"{value:.2f}" if _COST_UNITS[name] == "s" else f"{value:.0f}"
                for value in (each.median, each.p90, each.p95, each.longest, each.total)
            ),
            str(each.n),
        ]
        for name in COSTS
        if (each := summary.cost.get(name))
    ]
    head = ["cost of a question", "median", "90 %", "95 %", "longest", "all together", "n"]
    return table(head, lines) if lines else "Nothing was measured."


def _risk(summary: Summary) -> list[str]:
    if not summary.risk_coverage:
        return []
    shares = (0.5, 0.7, 0.8, 0.9, 1.0)
    lines = []
    for name, curve in summary.risk_coverage.items():
        risks = [
            next(point.risk for point in curve.points if point.coverage >= share - 1e-9) for share in shares
        ]
        lines.append([name, *(f"{risk:.3f}" for risk in risks), f"{curve.area:.3f}"])
    head = ["wrong among the surest", *(f"{share:.0%}" for share in shares), "mean"]
    return ["## Risk and coverage\n\n" + table(head, lines)]


def _story(failure: Failure) -> str:
    lines = [
        f"**{plain(failure.id)}** ({failure.type}) {plain(failure.question)}",
        *(f"- {plain(reason)}" for reason in failure.reasons),
        f"- right: {plain('; '.join(failure.gold)) or 'nothing in the collection'}",
        f"- found: {plain('; '.join(failure.top_hits)) or 'nothing'}",
    ]
    return "\n".join(lines)
