"""Many questions from a file: one JSON object a line in, one a line out, in order; a bad line does not stop the rest."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from rag.errors import MissingPath, PolicyQAError
from rag.schema import Question
from ui.shapes import Shape, json_line


def read_question(row: Any) -> Question:
    """Make a question of a batch line.

    Raises:
        ValueError: A key is missing or has the wrong type.
    """
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        raise ValueError('a line must be {"id": …, "question": "…"}')
    history = row.get("history") or []
    if not isinstance(history, list) or not all(
        isinstance(t, list) and len(t) == 2 and all(isinstance(x, str) for x in t) for t in history
    ):
        raise ValueError('"history" must be [["user", "assistant"], …]')
    filters = row.get("filters") or {}
    if not isinstance(filters, dict):
        raise ValueError('"filters" must be {"key": "value"}')
    as_of = row.get("as_of")
    if not isinstance(as_of, str | None):
        raise ValueError('"as_of" must be "2024-01-31"')
    try:
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise ValueError("it holds half a character (a lone surrogate)") from error
    texts = {str(key): str(value) for key, value in filters.items()}
    return Question(row["question"], tuple((u, a) for u, a in history), texts, as_of)


def run_batch(
    source: Path,
    out: Path,
    answer: Callable[[Any, Question], Shape],
    progress: Callable[[str, int, int], None],
) -> int:
    """Answer each line of `source` into `out`, flushed line by line.

    Args:
        source: JSON lines; blank lines are left out.
        out: Written anew; `-` is stdout.
        answer: Makes the output of one id and question.
        progress: Called with `ask`, how many are done, how many there are.

    Returns:
        How many lines ended in an error.

    Raises:
        MissingPath: The file does not exist or cannot be read.
    """
    try:
        lines = [line for line in source.read_text(encoding="utf-8-sig").split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise MissingPath(
            f"Cannot read {source}: {error}.",
            fix="give a file of JSON lines in UTF-8",
            chinese=(f"无法读取 {source}：{error}。", "请给出 UTF-8 编码、每行一个 JSON 的文件"),
        ) from error
    failed = 0
    with writing(out) as file:
        for done, line in enumerate(lines):
            progress("ask", done, len(lines))
            shape = _one(line, done + 1, answer)
            failed += "error" in shape
            file.write(json_line(shape))
            file.flush()
    progress("ask", len(lines), len(lines))
    return failed


def _one(line: str, number: int, answer: Callable[[Any, Question], Shape]) -> Shape:
    row: Any = None
    try:
        row = json.loads(line)
        return answer(row.get("id") if isinstance(row, dict) else None, read_question(row))
    except PolicyQAError as error:
        return {"id": row.get("id"), "error": f"{error.message} Fix: {error.fix}"}
    except (ValueError, RecursionError) as error:
        known = row.get("id") if isinstance(row, dict) else None
        return {"id": known, "error": f"line {number}: {error}"}


@contextmanager
def writing(out: Path) -> Iterator[TextIO]:
    """Open a file for results; `-` is stdout.

    Raises:
        MissingPath: It cannot be written.
    """
    if str(out) == "-":
        yield sys.stdout
        return
    try:
        file = out.open("w", encoding="utf-8")
    except OSError as error:
        raise MissingPath(
            f"Cannot write {out}: {error.strerror}.",
            fix="give a path in a folder that exists",
            chinese=(f"无法写入 {out}：{error.strerror}。", "请给出已有文件夹中的路径"),
        ) from error
    with file:
        yield file
