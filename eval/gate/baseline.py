"""The committed scores that a change is held against: one line about them, then one a question and run."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from eval.rows import Row, replace_file
from rag.errors import EvaluationError

RENEW = "policyqa eval gate --renew"
_DIGITS = 6
"""After the point: a third is 0.333333 on every machine."""
_NOT_COMPARED = ("date", "code")
"""Of the first line: they change without the scores."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What one run made of one question."""

    run: str
    """`product`, `product+scripted-liar`, …"""
    id: str
    case_hash: str
    scores: Mapping[str, float]
    """Of the gated metrics that apply; empty after an error."""
    question: str = ""
    """Not kept in the file: the set has it."""
    error: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others of a baseline."""
        return self.run, self.id


@dataclass(frozen=True, slots=True)
class Baseline:
    """Scores, and what they were made with."""

    about: Mapping[str, Any]
    """`date`, `code`, `index`, `embedder`, `cpu`, `cpu_flags`, `libraries`."""
    scored: tuple[Scored, ...]


def bundled_baseline() -> Path:
    """Return the file that comes with the package."""
    return Path(str(files("eval").joinpath("data", "baseline.jsonl")))


def scored_of(run: str, rows: Iterable[Row], gated: Iterable[str]) -> list[Scored]:
    """Return what a baseline keeps of a run: the gated metrics of each row."""
    names = list(gated)
    return [
        Scored(
            run,
            row["id"],
            row["case_hash"],
            {name: _value(row, name) for name in names if name in row["scores"]},
            row["question"],
            None if row["error"] is None else f"{row['error']['kind']}: {row['error']['message']}",
        )
        for row in rows
    ]


def read_baseline(path: Path) -> Baseline:
    """Read a baseline.

    Raises:
        EvaluationError: There is none, or it is damaged.
    """
    try:
        about, *lines = map(json.loads, path.read_text(encoding="utf-8").removesuffix("\n").split("\n"))
        scored = tuple(Scored(**line) for line in lines)
    except FileNotFoundError as error:
        raise EvaluationError(
            f"There is no baseline {path}.", fix=RENEW, chinese=(f"没有基线 {path}。", RENEW)
        ) from error
    except (OSError, ValueError, TypeError) as error:
        raise EvaluationError(
            f"The baseline {path} cannot be read: {error}",
            fix=RENEW,
            chinese=(f"无法读取基线 {path}：{error}", RENEW),
        ) from error
    if not isinstance(about, dict) or not scored:
        raise EvaluationError(
            f"The baseline {path} holds no scores.", fix=RENEW, chinese=(f"基线 {path} 中没有得分。", RENEW)
        )
    return Baseline(about, scored)


def write_baseline(path: Path, new: Baseline, old: Baseline | None) -> bool:
    """Write a baseline; one that says the same as the old is left alone, so that renewing twice changes nothing.

    Args:
        path: The file.
        new: What it shall say.
        old: What it says; None when it says nothing that can be read.

    Returns:
        Whether the file was written.

    Raises:
        EvaluationError: A question ended in an error: then there is nothing to hold a change against.
    """
    failed = [each for each in new.scored if each.error]
    if failed:
        message = f"{len(failed)} questions ended in an error, {failed[0].id!r} first: {failed[0].error}"
        raise EvaluationError(
            message,
            fix="correct that first; a baseline has a score for every question",
            chinese=(
                f"{len(failed)} 个问题以错误结束，第一个是 {failed[0].id!r}：{failed[0].error}",
                "请先更正；基线要有每个问题的得分",
            ),
        )
    if old is not None and _says(old) == _says(new):
        return False
    lines = [new.about, *(_kept(each) for each in new.scored)]
    replace_file(path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    return True


def _kept(each: Scored) -> dict[str, object]:
    return {key: value for key, value in asdict(each).items() if key not in ("question", "error")}


def _says(baseline: Baseline) -> tuple[dict[str, Any], Sequence[dict[str, object]]]:
    about = {key: value for key, value in baseline.about.items() if key not in _NOT_COMPARED}
    return json.loads(json.dumps(about)), [_kept(each) for each in baseline.scored]


def _value(row: Row, name: str) -> float:
    return round(float(row["scores"][name]["value"]), _DIGITS)
