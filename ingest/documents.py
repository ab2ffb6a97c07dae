"""A source's text into documents and clauses with their identities."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.bulletin import Span, split
from ingest.clauses import Structure, structure
from ingest.layout import Joiner, lines_of
from ingest.masthead import Masthead
from ingest.metadata import fields, front
from ingest.references import references_in
from ingest.scheme import scheme_of
from rag.catalog import Parsed
from rag.chunk.metadata import as_json, chunk_metadata
from rag.chunk.parts import digest
from rag.schema import Clause, Document, Leftover, Source
from rag.text import bare, text_hash

PARSER = "1"
"""Raised when the same bytes give another structure, so that the next run reads all files again."""


def parse(source: Source) -> tuple[Source, list[Parsed]]:
    """Divide a source.

    Returns:
        The source with what its masthead says, and its documents in printed order with first ids; a text without any
        numbering is one document with one clause.
    """
    lines = lines_of(source.lines)
    masthead, spans = split(lines)
    joiner = Joiner(lines)
    source = replace(
        source, source_name=masthead.source_name, issue_no=masthead.issue_no, issue_date=masthead.issue_date
    )
    return source, [_parsed(source, masthead, span, joiner) for span in spans]


def _parsed(source: Source, masthead: Masthead, span: Span, joiner: Joiner) -> Parsed:
    head, body = front(span)
    titled = bool(span.title)
    title = span.title or Path(source.name).stem
    scheme = scheme_of(title, body)
    divided = structure(scheme, body, joiner)
    said = fields(span, head, scheme, divided)
    document = Document(
        document_id=document_id(title, head.doc_number),
        title=title,
        source=source.name,
        scheme=scheme,
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
        inferred=said.inferred if titled else ("title", *said.inferred),
    )
    return with_id(document, divided)


def with_id(document: Document, divided: Structure) -> Parsed:
    """Make the clauses of a document under its id; a locator that comes again gets ~2, ~3 in the id alone."""
    seen = Counter[str]()
    clauses: list[Clause] = []
    for ordinal, raw in enumerate(divided.clauses):
        seen[raw.locator] += 1
        again = f"~{seen[raw.locator]}" if seen[raw.locator] > 1 else ""
        clauses.append(
            Clause(
                clause_id=f"{document.document_id}:{raw.locator}{again}",
                document_id=document.document_id,
                title=document.title,
                locator=raw.locator,
                label=raw.label,
                text=raw.text,
                start_line=raw.start_line,
                end_line=raw.end_line,
                ordinal=ordinal,
                headings=raw.headings,
                references=references_in(raw.text, document.title),
            )
        )
    return _digested(document, clauses, divided.leftovers)


def _digested(document: Document, clauses: Sequence[Clause], leftovers: tuple[Leftover, ...]) -> Parsed:
    digests = tuple(digest(c, as_json(chunk_metadata(c, document))) for c in clauses)
    return Parsed(document, tuple(clauses), digests, leftovers)


def document_id(title: str, doc_number: str | None, version: str | None = None) -> str:
    """Return 12 hex digits for a title and its printed number; `version` tells apart texts that share both."""
    key = "|".join([bare(title), bare(doc_number or ""), *([version] if version else [])])
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def text_of(clauses: Sequence[Clause]) -> str:
    """Return a hash of a document's whole text."""
    return text_hash("\n".join(c.text for c in clauses))


def renamed(parsed: Parsed, new_id: str) -> Parsed:
    """Return the same document under another id."""
    if new_id == parsed.document.document_id:
        return parsed
    document = replace(parsed.document, document_id=new_id)
    clauses = [
        replace(c, document_id=new_id, clause_id=new_id + c.clause_id[len(parsed.document.document_id) :])
        for c in parsed.clauses
    ]
    return _digested(document, clauses, parsed.leftovers)


def identified(
    parsed: Sequence[Parsed],
    before: Sequence[Document],
    elsewhere: Mapping[str, Document],
    clauses_of: Callable[[str], Sequence[Clause]],
) -> tuple[list[Parsed], list[str]]:
    """Give documents their lasting ids.

    Args:
        parsed: The documents of one source, in printed order.
        before: The documents of the same source in the catalog; one over the same lines keeps its id.
        elsewhere: Documents of other sources, by id.
        clauses_of: Returns a catalog document's clauses.

    Returns:
        The documents to store, and the titles of those that another source already holds word for word.
    """
    out: list[Parsed] = []
    twice: list[str] = []
    used: set[str] = set()
    for item in parsed:
        document = item.document
        old = next(
            (
                d
                for d in before
                if bare(d.title) == bare(document.title) and d.doc_number == document.doc_number
            ),
            None,
        )
        old = old or next(
            (d for d in before if d.start_line == document.start_line and d.end_line == document.end_line),
            None,
        )
        chosen = old.document_id if old else document.document_id
        if chosen in elsewhere or chosen in used:
            if chosen in elsewhere and text_of(clauses_of(chosen)) == text_of(item.clauses):
                twice.append(document.title)
                continue
            version = document.effective_date or document.issue_date or text_of(item.clauses)[:8]
            chosen = document_id(document.title, document.doc_number, version)
            if chosen in elsewhere or chosen in used:
                chosen = document_id(document.title, document.doc_number, text_of(item.clauses)[:8])
            if chosen in elsewhere or chosen in used:
                twice.append(document.title)
                continue
        used.add(chosen)
        out.append(renamed(item, chosen))
    return out, twice
