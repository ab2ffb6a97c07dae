"""Marks a run's answers, one after another, into a file of its own; a stopped marking goes on where it stopped."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

from eval.judge.mark import Exhibit, Judge, Mark
from eval.rows import replace_file
from rag.errors import EvaluationError

MARKS = "marks.jsonl"
"""Beside `rows.jsonl`, which no judge writes into."""
_KEY = ("id", "judge", "version", "model", "exhibit")


@dataclass(frozen=True, slots=True)
class Marking:
    """The marks of one judge with one model for one answer."""

    id: str
    """Of the case, or of the answer in a sample."""
    judge: str
    version: str
    """Of the judge's prompts."""
    model: str
    exhibit: str
    """Hash of what the judge was shown."""
    seconds: float
    marks: tuple[Mark, ...]


def mark_all(
    exhibits: Sequence[Exhibit],
    judge: Judge,
    model: str,
    out: Path,
    progress: Callable[[int, int], None] | None = None,
) -> list[Marking]:
    """Mark every answer that this judge has not marked with this model yet.

    Args:
        exhibits: What to mark, in this order.
        judge: Asked once an answer.
        model: Name under which its marks are kept.
        out: Folder of the run; made when missing. Every mark is written at once.
        progress: Called with (answers done, answers in all) before each answer and at the end.

    Returns:
        The markings of these answers, kept ones included, in their order.

    Raises:
        ModelUnavailable: The model does not answer; what was marked is kept.
        EvaluationError: The file of marks is damaged.
    """
    out.mkdir(parents=True, exist_ok=True)
    earlier = read_markings(out)
    kept = {_key(asdict(each)): each for each in earlier}
    # What follows must not be written onto half a line.
    replace_file(out / MARKS, "".join(map(_line, earlier)))
    done: list[Marking] = []
    with (out / MARKS).open("a", encoding="utf-8") as file:
        for exhibit in exhibits:
            if progress:
                progress(len(done), len(exhibits))
            found = kept.get((exhibit.id, judge.name, judge.version, model, exhibit.hash))
            if found is None:
                started = time.perf_counter()
                marks = judge.mark(exhibit)
                seconds = round(time.perf_counter() - started, 3)
                found = Marking(exhibit.id, judge.name, judge.version, model, exhibit.hash, seconds, marks)
                file.write(_line(found))
                file.flush()
            done.append(found)
    if progress:
        progress(len(done), len(exhibits))
    return done


def read_markings(out: Path) -> list[Marking]:
    """Return all markings in a folder; of two of the same answer by the same judge the later.

    Raises:
        EvaluationError: A line before the last is damaged.
    """
    path = out / MARKS
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    found = {_key(row): row for row in _rows(lines, path)}
    return [
        Marking(**{**row, "marks": tuple(Mark(**mark) for mark in row["marks"])}) for row in found.values()
    ]


def kept_marks(out: Path, exhibits: Sequence[Exhibit]) -> dict[str, list[Mark]]:
    """Return what all judges and models have said of these very answers, by answer id.

    The model's name stands behind the judge's; of a judge whose prompts have changed only the last version counts.

    Raises:
        EvaluationError: The file of marks is damaged.
    """
    markings = read_markings(out)
    last = {(each.judge, each.model): each.version for each in markings}
    shown = {(each.id, each.hash) for each in exhibits}
    found: dict[str, list[Mark]] = {}
    for each in markings:
        if (each.id, each.exhibit) in shown and last[each.judge, each.model] == each.version:
            named = [replace(mark, by=f"{mark.by} ({each.model})") for mark in each.marks]
            found.setdefault(each.id, []).extend(named)
    return found


def _rows(lines: Sequence[str], path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        try:
            yield cast("dict[str, Any]", json.loads(line))
        except json.JSONDecodeError as error:
            # A marking that was killed leaves half a line at the end; that answer is marked again.
            if number < len(lines):
                raise EvaluationError(
                    f"{path}:{number} is damaged.",
                    fix=f"delete {path}",
                    chinese=(f"{path}:{number} 已损坏。", f"删除 {path}"),
                ) from error


def _line(marking: Marking) -> str:
    return json.dumps(asdict(marking), ensure_ascii=False) + "\n"


def _key(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in _KEY)
