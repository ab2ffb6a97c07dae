"""The flat metadata of a chunk in Chroma; an unknown value is left out, never invented."""

import json
from datetime import date

from rag.schema import Clause, Document
from rag.text import text_hash

Value = str | int


def chunk_metadata(clause: Clause, document: Document) -> dict[str, Value]:
    """Return the metadata that every chunk of a clause carries, without `part`."""
    keys: dict[str, Value | None] = {
        "source": document.source,
        "source_name": document.source_name,
        "issue_no": document.issue_no,
        "issue_date": document.issue_date,
        "column": document.column,
        "document_id": document.document_id,
        "clause_id": clause.clause_id,
        "title": document.title,
        "locator": clause.locator,
        "chapter": clause.headings or None,
        "issuer": document.issuer,
        "region": document.region,
        "doc_number": document.doc_number,
        "status": document.status,
        "effective_date": document.effective_date,
        "effective_day": day(document.effective_date),
        "expiry_date": document.expiry_date,
        "expiry_day": day(document.expiry_date),
        "issue_day": day(document.issue_date),
        "scheme": document.scheme,
        "label": clause.label,
        "ordinal": clause.ordinal,
        "start_line": clause.start_line,
        "end_line": clause.end_line,
        "page_first": clause.page_first,
        "page_last": clause.page_last,
        "visibility": document.visibility,
        "text_hash": text_hash(clause.text),
    }
    return {key: value for key, value in keys.items() if value is not None}


def day(iso: str | None) -> int | None:
    """Return a date as an integer for range filters: 2024-01-01 → 20240101."""
    return int(date.fromisoformat(iso).strftime("%Y%m%d")) if iso else None


def as_json(metadata: dict[str, Value]) -> str:
    """Return the metadata as one line, for comparison."""
    return json.dumps(metadata, ensure_ascii=False, sort_keys=True)
