"""An answer in progress and a verified one."""

from dataclasses import dataclass, field
from typing import Literal

from rag.schema.search import Hit, Retrieval

Verdict = Literal["answered", "partial", "refused"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker [n] of an answer, tied to one clause and words of it."""

    n: int
    clause_id: str
    title: str
    locator: str
    pinpoint: str | None
    """第二款第（一）项, where the quote stands in the clause; None for the whole."""
    quote: str
    """A substring of the clause's text."""
    pages: tuple[int, int] | None = None
    """First and last page of the clause in its file, from 1; None for formats without pages."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a reader of the answer must know."""

    code: str
    """`draft`, `not_yet`, `expired`, `undated`, `no_model`, `model_broke`, …"""
    text: str
    clause_id: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a model's server counted for one answer, in tokens."""

    prompt_tokens: int | None
    answer_tokens: int | None


@dataclass(frozen=True, slots=True)
class Check:
    """What code found about one sentence that a model wrote."""

    text: str
    """As the model wrote it, with its markers as they are shown."""
    codes: tuple[str, ...]
    """Codes of notices; empty when all of it was found."""
    outcome: Literal["confirmed", "replaced", "marked"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A verified answer."""

    verdict: Verdict
    text: str
    citations: tuple[Citation, ...]
    """In order of their markers; empty when refused."""
    warnings: tuple[Notice, ...]
    nearest: tuple[Hit, ...]
    """Only when refused or partial: clauses that come near without answering."""
    retrieval: Retrieval
    model: str
    """`ollama:qwen3:8b`, or `extractive`."""
    prompt_version: str
    confidence: float | None = None
    """How near the evidence comes to the question, in [0, 1]; comparable between the answers of one collection."""
    usage: Usage | None = None
    """None when no model wrote."""
    raw: str | None = None
    """What the model wrote, word for word; None when none did."""
    checks: tuple[Check, ...] = ()
    """Of each sentence that a model wrote."""
    seconds: dict[str, float] = field(default_factory=dict)
    """`search`, `first_token` and `whole`, from the question on; empty before the answer has left the assistant."""
    answer_id: str = ""
    """Under which it is kept and logged; empty as long as nobody has given it one."""

    @property
    def as_turn(self) -> str:
        """What the history of a later question holds: the text, and the cited clauses that it does not name itself."""
        named = {f"《{c.title}》{c.locator}": c.quote for c in self.citations}
        return "\n".join(
            (self.text, *(f"{name}：{quote}" for name, quote in named.items() if name not in self.text))
        )


@dataclass(frozen=True, slots=True)
class Stage:
    """A step that an answer in progress has reached."""

    name: Literal["search", "read", "write"]
    retrieval: Retrieval | None = None
    """From `read` on; None when it is the one that was told before."""
    notice: Notice | None = None
    """Why it takes long: the model is being loaded, or its server is busy."""


@dataclass(frozen=True, slots=True)
class Delta:
    """Words that may be shown at once, as provisional: nothing in them but the markers is checked."""

    text: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The next sentence as it stands after verification; takes the place of all deltas since the last one."""

    text: str
    """With its markers, the blanks around it, and the mark of what was not found in the cited text."""


Event = Stage | Delta | Settled | Answer
"""What `Assistant.stream` yields; the last one is the `Answer`, whose text replaces everything before."""
