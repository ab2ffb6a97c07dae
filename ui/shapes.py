"""The JSON that other tools read; every key is always there, null when unknown."""

import json
import re
from dataclasses import asdict
from typing import Any

from ingest.report import IngestReport
from rag.catalog.history import Change
from rag.schema import Answer, Citation, Clause, Document, Filters, Hit, Notice, Retrieval

Shape = dict[str, Any]
_DOCUMENT_KEYS = (
    "document_id", "title", "source", "source_name", "issue_no", "issue_date", "column", "issuer", "region", "doc_number",
    "status", "effective_date", "expiry_date", "effective_text", "period", "origin", "scheme", "visibility", "start_line",
    "end_line", "editor_note", "inferred",
)  # fmt: skip
_CLAUSE_KEYS = (
    "clause_id", "document_id", "title", "locator", "label", "text", "start_line", "end_line", "page_first", "page_last",
    "references",
)  # fmt: skip
_CITATION_KEYS = ("n", "clause_id", "title", "locator", "pinpoint", "quote")


def json_line(value: Any) -> str:
    """Return a value as one line of JSON, whatever a reader takes for the end of a line."""
    text = json.dumps(value, ensure_ascii=False)
    # Three line separators that JSON leaves alone and others split at, and halves of characters that UTF-8 refuses.
    return re.sub("[\x85\u2028\u2029\ud800-\udfff]", lambda m: f"\\u{ord(m[0]):04x}", text) + "\n"


def document_shape(document: Document) -> Shape:
    """Return a document as `export` writes it."""
    fields = asdict(document)
    return {"type": "document"} | {key: fields[key] for key in _DOCUMENT_KEYS}


def clause_shape(clause: Clause) -> Shape:
    """Return a clause as `export` writes it."""
    fields = asdict(clause)
    return {"type": "clause"} | {key: fields[key] for key in _CLAUSE_KEYS}


def hit_shape(hit: Hit) -> Shape:
    """Return a hit with the rank and score of each leg that found it."""
    clause = hit.clause
    return {
        "clause_id": clause.clause_id,
        "title": clause.title,
        "locator": clause.locator,
        "label": clause.label,
        "score": round(hit.score, 6),
        "legs": {
            leg: {"rank": found.rank, "score": round(found.score, 6)} for leg, found in hit.legs.items()
        },
    }


def retrieval_shape(case_id: Any, retrieval: Retrieval) -> Shape:
    """Return what `search` found for one question."""
    return {
        "id": case_id,
        "hits": [hit_shape(hit) for hit in retrieval.hits],
        "filters": _filters(retrieval.filters),
        "seconds": round(retrieval.seconds, 4),
    }


def answer_shape(case_id: Any, answer: Answer, seconds: float) -> Shape:
    """Return an answer with everything that it stands on."""
    return retrieval_shape(case_id, answer.retrieval) | {
        "seconds": round(seconds, 4),
        "verdict": answer.verdict,
        "answer": answer.text,
        "citations": [_citation(c) for c in answer.citations],
        "warnings": [_notice(w) for w in answer.warnings],
        "nearest": [hit_shape(h) for h in answer.nearest],
        "model": answer.model,
        "prompt_version": answer.prompt_version,
    }


def report_shape(report: IngestReport) -> Shape:
    """Return what a run of `ingest` changed."""
    shape = asdict(report)
    for failed in shape["failed"]:
        del failed["chinese"]
    return shape


def change_shape(change: Change) -> Shape:
    """Return one line of what has changed."""
    return asdict(change)


def _filters(filters: Filters) -> Shape:
    return {"explicit": dict(filters.explicit), "inferred": dict(filters.inferred)}


def _citation(citation: Citation) -> Shape:
    fields = asdict(citation)
    return {key: fields[key] for key in _CITATION_KEYS}


def _notice(notice: Notice) -> Shape:
    return asdict(notice)
