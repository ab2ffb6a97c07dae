"""A set as a table for Excel: one question a row, further clauses of a question in the rows below it."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.cases import Case, ClauseKey, Gold
from eval.draft.cells import Row, case_of, cells_of, merged
from eval.draft.own import problems_of
from rag.errors import EvaluationError

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("编号",),
    "question": ("问题", "提问"),
    "title": ("文件", "文件名", "文件名称", "标题", "document"),
    "locator": ("条款", "条款位置", "条号", "clause"),
    "evidence": ("原文", "依据", "证据"),
    "answer": ("答案", "回答", "参考答案"),
    "key_facts": ("要点", "关键点", "关键事实", "facts"),
    "type": ("类型", "题型"),
    "difficulty": ("难度",),
    "clause_is": ("条款是",),
    "history": ("上文", "对话"),
    "as_of": ("日期", "截至日期"),
    "warnings": ("提示", "警告"),
}
"""Name of a column → other names that are understood; the order is that of an exported table."""
_NEEDED = ("question", "answer")
_DELIMITERS = ",;\t"
_ENCODINGS = ("utf-8-sig", "gb18030")
# A visitor of the chat may have asked "=1+1"; Excel would reckon.
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_GUARDED = re.compile(r"^'(?=[=+\-@\t\r])")
_NAMES = {
    alias: name for name, aliases in COLUMNS.items() for alias in (name, name.replace("_", " "), *aliases)
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is no case."""

    line: int
    """In the file, from 1; a row that goes over several lines counts with its first."""
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What a table holds."""

    cases: tuple[Case, ...]
    """Sound by `eval.validation`; those with an id of the own set are to replace it, an empty id is a new one."""
    refused: tuple[Refused, ...]


def read_table(path: Path, texts: Mapping[ClauseKey, str], titles: Mapping[ClauseKey, Gold]) -> Imported:
    """Read a CSV file: utf-8 with or without BOM, utf-16 or gb18030; commas, semicolons or tabs; names in Chinese or English.

    Args:
        path: The file.
        texts: Text of every clause, by `clause_key`.
        titles: The same clauses with their names as printed.

    Raises:
        EvaluationError: The file cannot be read, is empty, or lacks the columns question and answer.
    """
    rows = list(_rows(path))
    cases: list[Case] = []
    refused: list[Refused] = []
    for row in _questions(rows):
        try:
            case = case_of(row, texts, titles)
        except ValueError as error:
            refused.append(Refused(row.line, str(error)))
            continue
        problems = problems_of(case, texts)
        if problems:
            refused.append(Refused(row.line, "; ".join(problems)))
        else:
            cases.append(case)
    return Imported(tuple(cases), tuple(refused))


def as_table(cases: Sequence[Case]) -> str:
    """Return cases as CSV with a BOM, by which Excel knows the encoding; `read_table` gives the same cases back."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.DictWriter(out, list(COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    for case in cases:
        writer.writerows(
            {k: _FORMULA.sub(r"'\g<0>", cell) for k, cell in row.items()} for row in cells_of(case)
        )
    return out.getvalue()


def _rows(path: Path) -> Iterator[Row]:
    lines = csv.reader(io.StringIO(text := _text(path), newline=""), delimiter=_delimiter(text))
    try:
        header = [_NAMES.get(cell.strip().lower().replace("＿", "_"), "") for cell in next(lines, [])]
        missing = [name for name in _NEEDED if name not in header]
        if missing:
            known = ", ".join(f"{name} ({aliases[0]})" for name, aliases in COLUMNS.items())
            raise EvaluationError(
                f"{path} has no column {missing[0]!r} in its first line.",
                fix=f"name the columns: {known}",
                chinese=(f"{path} 的第一行没有 {missing[0]!r} 一列。", f"列名为：{known}"),
            )
        line = lines.line_num + 1
        for cells in lines:
            plain = (_GUARDED.sub("", cell.strip()) for cell in cells)
            named = {name: cell for name, cell in zip(header, plain, strict=False) if name}
            if any(named.values()):
                yield Row(line, named)
            line = lines.line_num + 1
    except csv.Error as error:
        raise EvaluationError(
            f"{path}:{lines.line_num} is no CSV ({error}).",
            fix="save the table as CSV UTF-8 again",
            chinese=(f"{path}:{lines.line_num} 不是 CSV（{error}）。", "把表重新存为 CSV UTF-8"),
        ) from error


def _questions(rows: Sequence[Row]) -> Iterator[Row]:
    """Join each question with the rows below it that only name further clauses."""
    whole: Row | None = None
    for row in rows:
        if row.cells.get("question") or whole is None:
            if whole:
                yield whole
            whole = row
        else:
            whole = merged(whole, row)
    if whole:
        yield whole


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EvaluationError(
            f"Cannot read {path}: {error.strerror}.",
            fix="give the path of a CSV file",
            chinese=(f"无法读取 {path}：{error.strerror}。", "请给出一个 CSV 文件的路径"),
        ) from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise EvaluationError(
            f"{path} is a workbook, not a CSV file.",
            fix="in Excel: save as CSV UTF-8",
            chinese=(f"{path} 是工作簿，不是 CSV 文件。", "在 Excel 中另存为 CSV UTF-8"),
        )
    else:
        encodings = _ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.strip():
            return text
        raise EvaluationError(
            f"{path} is empty.",
            fix="give a table with a question a row",
            chinese=(f"{path} 是空的。", "请给出每行一个问题的表"),
        )
    raise EvaluationError(
        f"{path} is neither UTF-8 nor GB 18030 text.",
        fix="in Excel: save as CSV UTF-8",
        chinese=(f"{path} 既不是 UTF-8 也不是 GB 18030 文本。", "在 Excel 中另存为 CSV UTF-8"),
    )


def _delimiter(text: str) -> str:
    """Return the sign that parts the first line into the most columns that are known."""
    first = text.split("\n", 1)[0]
    return max(
        _DELIMITERS, key=lambda sign: sum(c.strip().strip('"').lower() in _NAMES for c in first.split(sign))
    )
