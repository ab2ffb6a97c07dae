"""Runs a set of cases against an assistant and keeps one row a case, so that a stopped run goes on where it stopped."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Protocol, TypedDict, cast

from eval.cases import Case, Gold
from eval.metrics import METRICS
from rag.errors import EvaluationError, PolicyQAError
from rag.schema import Answer, Hit, Question

ROWS = "rows.jsonl"
RUN = "run.json"
KEPT_HITS = 10


class Asked(Protocol):
    """What a run needs of an assistant."""

    def ask(self, question: Question) -> Answer:
        """Return a verified answer.

        Raises:
            PolicyQAError: The question cannot be answered now; the run notes it and goes on.
        """


class Row(TypedDict):
    """What is kept of one case; after an error the answer's keys are empty."""

    id: str
    case_hash: str
    type: str
    difficulty: str
    document: str
    question: str
    answerable: bool
    gold: list[dict[str, str]]
    verdict: str | None
    answer: str | None
    citations: list[dict[str, object]]
    hits: list[dict[str, object]]
    warnings: list[str]
    model: str | None
    prompt_version: str | None
    seconds: float
    scores: dict[str, dict[str, float | str]]
    """By metric: `value` and `reason`; metrics that do not apply are left out."""
    error: dict[str, str] | None
    """`kind`, `message` and `fix`."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run did."""

    out: Path
    cases: int
    kept: int
    """Rows taken over from an earlier, stopped run."""
    failed: int
    """Cases that ended in an error."""
    seconds: float


def set_hash(cases: Sequence[Case]) -> str:
    """Return 16 hex digits that tell two sets of cases apart, order included."""
    return hashlib.sha256("".join(case.hash for case in cases).encode()).hexdigest()[:16]


def run_folder(data: Path, now: datetime) -> Path:
    """Return where a run that begins now is kept: `DATA/eval/20231215-093000`."""
    return data / "eval" / now.strftime("%Y%m%d-%H%M%S")


def run_cases(
    cases: Sequence[Case],
    assistant: Asked,
    out: Path,
    *,
    progress: Callable[[int, int], None] | None = None,
    settings: Mapping[str, object] | None = None,
) -> RunSummary:
    """Ask every case and write `rows.jsonl` and `run.json`.

    Args:
        cases: What to ask, in this order.
        assistant: Asked once a case, except for cases whose row is there already and has no error.
        out: Folder of the run; made when missing.
        progress: Called with (cases done, cases in all) at the start and after each case.
        settings: Everything that decides the answers besides the code; must be JSON and hold no secrets.

    Raises:
        EvaluationError: The folder holds a run with other settings or another code version, or no case was given.
    """
    if not cases:
        raise EvaluationError("There is no case to run.", fix="give a set with at least one case")
    started = time.perf_counter()
    about = _about(cases, out, settings or {})
    out.mkdir(parents=True, exist_ok=True)
    kept = _kept(cases, out)
    _replace(out / ROWS, _as_lines(kept.values()))
    _replace(out / RUN, _pretty(about))
    rows = dict(kept)
    with (out / ROWS).open("a", encoding="utf-8") as file:
        for done, case in enumerate((case for case in cases if case.id not in kept), len(kept)):
            if progress:
                progress(done, len(cases))
            rows[case.id] = _ask(case, assistant)
            file.write(_as_lines([rows[case.id]]))
            file.flush()
    ordered = [rows[case.id] for case in cases]
    failed = sum(row["error"] is not None for row in ordered)
    _replace(out / ROWS, _as_lines(ordered))
    _replace(out / RUN, _pretty({**about, **_outcome(ordered), "failed": failed}))
    if progress:
        progress(len(cases), len(cases))
    return RunSummary(out, len(cases), len(kept), failed, time.perf_counter() - started)


