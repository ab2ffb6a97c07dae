"""The form in which an editor corrects the fields of a document."""

from collections.abc import Mapping, Set

from rag.catalog.corrections import check_corrections
from rag.errors import CorrectionError
from rag.schema import Document
from rag.text import Lang
from ui.web.files.markup import FIELDS, said, word
from ui.web.sources.text import shown
from ui.web.trouble import trouble

_DATES = ("effective_date", "expiry_date")
_VISIBILITY, _PUBLIC = "visibility", "public"
_STATUSES = ("试行", "暂行", "征求意见稿", "草案", "修订", "修正")


def form(
    key: str,
    present: Document,
    as_read: Document,
    lang: Lang,
    *,
    groups: Set[str] = frozenset(),
    typed: Mapping[str, str] | None = None,
    error: CorrectionError | None = None,
) -> str:
    """Return the form as HTML.

    Args:
        key: Of the document; the page tells it with what was typed.
        present: The document as it stands, with earlier corrections.
        as_read: The same as its text says.
        lang: Of the page.
        groups: Of the editor: to these the document can be limited. Without any it is not asked who may see it.
        typed: What was typed, where it could not be stored.
        error: Why not.
    """
    rows = []
    for name in FIELDS:
        read, value = getattr(as_read, name) or "", getattr(present, name) or ""
        value = (typed or {}).get(name, value)
        kind = "date" if name in _DATES else "text"
        more = ' list="pq-f-statuses"' if name == "status" else ' maxlength="500"' if kind == "text" else ""
        differs = word("as_read", lang, text=read or word("nothing", lang)) if value != read else ""
        rows.append(
            f"<label><span>{word(f'field_{name}', lang)}</span>"
            f'<input type="{kind}" name="{name}" value="{shown(value)}"{more} autocomplete="off">'
            f"<small>{shown(differs)}</small></label>"
        )
    if groups:
        rows.append(_readers((typed or {}).get(_VISIBILITY, present.visibility), groups, lang))
    options = "".join(f'<option value="{status}">' for status in _STATUSES)
    trouble_said = said(*trouble(error, lang), lang) if error else ""
    return (
        f'<form class="pq-f-form" data-act="save" data-key="{shown(key)}" aria-label="{word("correct", lang)}">'
        f"<h3>{word('correct', lang)}</h3><p>{word('correct_hint', lang)}</p>{trouble_said}{''.join(rows)}"
        f'<datalist id="pq-f-statuses">{options}</datalist><div class="pq-f-actions">'
        f'<button type="submit" class="pq-f-button pq-f-main">{word("save", lang)}</button>'
        f'<button type="button" class="pq-f-button" data-act="close" data-key="">{word("cancel", lang)}</button>'
        "</div></form>"
    )


def _readers(chosen: str, groups: Set[str], lang: Lang) -> str:
    """Return the choice of who may see the document: everybody, or one of the editor's groups."""
    offered = [(_PUBLIC, word("visible_to_all", lang)), *((group, group) for group in sorted(groups))]
    options = "".join(
        f'<option value="{shown(value)}"{" selected" if value == chosen else ""}>{shown(name)}</option>'
        for value, name in offered
    )
    return (
        f"<label><span>{word('field_visibility', lang)}</span>"
        f'<select name="{_VISIBILITY}">{options}</select><small>{word("visible_hint", lang)}</small></label>'
    )


def corrections(
    typed: Mapping[str, object], present: Document, as_read: Document, groups: Set[str] | None = None
) -> dict[str, str]:
    """Return what was changed in the form, checked; an empty value takes a correction back.

    Args:
        typed: Name → what was typed; names that the form does not have are passed over.
        present: The document as the form showed it.
        as_read: The same as its text says.
        groups: Of the editor; None where it is not asked who may see the document.

    Raises:
        CorrectionError: A value is not one of its kind, or the group not one of the editor's.
    """
    wanted: dict[str, str] = {}
    for name in FIELDS if groups is None else (*FIELDS, _VISIBILITY):
        value = str(typed.get(name, getattr(present, name) or "")).strip()
        if value != (getattr(present, name) or ""):
            wanted[name] = "" if value == (getattr(as_read, name) or "") else value
    # Whoever is not in a group could not see the document any more, nor take that back.
    if wanted.get(_VISIBILITY, _PUBLIC) not in {"", _PUBLIC, *(groups or ())}:
        group = wanted[_VISIBILITY]
        raise CorrectionError(
            f"{group!r} is not a group of yours.",
            fix="choose one of yours, or ask the administrator to add you to it",
            chinese=(f"您不在“{group}”组内。", "请选择自己所在的组，或请管理员把您加入该组"),
        )
    for name, value in wanted.items():
        _check(name, value)
    return check_corrections(wanted, "form")


def _check(name: str, value: str) -> None:
    """Refuse a value under the name that its field has on the page."""
    try:
        check_corrections({name: value}, "form")
    except CorrectionError as error:
        field, chinese = word(f"field_{name}", "en"), word(f"field_{name}", "zh")
        raise CorrectionError(
            f"“{value}” cannot be the field “{field}”.",
            fix=error.fix,
            chinese=(f"“{chinese}”不能填“{value}”。", error.words("zh")[1]),
        ) from error
