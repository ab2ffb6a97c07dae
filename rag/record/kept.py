"""What is kept of an answer, and what people said of it."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, get_args

from rag.errors import NotFound
from rag.schema import Answer, Document, Notice, Question, Usage, Verdict
from rag.text import text_hash

Rating = Literal["up", "down"]
Reason = Literal["wrong", "incomplete", "wrong_clause", "should_refuse", "should_answer", "other"]
REASONS: tuple[Reason, ...] = get_args(Reason)
Way = Literal["web", "cli", "batch", "slack", "api", "mcp"]


@dataclass(frozen=True, slots=True)
class CitedClause:
    """A citation of a kept answer."""

    clause_id: str
    title: str
    locator: str
    quote: str
    n: int = 0
    """Number of its marker [n]."""
    pinpoint: str | None = None
    pages: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class KeptClause:
    """A clause that was found or cited, by which it is known again."""

    title: str
    locator: str
    text_hash: str | None
    """Of its text on that day; None for answers of the first format, which did not keep it."""


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A cited document as it was described on that day; fields as in `rag.schema.Document`."""

    title: str
    issuer: str | None = None
    doc_number: str | None = None
    status: str | None = None
    effective_date: str | None = None
    expiry_date: str | None = None
    source: str = ""
    source_name: str | None = None
    issue_no: int | None = None
    issue_date: str | None = None


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """What verification found about one sentence."""

    text: str
    codes: tuple[str, ...]
    """Empty for a sentence that stands."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was shown, with what it was made from."""

    answer_id: str
    at: str
    """When, UTC, as ISO 8601."""
    person: str
    """A random id, nobody's name; empty on the command line."""
    question: str
    history: tuple[tuple[str, str], ...]
    filters: dict[str, str]
    """As the person gave them."""
    as_of: str | None
    verdict: Verdict
    text: str
    """As it was shown."""
    citations: tuple[CitedClause, ...]
    found: tuple[str, ...]
    """clause_ids of what the search found, best first."""
    model: str
    prompt_version: str
    way: Way = "web"
    groups: tuple[str, ...] = ()
    """Groups of the person who asked, whose documents were visible besides the public ones."""
    inferred: dict[str, str] = field(default_factory=dict)
    """What the search read from the question."""
    settings: dict[str, str | int] = field(default_factory=dict)
    """Those that an answer depends on, and the product's version; empty for answers of the first format."""
    raw: str | None = None
    """As the model wrote it; None when no model did."""
    checks: tuple[KeptCheck, ...] = ()
    warnings: tuple[Notice, ...] = ()
    nearest: tuple[str, ...] = ()
    """clause_ids of what was shown as near a refusal."""
    clauses: dict[str, KeptClause] = field(default_factory=dict)
    """Every clause that was found, cited or near, by id."""
    documents: dict[str, KeptDocument] = field(default_factory=dict)
    """Cited documents by id."""
    seconds: dict[str, float] = field(default_factory=dict)
    """`search`, `first_token` and `whole`, as far as known."""
    usage: Usage | None = None
    confidence: float | None = None
    model_digest: str | None = None
    """What tells the model from another of its name, as its server says; None when unknown."""
    without: tuple[str, ...] = ()
    """What was not to be read from the question, sorted: keys of `rag.schema.Filters.inferred`."""

    @property
    def asked(self) -> Question:
        """The question with its circumstances, to be asked again."""
        return Question(self.question, self.history, dict(self.filters), self.as_of, frozenset(self.without))


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person said of one answer; a second word of the same person replaces the first."""

    answer: KeptAnswer
    person: str
    rating: Rating
    reason: Reason | None = None
    words: str = ""
    at: str = field(default_factory=lambda: now())
    handled_at: str | None = None
    """When somebody made something of it; None while it is open."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an answer does not say of itself."""

    way: Way = "web"
    groups: tuple[str, ...] = ()
    settings: Mapping[str, str | int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    """As measured by whoever asked; what the answer itself says of its times counts more."""
    model_digest: str | None = None
    document: Callable[[str], Document] | None = None
    """Returns a document by id or raises NotFound; None when there is no collection at hand."""


def kept_answer(
    answer_id: str,
    person: str,
    question: Question,
    answer: Answer,
    circumstances: Circumstances | None = None,
) -> KeptAnswer:
    """Return an answer in the shape in which it is kept, with the present time.

    Args:
        answer_id: Under which it is kept.
        person: A random id; empty when nobody is to be told apart.
        question: As it was asked.
        answer: As it was shown.
        circumstances: None when nothing more is known.
    """
    around = circumstances or Circumstances()
    hits = (*answer.retrieval.hits, *answer.nearest)
    clauses = {hit.clause.clause_id: hit.clause for hit in hits}
    return KeptAnswer(
        answer_id, now(), person, question.text, question.history, dict(question.filters), question.as_of,
        answer.verdict, answer.text,
        tuple(CitedClause(c.clause_id, c.title, c.locator, c.quote, c.n, c.pinpoint, c.pages) for c in answer.citations),
        tuple(hit.clause.clause_id for hit in answer.retrieval.hits), answer.model, answer.prompt_version,
        way=around.way,
        groups=around.groups,
        inferred=dict(answer.retrieval.filters.inferred),
        settings=dict(around.settings),
        raw=answer.raw,
        checks=tuple(KeptCheck(c.text, tuple(c.codes)) for c in answer.checks),
        warnings=answer.warnings,
        nearest=tuple(hit.clause.clause_id for hit in answer.nearest),
        clauses={i: KeptClause(c.title, c.locator, text_hash(c.text)) for i, c in clauses.items()}
        | {c.clause_id: KeptClause(c.title, c.locator, None) for c in answer.citations if c.clause_id not in clauses},
        documents=_cited_documents((c.clause_id for c in answer.citations), around.document),
        seconds={"search": answer.retrieval.seconds, **around.seconds, **answer.seconds},
        usage=answer.usage,
        confidence=answer.confidence,
        model_digest=around.model_digest,
        without=tuple(sorted(question.without)),
    )  # fmt: skip


def _cited_documents(cited: Iterable[str], find: Callable[[str], Document] | None) -> dict[str, KeptDocument]:
    found: dict[str, KeptDocument] = {}
    if find is None:
        return found
    for document_id in dict.fromkeys(document_of(i) for i in cited):
        # Taken out of the collection while the answer was written.
        with suppress(NotFound):
            found[document_id] = _described(find(document_id))
    return found


def document_of(clause_id: str) -> str:
    """Return the id of a clause's document."""
    return clause_id.partition(":")[0]


def _described(document: Document) -> KeptDocument:
    return KeptDocument(
        document.title, document.issuer, document.doc_number, document.status, document.effective_date,
        document.expiry_date, document.source, document.source_name, document.issue_no, document.issue_date,
    )  # fmt: skip


def now() -> str:
    """Return the present time, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
