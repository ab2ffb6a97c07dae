"""Asks a system every case of a set; a stopped run goes on where it stopped."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import IO

from eval.cases import Case
from eval.manifest import ended, facts_of, pretty, resumed
from eval.metrics import METRICS, Metric
from eval.outcome import System
from eval.rows import ROWS, Row, Texts, as_lines, error_row, read_rows, replace_file, row_of
from eval.runs import RUN
from rag.errors import EvaluationError, PolicyQAError
from rag.schema import Question

Metrics = Mapping[str, Metric]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run did."""

    name: str
    out: Path
    cases: int
    kept: int
    """Rows taken over from an earlier, stopped run."""
    failed: int
    """Cases that ended in an error."""
    seconds: float


def run_folder(data: Path, now: datetime) -> Path:
    """Return where a run that begins now is kept: `DATA/eval/20231215-093000`."""
    return data / "eval" / now.strftime("%Y%m%d-%H%M%S")


def run_cases(
    cases: Sequence[Case],
    system: System,
    out: Path,
    *,
    name: str = "product",
    metrics: Metrics = METRICS,
    progress: Progress | None = None,
    parallel: int = 1,
    texts: Texts | None = None,
    about: Mapping[str, object] | None = None,
) -> RunSummary:
    """Ask every case and write `rows.jsonl` and `run.json`.

    Each row is on disk as soon as its case is answered. After Ctrl-C what is answered is kept, what was being asked is
    not, and the same call goes on with the rest.

    Args:
        cases: What to ask, in this order, which is also that of the rows at the end.
        system: Asked once a case, except for cases whose row is there already and has no error.
        out: Folder of the run; made when missing.
        name: Of the configuration, as in a table of several.
        metrics: Name → metric.
        progress: Called with (cases done, cases in all) at the beginning and after each case.
        parallel: How many cases are asked at the same time, from as many threads; a system whose `about` says
            `"parallel": false` gets one after the other.
        texts: Of the clauses that the cases name; None when no collection is at hand.
        about: What else decides the answers, as `eval.provenance` finds it; must be JSON and hold no secrets.

    Raises:
        EvaluationError: No case was given, or the folder holds a run of other cases, settings or code.
        ValueError: `parallel` is below 1.
    """
    if not cases:
        raise EvaluationError(
            "There is no case to run.",
            fix="give a set with at least one case",
            chinese=("没有要运行的题目。", "请给出至少有一道题的题集"),
        )
    if parallel < 1:
        raise ValueError(f"parallel must be at least 1, got {parallel}")
    started = time.perf_counter()
    facts = resumed(out, facts_of(cases, system, name, metrics, about or {}))
    threads = 1 if facts["system"].get("parallel") is False else parallel
    facts["parallel"] = threads
    kept = _kept(cases, out)
    out.mkdir(parents=True, exist_ok=True)
    replace_file(out / ROWS, as_lines(kept.values()))
    replace_file(out / RUN, pretty(facts))
    with (out / ROWS).open("a", encoding="utf-8") as file:
        rows = _Rows(kept, file, len(cases), progress)
        pending = [case for case in cases if case.id not in kept]
        _each(pending, lambda case: rows.add(_ask(case, system, metrics, texts or {})), threads)
    ordered = [rows.found[case.id] for case in cases]
    seconds = time.perf_counter() - started
    replace_file(out / ROWS, as_lines(ordered))
    replace_file(out / RUN, pretty(ended(facts, ordered, seconds)))
    failed = sum(row["error"] is not None for row in ordered)
    return RunSummary(name, out, len(cases), len(kept), failed, seconds)


class _Rows:
    """The rows of a run as they come in, from any thread."""

    def __init__(self, kept: Mapping[str, Row], file: IO[str], total: int, progress: Progress | None) -> None:
        self.found = dict(kept)
        self._file, self._total, self._progress, self._lock = file, total, progress, Lock()
        self._tell()

    def add(self, row: Row) -> None:
        with self._lock:
            # After Ctrl-C nobody waits for the answers that are still being written.
            if self._file.closed:
                return
            self._file.write(as_lines([row]))
            self._file.flush()
            self.found[row["id"]] = row
            self._tell()

    def _tell(self) -> None:
        if self._progress:
            self._progress(len(self.found), self._total)


def _each(cases: Sequence[Case], ask: Callable[[Case], None], parallel: int) -> None:
    if parallel == 1:
        for case in cases:
            ask(case)
        return
    pool = ThreadPoolExecutor(parallel)
    try:
        for future in as_completed([pool.submit(ask, case) for case in cases]):
            future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _ask(case: Case, system: System, metrics: Metrics, texts: Texts) -> Row:
    started = time.perf_counter()
    question = Question(case.question, case.history, as_of=case.as_of)
    try:
        outcome = system.ask(question)
    except PolicyQAError as error:
        return error_row(case, error, time.perf_counter() - started, texts)
    scores = {name: metric(case, outcome) for name, metric in metrics.items()}
    return row_of(case, outcome, {name: score for name, score in scores.items() if score}, texts)


def _kept(cases: Sequence[Case], out: Path) -> dict[str, Row]:
    """Rows of an earlier run that still hold; cases that were changed or ended in an error are asked again."""
    if not (out / ROWS).is_file():
        return {}
    rows = read_rows(out)
    hashes = {case.id: case.hash for case in cases}
    others = [row["id"] for row in rows if row["id"] not in hashes]
    if others:
        message = f"{out} holds {len(others)} rows of cases that are not in this set, {others[0]!r} first."
        raise EvaluationError(
            message,
            fix="run into another folder",
            chinese=(
                f"{out} 中有 {len(others)} 行不属于本题集，第一个是 {others[0]!r}。",
                "换一个文件夹运行",
            ),
        )
    return {row["id"]: row for row in rows if row["error"] is None and hashes[row["id"]] == row["case_hash"]}
