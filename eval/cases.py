"""Questions with the clauses that answer them: reading, choosing and checking an evaluation set."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, cast, get_args

from rag.errors import EvaluationError
from rag.text import bare

CaseType = Literal[
    "lookup",
    "numeric",
    "list",
    "definition",
    "procedure",
    "obligation",
    "date_status",
    "multi_clause",
    "cross_doc",
    "by_number",
    "followup",
    "unanswerable",
    "false_premise",
    "english",
]
Difficulty = Literal["easy", "medium", "hard"]
ClauseKey = tuple[str, str]
"""A clause's title and locator in the form in which they are compared."""

_CHOICES = {"type": get_args(CaseType), "difficulty": get_args(Difficulty)}


def clause_key(title: str, locator: str) -> ClauseKey:
    """Return what tells a clause from all others, whatever the widths and blanks."""
    return bare(title), bare(locator)


@dataclass(frozen=True, slots=True)
class Gold:
    """A clause by name, so that it outlives a change of ids."""

    title: str
    """Title of its document."""
    locator: str
    """`第三章/第十四条`, `三/（一）/2`, …"""
    evidence: str = ""
    """Words of the clause that give the answer; empty for a clause that only comes near."""

    @property
    def key(self) -> ClauseKey:
        """The clause's name in the form in which names are compared."""
        return clause_key(self.title, self.locator)


