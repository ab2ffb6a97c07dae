"""The form in which an editor corrects the fields of a document."""

from collections.abc import Mapping

from rag.catalog.corrections import check_corrections
from rag.errors import CorrectionError
from rag.schema import Document
from rag.text import Lang
from ui.web.files.markup import FIELDS, safe, said, word
from ui.web.files.trouble import trouble

_DATES = ("effective_date", "expiry_date")
_STATUSES = ("试行", "暂行", "征求意见稿", "草案", "修订", "修正")


def form(
    key: str,
    shown: Document,
    as_read: Document,
    lang: Lang,
    *,
    typed: Mapping[str, str] | None = None,
    error: CorrectionError | None = None,
) -> str:
    """Return the form as HTML.

    Args:
        key: Of the document; the page tells it with what was typed.
        shown: The document as it stands, with earlier corrections.
        as_read: The same as its text says.
        lang: Of the page.
        typed: What was typed, where it could not be stored.
        error: Why not.
    """
    rows = []
    for name in FIELDS:
        read, value = getattr(as_read, name) or "", getattr(shown, name) or ""
        value = (typed or {}).get(name, value)
        kind = "date" if name in _DATES else "text"
        more = ' list="pq-f-statuses"' if name == "status" else ' maxlength="500"' if kind == "text" else ""
        differs = word("as_read", lang, text=read or word("nothing", lang)) if value != read else ""
        rows.append(
            f"<label><span>{word(f'field_{name}', lang)}</span>"
            f'<input type="{kind}" name="{name}" value="{safe(value)}"{more} autocomplete="off">'
            f"<small>{safe(differs)}</small></label>"
        )
    options = "".join(f'<option value="{status}">' for status in _STATUSES)
    trouble_said = said(*trouble(error, "", lang), lang) if error else ""
    return (
        f'<form class="pq-f-form" data-act="save" data-key="{safe(key)}" aria-label="{word("correct", lang)}">'
        f"<h3>{word('correct', lang)}</h3><p>{word('correct_hint', lang)}</p>{trouble_said}{''.join(rows)}"
        f'<datalist id="pq-f-statuses">{options}</datalist><div class="pq-f-actions">'
        f'<button type="submit" class="pq-f-button pq-f-main">{word("save", lang)}</button>'
        f'<button type="button" class="pq-f-button" data-act="close" data-key="">{word("cancel", lang)}</button>'
        "</div></form>"
    )


def corrections(typed: Mapping[str, object], shown: Document, as_read: Document) -> dict[str, str]:
    """Return what was changed in the form, checked; an empty value takes a correction back.

    Args:
        typed: Name → what was typed; names that the form does not have are passed over.
        shown: The document as the form showed it.
        as_read: The same as its text says.

    Raises:
        CorrectionError: A value is not one of its kind.
    """
    wanted: dict[str, str] = {}
    for name in FIELDS:
        value = str(typed.get(name, getattr(shown, name) or "")).strip()
        if value != (getattr(shown, name) or ""):
            wanted[name] = "" if value == (getattr(as_read, name) or "") else value
    return check_corrections(wanted, "form")
