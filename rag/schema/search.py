"""A question, who asks it, and what the search found."""

from dataclasses import dataclass, field
from typing import Literal

from rag.schema.clause import Clause, Document

Leg = Literal["lookup", "keyword", "dense", "rerank"]


@dataclass(frozen=True, slots=True)
class LegScore:
    """Where one leg of the search put a clause."""

    rank: int
    """From 1."""
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause found for a question."""

    clause: Clause
    score: float
    """Comparable only within one question."""
    legs: dict[Leg, LegScore] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search was limited to, and why."""

    explicit: dict[str, str] = field(default_factory=dict)
    """As the user gave them: `region`, `issuer`, `status`, `title`, …, and `as_of`."""
    inferred: dict[str, str] = field(default_factory=dict)
    """Read from the question."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks; decides which documents exist for them."""

    groups: frozenset[str] = frozenset()
    """Groups whose documents are visible besides the public ones."""
    roles: frozenset[str] = frozenset({"reader", "editor", "admin"})

    def sees(self, document: Document) -> bool:
        """Tell whether a document exists for this person."""
        return document.visibility == "public" or document.visibility in self.groups


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its circumstances."""

    text: str
    history: tuple[tuple[str, str], ...] = ()
    """Earlier turns (user, assistant), oldest first."""
    filters: dict[str, str] = field(default_factory=dict)
    as_of: str | None = None
    """Only documents that are not known to be out of force on this date; None for no such limit."""
    without: frozenset[str] = frozenset()
    """Keys of `Filters.inferred` that are to be left alone: `region` prefers no place, `history` takes nothing over."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Everything that a search found."""

    hits: tuple[Hit, ...]
    """Best first; empty when nothing meets the filters."""
    filters: Filters
    seconds: float
    missing: tuple[Leg, ...] = ()
    """Legs that could not be asked, because what they need is down."""
    meant: frozenset[str] = frozenset()
    """Ids of the documents that the question means clearly where none of the places that it names is in them."""
