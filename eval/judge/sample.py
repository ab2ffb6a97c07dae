"""The hand-marked sample: answers of many makers, each marked twice by reading, by which judges are measured."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from eval.cases import Case, bundled_path, load_cases
from eval.judge.mark import AXES, GRADES, Axis, Exhibit, cited_of
from eval.outcome import Cost, Outcome, Passage, Quote
from rag.errors import EvaluationError
from rag.schema import Notice

_VERDICTS = ("answered", "partial", "refused")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader says of an answer."""

    grades: Mapping[Axis, int | None]
    """0, 1 or 2 of each axis; None for the groundedness of a refusal, which states nothing."""
    reason: str


@dataclass(frozen=True, slots=True)
class Marked:
    """An answer with the marks of two readings and the one agreed on."""

    id: str
    maker: str
    """What wrote it, in words."""
    case: Case
    outcome: Outcome
    """Without hits: what a system found is not marked."""
    first: Reading
    second: Reading
    agreed: Reading

    @property
    def exhibit(self) -> Exhibit:
        """What a judge is shown of it."""
        quotes = [
            {
                "n": quote.n,
                "title": quote.passage.title,
                "locator": quote.passage.locator,
                "pinpoint": quote.pinpoint,
                "quote": quote.quote,
                "text": quote.passage.text,
            }
            for quote in self.outcome.quotes
        ]
        return Exhibit(
            id=self.id,
            question=self.case.question,
            history=self.case.history,
            right_answer=self.case.answer,
            evidence=tuple((f"《{gold.title}》{gold.locator}", gold.evidence) for gold in self.case.gold),
            answer=self.outcome.text,
            refused=self.outcome.verdict == "refused",
            cited=cited_of(quotes),
            notices=tuple(notice.text for notice in self.outcome.warnings),
        )


def load_sample(path: Path | None = None, cases: Path | None = None) -> list[Marked]:
    """Read a hand-marked sample, one JSON object a line.

    Args:
        path: Its file; None for the bundled one.
        cases: The set that its answers belong to; None for the bundled dev set.

    Raises:
        EvaluationError: A line is damaged, names no case of the set, or its question is not the case's.
    """
    path = path or Path(str(files("eval").joinpath("data", "marks.jsonl")))
    known = {case.id: case for case in load_cases(cases or bundled_path("dev"))}
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(
            f"Cannot read the marks {path}: {error}",
            fix="give a UTF-8 .jsonl file",
            chinese=(f"无法读取评分 {path}：{error}", "请给出 UTF-8 编码的 .jsonl 文件"),
        ) from error
    return [_parse(line, known, f"{path.name}:{n}") for n, line in enumerate(lines, 1) if line.strip()]


def _parse(line: str, cases: Mapping[str, Case], where: str) -> Marked:
    try:
        row = cast("dict[str, Any]", json.loads(line))
        case = cases[row["case"]]
        if row["question"] != case.question:
            raise ValueError(f"its question is not that of case {case.id!r}")
        return Marked(
            id=str(row["id"]),
            maker=str(row["maker"]),
            case=case,
            outcome=_outcome(row),
            first=_reading(row["first"], row["verdict"]),
            second=_reading(row["second"], row["verdict"]),
            agreed=_reading(row["agreed"], row["verdict"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        said = f"no {error} there" if isinstance(error, KeyError) else str(error)
        raise EvaluationError(
            f"{where} is not a marked answer: {said}.",
            fix="see eval/data/README.md",
            chinese=(f"{where} 不是评过分的回答：{said}。", "见 eval/data/README.md"),
        ) from error


def _outcome(row: dict[str, Any]) -> Outcome:
    if row["verdict"] not in _VERDICTS:
        raise ValueError(f"verdict {row['verdict']!r} is none of {', '.join(_VERDICTS)}")
    return Outcome(
        hits=(),
        cost=Cost(0.0),
        verdict=row["verdict"],
        text=str(row["answer"]),
        quotes=tuple(
            Quote(
                int(quote["n"]),
                Passage(str(quote["title"]), str(quote["locator"]), str(quote["text"])),
                str(quote["quote"]),
                quote["pinpoint"],
            )
            for quote in row["quotes"]
        ),
        warnings=tuple(Notice(str(notice["code"]), str(notice["text"])) for notice in row["warnings"]),
    )


def _reading(said: dict[str, Any], verdict: str) -> Reading:
    grades = {axis: said[axis] for axis in AXES}
    if grades["correctness"] not in GRADES:
        raise ValueError(f"correctness {grades['correctness']!r} is none of 0, 1, 2")
    allowed = (None,) if verdict == "refused" else GRADES
    if grades["groundedness"] not in allowed:
        raise ValueError(f"groundedness {grades['groundedness']!r} of an answer with verdict {verdict!r}")
    return Reading(grades, str(said["reason"]))
