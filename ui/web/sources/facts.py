"""What is known of a document, as HTML: its status and validity beside the title, the rest below the text."""

from datetime import date

from rag.schema import Answer, Document
from rag.text import Lang
from rag.validity import is_draft, validity
from ui.labels import label
from ui.web.sources.text import shown

_TONES = {
    "draft": "pq-draft", "not_yet": "pq-draft", "expired": "pq-over", "repealed": "pq-over", "in_force": "pq-valid",
}  # fmt: skip


def day_asked(answer: Answer) -> str | None:
    """Return the day for which an answer was asked; None for today."""
    filters = answer.retrieval.filters
    return filters.explicit.get("as_of") or filters.inferred.get("as_of") or None


def badges(document: Document | None, lang: Lang, day: str | None = None) -> str:
    """Return the printed status, and whether the document is in force.

    Args:
        document: None gives nothing.
        lang: Of the words; the status stays as it is printed.
        day: For which validity is computed; None is today.
    """
    if not document:
        return ""
    out = ""
    if document.status:
        out += _badge(shown(document.status), "pq-draft" if is_draft(document) else "")
    state = validity(document, date.fromisoformat(day) if day else date.today())
    if state != "unknown":
        said = label(f"sources.{state}", lang)
        said = label("sources.on_day", lang).format(state=said, day=shown(day)) if day else said
        out += _badge(said, _TONES[state])
    if document.superseded_by:
        out += _badge(label("sources.superseded", lang), "pq-over")
    return out


def details(document: Document | None, lang: Lang) -> str:
    """Return what is known about a document; only the date of effect is listed when unknown."""
    if not document:
        return ""
    rows: list[tuple[str, str]] = []
    for key in ("issuer", "doc_number", "effective_date", "expiry_date", "period"):
        value: str | None = getattr(document, key)
        if key == "effective_date":
            value = value or document.effective_text or label("unknown", lang)
        if value:
            note = (
                label("in_brackets", lang).format(text=label("inferred", lang))
                if key in document.inferred
                else ""
            )
            rows.append((label(key, lang), value + note))
    rows.append((label("printed_in", lang), _printed_in(document, lang)))
    return (
        '<dl class="pq-facts">'
        + "".join(f"<div><dt>{dt}</dt><dd>{shown(dd)}</dd></div>" for dt, dd in rows)
        + "</dl>"
    )


def _badge(said: str, tone: str) -> str:
    return f'<span class="{f"pq-badge {tone}".strip()}">{said}</span>'


def _printed_in(document: Document, lang: Lang) -> str:
    issue = label("issue", lang).format(n=document.issue_no) if document.issue_no is not None else None
    return " ".join(filter(None, (document.source_name, issue, document.issue_date))) or document.source
