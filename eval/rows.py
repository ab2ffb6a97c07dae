"""What is kept of a run: one row a case."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict, cast

from eval.cases import Case
from rag.errors import EvaluationError

ROWS = "rows.jsonl"


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
    """`value` and `reason` of each metric that applies."""
    error: dict[str, str] | None
    """`kind`, `message` and `fix`."""


def empty_row(case: Case) -> Row:
    """Return what is known of a case before it is asked."""
    return {
        "id": case.id,
        "case_hash": case.hash,
        "type": case.type,
        "difficulty": case.difficulty,
        "document": case.document,
        "question": case.question,
        "answerable": case.answerable,
        "gold": [{"title": gold.title, "locator": gold.locator} for gold in case.gold],
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
    # Not splitlines(): an answer may hold a line separator that JSON leaves alone.
    lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
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


def as_lines(rows: Iterable[Row]) -> str:
    """Return the rows as they are stored, one JSON object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def replace_file(path: Path, text: str) -> None:
    """Write a whole file or nothing."""
    half = path.with_suffix(path.suffix + ".part")
    half.write_text(text, encoding="utf-8")
    half.replace(path)
