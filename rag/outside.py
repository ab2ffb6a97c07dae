"""What a search as of a day leaves out though it would come first: a document not yet, or no longer, in force."""

from dataclasses import replace

from rag.hit.query import Asked
from rag.retrieve import Retriever
from rag.schema import Notice, Question, Retrieval, Viewer
from rag.text import language_of
from rag.validity import validity_notices
from rag.verdict.evidence import Evidence

_OUT = frozenset({"not_yet", "expired", "repealed"})


def told_of_day(
    evidence: Evidence,
    question: Question,
    found: Retrieval,
    retriever: Retriever,
    viewer: Viewer | None,
    asked: Asked,
) -> Evidence:
    """Return the evidence with what the reader must know of the day: as the reason of a refusal, else as a notice.

    Args:
        evidence: As it was weighed.
        question: With its day; without one nothing is left out.
        found: As of that day.
        retriever: Searches again without the day.
        viewer: Decides which documents exist.
        asked: What is searched for.

    Raises:
        QuestionError: The question cannot be searched for.
    """
    notice = _left_out(question, found, retriever, viewer, asked) if question.as_of else None
    if notice is None:
        return evidence
    return replace(evidence, notices=(notice,)) if evidence.enough else replace(evidence, why=notice.text)


def _left_out(
    question: Question, found: Retrieval, retriever: Retriever, viewer: Viewer | None, asked: Asked
) -> Notice | None:
    """Return what is said of the document that comes first without the day; None when it may be shown on that day."""
    hits = retriever.search(replace(question, as_of=None), 1, viewer, asked).hits
    if not hits:
        return None
    first = retriever.document(hits[0].clause.document_id)
    if any(retriever.document(h.clause.document_id).superseded_by == first.document_id for h in found.hits):
        # The version of that day is among what was found.
        return None
    notices = validity_notices({"": first}, question.as_of, lang=language_of(question.text))
    return next((replace(n, clause_id=None) for n in notices if n.code in _OUT), None)
