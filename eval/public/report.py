"""The figures of a search over a public test set: how good, how fast, and with what; as a page and as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from eval.report.about import fact_groups
from eval.rows import replace_file
from eval.statistics import Interval

SHOWN = ("recall@1", "recall@5", "recall@10", "recall@100", "hit@1", "hit@5", "mrr@10", "ndcg@10")
"""Measures of the page; the JSON has all."""


@dataclass(frozen=True, slots=True)
class SearchScore:
    """One way of searching, over all questions of a split."""

    measures: dict[str, Interval]
    milliseconds_median: float
    """Of one question, start-up excluded."""
    milliseconds_p95: float


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """How well one set is searched."""

    set_name: str
    split: str
    questions: int
    passages: int
    memory_mb: float
    """Largest resident memory of the process so far."""
    searches: dict[str, SearchScore]
    """`product`, `keyword-only`, … → its score."""
    about: dict[str, object]
    """What decides the figures."""


def search_score(measures: Mapping[str, Interval], seconds: Sequence[float]) -> SearchScore:
    """Put measures and times together; at least one time."""
    median, p95 = np.percentile(np.asarray(seconds) * 1000, [50, 95])
    return SearchScore(dict(measures), float(median), float(p95))


def as_json(report: RetrievalReport) -> str:
    """Return the report as one JSON object."""
    return json.dumps(asdict(report), ensure_ascii=False, indent=2)


def as_markdown(report: RetrievalReport) -> str:
    """Return the report as a page to read: a row for each way of searching, with 95 % intervals below the means."""
    head = ["search", *SHOWN, "ms (median)", "ms (95 %)"]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for name, score in report.searches.items():
        cells = [f"{score.measures[m].mean:.3f} {_range(score.measures[m])}" for m in SHOWN]
        times = (f"{score.milliseconds_median:.1f}", f"{score.milliseconds_p95:.1f}")
        lines.append(f"| {' | '.join([name, *cells, *times])} |")
    facts = (
        f"{report.questions:,} questions of the split {report.split}, {report.passages:,} passages; "
        f"95 % intervals over questions; memory {report.memory_mb:,.0f} MB."
    )
    about = "\n".join(
        f"- {group.name}: {'; '.join(f'{name} {value}' for name, value in group.facts)}"
        for group in fact_groups(report.about)
    )
    return f"# {report.set_name}\n\n{facts}\n\n" + "\n".join(lines) + f"\n\n{about}\n"


def keep(report: RetrievalReport, folder: Path, now: datetime) -> Path:
    """Write the report as JSON into a folder, under its set, split and time; return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report.set_name}-{report.split}-{now:%Y%m%d-%H%M%S}.json"
    replace_file(path, as_json(report) + "\n")
    return path


def _range(interval: Interval) -> str:
    return "" if interval.low is None else f"({interval.low:.3f}–{interval.high:.3f})"
