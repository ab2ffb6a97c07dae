"""A run as one HTML page that needs no network and no other file."""

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from eval.report.about import fact_groups
from eval.report.chart.bars import Bar, bars
from eval.report.chart.curves import Axis, Curve, curves, rounded
from eval.report.languages import both, meaning, spans
from eval.report.markdown import between, number
from eval.report.meanings import METRIC_WORDS
from eval.report.question import shown
from eval.report.summary import GROUPED, VERDICTS, Group, Summary, costs
from eval.report.texts import Texts
from eval.rows import Row
from eval.runs import Run
from eval.statistics import Interval

CHARTED = ("hit@5", "mrr@10", "citation_recall", "citation_precision", "key_facts", "refusal_right")
"""Metrics that have a chart by type, and over several runs."""
_LOGARITHMIC_FROM = 20
"""Above this ratio of the longest to the shortest time a linear axis would hide most questions in one line."""


def run_page(runs: Mapping[str, Run], summaries: Mapping[str, Summary], chosen: str) -> str:
    """Return the page of some runs: a table over all of them, then one of them with all its questions.

    Args:
        runs: By name; with one run there is no table.
        summaries: The figures of each.
        chosen: Name of the run whose questions are shown.
    """
    run, summary = runs[chosen], summaries[chosen]
    texts = Texts()
    questions = [shown(row, texts) for row in run.rows]
    failed_by = Counter(name for question in questions for name in question.failed)
    return render(
        "run.html.j2",
        title=f"{' · '.join(both('evaluation'))} · {chosen}",
        runs=runs,
        run=run,
        summaries=summaries,
        s=summary,
        about=fact_groups(run.about),
        questions=questions,
        texts=texts.all(),
        failed_by=failed_by.most_common(),
        columns=_columns(summary.by_type),
        run_columns=[name for name in GROUPED if any(name in each.metrics for each in summaries.values())],
        run_charts=_metric_charts({name: each.metrics for name, each in summaries.items()}),
        type_charts=_metric_charts({name: group.metrics for name, group in summary.by_type.items()}),
        risk_chart=_risk_chart(summary),
        time_chart=_time_chart(run.rows),
        verdicts=VERDICTS,
        metric_names=METRIC_WORDS,
    )


def render(template: str, **values: Any) -> str:
    """Fill one of the page's templates; whatever is not markup of the page's own is escaped."""
    # StrictUndefined: a value that was forgotten is an error, not an empty place.
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(files("eval.report").joinpath("page"))),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        t=spans,
        both=both,
        meaning=meaning,
        number=number,
        between=between,
        interval=_interval,
        tint=_tint,
        amount=_amount,
    )
    css, js = (_own(name) for name in ("page.css", "page.js"))
    allowed = f"default-src 'none'; style-src {_digest(css)}; script-src {_digest(js)}; img-src data:"
    return environment.get_template(template).render(
        css=Markup(css),  # noqa: S704 - the report's own style sheet and script
        js=Markup(js),  # noqa: S704 - the report's own style sheet and script
        allowed=allowed,
        **values,
    )


def _own(name: str) -> str:
    return files("eval.report").joinpath("page", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Return the hash by which a browser runs this script or style, and no other that might get into the page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _interval(metric: str, interval: Interval | None) -> Markup:
    if interval is None:
        return Markup("–")
    # An interval without width, as of values that are all equal, would only say the mean twice more.
    wide = interval.low is not None and interval.low != interval.high
    small = (
        Markup("<small>{}</small>").format(between(metric, interval.low, interval.high))
        if wide
        else Markup("")
    )
    return Markup("{}{}").format(number(metric, interval.mean), small)


def _tint(interval: Interval | None) -> str:
    """Return the class of a cell, so that low shares are seen at a glance."""
    if interval is None:
        return ""
    return next(
        (name for name, below in (("t3", 0.5), ("t2", 0.7), ("t1", 0.85)) if interval.mean < below), ""
    )


def _amount(cost: str, value: float) -> str:
    return f"{value:,.2f}" if cost.endswith("seconds") else f"{value:,.0f}"


def _columns(groups: Mapping[str, Group]) -> list[str]:
    return [name for name in GROUPED if any(name in group.metrics for group in groups.values())]


def _metric_charts(groups: Mapping[str, Mapping[str, Interval]]) -> list[tuple[str, Markup]]:
    drawn = []
    for metric in CHARTED:
        rows = [
            Bar(name, each.mean, each.low, each.high, f"{each.mean:.2f}", f"n={each.n}")
            for name, metrics in groups.items()
            if (each := metrics.get(metric))
        ]
        if rows:
            drawn.append((metric, bars(metric, rows)))
    return drawn


def _risk_chart(summary: Summary) -> Markup | None:
    if not summary.risk_coverage:
        return None
    lines = [
        Curve(name, tuple((point.coverage, point.risk) for point in curve.points), f"({curve.area:.3f})")
        for name, curve in summary.risk_coverage.items()
    ]
    highest = max(up for line in lines for _, up in line.points)
    y = Axis("risk", rounded(max(highest, 0.05)), share=True)
    return curves("risk_coverage", lines, Axis("coverage", 1.0, share=True), y)


def _time_chart(rows: list[Row]) -> Markup | None:
    spent = {name: sorted(costs(rows, name)) for name in ("seconds", "first_seconds")}
    spent = {name: values for name, values in spent.items() if values}
    if not spent:
        return None
    shortest = min(value for values in spent.values() for value in values)
    longest = max(value for values in spent.values() for value in values)
    logarithmic = shortest > 0 and longest / shortest > _LOGARITHMIC_FROM
    x = (
        Axis("time_axis", longest, shortest, logarithmic=True)
        if logarithmic
        else Axis("time_axis", longest or 1.0)
    )
    lines = [
        Curve(name, ((values[0], 0.0), *((v, (i + 1) / len(values)) for i, v in enumerate(values))))
        for name, values in spent.items()
    ]
    return curves("time", lines, x, Axis("share_done", 1.0, share=True), steps=True)
