"""Runs a set of cases against an assistant; a stopped run goes on where it stopped."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol, cast

from eval.cases import Case
from eval.metrics import METRICS
from eval.rows import ROWS, Row, as_lines, empty_row, read_rows, replace_file
from rag.errors import EvaluationError, PolicyQAError
from rag.schema import Answer, Hit, Question

RUN = "run.json"
KEPT_HITS = 10


class Asked(Protocol):
    """What a run needs of an assistant."""

    def ask(self, question: Question) -> Answer:
        """Return a verified answer.

        Raises:
            PolicyQAError: The question cannot be answered now; the run notes it and goes on.
        """


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
        progress: Called with (cases done, cases in all) before each case and at the end.
        settings: Everything that decides the answers besides the code; must be JSON and hold no secrets.

    Raises:
        EvaluationError: No case was given, or the folder holds a run of other cases, settings or code.
    """
    if not cases:
        raise EvaluationError("There is no case to run.", fix="give a set with at least one case")
    started = time.perf_counter()
    about = _about(cases, out, settings or {})
    out.mkdir(parents=True, exist_ok=True)
    kept = _kept(cases, out)
    replace_file(out / ROWS, as_lines(kept.values()))
    replace_file(out / RUN, _pretty(about))
    rows = dict(kept)
    with (out / ROWS).open("a", encoding="utf-8") as file:
        for done, case in enumerate((case for case in cases if case.id not in kept), len(kept)):
            if progress:
                progress(done, len(cases))
            rows[case.id] = _ask(case, assistant)
            file.write(as_lines([rows[case.id]]))
            file.flush()
    ordered = [rows[case.id] for case in cases]
    failed = sum(row["error"] is not None for row in ordered)
    replace_file(out / ROWS, as_lines(ordered))
    replace_file(out / RUN, _pretty({**about, **_outcome(ordered), "failed": failed}))
    if progress:
        progress(len(cases), len(cases))
    return RunSummary(out, len(cases), len(kept), failed, time.perf_counter() - started)


def _ask(case: Case, assistant: Asked) -> Row:
    question = Question(text=case.question, history=case.history)
    started = time.perf_counter()
    try:
        answer = assistant.ask(question)
    except PolicyQAError as error:
        said = {"kind": type(error).__name__, "message": error.message, "fix": error.fix}
        return {**empty_row(case), "seconds": time.perf_counter() - started, "error": said}
    seconds = time.perf_counter() - started
    scores = {name: metric(case, answer) for name, metric in METRICS.items()}
    return {
        **empty_row(case),
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


def _named(hit: Hit) -> dict[str, object]:
    clause = hit.clause
    return {
        "clause_id": clause.clause_id,
        "title": clause.title,
        "locator": clause.locator,
        "score": hit.score,
    }


def _kept(cases: Sequence[Case], out: Path) -> dict[str, Row]:
    """Rows of an earlier run that still hold; cases that were changed or ended in an error are asked again."""
    if not (out / ROWS).is_file():
        return {}
    rows = read_rows(out)
    hashes = {case.id: case.hash for case in cases}
    others = [row["id"] for row in rows if row["id"] not in hashes]
    if others:
        message = f"{out} holds {len(others)} rows of cases that are not in this set, {others[0]!r} first."
        raise EvaluationError(message, fix="run into another folder")
    return {row["id"]: row for row in rows if row["error"] is None and hashes[row["id"]] == row["case_hash"]}


def _about(cases: Sequence[Case], out: Path, settings: Mapping[str, object]) -> dict[str, object]:
    about: dict[str, object] = {
        "started": datetime.now().astimezone().isoformat(timespec="seconds"),
        "set_hash": set_hash(cases),
        "cases": len(cases),
        "settings": dict(settings),
        "code_version": _code_version(),
    }
    earlier = _earlier(out)
    for key in ("settings", "code_version") if earlier else ():
        if earlier.get(key) != json.loads(json.dumps(about[key])):
            raise EvaluationError(f"{out} holds a run with other {key}.", fix="run into another folder")
    return {**about, "started": earlier.get("started", about["started"])}


def _earlier(out: Path) -> dict[str, object]:
    try:
        return cast("dict[str, object]", json.loads((out / RUN).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
    except json.JSONDecodeError as error:
        raise EvaluationError(f"{out / RUN} is damaged.", fix="run into another folder") from error


def _code_version() -> str:
    try:
        return version("policyqa")
    except PackageNotFoundError:
        return "not installed"


def _outcome(rows: Sequence[Row]) -> dict[str, object]:
    """What only the answers tell; more than one model or prompt in a run is shown, not hidden."""
    return {
        "models": sorted({row["model"] for row in rows if row["model"]}),
        "prompt_versions": sorted({row["prompt_version"] for row in rows if row["prompt_version"]}),
        "ended": datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def _pretty(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
