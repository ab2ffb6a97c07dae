"""How well documents are divided: the bulletins against a truth made by hand, and how fast."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import median
from time import process_time
from typing import Any

from rag.catalog import Parsed
from rag.schema import Clause, Document, Source
from rag.text import bare

Row = dict[str, Any]
ISSUES = ("000", "001", "002", "003", "004")
FIELDS = (
    "issuer", "region", "doc_number", "status", "effective_text", "origin", "effective_date", "expiry_date", "period",
    "column", "scheme", "subtitle", "source", "source_name", "issue_no", "issue_date",
)  # fmt: skip
"""Fields of a document that are compared where the truth has them."""
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class BulletinScore:
    """What of one issue was found as the truth has it."""

    issue: str
    documents: int
    documents_right: int
    """With title, lines and editor's note."""
    clauses: int
    clauses_right: int
    """With locator, first and last line, first and last words."""
    fields: int
    fields_right: int
    known: int
    """Fields that differ for a reason that is written down; counted as right."""
    wrong: tuple[str, ...]
    """Each difference in words, invented clauses and documents too."""


def truth(issue: str) -> list[Row]:
    """Return the records of an issue made by hand: documents, each followed by its clauses."""
    return _rows(f"structure-{issue}.jsonl")


@cache
def known_differences() -> tuple[Row, ...]:
    """Return where the truth is not followed, and why: fields, and captions at the end of a clause."""
    return tuple(_rows("known.jsonl"))


def law_exceptions() -> list[Row]:
    """Return the articles of the public records that differ from the printed text, each with its reason."""
    return _rows("laws_exceptions.jsonl")


def _rows(name: str) -> list[Row]:
    text = files("eval").joinpath("data", "structure", name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


def score_bulletin(issue: str, parsed: Sequence[Parsed]) -> BulletinScore:
    """Compare an issue as it was divided with the truth.

    Args:
        issue: `000` to `004`.
        parsed: Its documents.
    """
    rows = truth(issue)
    wanted = [row for row in rows if row["type"] == "document"]
    found = {p.document.title: p.document for p in parsed}
    wrong = [f"invented: {title}" for title in found if title not in {row["title"] for row in wanted}]
    right = known = total = fields_right = 0
    for row in wanted:
        document = found.get(row["title"])
        same = document is not None and _lines(document) == [
            row["start_line"],
            row["end_line"],
            row["editor_note"],
        ]
        right += same
        wrong += [] if same else [f"document: {row['title']}"]
        for name in (name for name in FIELDS if name in row):
            total += 1
            value = getattr(document, name, None)
            reason = value != row[name] and _is_known(row["title"], name, value)
            known += bool(reason)
            fields_right += document is not None and (value == row[name] or bool(reason))
            if value != row[name] and not reason:
                wrong.append(f"{name} of {row['title']}: {value!r}, not {row[name]!r}")
    clauses = [row for row in rows if row["type"] == "clause"]
    lost, invented = _clause_differences(clauses, [c for p in parsed for c in p.clauses])
    return BulletinScore(
        issue=issue,
        documents=len(wanted),
        documents_right=right,
        clauses=len(clauses),
        clauses_right=len(clauses) - len(lost),
        fields=total,
        fields_right=fields_right,
        known=known,
        wrong=(*wrong, *lost, *invented),
    )


def _lines(document: Document) -> list[Any]:
    return [
        document.start_line,
        document.end_line,
        list(document.editor_note) if document.editor_note else None,
    ]


def _is_known(title: str, name: str, value: object) -> bool:
    return any(
        (k["title"], k.get("field"), k.get("found")) == (title, name, value) for k in known_differences()
    )


def _clause_differences(rows: Sequence[Row], clauses: Sequence[Clause]) -> tuple[list[str], list[str]]:
    """Return the clauses that are missing or cut wrongly, and those that the truth does not have."""
    by_place: dict[tuple[str, str, int, int], list[Clause]] = {}
    for c in clauses:
        by_place.setdefault((bare(c.title), bare(c.locator), c.start_line, c.end_line), []).append(c)
    lost: list[str] = []
    for row in rows:
        place = (bare(row["title"]), bare(row["locator"]), row["start_line"], row["end_line"])
        same = by_place.get(place, [])
        if not same or not has_words(same.pop(0), row):
            lost.append(f"clause: {row['title']} {row['locator']}")
    return lost, [f"invented: {c.title} {c.locator}" for left in by_place.values() for c in left]


def has_words(clause: Clause, row: Row) -> bool:
    """Tell whether a clause begins and ends with the words of the truth; a caption after them may be in it."""
    text = _plain(clause.text)
    caption = next(
        (
            k["caption"]
            for k in known_differences()
            if (k["title"], k.get("locator")) == (row["title"], row["locator"])
        ),
        None,
    )
    if caption is not None:
        text = text.removesuffix(bare(caption))
        return text.startswith(bare(row["head"])) and bare(row["tail"]) in text
    return text.startswith(bare(row["head"])) and text.endswith(bare(row["tail"]))


def _plain(text: str) -> str:
    return bare(text).replace("#", "").replace("**", "")


def clauses_a_second(
    divide: Callable[[Source], int], sources: Sequence[Source], rounds: int = ROUNDS
) -> float:
    """Return how many clauses are made in a second of one processor core, the median of some rounds.

    Args:
        divide: Divides a source and returns the number of its clauses.
        sources: What is divided in each round; at least one.
        rounds: At least 1.
    """
    rates: list[float] = []
    for _ in range(rounds):
        start = process_time()
        clauses = sum(divide(source) for source in sources)
        rates.append(clauses / max(process_time() - start, 1e-9))
    return median(rates)


def counts(scores: Sequence[BulletinScore]) -> Counter[str]:
    """Return the sums over some issues, by the names of `BulletinScore`'s numbers."""
    names = ("documents", "documents_right", "clauses", "clauses_right", "fields", "fields_right", "known")
    return Counter({name: sum(getattr(score, name) for score in scores) for name in names})
