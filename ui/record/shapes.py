"""Kept answers as JSON; every key is always there, null when unknown."""

from collections.abc import Iterable
from dataclasses import asdict

from rag.record.comparison import ClauseChanges, Comparison
from rag.record.kept import Feedback, KeptAnswer, document_of
from ui.shapes import Shape


def line_shape(answer: KeptAnswer, said: Iterable[Feedback]) -> Shape:
    """Return what the list tells of an answer."""
    return {
        "id": answer.answer_id,
        "at": answer.at,
        "way": answer.way,
        "person": answer.person or None,
        "question": answer.question,
        "verdict": answer.verdict,
        "confidence": answer.confidence,
        "answer": answer.text,
        "documents": list(dict.fromkeys(c.title for c in answer.citations)),
        "warnings": list(dict.fromkeys(w.code for w in answer.warnings)),
        "model": answer.model,
        "feedback": [_feedback_shape(f) for f in said],
    }


def record_shape(answer: KeptAnswer, said: Iterable[Feedback]) -> Shape:
    """Return everything that is kept of an answer."""
    shape = line_shape(answer, said)
    return shape | {
        "groups": list(answer.groups),
        "history": [list(turn) for turn in answer.history],
        "filters": {
            "explicit": dict(answer.filters),
            "inferred": dict(answer.inferred),
            "without": list(answer.without),
        },
        "as_of": answer.as_of,
        "raw": answer.raw,
        "citations": [asdict(c) | {"text_hash": _hash(answer, c.clause_id)} for c in answer.citations],
        "hits": [clause_shape(answer, i) for i in answer.found],
        "nearest": [clause_shape(answer, i) for i in answer.nearest],
        "cited_documents": [{"document_id": i} | asdict(d) for i, d in answer.documents.items()],
        "warnings": [asdict(w) for w in answer.warnings],
        "checks": [asdict(c) for c in answer.checks],
        "prompt_version": answer.prompt_version,
        "model_digest": answer.model_digest,
        "settings": dict(answer.settings),
        "seconds": dict(answer.seconds),
        "usage": asdict(answer.usage) if answer.usage else None,
    }


def clause_shape(answer: KeptAnswer, clause_id: str) -> Shape:
    """Return a clause as an answer knew it; title and locator are null in answers of the first format."""
    known = answer.clauses.get(clause_id)
    return {
        "clause_id": clause_id,
        "document_id": document_of(clause_id),
        "title": known.title if known else None,
        "locator": known.locator if known else None,
        "text_hash": known.text_hash if known else None,
    }


def comparison_shape(found: Comparison) -> Shape:
    """Return an answer beside the one of today."""
    before, after = found.before, found.after
    return {
        "id": before.answer_id,
        "question": before.question,
        "differs": list(found.differs),
        "verdict": [before.verdict, after.verdict],
        "text": {
            "before": before.text,
            "after": after.text,
            "diff": [asdict(line) for line in found.diff] if before.text != after.text else [],
        },
        "cited": _changes_shape(found, found.cited),
        "found": _changes_shape(found, found.found),
        "left": [clause_shape(before, i) for i in found.left],
        "warnings": {
            "new": [asdict(w) for w in found.new_warnings],
            "gone": [asdict(w) for w in found.gone_warnings],
        },
        "circumstances": {name: list(pair) for name, pair in found.circumstances.items()},
        "seconds": [before.seconds.get("whole"), after.seconds.get("whole")],
    }


def _changes_shape(found: Comparison, changes: ClauseChanges) -> Shape:
    return {
        "new": [clause_shape(found.after, i) for i in changes.new],
        "gone": [clause_shape(found.before, i) for i in changes.gone],
        "changed": [clause_shape(found.before, i) for i in changes.changed],
    }


def _feedback_shape(said: Feedback) -> Shape:
    return {key: value for key, value in asdict(said).items() if key != "answer"}


def _hash(answer: KeptAnswer, clause_id: str) -> str | None:
    known = answer.clauses.get(clause_id)
    return known.text_hash if known else None
