"""Whether a document is in force on a date, from the dates that it prints."""

from collections.abc import Mapping
from datetime import date

from rag.schema import Document, Notice, Validity

_WORDS = {
    "repealed": "已经废止{}。",
    "draft": "是{}，尚未生效。",
    "not_yet": "自{}起施行，现在还没有生效。",
    "expired": "的有效期到{}为止，现在已经过期。",
}
_DRAFTS = ("征求意见", "草案", "送审稿", "讨论稿")


def is_draft(document: Document) -> bool:
    """Tell whether the document is printed as a draft."""
    return bool(document.status) and any(word in str(document.status) for word in _DRAFTS)


def validity(document: Document, on: date) -> Validity:
    """Return the validity of a document on a day; `unknown` when neither it nor a later one prints a complete date."""
    if is_draft(document):
        return "draft"
    day = on.isoformat()
    if document.repealed_by and (document.repealed_on or "") <= day:
        return "repealed"
    if document.expiry_date and day > document.expiry_date:
        return "expired"
    if document.effective_date:
        return "in_force" if day >= document.effective_date else "not_yet"
    return "unknown"


def passes(document: Document, on: date) -> bool:
    """Tell whether a search as of a day may show the document: not when it is known to be not yet or no longer in force."""
    return validity(document, on) not in ("not_yet", "expired", "repealed")


def is_out_of_force(document: Document, on: date) -> bool:
    """Tell whether a document is a draft, or known to be not yet or no longer in force on a day."""
    return validity(document, on) in ("draft", "not_yet", "expired", "repealed")


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
            "repealed": f"（{document.repealed_on}起）" if document.repealed_on else "",
        }
        detail = details.get(state)
        if detail is not None:
            words = f"《{document.title}》{_WORDS[state].format(detail)}"
            out.setdefault(document.document_id, Notice(state, words, clause_id))
        elif state == "unknown" and as_of:
            words = f"《{document.title}》没有印明施行日期，不能确定在 {as_of} 是否有效。"
            out.setdefault(document.document_id, Notice("undated", words, clause_id))
        if document.superseded_by:
            words = f"《{document.title}》在文件库中有更新的版本。"
            out.setdefault(f"{document.document_id} superseded", Notice("superseded", words, clause_id))
    return list(out.values())
