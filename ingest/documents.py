"""A source's text into documents and clauses."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ingest.bulletin import Span, split
from ingest.clause.front import front
from ingest.clause.joins import Joiner
from ingest.clause.unit import Structure
from ingest.clauses import divide
from ingest.document.identity import document_id
from ingest.document.letter import Letterhead, issued, letterhead, without_foot
from ingest.document.masthead import Masthead
from ingest.layout import lines_of
from ingest.metadata import fields
from ingest.references import annotated
from rag.catalog import Parsed
from rag.schema import Clause, Document, Source

PARSER = "3"
"""Raised when the same bytes give another structure, so that the next run reads all files again."""


def parse(source: Source) -> tuple[Source, list[Parsed]]:
    """Divide a source.

    Returns:
        The source with what its masthead says, and its documents in printed order with first ids; a short text without
        any numbering is one document with one clause. No document when it holds no text.
    """
    source, found = divided(source)
    return source, [with_id(document, structure, source.pages) for document, structure in found]


def divided(source: Source) -> tuple[Source, list[tuple[Document, Structure]]]:
    """Divide a source without what its clauses say of others."""
    lines = without_foot(lines_of(source.lines, source.whole_paragraphs))
    head = letterhead(lines)
    masthead, spans = split(lines[len(head.lines) :])
    joiner = Joiner(lines)
    source = replace(
        source, source_name=masthead.source_name, issue_no=masthead.issue_no, issue_date=masthead.issue_date
    )
    periodical = len(spans) > 1 or masthead != Masthead()
    if periodical:
        return source, [x for span in spans for x in _printed(source, masthead, span, joiner)]
    return source, _letter(source, head, spans, joiner)


def _printed(
    source: Source, masthead: Masthead, span: Span, joiner: Joiner
) -> list[tuple[Document, Structure]]:
    """Divide a document of a periodical, and those that it issues; what an editor's note introduces stays whole."""
    first, *others = [span] if span.note else issued(span)
    found = [_divided(source, masthead, first, joiner, True)]
    by = found[0][0].issuer
    return found + [_divided(source, masthead, part, joiner, True, by) for part in others]


def _letter(
    source: Source, head: Letterhead, spans: Sequence[Span], joiner: Joiner
) -> list[tuple[Document, Structure]]:
    """Divide the only document of a file, and those that it issues."""
    found: list[tuple[Document, Structure]] = []
    by = head.issuer
    for span in (part for whole in spans for part in issued(whole)):
        document, structure = _divided(source, Masthead(), span, joiner, False, by)
        if not found and head.doc_number and not document.doc_number:
            document = replace(
                document,
                doc_number=head.doc_number,
                document_id=document_id(document.title, head.doc_number),
            )
        by = by or document.issuer
        found.append((document, structure))
    return found


def _divided(
    source: Source,
    masthead: Masthead,
    span: Span,
    joiner: Joiner,
    periodical: bool,
    by: str | None = None,
) -> tuple[Document, Structure]:
    head, body = front(span)
    titled = bool(span.title)
    title = span.title or Path(source.name).stem
    structure = divide(title, body, joiner, periodical=periodical)
    said = fields(span, head, structure, by)
    document = Document(
        document_id=document_id(title, head.doc_number),
        title=title,
        source=source.name,
        scheme=structure.scheme,
        start_line=span.lines[0].number,
        end_line=span.lines[-1].number,
        source_name=masthead.source_name,
        issue_no=masthead.issue_no,
        issue_date=masthead.issue_date,
        column=span.column,
        subtitle=head.subtitle,
        issuer=said.issuer,
        region=said.region,
        doc_number=head.doc_number,
        status=said.status,
        effective_date=said.force.effective,
        expiry_date=said.force.expiry,
        effective_text=said.force.text,
        period=said.period,
        origin=said.origin,
        editor_note=(span.note[0].number, span.note[-1].number) if span.note else None,
        adopted_on=said.adopted_on,
        inferred=said.inferred if titled else ("title", *said.inferred),
    )
    return document, structure


def with_id(document: Document, structure: Structure, pages: Sequence[tuple[int, int]] = ()) -> Parsed:
    """Make the clauses of a document under its id; a locator that comes again gets ~2, ~3 in the id alone.

    Args:
        document: The document.
        structure: Its clauses.
        pages: First and last page of each line of the source; empty when it has none.
    """
    used: set[str] = set()
    times: Counter[str] = Counter()
    clauses: list[Clause] = []
    for ordinal, raw in enumerate(structure.clauses):
        first = f"{document.document_id}:{raw.locator}"
        clause_id = first
        while clause_id in used:
            times[first] += 1
            clause_id = f"{first}~{times[first] + 1}"
        used.add(clause_id)
        clauses.append(
            Clause(
                clause_id=clause_id,
                document_id=document.document_id,
                title=document.title,
                locator=raw.locator,
                label=raw.label,
                text=raw.text,
                start_line=raw.start_line,
                end_line=raw.end_line,
                ordinal=ordinal,
                headings=raw.headings,
                page_first=pages[raw.start_line - 1][0] if pages else None,
                page_last=pages[raw.end_line - 1][1] if pages else None,
            )
        )
    return Parsed(document, annotated(clauses, document), structure.leftovers)
