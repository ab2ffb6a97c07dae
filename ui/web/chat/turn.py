"""What a visitor has asked, and what became of each question."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from secrets import token_hex
from typing import Literal

from rag.errors import PolicyQAError
from rag.record.kept import KeptAnswer, Rating, now
from rag.schema import Answer, Clause, Document, Hit, Question, Viewer
from ui.web.chat.run import Run

Panel = Literal["closed", "reason", "thanks"]
"""What the panel below the conversation shows: nothing, the question what is wrong, or thanks."""
StageName = Literal["search", "read", "write"]


@dataclass(eq=False)
class Turn:
    """One question of a conversation and what became of it."""

    question: str
    asked: Question
    """The question with the turns before it, as the assistant got it."""
    key: str = field(default_factory=lambda: token_hex(8))
    """Under which the answer is kept."""
    replaces: str = ""
    """Key of the kept turn in whose place it stands; empty for none."""
    answer: Answer | None = None
    kept: KeptAnswer | None = None
    """The answer as it was stored; None while it is in the making, and on a page that stores none."""
    unkept: PolicyQAError | None = None
    """Why it could not be stored."""
    since: float = field(default_factory=time.monotonic)
    """When it was asked, by the clock that measures times."""
    at: str = field(default_factory=now)
    """When it was asked, UTC, as ISO 8601."""
    seconds: dict[str, float] = field(default_factory=dict)
    """`first_token` and `whole`, as the visitor saw them."""
    rating: Rating | None = None
    stage: StageName = "search"
    reading: tuple[Hit, ...] = ()
    """What was found while the answer is in the making."""
    settled: str = ""
    """Sentences that are verified already; replaced by the answer's text."""
    partial: str = ""
    """Words behind them, which are not."""
    waiting: str = ""
    """Why it takes long; empty once words come."""
    ended: Literal["", "stopped", "failed", "broke_off"] = ""
    """Why there is no answer: by the visitor, by an error that can be explained, by a bug."""
    error: PolicyQAError | None = None
    """Why it failed."""
    documents: dict[str, Document] = field(default_factory=dict)
    clauses: dict[str, Clause] = field(default_factory=dict)
    """Cited clauses that the search had not found."""
    suggested: tuple[str, ...] = ()
    """Questions that may follow and that the collection answers."""

    @cached_property
    def exchange(self) -> tuple[str, str]:
        """Question and answer as all later questions hold them, made once: they would fill the memory otherwise."""
        return self.question, self.answer.as_turn if self.answer else ""


Keep = Callable[[Turn], None]
"""Stores a finished answer, or notes in its turn why it could not be."""


@dataclass(eq=False)
class Visit:
    """One conversation of one visitor; all of that person's tabs that show it share it."""

    turns: list[Turn] = field(default_factory=list)
    run: Run | None = None
    person: str = ""
    """A random id, given to a visitor whose browser keeps no cookies."""
    viewer: Viewer = field(default_factory=Viewer)
    conversation: str = field(default_factory=lambda: token_hex(8))
    """Under which it is kept."""
    rated: Turn | None = None
    """The answer that the panel below the conversation is about."""
    panel: Panel = "closed"
    trouble: PolicyQAError | None = None
    """Why the last rating could not be kept."""

    def __deepcopy__(self, memo: object) -> "Visit":
        # A session begins with a copy of the page's own value; it must not share its conversation with others.
        return Visit()

    def history(self) -> tuple[tuple[str, str], ...]:
        """Return the answered turns as (question, answer with the clauses that it cites), oldest first."""
        return tuple(turn.exchange for turn in self.turns if turn.answer)

    def stop(self) -> None:
        """End the answer in the making; nothing happens when there is none."""
        if run := self.run:
            run.stop()
