"""A document and its clauses, and what they say of others."""

from dataclasses import dataclass
from typing import Literal

Scheme = Literal["articles", "outline", "report"]
Validity = Literal["draft", "not_yet", "in_force", "expired", "repealed", "unknown"]


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
class Definition:
    """A sentence that says what a word means in this document, as 本办法所称公共数据，是指…… does."""

    span: tuple[int, int]
    """Start and end (exclusive) of the sentence in the clause's text."""
    term: str
    """As printed: 公共数据."""


@dataclass(frozen=True, slots=True)
class Repeal:
    """A sentence that puts another document out of force: 《……》同时废止."""

    span: tuple[int, int]
    """Start and end (exclusive) of the repealed title in the clause's text."""
    target_title: str
    """As printed between 《》."""
    target_document_id: str | None = None
    """None when that document is not in the collection."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
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
    definitions: tuple[Definition, ...] = ()
    repeals: tuple[Repeal, ...] = ()


@dataclass(frozen=True, slots=True, weakref_slot=True)
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
    adopted_on: str | None = None
    """Last day on which it was passed or amended, as printed under the title; tells versions of one text apart."""
    superseded_by: str | None = None
    """document_id of the next newer version in the collection."""
    repealed_by: str | None = None
    """clause_id of the clause in the collection that puts it out of force."""
    repealed_on: str | None = None
    """From that day on; None when the repealing document prints no complete date."""
