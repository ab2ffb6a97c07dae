"""The values that pass between the stages; no imports from the project or from other packages.

A source (file) holds documents; a document holds clauses; a long clause is embedded in several chunks.
Dates are ISO strings (`2024-01-01`); line numbers are 1-based in the text that the reader produced; None means unknown.
"""

from dataclasses import dataclass, field
from typing import Literal

Scheme = Literal["articles", "outline", "report"]
Verdict = Literal["answered", "partial", "refused"]
Leg = Literal["lookup", "keyword", "dense", "rerank"]
Validity = Literal["draft", "not_yet", "in_force", "expired", "repealed", "unknown"]


@dataclass(frozen=True, slots=True)
class SourceText:
    """What a reader made of a file."""

    lines: tuple[str, ...]
    """The text, one entry a line, without line ends."""
    encoding: str
    """How the bytes were read, for the report: `utf-8`, `gb18030`, …"""


@dataclass(frozen=True, slots=True)
class Source:
    """One file that a user put in, and what its masthead says."""

    name: str
    """File name; unique in a collection."""
    sha256: str
    """Of the file's bytes."""
    lines: tuple[str, ...]
    """The reader's text."""
    source_name: str | None = None
    """Name of the periodical, as printed: 大数据发展动态."""
    issue_no: int | None = None
    issue_date: str | None = None


@dataclass(frozen=True, slots=True)
class Leftover:
    """Characters of a document that belong to no clause and no field."""

    line: int
    kind: Literal["leftover", "join"]
    """`leftover`: the trace of a picture or of layout; `join`: a word doubled at a page break, dropped once."""
    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in a clause that names another clause or document."""

    span: tuple[int, int]
    """Start and end (exclusive) in the clause's text."""
    target_title: str | None
    """As printed between 《》; the own title for 本办法."""
    target_locator: str | None
    """The printed label, 第十四条, or None when only a document is named."""
    target_document_id: str | None = None
    """None when that document is not in the collection."""
    clause_id: str | None = None
    """None when the clause is not in the collection."""


@dataclass(frozen=True, slots=True)
class Clause:
    """The smallest unit that is cited."""

    clause_id: str
    document_id: str
    title: str
    """Title of its document."""
    locator: str
    """Whole path as printed: `第三章/第十四条`, `三/（一）/2`, `引言`."""
    label: str
    """Last part of the locator."""
    text: str
    """Without the label; the own heading first, paragraphs by line breaks."""
    start_line: int
    end_line: int
    ordinal: int
    """Position in the document, from 0."""
    headings: str = ""
    """Words of the headings above it, as printed, parted by ` / `; not part of the locator."""
    page_first: int | None = None
    page_last: int | None = None
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One normative text or report."""

    document_id: str
    title: str
    source: str
    """File name of its source."""
    scheme: Scheme
    start_line: int
    end_line: int
    source_name: str | None = None
    issue_no: int | None = None
    issue_date: str | None = None
    column: str | None = None
    """栏目 of the contents page."""
    subtitle: str | None = None
    issuer: str | None = None
    region: str | None = None
    doc_number: str | None = None
    """文号 printed under the title."""
    status: str | None = None
    """试行, 暂行, 征求意见稿, 草案, … as printed in the title."""
    effective_date: str | None = None
    expiry_date: str | None = None
    effective_text: str | None = None
    period: str | None = None
    """Years of a plan; not validity."""
    origin: str | None = None
    """Text of （来源：…）."""
    visibility: str = "public"
    editor_note: tuple[int, int] | None = None
    """First and last line of the 编者按."""
    inferred: tuple[str, ...] = ()
    """Names of fields that were not printed as such."""


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


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its circumstances."""

    text: str
    history: tuple[tuple[str, str], ...] = ()
    """Earlier turns (user, assistant), oldest first."""
    filters: dict[str, str] = field(default_factory=dict)
    as_of: str | None = None
    """Only documents that are not known to be out of force on this date; None for no such limit."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Everything that a search found."""

    hits: tuple[Hit, ...]
    """Best first; empty when nothing meets the filters."""
    filters: Filters
    seconds: float


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


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a reader of the answer must know."""

    code: str
    """`draft`, `not_yet`, `expired`, `undated`, `no_model`, `model_broke`, …"""
    text: str
    clause_id: str | None = None


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


@dataclass(frozen=True, slots=True)
class Stage:
    """A step that an answer in progress has reached."""

    name: Literal["search", "read", "write"]
    retrieval: Retrieval | None = None
    """From `read` on."""


@dataclass(frozen=True, slots=True)
class Delta:
    """Words that can be shown already; markers in them are checked."""

    text: str


Event = Stage | Delta | Answer
"""What `Assistant.stream` yields; the last one is the `Answer`, whose text replaces the deltas."""
