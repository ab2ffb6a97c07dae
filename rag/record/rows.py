"""Kept answers as rows of the table, and back."""

import json
import re
import sqlite3
from dataclasses import asdict, fields
from typing import Any, cast

from rag.record.kept import CitedClause, Feedback, KeptAnswer, KeptCheck, KeptClause, KeptDocument
from rag.schema import Notice, Usage

_AS_JSON = (
    "history", "filters", "citations", "found", "groups", "inferred", "settings", "checks", "warnings", "nearest",
    "clauses", "documents", "seconds", "usage", "without",
)  # fmt: skip
_HALVES = re.compile("[\ud800-\udfff]")
COLUMNS = tuple(field.name for field in fields(KeptAnswer))


def row_of(answer: KeptAnswer) -> tuple[Any, ...]:
    """Return a row of `answers`, in the order of `COLUMNS`."""
    values = asdict(answer)
    for name in _AS_JSON:
        if values[name] is not None:
            values[name] = json.dumps(values[name], ensure_ascii=False, separators=(",", ":"))
    return tuple(storable(value) if isinstance(value, str) else value for value in values.values())


def storable(text: str) -> str:
    """Return a text without halves of characters, which a model may write and SQLite refuses."""
    return _HALVES.sub("\ufffd", text)


def answer_from(row: sqlite3.Row) -> KeptAnswer:
    """Make an answer from its row."""
    values: dict[str, Any] = {name: row[name] for name in COLUMNS}
    values |= {name: json.loads(values[name]) for name in _AS_JSON if values[name] is not None}
    usage, citations = values["usage"], _citations(values["citations"])
    # The first format kept no names of clauses but those of the citations.
    cited = {c.clause_id: KeptClause(c.title, c.locator, None) for c in citations}
    return KeptAnswer(
        **values
        | {
            "history": tuple((user, said) for user, said in values["history"]),
            "citations": citations,
            "found": tuple(values["found"]),
            "groups": tuple(values["groups"]),
            "checks": tuple(KeptCheck(c["text"], tuple(c["codes"])) for c in values["checks"]),
            "warnings": tuple(Notice(**w) for w in values["warnings"]),
            "nearest": tuple(values["nearest"]),
            "without": tuple(values["without"]),
            "clauses": cited | {i: KeptClause(**c) for i, c in values["clauses"].items()},
            "documents": {i: KeptDocument(**d) for i, d in values["documents"].items()},
            "usage": Usage(**usage) if usage else None,
        }
    )


def _citations(given: list[dict[str, Any]]) -> tuple[CitedClause, ...]:
    """The first format kept no numbers; they were those of the clauses in their order."""
    order = list(dict.fromkeys(c["clause_id"] for c in given))
    return tuple(
        CitedClause(
            **c
            | {
                "n": c.get("n") or order.index(c["clause_id"]) + 1,
                "pages": cast("tuple[int, int]", tuple(c["pages"])) if c.get("pages") else None,
            }
        )
        for c in given
    )


def feedback_from(row: sqlite3.Row, answer: KeptAnswer) -> Feedback:
    """Make what was said from a row that holds the columns of `feedback` under the names of `RATED`."""
    return Feedback(
        answer, row["rater"], row["rating"], row["reason"], row["words"], row["rated_at"], row["handled_at"]
    )


RATED = "f.person AS rater, f.at AS rated_at, f.rating, f.reason, f.words, f.handled_at"
"""The columns of `feedback f` beside those of an answer."""
