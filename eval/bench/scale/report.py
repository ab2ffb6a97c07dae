"""The figures of one size of collection; kept as JSON so that sizes, machines and versions can be compared."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import Any

from eval.bench.scale.asking import Asking, Filtered, Load, Times
from eval.bench.scale.collection import Added, Stored
from eval.bench.scale.memory import Memory
from eval.bench.scale.saving import Saved
from eval.bench.scale.vectors import Vectors
from eval.rows import replace_file
from rag.errors import EvaluationError

_NAME = "scale"


@dataclass(frozen=True, slots=True)
class ScaleReport:
    """One size."""

    clauses: int
    documents: int
    chunks: int
    vectors: Vectors
    stored: Stored | None
    """None when the collection was there from an earlier bench."""
    added: Added | None
    """None when it was not asked for."""
    saved: Saved | None
    """None when it was not asked for."""
    disk_mb: dict[str, float]
    """By part of the collection, for its current generation."""
    asking: Asking
    load: Load | None
    """None when it was not asked for."""
    busy: tuple[float, float]
    """Processes that wanted a processor, on average over a minute, at the beginning and at the end."""
    about: dict[str, object]
    """What decides the figures."""


def keep(report: ScaleReport, folder: Path, now: datetime) -> Path:
    """Write the report into a folder, under its size and the time; return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{_NAME}-{report.clauses}-{now:%Y%m%d-%H%M%S}"
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    path = next(path for each in names if not (path := folder / f"{each}.json").exists())
    replace_file(path, as_json(report) + "\n")
    return path


def as_json(report: ScaleReport | Sequence[ScaleReport]) -> str:
    """Return a report, or several, as JSON."""
    rows = asdict(report) if isinstance(report, ScaleReport) else [asdict(each) for each in report]
    return json.dumps(rows, ensure_ascii=False, indent=1)


def kept_reports(folder: Path) -> list[ScaleReport]:
    """Return the newest report of each size that a folder holds, smallest first; empty without any.

    Raises:
        EvaluationError: One cannot be read.
    """
    newest: dict[int, ScaleReport] = {}
    for path in sorted(folder.glob(f"{_NAME}-*.json"), key=lambda path: path.stat().st_mtime):
        report = read_report(path)
        newest[report.clauses] = report
    return [newest[clauses] for clauses in sorted(newest)]


def is_scale(path: Path) -> bool:
    """Tell whether a file is, by its name, a report of this kind."""
    return path.name.startswith(f"{_NAME}-")


def read_report(path: Path) -> ScaleReport:
    """Read a report that was kept.

    Raises:
        EvaluationError: There is none, or another version wrote it.
    """
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        return ScaleReport(
            **{
                **row,
                "vectors": Vectors(**row["vectors"]),
                "stored": Stored(**row["stored"]) if row["stored"] else None,
                "added": Added(**row["added"]) if row["added"] else None,
                "saved": Saved(**row["saved"]) if row["saved"] else None,
                "asking": _asking(row["asking"]),
                "load": _load(row["load"]) if row["load"] else None,
                "busy": tuple(row["busy"]),
            }
        )
    except OSError as error:
        raise EvaluationError(
            f"Cannot read the bench {path}: {error.strerror or error}.",
            fix="give a file that policyqa eval bench scale has written to DATA/eval/bench",
            chinese=(
                f"无法读取测量结果 {path}：{error.strerror or error}。",
                "请给出 policyqa eval bench scale 写入 DATA/eval/bench 的文件",
            ),
        ) from error
    except (KeyError, TypeError, ValueError) as error:
        raise EvaluationError(
            f"{path} is no bench of scale, or one of another version.",
            fix="run the bench anew, and move the file away",
            chinese=(f"{path} 不是规模测量的结果，或出自其他版本。", "把它移走，重新测量"),
        ) from error


def figures(report: ScaleReport) -> dict[str, float]:
    """Return what is compared, by name with its unit."""
    found: dict[str, float | None] = {
        "first answer s": report.asking.first_answer_seconds,
        "memory MB": report.asking.memory.resident,
        "memory of its own MB": report.asking.memory.own,
        "disk MB": sum(report.disk_mb.values()),
        "answer p50 ms": report.asking.ask.median,
        "answer p95 ms": report.asking.ask.p95,
        "answer p95 ms of the processors": report.asking.ask.cpu_p95,
        "stored clauses a second": report.stored.clauses_a_second if report.stored else None,
        "embedded clauses a second": report.vectors.embedded_a_second,
        "one law added s": report.added.seconds if report.added else None,
        "backup s": report.saved.backup_seconds if report.saved else None,
        "backup MB": report.saved.backup_mb if report.saved else None,
        "restore s": report.saved.restore_seconds if report.saved else None,
        "answers a second": report.load.answers_a_second if report.load else None,
    }
    for name, each in report.asking.filtered.items():
        found |= {
            f"recall@10 of the dense leg, filter {name}": each.recall,
            f"search, filter {name}: p50 ms": each.search.median,
            f"search, filter {name}: p95 ms": each.search.p95,
            f"search, filter {name}: p95 ms of the processors": each.search.cpu_p95,
        }
    return {name: value for name, value in found.items() if value is not None}


def _asking(row: Mapping[str, Any]) -> Asking:
    filtered = {
        name: Filtered(**{**each, "search": Times(**each["search"])})
        for name, each in row["filtered"].items()
    }
    memories = {name: Memory(**row[name]) for name in ("memory_at_first", "memory")}
    times = {name: Times(**row[name]) for name in ("ask", "dense", "exact")}
    return Asking(**{**row, **memories, **times, "filtered": filtered})


def _load(row: Mapping[str, Any]) -> Load:
    return Load(**{**row, "times": Times(**row["times"])})
