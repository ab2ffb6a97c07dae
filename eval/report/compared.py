"""A comparison of two runs as Markdown, as JSON and as a page."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from eval.comparison import NEITHER, Change, Comparison, Measure, compare
from eval.report.chart.bars import Bar, differences
from eval.report.highlight import Piece, changed
from eval.report.html import render
from eval.report.languages import both
from eval.report.markdown import number, p_words, plain, signed, table
from eval.report.question import Shown, shown
from eval.report.texts import Texts
from eval.rows import Row
from eval.runs import Run, find_runs
from rag.errors import EvaluationError

LISTED = 10
"""Questions of each kind that Markdown lists for a metric; the page lists all."""
_SURE = 0.05


@dataclass(frozen=True, slots=True)
class Compared:
    """Two runs with what differs between them."""

    a: Run
    b: Run
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class ShownPair:
    """What a page shows of a question that changed."""

    a: Shown
    b: Shown
    before: tuple[Piece, ...]
    """The first answer, with what is not in the second marked."""
    after: tuple[Piece, ...]
    fixed: dict[str, Change]
    """By metric."""
    broken: dict[str, Change]


def read_compared(a: Path, b: Path) -> Compared:
    """Compare the runs in two folders.

    Raises:
        EvaluationError: One holds no run or several, is damaged, or the two have no question in common.
    """
    one, other = _single(a), _single(b)
    return Compared(one, other, compare(one, other))


def as_json(found: Compared) -> str:
    """Return the comparison as one JSON object."""
    return json.dumps(asdict(found.comparison), ensure_ascii=False, indent=2)


def as_markdown(found: Compared) -> str:
    """Return the comparison as a page to read: differences first, then the questions that got worse and better."""
    it = found.comparison
    rows = {row["id"]: row for row in found.b.rows}
    parts = [
        f"# {plain(it.a)} → {plain(it.b)}",
        _facts(it),
        "## What differs between the runs\n\n" + _conditions(it),
        "## Metrics\n\n" + _measures(it),
    ]
    for title, kind in (("Worse", "broken"), ("Better", "fixed")):
        lists = [
            _list(name, getattr(measure, kind), rows)
            for name, measure in it.measures.items()
            if getattr(measure, kind)
        ]
        parts.append(f"## {title}\n\n" + ("\n\n".join(lists) or "None."))
    ids = ", ".join(it.changed_answers)
    parts.append(f"## Changed answers ({len(it.changed_answers)})\n\n{plain(ids) or 'None.'}")
    return "\n\n".join(parts) + "\n"


def as_page(found: Compared) -> str:
    """Return the comparison as one HTML page with every question that changed."""
    it = found.comparison
    texts = Texts()
    pairs = _pairs(found, texts)
    # Where nothing differs there is nothing to draw.
    differing = [_bar(name, measure) for name, measure in it.measures.items() if measure.p_holm is not None]
    return render(
        "comparison.html.j2",
        title=f"{' · '.join(both('comparison'))} · {it.a} → {it.b}",
        c=it,
        neither=NEITHER,
        chart=differences("difference", differing) if differing else None,
        pairs=pairs,
        states={
            "broken": sum(bool(pair.broken) for pair in pairs),
            "fixed": sum(bool(pair.fixed) for pair in pairs),
        },
        texts=texts.all(),
        kind=_kind,
        ends=_ends,
        signed=signed,
        p_words=p_words,
    )


FORMATS: dict[str, Callable[[Compared], str]] = {".html": as_page, ".md": as_markdown, ".json": as_json}
"""How a comparison is written, by the ending of the file."""


def _single(folder: Path) -> Run:
    runs = find_runs(folder)
    if len(runs) > 1:
        message = f"{folder} holds {len(runs)} runs: {', '.join(runs)}."
        raise EvaluationError(
            message,
            fix=f"give one of its folders, such as {next(iter(runs.values())).folder}",
            chinese=(
                f"{folder} 中有 {len(runs)} 次运行：{'、'.join(runs)}。",
                f"请给出其中一个文件夹，如 {next(iter(runs.values())).folder}",
            ),
        )
    return next(iter(runs.values()))


def _kind(name: str, measure: Measure) -> str:
    """Return `good` or `bad` for a difference that is more than chance, else nothing."""
    if measure.p_holm is None or measure.p_holm >= _SURE:
        return ""
    return "good" if measure.difference.mean > 0 else "bad"


def _bar(name: str, measure: Measure) -> Bar:
    difference = measure.difference
    words = signed(name, difference.mean)
    return Bar(
        name, difference.mean, difference.low, difference.high, words, f"n={measure.n}", _kind(name, measure)
    )


def _pairs(found: Compared, texts: Texts) -> list[ShownPair]:
    it = found.comparison
    rows_b = {row["id"]: row for row in found.b.rows}
    fixed, broken = (_by_case(it.measures, kind) for kind in ("fixed", "broken"))
    marked = {*it.changed_answers, *it.fixed_errors, *it.new_errors, *fixed, *broken}
    pairs = []
    for row in found.a.rows:
        name = row["id"]
        if name in marked:
            before, after = changed(row["answer"] or "", rows_b[name]["answer"] or "")
            sides = (shown(row, texts), shown(rows_b[name], texts))
            pairs.append(ShownPair(*sides, before, after, fixed.get(name, {}), broken.get(name, {})))
    return pairs


def _by_case(measures: Mapping[str, Measure], kind: str) -> dict[str, dict[str, Change]]:
    found: dict[str, dict[str, Change]] = {}
    for name, measure in measures.items():
        for change in getattr(measure, kind):
            found.setdefault(change.id, {})[name] = change
    return found


def _facts(it: Comparison) -> str:
    lines = [
        f"- {it.paired} questions in both runs; {len(it.changed_answers)} answers and {it.changed_hits} lists of hits differ",
    ]
    for words, ids in (
        (f"only in {plain(it.a)}, left out", it.only_a),
        (f"only in {plain(it.b)}, left out", it.only_b),
        ("changed in the set between the runs, left out", it.changed_cases),
        ("ended in an error only before", it.fixed_errors),
        ("end in an error only now", it.new_errors),
    ):
        if ids:
            lines.append(f"- {words}: {len(ids)} ({plain(', '.join(ids))})")
    return "\n".join(lines)


def _conditions(it: Comparison) -> str:
    lines = [
        [plain(name), plain(one or "–"), plain(other or "–")] for name, (one, other) in it.conditions.items()
    ]
    return table(["what", plain(it.a), plain(it.b)], lines) if lines else "Nothing that was recorded."


def _measures(it: Comparison) -> str:
    lines = [
        [
            name,
            str(measure.n),
            number(name, measure.a),
            number(name, measure.b),
            signed(name, measure.difference.mean),
            _ends(name, measure),
            p_words(measure.difference.p),
            p_words(measure.p_holm),
            "–" if name in NEITHER else str(len(measure.fixed)),
            "–" if name in NEITHER else str(len(measure.broken)),
        ]
        for name, measure in it.measures.items()
    ]
    head = [
        "metric",
        "n",
        "before",
        "after",
        "difference",
        "95 % interval",
        "p",
        "p, corrected",
        "better",
        "worse",
    ]
    note = "p: randomisation test by document; corrected for the number of metrics (Holm)."
    return f"{table(head, lines)}\n\n{note}"


def _ends(name: str, measure: Measure) -> str:
    low, high = measure.difference.low, measure.difference.high
    # An interval without width, as when nothing differs, says nothing.
    return (
        "–" if low is None or high is None or low == high else f"{signed(name, low)} … {signed(name, high)}"
    )


def _list(name: str, changes: tuple[Change, ...], rows: Mapping[str, Row]) -> str:
    lines = [f"**{name}** ({len(changes)})"]
    for change in changes[:LISTED]:
        words = f"{number(name, change.before)} → {number(name, change.after)}"
        why = f"{change.why_before} → {change.why_after}"
        lines.append(f"- {plain(change.id)} {plain(rows[change.id]['question'])}: {words} ({plain(why)})")
    if len(changes) > LISTED:
        lines.append(f"- and {len(changes) - LISTED} more")
    return "\n".join(lines)
