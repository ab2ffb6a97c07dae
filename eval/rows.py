"""What is kept of a run: one row a case."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TypedDict, cast

from eval.cases import Case, ClauseKey, Gold, clause_key
from eval.metric.relevance import is_right
from eval.metric.score import Score
from eval.outcome import Cost, Outcome, Passage, Quote
from rag.errors import EvaluationError, PolicyQAError

ROWS = "rows.jsonl"
KEPT_HITS = 10
Texts = Mapping[ClauseKey, str]
"""Text of clauses by name, for those that a case names and a system did not find."""


class ShownPassage(TypedDict):
    """A passage as a report shows it."""

    title: str
    locator: str
    text: str
    score: float
    right: bool


class ShownQuote(TypedDict):
    """A citation as a report shows it."""

    n: int
    title: str
    locator: str
    pinpoint: str | None
    quote: str
    text: str
    """Of the whole cited clause."""
    right: bool


class ShownGold(TypedDict):
    """A right clause."""

    title: str
    locator: str
    evidence: str
    text: str
    """Of the whole clause; empty when it was neither found nor cited and the collection was not at hand."""


class Row(TypedDict):
    """What is kept of one case; after an error the answer's keys are empty."""

    id: str
    case_hash: str
    type: str
    difficulty: str
    document: str
    """What intervals are clustered by: title of the document that the case is about."""
    question: str
    history: list[list[str]]
    as_of: str | None
    answerable: bool
    gold: list[ShownGold]
    also_right: list[ShownGold]
    near_misses: list[ShownGold]
    """Of an unanswerable question: the clauses that come nearest."""
    key_facts: list[list[str]]
    warnings_due: list[str]
    """Codes of the notices that a right answer shows."""
    right_answer: str
    verdict: str | None
    answer: str | None
    quotes: list[ShownQuote]
    hits: list[ShownPassage]
    """The first ten."""
    nearest: list[ShownPassage]
    warnings: list[dict[str, str]]
    """`code` and `text`."""
    confidence: float | None
    model: str | None
    prompt_version: str | None
    cost: dict[str, float | int | None]
    """The fields of `eval.outcome.Cost`."""
    scores: dict[str, dict[str, float | str]]
    """`value` and `reason` of each metric that applies."""
    error: dict[str, str] | None
    """`kind`, `message` and `fix`."""


def row_of(case: Case, outcome: Outcome, scores: Mapping[str, Score], texts: Texts) -> Row:
    """Return what is kept of a case that was answered.

    Args:
        case: What was asked.
        outcome: What was said.
        scores: Of the metrics that apply, by name.
        texts: Of the clauses that the case names; may lack any of them.
    """
    found = {
        clause_key(passage.title, passage.locator): passage.text
        for passage in (*outcome.nearest, *outcome.hits, *(quote.passage for quote in outcome.quotes))
    }
    return {
        **_row_without_answer(case, outcome.cost, {**found, **texts}),
        "verdict": outcome.verdict,
        "answer": outcome.text,
        "quotes": [_shown_quote(case, quote) for quote in outcome.quotes],
        "hits": [_shown_passage(case, passage) for passage in outcome.hits[:KEPT_HITS]],
        "nearest": [_shown_passage(case, passage) for passage in outcome.nearest],
        "warnings": [{"code": notice.code, "text": notice.text} for notice in outcome.warnings],
        "confidence": outcome.confidence,
        "model": outcome.model,
        "prompt_version": outcome.prompt_version,
        "scores": {name: {"value": score.value, "reason": score.reason} for name, score in scores.items()},
    }


def error_row(case: Case, error: PolicyQAError, seconds: float, texts: Texts) -> Row:
    """Return what is kept of a case that could not be answered; `seconds` is the time until the error."""
    said = {"kind": type(error).__name__, "message": error.message, "fix": error.fix}
    return {**_row_without_answer(case, Cost(seconds), texts), "error": said}


def read_rows(out: Path) -> list[Row]:
    """Read the rows of a run.

    Returns:
        In the order of the set once the run has ended; empty when it was stopped before the first row.

    Raises:
        EvaluationError: The folder holds no run, a line before the last is damaged, or another version wrote them.
    """
    path = out / ROWS
    if not path.is_file():
        raise EvaluationError(f"{out} holds no run.", fix="policyqa eval run", chinese=(f"{out} 中没有运行结果。", "policyqa eval run"))  # fmt: skip
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
                f"{path}:{number} is damaged.",
                fix="run again into another folder",
                chinese=(f"{path}:{number} 已损坏。", "换一个文件夹重新运行"),
            ) from error
    if any(Row.__required_keys__ - row.keys() for row in rows):
        raise EvaluationError(
            f"{out} holds the run of another version.",
            fix="run again into another folder",
            chinese=(f"{out} 中的运行出自其他版本。", "换一个文件夹重新运行"),
        )
    return rows


def as_lines(rows: Iterable[Row]) -> str:
    """Return the rows as they are stored, one JSON object a line."""
    return "".join(_line(row) + "\n" for row in rows)


def replace_file(path: Path, text: str) -> None:
    """Write a whole file or nothing."""
    half = path.with_suffix(path.suffix + ".part")
    half.write_text(text, encoding="utf-8")
    half.replace(path)


def _line(row: Row) -> str:
    text = json.dumps(row, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        # Half a pair of surrogates, which a model may write, has no place in UTF-8 but as an escape.
        return json.dumps(row)
    return text


def _row_without_answer(case: Case, cost: Cost, texts: Texts) -> Row:
    return {
        "id": case.id,
        "case_hash": case.hash,
        "type": case.type,
        "difficulty": case.difficulty,
        "document": case.document,
        "question": case.question,
        "history": [list(turn) for turn in case.history],
        "as_of": case.as_of,
        "answerable": case.answerable,
        "gold": _shown_gold(case.gold, texts),
        "also_right": _shown_gold(case.also_right, texts),
        "near_misses": _shown_gold(case.nearest, texts),
        "key_facts": [list(fact) for fact in case.key_facts],
        "warnings_due": list(case.warnings),
        "right_answer": case.answer,
        "verdict": None,
        "answer": None,
        "quotes": [],
        "hits": [],
        "nearest": [],
        "warnings": [],
        "confidence": None,
        "model": None,
        "prompt_version": None,
        "cost": asdict(cost),
        "scores": {},
        "error": None,
    }


def _shown_gold(named: Sequence[Gold], texts: Texts) -> list[ShownGold]:
    return [
        {
            "title": gold.title,
            "locator": gold.locator,
            "evidence": gold.evidence,
            "text": texts.get(gold.key, ""),
        }
        for gold in named
    ]


def _shown_passage(case: Case, passage: Passage) -> ShownPassage:
    return {
        "title": passage.title,
        "locator": passage.locator,
        "text": passage.text,
        "score": passage.score,
        "right": is_right(case, passage),
    }


def _shown_quote(case: Case, quote: Quote) -> ShownQuote:
    return {
        "n": quote.n,
        "title": quote.passage.title,
        "locator": quote.passage.locator,
        "pinpoint": quote.pinpoint,
        "quote": quote.quote,
        "text": quote.passage.text,
        "right": is_right(case, quote.passage),
    }
