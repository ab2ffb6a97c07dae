"""A bench, and a comparison of two, as Markdown pages."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from eval.bench.comparison import BenchComparison, Pair, against
from eval.bench.misses import Miss
from eval.bench.report import BenchReport
from eval.report.about import fact_groups
from eval.report.markdown import p_words, plain, signed, table
from eval.statistics import Interval

SHOWN = ("recall@1", "recall@5", "recall@10", "recall@100", "hit@1", "hit@5", "mrr@10", "ndcg@10")
"""Measures of the page; the JSON has all."""
_WHOLE = "product"
_WORTH = ("hit@5", "recall@10", "mrr@10")
_NOTHING = "–"


def as_markdown(report: BenchReport) -> str:
    """Return the report as a page to read: a row for each way of searching, with 95 % intervals below the means."""
    lines = [
        [name, str(score.questions), *(_cell(score.measures.get(m)) for m in SHOWN)]
        for name, score in report.searches.items()
    ]
    parts = [
        f"# {plain(report.set_name)}",
        _facts(report),
        table(["search", "n", *SHOWN], lines),
        _times(report),
        *_kinds(report),
        *_worth(report),
        *([_misses(report.misses)] if report.misses else []),
        "\n".join(
            f"- {group.name}: {'; '.join(f'{name} {value}' for name, value in group.facts)}"
            for group in fact_groups(report.about)
        ),
    ]
    return "\n\n".join(parts) + "\n"


def comparison_as_json(found: BenchComparison) -> str:
    """Return the comparison of two benches as one JSON object."""
    return json.dumps(asdict(found), ensure_ascii=False, indent=2)


def comparison_as_markdown(found: BenchComparison) -> str:
    """Return the comparison of two benches as a page to read."""
    facts = [f"- {found.paired} questions in both"]
    if found.left_out:
        facts.append(
            f"- only in one of them, or changed between, left out: {len(found.left_out)} ({plain(', '.join(found.left_out))})"
        )
    conditions = [
        [plain(n), plain(a or _NOTHING), plain(b or _NOTHING)] for n, (a, b) in found.conditions.items()
    ]
    head = [
        "measure", "n", "before", "after", "difference", "95 % interval", "p", "p, corrected", "better", "worse",
    ]  # fmt: skip
    parts = [
        f"# {plain(found.a)} → {plain(found.b)}",
        "\n".join(facts),
        "## What differs between the benches",
    ]
    parts.append(
        table(["what", plain(found.a), plain(found.b)], conditions)
        if conditions
        else "Nothing that was recorded."
    )
    for name, pairs in found.searches.items():
        before, after = found.milliseconds[name]
        parts += [
            f"## {name}",
            table(head, [_pair_line(measure, pair) for measure, pair in pairs.items()]),
            f"Milliseconds a question (median): {before:.1f} → {after:.1f}.",
        ]
    parts.append(
        "p: randomisation test by cluster of questions; corrected for the number of measures (Holm)."
    )
    return "\n\n".join(parts) + "\n"


def _facts(report: BenchReport) -> str:
    drawn = "documents" if any(each.cluster != each.id for each in report.asked) else "questions"
    lines = [
        f"{report.questions:,} questions of the split {plain(report.split)}, {report.passages:,} passages; 95 % intervals over {drawn}.",
        f"In a process of its own: first question {report.first_question_seconds:.2f} s from the call, memory {report.memory_mb:,.0f} MB.",
    ]
    if report.without_clause:
        lines.append(
            f"The collection does not hold the right clauses of {len(report.without_clause)} questions; these count as not found."
        )
    if report.ingested:
        made = report.ingested
        lines.append(f"Embedded {made.clauses:,} clauses, {made.clauses_a_second:.1f} a second.")
    return "\n".join(lines)


def _times(report: BenchReport) -> str:
    head = ["search", "ms (median)", "ms (95 %)"]
    lines = [
        [name, f"{each.milliseconds_median:.1f}", f"{each.milliseconds_p95:.1f}"]
        for name, each in report.searches.items()
    ]
    if report.filtered is None:
        return table(head, lines)
    words = ", ".join(f"{key}={value}" for key, value in report.filtered.filters.items())
    for line, score in zip(lines, report.searches.values(), strict=True):
        line += [f"{score.filtered_milliseconds_median:.1f}", f"{score.filtered_milliseconds_p95:.1f}"]
    note = (
        f"Filter: {plain(words)}, met by {report.filtered.documents:,} of {report.filtered.documents_in_all:,} documents. "
        "Only times: what a filter leaves out cannot be found, and what it leaves is found more easily."
    )
    return table([*head, "filtered (median)", "filtered (95 %)"], lines) + f"\n\n{note}"


def _kinds(report: BenchReport) -> Iterator[str]:
    """By type of question, what the product reaches and the first five of each part."""
    kinds = sorted({each.kind for each in report.asked} - {""})
    if not kinds:
        return
    names = list(report.searches)
    lines = [
        [kind, *(_kind_cell(report.searches[name].by_kind.get(kind), report, kind) for name in names)]
        for kind in kinds
    ]
    yield "## By type of question: hit@5 / MRR@10"
    counts = [sum(each.kind == kind for each in report.asked) for kind in kinds]
    yield table(
        ["type", "n", *names], [[line[0], str(n), *line[1:]] for line, n in zip(lines, counts, strict=True)]
    )


def _kind_cell(measures: dict[str, Interval] | None, report: BenchReport, kind: str) -> str:
    if not measures:
        return _NOTHING
    n = measures["hit@5"].n
    fewer = n < sum(each.kind == kind for each in report.asked)
    words = f"{measures['hit@5'].mean:.3f} / {measures['mrr@10'].mean:.3f}"
    return f"{words} (n {n})" if fewer else words


def _worth(report: BenchReport) -> Iterator[str]:
    """What each part is worth: the other searches against the whole."""
    others = [name for name in report.searches if name != _WHOLE]
    if _WHOLE not in report.searches or not others:
        return
    lines = [
        [name, *_difference_cells(measure, pairs[measure])]
        for name in others
        for pairs in [against(report, name, _WHOLE)]
        for measure in _WORTH
        if measure in pairs
    ]
    yield f"## What the {_WHOLE} has over each"
    yield table(["search", "measure", "n", "difference", "95 % interval", "p"], lines)


def _difference_cells(measure: str, pair: Pair) -> list[str]:
    difference = pair.difference
    return [measure, str(pair.n), signed(measure, difference.mean), _ends(pair), p_words(difference.p)]


def _misses(misses: Sequence[Miss]) -> str:
    names = list(misses[0].ranks)
    lines = [
        [
            each.id,
            each.kind,
            plain(each.question),
            plain("; ".join(each.right)),
            *(str(each.ranks[name] or _NOTHING) for name in names),
            plain(each.first or _NOTHING),
            each.where or _NOTHING,
        ]
        for each in misses
    ]
    head = ["id", "type", "question", "right", *names, "first instead", "which is in"]
    return "## The worst questions: place of the first right clause\n\n" + table(head, lines)


def _pair_line(measure: str, pair: Pair) -> list[str]:
    return [
        measure,
        str(pair.n),
        f"{pair.a:.3f}",
        f"{pair.b:.3f}",
        signed(measure, pair.difference.mean),
        _ends(pair),
        p_words(pair.difference.p),
        p_words(pair.p_holm),
        str(len(pair.better)),
        str(len(pair.worse)),
    ]


def _ends(pair: Pair) -> str:
    low, high = pair.difference.low, pair.difference.high
    # An interval without width, as when nothing differs, says nothing.
    if low is None or high is None or low == high:
        return _NOTHING
    return f"{signed('', low)} … {signed('', high)}"


def _cell(interval: Interval | None) -> str:
    if interval is None:
        return _NOTHING
    if interval.low is None or interval.high is None:
        return f"{interval.mean:.3f}"
    return f"{interval.mean:.3f} ({interval.low:.3f}–{interval.high:.3f})"