@dataclass(frozen=True, slots=True)
class Case:
    """One question and what a right answer is."""

    id: str
    type: CaseType
    question: str
    history: tuple[tuple[str, str], ...]
    """Earlier turns (user, assistant), oldest first."""
    gold: tuple[Gold, ...]
    """The clauses that answer it together, one entry a piece of evidence; empty when nothing does."""
    also_right: tuple[Gold, ...]
    """Other clauses that answer it as well."""
    key_facts: tuple[tuple[str, ...], ...]
    """What the answer must say: one entry a fact, each with alternative wordings."""
    answer: str
    """A right answer in the question's language."""
    difficulty: Difficulty
    nearest: tuple[Gold, ...]
    """For an unanswerable question, the clauses that come nearest; may be empty."""
    as_of: str | None = None
    """Day as an ISO date for which the validity counts; None for today."""
    warnings: tuple[str, ...] = ()
    """Codes of the notices that a right answer must show: `draft`, `expired`, …; only such as hold on any day, or as_of is set."""

    @property
    def answerable(self) -> bool:
        """Whether the collection answers the question."""
        return self.gold != ()

    @property
    def document(self) -> str:
        """The document that the case is about, or the case's own id: what intervals are clustered by."""
        named = self.gold or self.nearest
        return named[0].key[0] if named else self.id

    @property
    def hash(self) -> str:
        """16 hex digits that change with any field of the case."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def bundled_path(name: str) -> Path:
    """Return the file of a set that comes with the package.

    Args:
        name: `dev` or `test`.

    Raises:
        EvaluationError: There is no bundled set of that name.
    """
    if name not in {"dev", "test"}:
        raise EvaluationError(
            f"No bundled set is called {name!r}.",
            fix="give dev, test, or the path of a .jsonl file",
            chinese=(f"没有名为 {name!r} 的自带题集。", "用 dev、test 或一个 .jsonl 文件的路径"),
        )
    return Path(str(files("eval").joinpath("data", f"{name}.jsonl")))


def load_cases(path: Path) -> list[Case]:
    """Read an evaluation set, one JSON object a line; empty lines are passed over.

    Returns:
        The cases in the file's order; never empty.

    Raises:
        EvaluationError: The file is missing or empty, a line is not a case, or an id occurs twice.
    """
    try:
        # Not splitlines(): a question may hold a line separator that JSON leaves alone.
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(
            f"Cannot read the set {path}: {error}",
            fix="give the path of a UTF-8 .jsonl file",
            chinese=(f"无法读取题集 {path}：{error}", "请给出 UTF-8 编码的 .jsonl 文件"),
        ) from error
    cases = [_parse(line, f"{path.name}:{number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not cases:
        raise EvaluationError(
            f"{path} holds no case.",
            fix="give a file with one JSON object a line",
            chinese=(f"{path} 中没有题目。", "请给出每行一个 JSON 对象的文件"),
        )
    twice = [name for name, count in Counter(case.id for case in cases).items() if count > 1]
    if twice:
        raise EvaluationError(
            f"{path.name}: id {twice[0]!r} occurs twice.",
            fix="give each case an id of its own",
            chinese=(f"{path.name}：编号 {twice[0]!r} 出现了两次。", "每道题用各自的编号"),
        )
    return cases


def select(cases: Sequence[Case], limit: int | None = None, only: str | None = None) -> list[Case]:
    """Return a part of a set, in its order.

    Args:
        cases: The whole set.
        limit: Most cases to return, counted after `only`; None for all.
        only: `type=lookup,numeric`, `difficulty=hard` or `id=000-01,000-02`; None for no such choice.

    Raises:
        EvaluationError: `limit` is below 1, `only` cannot be read, or nothing is left.
    """
    if limit is not None and limit < 1:
        raise EvaluationError(
            f"limit must be at least 1, got {limit}.",
            fix="leave --limit out to run the whole set",
            chinese=(f"limit 至少为 1，现为 {limit}。", "去掉 --limit 即运行整个题集"),
        )
    chosen = [case for case in cases if only is None or _meets(case, *_read_only(only))]
    if not chosen:
        raise EvaluationError(
            f"No case is left with only={only!r}.",
            fix="leave --only out, or choose another value",
            chinese=(f"按 only={only!r} 没有剩下题目。", "去掉 --only，或换一个值"),
        )
    return chosen[:limit]


def _parse(line: str, where: str) -> Case:
    try:
        row = cast("dict[str, Any]", json.loads(line))
        for field, allowed in _CHOICES.items():
            if row[field] not in allowed:
                raise ValueError(f"{field} {row[field]!r} is none of {', '.join(allowed)}")
        return Case(
            id=str(row["id"]),
            type=row["type"],
            question=str(row["question"]),
            history=tuple((str(user), str(assistant)) for user, assistant in row["history"]),
            gold=tuple(Gold(**gold) for gold in row["gold"]),
            also_right=tuple(Gold(**gold) for gold in row["also_right"]),
            key_facts=tuple(tuple(map(str, fact)) for fact in row["key_facts"]),
            answer=str(row["answer"]),
            difficulty=row["difficulty"],
            nearest=tuple(Gold(**gold) for gold in row["nearest"]),
            as_of=row["as_of"],
            warnings=tuple(map(str, row["warnings"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        said = f"the key {error} is missing" if isinstance(error, KeyError) else str(error)
        raise EvaluationError(
            f"{where} is not a case: {said}.",
            fix="see eval/data/README.md for the format",
            chinese=(f"{where} 不是一道题：{said}。", "格式见 eval/data/README.md"),
        ) from error


def _read_only(only: str) -> tuple[str, set[str]]:
    field, _, values = only.partition("=")
    wanted = {value.strip() for value in values.split(",") if value.strip()}
    allowed = _CHOICES.get(field.strip())
    if field.strip() not in {"id", *_CHOICES} or not wanted:
        fix = "write type=lookup,numeric or difficulty=hard or id=000-01"
        raise EvaluationError(
            f"Cannot choose cases by {only!r}.",
            fix=fix,
            chinese=(f"不能按 {only!r} 选题。", "写成 type=lookup,numeric 或 difficulty=hard 或 id=000-01"),
        )
    unknown = sorted(wanted - set(allowed)) if allowed else []
    if unknown:
        raise EvaluationError(
            f"No {field.strip()} is called {unknown[0]!r}.",
            fix=f"use one of {', '.join(allowed or ())}",
            chinese=(f"{field.strip()} 中没有 {unknown[0]!r}。", f"请用其中之一：{'、'.join(allowed or ())}"),
        )
    return field.strip(), wanted


def _meets(case: Case, field: str, wanted: set[str]) -> bool:
    return str(getattr(case, field)) in wanted
