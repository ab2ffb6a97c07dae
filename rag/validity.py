"""Whether a document is in force on a date, from the dates that it prints."""

from datetime import date

from rag.schema import Document, Validity

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
