"""What a system said to a case: the same shape for the product, for its parts and for the systems it is compared with."""

from dataclasses import dataclass
from typing import Protocol

from rag.schema import Answer, Clause, Hit, Notice, Question, Verdict


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that a system found."""

    title: str
    """Of its document; a source's name for a text that is no clause."""
    locator: str
    """Empty for a text that is no clause, as a window of fixed length; then it is right when it holds the evidence."""
    text: str
    score: float = 0.0
    """Comparable only within one case."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A marker of an answer with the words that it stands for."""

    n: int
    passage: Passage
    """What is cited, in full."""
    quote: str
    """Words that are said to stand in the passage; the passage's whole text when a system cites no words."""
    pinpoint: str | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What an answer took."""

    seconds: float
    first_seconds: float | None = None
    """Until the first word could be shown; None when nothing was written."""
    prompt_tokens: int | None = None
    """As the model's server counted them; None without a model."""
    answer_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a system said to one case."""

    hits: tuple[Passage, ...]
    """Best first."""
    cost: Cost
    verdict: Verdict | None = None
    """None for a system that only finds."""
    text: str = ""
    """As shown, with [n] markers."""
    quotes: tuple[Quote, ...] = ()
    """In order of their markers; empty when refused."""
    warnings: tuple[Notice, ...] = ()
    nearest: tuple[Passage, ...] = ()
    """Shown apart when refused or partial."""
    confidence: float | None = None
    """How surely the collection answers, in [0, 1]; comparable over the cases of one run; None for a system that does not say."""
    model: str | None = None
    prompt_version: str | None = None


class System(Protocol):
    """What a run asks."""

    def ask(self, question: Question) -> Outcome:
        """Return what the system says.

        Raises:
            PolicyQAError: It cannot say anything now; the run notes it and goes on.
        """

    def about(self) -> dict[str, object]:
        """Return everything that decides its answers besides code and machine, as JSON; no secrets."""


def passage_of(found: Hit | Clause) -> Passage:
    """Return a hit or a clause as a passage."""
    if isinstance(found, Clause):
        return Passage(found.title, found.locator, found.text)
    return Passage(found.clause.title, found.clause.locator, found.clause.text, found.score)


def outcome_of(answer: Answer, cost: Cost) -> Outcome:
    """Return the product's answer as an outcome; a cited clause that was not found has no text, so that its quote counts as wrong."""
    texts = {h.clause.clause_id: passage_of(h.clause) for h in (*answer.nearest, *answer.retrieval.hits)}
    return Outcome(
        hits=tuple(map(passage_of, answer.retrieval.hits)),
        cost=cost,
        verdict=answer.verdict,
        text=answer.text,
        quotes=tuple(
            Quote(c.n, texts.get(c.clause_id, Passage(c.title, c.locator, "")), c.quote, c.pinpoint)
            for c in answer.citations
        ),
        warnings=answer.warnings,
        nearest=tuple(map(passage_of, answer.nearest)),
        confidence=answer.confidence,
        model=answer.model,
        prompt_version=answer.prompt_version,
    )
