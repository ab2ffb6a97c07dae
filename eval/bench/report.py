"""The figures of a bench: how good, how fast, and with what; kept as JSON so that two benches can be compared."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import Any

import numpy as np

from eval.bench.measures import Scores
from eval.bench.misses import Miss
from eval.bench.questions import BenchQuestion
from eval.bench.search import Found
from eval.rows import replace_file
from eval.statistics import Interval, mean_interval
from rag.errors import EvaluationError


@dataclass(frozen=True, slots=True)
class Asked:
    """What is kept of a question."""

    id: str
    kind: str
    cluster: str
    hash: str


@dataclass(frozen=True, slots=True)
class SearchScore:
    """One way of searching, over the questions that are its own."""

    questions: int
    """How many these are; all but for `lookup`, which is scored where it finds anything."""
    measures: dict[str, Interval]
    by_kind: dict[str, dict[str, Interval]]
    """By type of question; empty for a set without types."""
    milliseconds_median: float
    """Of one question, start-up excluded."""
    milliseconds_p95: float
    filtered_milliseconds_median: float | None
    """The same with the filter; None without one."""
    filtered_milliseconds_p95: float | None
    values: dict[str, list[float | None]]
    """Of each measure, in the order of the questions; None for one that is not its own."""


@dataclass(frozen=True, slots=True)
class Filtered:
    """The filter with which each question was timed once more."""

    filters: dict[str, str]
    documents: int
    """That meet it."""
    documents_in_all: int


@dataclass(frozen=True, slots=True)
class Ingested:
    """What the bench embedded itself."""

    clauses: int
    clauses_a_second: float


@dataclass(frozen=True, slots=True)
class BenchReport:
    """How well one set is searched."""

    set_name: str
    split: str
    questions: int
    passages: int
    without_clause: tuple[str, ...]
    """Ids of questions whose right clauses the collection does not hold; they count as not found."""
    memory_mb: float
    """Largest resident memory of a process that only searched."""
    first_question_seconds: float
    """From the call to the first hits: imports done, models and indexes not loaded."""
    ingested: Ingested | None
    """None when every vector was there."""
    filtered: Filtered | None
    searches: dict[str, SearchScore]
    """`product`, `no-reranker`, … → its score."""
    misses: tuple[Miss, ...]
    """The worst questions, when they were asked for."""
    asked: tuple[Asked, ...]
    about: dict[str, object]
    """What decides the figures."""


def search_score(found: Found, scores: Scores, questions: Sequence[BenchQuestion]) -> SearchScore:
    """Put measures and times together.

    Args:
        found: At least one time.
        scores: Of what was found.
        questions: All that were asked.
    """
    own = [question for question in questions if question.id in found.hits]
    kinds = sorted({question.kind for question in own} - {""})
    median, p95 = _milliseconds(found.seconds)
    filtered = _milliseconds(found.filtered_seconds) if found.filtered_seconds else (None, None)
    return SearchScore(
        questions=len(own),
        measures=_intervals(scores, own),
        by_kind={kind: _intervals(scores, [q for q in own if q.kind == kind]) for kind in kinds},
        milliseconds_median=median,
        milliseconds_p95=p95,
        filtered_milliseconds_median=filtered[0],
        filtered_milliseconds_p95=filtered[1],
        values={name: [by_id.get(q.id) for q in questions] for name, by_id in scores.items()},
    )


def asked(questions: Sequence[BenchQuestion]) -> tuple[Asked, ...]:
    """Return what is kept of the questions."""
    return tuple(Asked(each.id, each.kind, each.cluster, each.hash) for each in questions)


def as_json(report: BenchReport) -> str:
    """Return the report as one JSON object."""
    return json.dumps(asdict(report), ensure_ascii=False, indent=1)


def keep(report: BenchReport, folder: Path, now: datetime) -> Path:
    """Write the report as JSON into a folder, under its set, split and time; return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{report.set_name}-{report.split}-{now:%Y%m%d-%H%M%S}"
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    path = next(path for each in names if not (path := folder / f"{each}.json").exists())
    replace_file(path, as_json(report) + "\n")
    return path


def read_report(path: Path) -> BenchReport:
    """Read a report that was kept.

    Raises:
        EvaluationError: There is none, or another version wrote it.
    """
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        return BenchReport(
            **{
                **row,
                "without_clause": tuple(row["without_clause"]),
                "ingested": Ingested(**row["ingested"]) if row["ingested"] else None,
                "filtered": Filtered(**row["filtered"]) if row["filtered"] else None,
                "searches": {name: _read_score(each) for name, each in row["searches"].items()},
                "misses": tuple(Miss(**{**each, "right": tuple(each["right"])}) for each in row["misses"]),
                "asked": tuple(Asked(**each) for each in row["asked"]),
            }
        )
    except OSError as error:
        raise EvaluationError(
            f"Cannot read the bench {path}: {error.strerror or error}.",
            fix="give a file that policyqa eval bench has written to DATA/eval/bench",
            chinese=(
                f"无法读取测量结果 {path}：{error.strerror or error}。",
                "请给出 policyqa eval bench 写入 DATA/eval/bench 的文件",
            ),
        ) from error
    except (KeyError, TypeError, ValueError) as error:
        raise EvaluationError(
            f"{path} is no bench, or one of another version.",
            fix="run the bench anew",
            chinese=(f"{path} 不是测量结果，或出自其他版本。", "重新测量"),
        ) from error


def _read_score(row: Mapping[str, Any]) -> SearchScore:
    by_kind = {kind: _read_intervals(each) for kind, each in row["by_kind"].items()}
    return SearchScore(**{**row, "measures": _read_intervals(row["measures"]), "by_kind": by_kind})


def _read_intervals(row: Mapping[str, Any]) -> dict[str, Interval]:
    return {name: Interval(**each) for name, each in row.items()}


def _intervals(scores: Scores, questions: Sequence[BenchQuestion]) -> dict[str, Interval]:
    if not questions:
        return {}
    clusters = [question.cluster for question in questions]
    return {
        name: mean_interval([by_id[question.id] for question in questions], clusters)
        for name, by_id in scores.items()
    }


def _milliseconds(seconds: Sequence[float]) -> tuple[float, float]:
    median, p95 = np.percentile(np.asarray(seconds) * 1000, [50, 95])
    return float(median), float(p95)
