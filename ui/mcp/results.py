"""What the tools return beside their text; every key is always there, null when unknown."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from rag.schema import Validity
from ui.api.schemas import CitationOut, ClauseOut, DocumentOut, FiltersOut, NoticeOut
from ui.shapes import Shape

Link = Annotated[str | None, Field(description="Address of the clause on the page. 页面上的地址。")]


@dataclass(frozen=True, slots=True)
class Told:
    """What one call of a tool returns."""

    text: str
    """For people, and for assistants that read nothing else."""
    shape: Shape
    """As the tool's model below."""


class _Out(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FoundOut(_Out):
    """A clause that was found."""

    clause_id: str
    document_id: str
    title: str
    locator: str
    label: str
    text: Annotated[str, Field(description="As printed; its beginning where is_whole is false. 原文。")]
    is_whole: bool
    status: Annotated[str | None, Field(description="As printed in the title: 试行, 征求意见稿.")]
    validity: Validity
    link: Link


class SearchedOut(_Out):
    """Of `search`."""

    clauses: list[FoundOut]
    filters: FiltersOut


class EntryOut(_Out):
    """A clause in the list of a document."""

    clause_id: str
    locator: str
    label: str
    text: Annotated[str, Field(description="Its beginning. 开头几个字。")]
    is_whole: bool


class ShownOut(_Out):
    """Of `show`: a document, and its clauses or one of them."""

    document: DocumentOut
    validity: Validity
    link: Link
    clauses: Annotated[list[EntryOut], Field(description="Empty when a locator was given.")]
    clauses_total: int
    clause: Annotated[ClauseOut | None, Field(description="Null without a locator.")]
    pinpoint: Annotated[str | None, Field(description="The words of the 款 or 项 that the locator names.")]
    context: Annotated[list[ClauseOut], Field(description="The clauses before and after.")]


class LinkedCitationOut(CitationOut):
    """A marker [n] of the answer, with the address of its clause."""

    link: Link


class AnsweredOut(_Out):
    """Of `ask`."""

    verdict: Literal["answered", "partial", "refused"]
    answer: str
    citations: list[LinkedCitationOut]
    warnings: list[NoticeOut]
    nearest: Annotated[
        list[FoundOut], Field(description="Only when refused or partial: clauses that come near.")
    ]
    filters: FiltersOut
    model: str


class ListedDocumentOut(_Out):
    """A document in the list of all."""

    document_id: str
    title: str
    issuer: str | None
    region: str | None
    doc_number: str | None
    status: str | None
    validity: Validity
    effective_date: str | None
    source_name: str | None
    issue_no: int | None
    issue_date: str | None


class ListedOut(_Out):
    """Of `documents`."""

    documents: list[ListedDocumentOut]
    total: Annotated[int, Field(description="How many meet the conditions. 符合条件的共几份。")]
