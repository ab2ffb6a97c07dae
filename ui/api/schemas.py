"""The shapes of `ui.shapes` as the description of the API has them; every key is always there, null when unknown."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from rag.schema.search import Leg


class _Out(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LegOut(_Out):
    """Where one leg of the search put a clause."""

    rank: Annotated[int, Field(ge=1)]
    score: float


class HitOut(_Out):
    """A clause that was found."""

    clause_id: str
    title: str
    locator: str
    label: str
    score: float
    legs: dict[Leg, LegOut]


class FiltersOut(_Out):
    """What the search was limited to, and what it took from the question."""

    explicit: dict[str, str]
    inferred: dict[str, str]


class SearchOut(_Out):
    """As a line of `policyqa search --batch`."""

    id: str | int | None
    hits: list[HitOut]
    filters: FiltersOut
    seconds: float


class CitationOut(_Out):
    """A marker [n] of the answer; `n` is one number for a clause and may repeat."""

    n: int
    clause_id: str
    title: str
    locator: str
    pinpoint: str | None
    quote: Annotated[str, Field(description="原文逐字摘录。Word for word from the clause.")]


class NoticeOut(_Out):
    """What a reader of the answer must know."""

    code: str
    text: str
    clause_id: str | None


class AnswerOut(SearchOut):
    """As a line of `policyqa ask --batch`."""

    verdict: Literal["answered", "partial", "refused"]
    answer: str
    citations: list[CitationOut]
    warnings: list[NoticeOut]
    nearest: list[HitOut]
    model: str
    prompt_version: str


class DocumentOut(_Out):
    """A document as `policyqa export` writes it."""

    type: Literal["document"]
    document_id: str
    title: str
    source: str
    source_name: str | None
    issue_no: int | None
    issue_date: str | None
    column: str | None
    issuer: str | None
    region: str | None
    doc_number: str | None
    status: str | None
    effective_date: str | None
    expiry_date: str | None
    effective_text: str | None
    period: str | None
    origin: str | None
    scheme: Literal["articles", "outline", "report"]
    visibility: str
    start_line: int
    end_line: int
    editor_note: Annotated[list[int], Field(min_length=2, max_length=2)] | None
    inferred: list[str]


class ReferenceOut(_Out):
    """A place of a clause that names another clause or document."""

    span: Annotated[list[int], Field(min_length=2, max_length=2)]
    target_document_id: str | None
    target_title: str | None
    target_locator: str | None
    clause_id: str | None


class ClauseOut(_Out):
    """A clause as `policyqa export` writes it."""

    type: Literal["clause"]
    clause_id: str
    document_id: str
    title: str
    locator: str
    label: str
    text: str
    start_line: int
    end_line: int
    page_first: int | None
    page_last: int | None
    references: list[ReferenceOut]


class DocumentTreeOut(DocumentOut):
    """As `policyqa show TITLE --json`."""

    clauses: list[ClauseOut]


class ClausePlaceOut(ClauseOut):
    """As `policyqa show TITLE LOCATOR --json`."""

    context: Annotated[list[ClauseOut], Field(description="前后条款。The clauses before and after.")]


class Error(_Out):
    """What is wrong, and what to do."""

    message: str
    fix: str


class ErrorOut(_Out):
    """Every error."""

    error: Error


class OpenAIError(BaseModel):
    """An error of OpenAI's API."""

    message: str


class OpenAIErrorOut(BaseModel):
    """Every error under `/v1/`."""

    error: OpenAIError


class ModelOut(_Out):
    """A model of OpenAI's API; there is one."""

    id: Literal["policyqa"]
    object: Literal["model"]
    created: int
    owned_by: str


class ModelsOut(_Out):
    """All models."""

    object: Literal["list"]
    data: list[ModelOut]


class MessageOut(_Out):
    """An answer as a message, with what it stands on."""

    role: Literal["assistant"]
    content: str
    verdict: Literal["answered", "partial", "refused"]
    citations: list[CitationOut]
    warnings: list[NoticeOut]


class ChoiceOut(_Out):
    """The only one of its kind."""

    index: Literal[0]
    message: MessageOut
    logprobs: None
    finish_reason: Literal["stop"]


class UsageOut(_Out):
    """What the model's server counted."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CompletionOut(_Out):
    """A completion of OpenAI's chat API."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChoiceOut]
    usage: Annotated[
        UsageOut | None, Field(description="不知道时没有此项。Left out where it is not known.")
    ] = None
