"""Whether a document is in force on a date, from the dates that it prints."""

from collections.abc import Mapping
from datetime import date

from rag.schema import Document, Notice, Validity

_WORDS = {
    "draft": "是{}，尚未生效。",
    "not_yet": "自{}起施行，现在还没有生效。",
    "expired": "的有效期到{}为止，现在已经过期。",
}
_DRAFTS = ("征求意见", "草案", "送审稿", "讨论稿")


def validity(document: Document, on: date) -> Validity:
    """Return the validity of a document on a day; `unknown` when it prints no complete date."""
    if document.status and any(word in document.status for word in _DRAFTS):
        return "draft"
    day = on.isoformat()
    if document.expiry_date and day > document.expiry_date:
        return "expired"
    if document.effective_date:
        return "in_force" if day >= document.effective_date else "not_yet"
    return "unknown"


def passes(document: Document, on: date) -> bool:
    """Tell whether a search as of a day may show the document: not when it is known to be not yet or no longer in force."""
    return validity(document, on) not in ("not_yet", "expired")


def validity_notices(cited: Mapping[str, Document], as_of: str | None) -> list[Notice]:
    """Say once of each cited document what a reader must know before relying on it.

    Args:
        cited: clause_id → its document.
        as_of: The day that was asked for; None is today, and then a document without dates gets no notice.
    """
    day = date.fromisoformat(as_of) if as_of else date.today()
    out: dict[str, Notice] = {}
    for clause_id, document in cited.items():
        state = validity(document, day)
        details = {
            "draft": document.status,
            "not_yet": document.effective_date,
            "expired": document.expiry_date,
        }
        detail = details.get(state)
        if detail:
            words = f"《{document.title}》{_WORDS[state].format(detail)}"
            out.setdefault(document.document_id, Notice(state, words, clause_id))
        elif state == "unknown" and as_of:
            words = f"《{document.title}》没有印明施行日期，不能确定在 {as_of} 是否有效。"
            out.setdefault(document.document_id, Notice("undated", words, clause_id))
    return list(out.values())
