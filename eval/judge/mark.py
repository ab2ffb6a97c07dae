"""What a judge is shown, and what it says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from eval.rows import Row
from rag.text import bare, text_hash

Axis = Literal["correctness", "groundedness"]
AXES: tuple[Axis, ...] = ("correctness", "groundedness")
GRADES = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as a judge sees it."""

    n: int
    name: str
    """《title》 and locator; a window's beginning where it has no locator."""
    words: str
    """What the answer quotes."""
    verbatim: bool
    """Whether the words stand in the cited text; found by code, so that no judge has to believe a quote."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """An answer with all that is needed to mark it."""

    id: str
    question: str
    history: tuple[tuple[str, str], ...]
    right_answer: str
    evidence: tuple[tuple[str, str], ...]
    """Name of each clause that answers, and its words; empty when nothing does."""
    answer: str
    """As shown, with [n] markers."""
    refused: bool
    cited: tuple[Cited, ...] = ()
    notices: tuple[str, ...] = ()
    """Shown under the answer."""

    @property
    def asked(self) -> str:
        """The question with the turns before it."""
        return "\n".join([*(words for turn in self.history for words in turn), self.question])

    @property
    def hash(self) -> str:
        """16 hex digits that change with anything a judge sees."""
        return text_hash(
            repr((self.asked, self.right_answer, self.evidence, self.answer, self.cited, self.notices))
        )[:16]


@dataclass(frozen=True, slots=True)
class Mark:
    """What one judge says of one side of an answer."""

    by: str
    """`rubric`, `llamaindex correctness`, `code key_facts`, …"""
    axis: Axis
    grade: int | None
    """0 wrong or borne out by nothing, 1 partly, 2 right and complete or fully borne out; None when what the judge said cannot
    be read: that is no grade."""
    reason: str


class Judge(Protocol):
    """Marks answers one at a time."""

    name: str
    version: str
    """Changes with the judge's prompts; marks of another version are not taken over."""

    def mark(self, exhibit: Exhibit) -> tuple[Mark, ...]:
        """Return one mark for each thing that the judge says; groundedness is left out for a refusal.

        Raises:
            ModelUnavailable: The model does not answer at all; the marking stops and can go on later.
        """


def exhibit_of(row: Row) -> Exhibit:
    """Return what a judge is shown of a row of a run; the row must have an answer."""
    return Exhibit(
        id=row["id"],
        question=row["question"],
        history=tuple((str(user), str(said)) for user, said in row["history"]),
        right_answer=row["right_answer"],
        evidence=tuple((f"《{gold['title']}》{gold['locator']}", gold["evidence"]) for gold in row["gold"]),
        answer=row["answer"] or "",
        refused=row["verdict"] == "refused",
        cited=cited_of(row["quotes"]),
        notices=tuple(notice["text"] for notice in row["warnings"]),
    )


def cited_of(quotes: Iterable[Mapping[str, Any]]) -> tuple[Cited, ...]:
    """Return citations as a judge sees them, from objects with the keys of `eval.rows.ShownQuote`."""
    return tuple(
        Cited(
            quote["n"],
            f"《{quote['title']}》{quote['locator']}{quote['pinpoint'] or ''}",
            quote["quote"],
            bool(bare(quote["quote"])) and bare(quote["quote"]) in bare(quote["text"]),
        )
        for quote in quotes
    )


def nearest_grade(share: float) -> int:
    """Return the grade that is nearest to a share in [0, 1]: 0 below ¼, 2 from ¾."""
    return min(int(2 * share + 0.5), 2)