def read_rows(out: Path) -> list[Row]:
    """Read the rows of a run.

    Returns:
        In the order of the set once the run has ended; empty when it was stopped before the first row.

    Raises:
        EvaluationError: The folder holds no run, or a line before the last is damaged.
    """
    path = out / ROWS
    if not path.is_file():
        raise EvaluationError(f"{out} holds no run.", fix="policyqa eval run")
    lines = path.read_text(encoding="utf-8").splitlines()
    rows: list[Row] = []
    for number, line in enumerate(lines, 1):
        try:
            rows.append(cast("Row", json.loads(line)))
        except json.JSONDecodeError as error:
            # A run that was killed leaves half a line at the end; that case is asked again.
            if number == len(lines):
                break
            raise EvaluationError(
                f"{path}:{number} is damaged.", fix="run again into another folder"
            ) from error
    return rows


def _ask(case: Case, assistant: Asked) -> Row:
    question = Question(text=case.question, history=case.history)
    started = time.perf_counter()
    try:
        answer = assistant.ask(question)
    except PolicyQAError as error:
        said = {"kind": type(error).__name__, "message": error.message, "fix": error.fix}
        return {**_empty_row(case), "seconds": time.perf_counter() - started, "error": said}
    seconds = time.perf_counter() - started
    scores = {name: metric(case, answer) for name, metric in METRICS.items()}
    return {
        **_empty_row(case),
        "verdict": answer.verdict,
        "answer": answer.text,
        "citations": [asdict(citation) for citation in answer.citations],
        "hits": [_named(hit) for hit in answer.retrieval.hits[:KEPT_HITS]],
        "warnings": [warning.code for warning in answer.warnings],
        "model": answer.model,
        "prompt_version": answer.prompt_version,
        "seconds": seconds,
        "scores": {
            name: {"value": score.value, "reason": score.reason} for name, score in scores.items() if score
        },
    }


def _empty_row(case: Case) -> Row:
    return {
        "id": case.id,
        "case_hash": case.hash,
        "type": case.type,
        "difficulty": case.difficulty,
        "document": case.document,
        "question": case.question,
        "answerable": case.answerable,
        "gold": [_gold(gold) for gold in case.gold],
        "verdict": None,
        "answer": None,
        "citations": [],
        "hits": [],
        "warnings": [],
        "model": None,
        "prompt_version": None,
        "seconds": 0.0,
        "scores": {},
        "error": None,
    }


def _gold(gold: Gold) -> dict[str, str]:
    return {"title": gold.title, "locator": gold.locator}


def _named(hit: Hit) -> dict[str, object]:
    clause = hit.clause
    return {
        "clause_id": clause.clause_id,
        "title": clause.title,
        "locator": clause.locator,
        "score": hit.score,
    }


def _kept(cases: Sequence[Case], out: Path) -> dict[str, Row]:
    """Rows of an earlier run of the same cases; those with an error are asked again."""
    if not (out / ROWS).is_file():
        return {}
    hashes = {case.id: case.hash for case in cases}
    return {
        row["id"]: row
        for row in read_rows(out)
        if row["error"] is None and hashes.get(row["id"]) == row["case_hash"]
    }


def _about(cases: Sequence[Case], out: Path, settings: Mapping[str, object]) -> dict[str, object]:
    about: dict[str, object] = {
        "started": datetime.now().astimezone().isoformat(timespec="seconds"),
        "set_hash": set_hash(cases),
        "cases": len(cases),
        "settings": dict(settings),
        "code_version": version("policyqa"),
    }
    if (out / RUN).is_file():
        earlier = json.loads((out / RUN).read_text(encoding="utf-8"))
        for key in ("settings", "code_version"):
            if earlier.get(key) != json.loads(json.dumps(about[key])):
                raise EvaluationError(f"{out} holds a run with other {key}.", fix="run into another folder")
        about["started"] = earlier["started"]
    return about


def _outcome(rows: Sequence[Row]) -> dict[str, object]:
    """What only the answers tell; more than one model or prompt in a run is shown, not hidden."""
    return {
        "models": sorted({row["model"] for row in rows if row["model"]}),
        "prompt_versions": sorted({row["prompt_version"] for row in rows if row["prompt_version"]}),
        "ended": datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def _as_lines(rows: Iterable[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _pretty(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _replace(path: Path, text: str) -> None:
    """Write a whole file or nothing."""
    half = path.with_suffix(path.suffix + ".part")
    half.write_text(text, encoding="utf-8")
    half.replace(path)
