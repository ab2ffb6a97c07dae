"""Benches of several sizes as a Markdown page: a row for each size."""

from collections.abc import Callable, Mapping, Sequence

from eval.bench.scale.asking import FILTERS
from eval.bench.scale.report import ScaleReport, figures
from eval.report.about import flat
from eval.report.markdown import plain, table
from rag.errors import EvaluationError

_NOTHING = "–"
_COLUMNS: Mapping[str, Callable[[ScaleReport], float | None]] = {
    "clauses": lambda r: r.clauses,
    "documents": lambda r: r.documents,
    "stored/s": lambda r: r.stored.clauses_a_second if r.stored else None,
    "a law added s": lambda r: r.added.seconds if r.added else None,
    "disk MB": lambda r: sum(r.disk_mb.values()),
    "memory MB": lambda r: r.asking.memory.resident,
    "of its own MB": lambda r: r.asking.memory.own,
    "first answer s": lambda r: r.asking.first_answer_seconds,
    "answer p50 ms": lambda r: r.asking.ask.median,
    "answer p95 ms": lambda r: r.asking.ask.p95,
    "recall@10": lambda r: r.asking.filtered["none"].recall,
    "answers/s": lambda r: r.load.answers_a_second if r.load else None,
}


def as_markdown(reports: Sequence[ScaleReport]) -> str:
    """Return the page; at least one report."""
    lines = [[_cell(column(report)) for column in _COLUMNS.values()] for report in reports]
    return "\n\n".join(
        [
            "# scale",
            *(_facts(report) for report in reports),
            table(list(_COLUMNS), lines),
            "## Search, ten hits: p50 / p95 ms by filter",
            table(["clauses", *FILTERS, "dense leg alone", "each in full"], [_times(report) for report in reports]),
            "## The same in time of the processors",
            table(
                ["clauses", *FILTERS, "dense leg alone", "each in full", "answer"],
                [_processors(report) for report in reports],
            ),
            "## Of the ten nearest chunks, how many the dense leg finds",
            table(["clauses", *FILTERS], [_recalls(report) for report in reports]),
            "## Disk, MB",
            table(["clauses", *reports[0].disk_mb], [[f"{r.clauses:,}", *map(_cell, r.disk_mb.values())] for r in reports]),
            "## Storing, s",
            table(["clauses", "catalog", "Chroma", "keyword, matrix, sums", "peak MB"], [_storing(r) for r in reports]),
            "## Backup",
            table(["clauses", "backup s", "MB", "restore s"], [_saving(r) for r in reports]),
        ]
    ) + "\n"  # fmt: skip


def comparison_as_markdown(a: ScaleReport, b: ScaleReport, names: tuple[str, str]) -> str:
    """Return two benches of one size side by side.

    Raises:
        EvaluationError: They are of different sizes.
    """
    rows = compared(a, b)
    one, other = flat(a.about), flat(b.about)
    differing = [n for n in dict.fromkeys((*one, *other)) if one.get(n) != other.get(n)]
    conditions = [
        [plain(n), plain(one.get(n) or _NOTHING), plain(other.get(n) or _NOTHING)] for n in differing
    ]
    lines = [[name, _cell(x), _cell(y), f"{y / x:.2f}" if x else _NOTHING] for name, (x, y) in rows.items()]
    parts = [
        f"# {plain(names[0])} → {plain(names[1])}",
        f"{a.clauses:,} clauses; processes that wanted a processor: {_busy(a)}, and {_busy(b)}.",
        table(["what", "before", "after", "after / before"], lines),
        "## What differs between the benches",
        table(["what", *map(plain, names)], conditions) if conditions else "Nothing that was recorded.",
    ]
    return "\n\n".join(parts) + "\n"


def compared(a: ScaleReport, b: ScaleReport) -> dict[str, tuple[float, float]]:
    """Return the figures that both have, before and after.

    Raises:
        EvaluationError: They are of different sizes.
    """
    if a.clauses != b.clauses:
        raise EvaluationError(
            f"One bench is of {a.clauses:,} clauses, the other of {b.clauses:,}.",
            fix="compare two of the same size",
            chinese=(f"一次测量有 {a.clauses:,} 条，另一次有 {b.clauses:,} 条。", "请比较规模相同的两次"),
        )
    before, after = figures(a), figures(b)
    return {name: (before[name], after[name]) for name in before if name in after}


def _facts(report: ScaleReport) -> str:
    made = report.vectors
    speed = f", {made.embedded_a_second:.1f} a second" if made.embedded_a_second else ""
    return (
        f"{report.clauses:,} clauses in {report.documents:,} documents, {report.chunks:,} chunks. Vectors: {made.embedded:,} clauses embedded"
        f"{speed}; {made.shaken:,} made of these by noise, at a cosine of {made.cosine}. "
        f"{report.asking.ask.questions} questions, {report.asking.answered:.0%} not refused; processes that wanted a processor: {_busy(report)}."
    )


def _busy(report: ScaleReport) -> str:
    return f"{report.busy[0]:.1f} at the beginning, {report.busy[1]:.1f} at the end"


def _times(report: ScaleReport) -> list[str]:
    asked = report.asking
    found = [asked.filtered[name].search for name in FILTERS]
    cells = [f"{each.median:.0f} / {each.p95:.0f}" for each in found]
    alone = [f"{each.median:.1f} / {each.p95:.1f}" for each in (asked.dense, asked.exact)]
    return [f"{report.clauses:,}", *cells, *alone]


def _recalls(report: ScaleReport) -> list[str]:
    return [f"{report.clauses:,}", *(_cell(report.asking.filtered[name].recall) for name in FILTERS)]


def _processors(report: ScaleReport) -> list[str]:
    asked = report.asking
    found = [*(asked.filtered[name].search for name in FILTERS), asked.dense, asked.exact, asked.ask]
    return [f"{report.clauses:,}", *(f"{each.cpu_median:.1f} / {each.cpu_p95:.1f}" for each in found)]


def _storing(report: ScaleReport) -> list[str]:
    made = report.stored
    if made is None:
        return [f"{report.clauses:,}", *[_NOTHING] * 4]
    parts = (made.catalog_seconds, made.chroma_seconds, made.rest_seconds, made.memory_mb)
    return [f"{report.clauses:,}", *map(_cell, parts)]


def _saving(report: ScaleReport) -> list[str]:
    made = report.saved
    parts = (made.backup_seconds, made.backup_mb, made.restore_seconds) if made else (None, None, None)
    return [f"{report.clauses:,}", *map(_cell, parts)]


def _cell(value: float | None) -> str:
    if value is None:
        return _NOTHING
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"
