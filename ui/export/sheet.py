"""A kept answer as a sheet of paper holds it; every format is made from this one structure.

Texts of clauses, questions and models are data: here they lose what commands a program, in the formats what looks like markup.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rag.record.kept import CitedClause, KeptAnswer, KeptDocument, document_of
from rag.text import Lang, language_of
from ui.export.blocks import Block, blocks_of
from ui.labels import filter_name, pages
from ui.record.labels import record_label

_MARKER = re.compile(r"\[(\d{1,3})\]")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_SAID_ELSEWHERE = "no_model"
"""The warning that no model wrote; the line on who wrote says it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A cited clause, with what a footnote says of it."""

    number: int
    """Of its footnote, from 1 on in one file."""
    name: str
    """《…办法》（文号），第三条 第二款，第4页"""
    quotes: tuple[str, ...]
    """Verbatim, with their line breaks."""
    details: tuple[str, ...]
    """Issuer, status, dates, periodical, day of retrieval: each a name with its value."""
    warnings: tuple[str, ...]
    clause_id: str
    """Of the clause, for a link to it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """An answer with its sources, without any format."""

    lang: Lang
    title: str
    before: tuple[str, ...]
    """Earlier questions of the conversation."""
    question: str
    facts: tuple[tuple[str, str], ...]
    """Name and value: date, verdict, who wrote, limits, id."""
    blocks: tuple[Block, ...]
    """The answer; its marks name sources by their numbers."""
    warnings: tuple[str, ...]
    sources: tuple[Source, ...]
    nearest: tuple[str, ...]


def sheets_of(records: Sequence[KeptAnswer]) -> list[Sheet]:
    """Lay out the answers of one chat, oldest first; their footnotes are numbered through, and no question stands twice."""
    sheets: list[Sheet] = []
    first = 1
    for record in records:
        sheet = sheet_of(record, first)
        first += len(sheet.sources)
        # The chat's own earlier questions stand above; what the file does not hold is named once.
        sheets.append(replace(sheet, before=()) if sheets else sheet)
    return sheets


def sheet_of(record: KeptAnswer, first: int = 1) -> Sheet:
    """Lay out a kept answer, in the language of its question.

    Markers are numbered by first appearance, as on the screens, from `first` on; one without a citation stays text.
    """
    lang: Lang = language_of(record.question)
    text = cleaned(record.text)
    cited: dict[int, list[CitedClause]] = {}
    for citation in record.citations:
        cited.setdefault(citation.n, []).append(citation)
    shown = [int(n) for n in _MARKER.findall(text) if int(n) in cited]
    numbers = {n: place for place, n in enumerate(dict.fromkeys((*shown, *sorted(cited))), start=first)}
    known = [record.clauses[i] for i in record.nearest if i in record.clauses]
    return Sheet(
        lang,
        record_label("title", lang),
        tuple(cleaned(user) for user, _ in record.history),
        cleaned(record.question),
        tuple(_facts(record, lang)),
        blocks_of(text, numbers),
        tuple(_one_line(w.text) for w in record.warnings if w.code != _SAID_ELSEWHERE),
        tuple(_source(record, numbers[n], cited[n], lang) for n in numbers),
        tuple(_one_line(f"《{clause.title}》 {clause.locator}") for clause in known),
    )


def cleaned(text: str) -> str:
    """Return a text without control characters, marks of direction and what XML forbids; its lines end with line feeds."""
    return _UNSEEN.sub("", _LINE_ENDS.sub("\n", text)).replace("\t", " ")


def named(key: str, value: str, lang: Lang) -> str:
    """Return "name: value" in the words and with the colon of the language."""
    return f"{record_label(key, lang)}{record_label('colon', lang)}{value}"


def _facts(record: KeptAnswer, lang: Lang) -> list[tuple[str, str]]:
    model = record_label("extractive", lang) if record.model == "extractive" else _one_line(record.model)
    limits = {**record.filters, **({"as_of": record.as_of} if record.as_of else {})}
    limited = record_label("semicolon", lang).join(
        _one_line(f"{filter_name(key, lang)} {_titled(key, value, record)}") for key, value in limits.items()
    )
    rows = [
        ("date", day_of(record)),
        ("verdict", record_label(record.verdict, lang)),
        ("model", model),
        ("prompt_version", _one_line(record.prompt_version)),
        ("limits", limited),
        ("answer_id", _one_line(record.answer_id)),
    ]
    return [(record_label(key, lang), value) for key, value in rows if value]


def _titled(key: str, value: str, record: KeptAnswer) -> str:
    """Return a limit's value, of a document its title as far as the answer knows it."""
    if key != "document_id":
        return value
    titles = (clause.title for clause_id, clause in record.clauses.items() if document_of(clause_id) == value)
    return next((f"《{title}》" for title in titles), value)


def day_of(record: KeptAnswer) -> str:
    """Return the day of the answer by the clock of this machine."""
    return datetime.fromisoformat(record.at).astimezone().date().isoformat()


def _source(record: KeptAnswer, number: int, cited: list[CitedClause], lang: Lang) -> Source:
    first = cited[0]
    document = record.documents.get(document_of(first.clause_id), KeptDocument(first.title))
    return Source(
        number,
        _name(cited, document, lang),
        tuple(dict.fromkeys(cleaned(c.quote).strip() for c in cited)),
        tuple(_details(document, day_of(record), lang)),
        tuple(_one_line(w.text) for w in record.warnings if w.clause_id == first.clause_id),
        first.clause_id,
    )


def _name(cited: list[CitedClause], document: KeptDocument, lang: Lang) -> str:
    first = cited[0]
    number = (
        f"{record_label('open', lang)}{document.doc_number}{record_label('close', lang)}"
        if document.doc_number
        else ""
    )
    pinpoints = "、".join(dict.fromkeys(c.pinpoint for c in cited if c.pinpoint))
    page = pages(*first.pages, lang) if first.pages else ""
    parts = (f"《{first.title}》{number}", f"{first.locator} {pinpoints}".strip(), page)
    return _one_line(record_label("comma", lang).join(filter(None, parts)))


def _details(document: KeptDocument, day: str, lang: Lang) -> list[str]:
    issue = record_label("issue", lang).format(n=document.issue_no) if document.issue_no is not None else None
    printed = " ".join(filter(None, (document.source_name, issue, document.issue_date))) or document.source
    rows = (
        ("issuer", document.issuer),
        ("status", "" if (document.status or "") in document.title else document.status),
        ("effective_date", document.effective_date),
        ("expiry_date", document.expiry_date),
        ("printed_in", printed),
        ("date", day),
    )
    return [named(key, _one_line(value), lang) for key, value in rows if value]


def _one_line(text: str) -> str:
    return " ".join(cleaned(text).split())
