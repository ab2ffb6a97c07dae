"""The head of a document as HTML: what is printed about it, its other versions, its editor's note."""

from collections.abc import Callable, Container, Mapping, Sequence

from rag.schema import Document
from rag.text import Lang
from ui.address import Place, clause_place
from ui.labels import label
from ui.web.reader.library import date_of
from ui.web.reader.paragraphs import paragraphs
from ui.web.reader.shelf import badge
from ui.web.sources.text import shown

_ALWAYS = ("issuer", "doc_number", "region", "effective_date")
"""Shown as 未注明 when they are unknown."""
_FACTS: Mapping[str, Callable[[Document], str | None]] = {
    "issuer": lambda d: d.issuer,
    "doc_number": lambda d: d.doc_number,
    "region": lambda d: d.region,
    "adopted_on": lambda d: d.adopted_on,
    "effective_date": lambda d: d.effective_date or d.effective_text,
    "expiry_date": lambda d: d.expiry_date,
    "period": lambda d: d.period,
    "column": lambda d: d.column,
    "origin": lambda d: d.origin,
}


def head(
    document: Document, others: Sequence[Document], known: Container[str], lang: Lang, *, has_original: bool
) -> str:
    """Return title, what can be done with the document, its facts and its other versions.

    Args:
        document: The one that is open.
        others: Its versions in the collection.
        known: Ids of the documents that exist for this person.
        lang: Language of the words.
        has_original: The file it came from can be downloaded.
    """
    return (
        f'<header class="pq-r-head"><h2>{shown(document.title)}{badge(document)}</h2>'
        f"{_actions(document, lang, has_original=has_original)}{_standing(document, others, known, lang)}"
        f"{_facts(document, lang)}{_versions(document, others, lang)}</header>"
    )


def editor_note(lines: Sequence[str], lang: Lang) -> str:
    """Return the editor's note, folded; empty without one."""
    if not lines:
        return ""
    name = label("reader.editor_note", lang)
    return f'<details class="pq-r-note"><summary>{name}</summary>{paragraphs(chr(10).join(lines))}</details>'


def _actions(document: Document, lang: Lang, *, has_original: bool) -> str:
    question = label("reader.ask_document_text", lang).format(title=document.title)
    own = Place(document.document_id)
    compare = Place(document.document_id, other="").address
    original = ""
    if has_original:
        original = (
            f'<button type="button" data-pq-original="{shown(document.document_id)}">'
            f"{label('reader.original', lang)}</button>"
        )
    return (
        '<div class="pq-r-actions">'
        f'<button type="button" data-pq-ask="{shown(question)}" data-pq-doc="{shown(document.document_id)}">'
        f"{label('reader.ask_document', lang)}</button>"
        f'<a class="pq-r-button" href="{compare}">{label("reader.compare", lang)}</a>'
        f'<button type="button" data-pq-link="{own.address}">{label("reader.copy_link", lang)}</button>'
        f"{original}</div>"
    )


def _standing(document: Document, others: Sequence[Document], known: Container[str], lang: Lang) -> str:
    """Return a line for a document that a newer one has followed or put out of force, if this person may see that one."""
    lines: list[str] = []
    newer = next((d for d in others if d.document_id == document.superseded_by), None)
    if newer:
        link = f'<a href="{Place(newer.document_id).address}">{shown(newer.title)}</a>'
        lines.append(label("reader.superseded", lang).format(link=link))
    if document.repealed_by and document.repealed_by.partition(":")[0] in known:
        key = "reader.repealed_on" if document.repealed_on else "reader.repealed"
        link = f'<a href="{clause_place(document.repealed_by).address}">{label("reader.repealing_clause", lang)}</a>'
        lines.append(label(key, lang).format(link=link, day=shown(document.repealed_on or "")))
    return "".join(f'<p class="pq-r-warning">{line}</p>' for line in lines)


def _facts(document: Document, lang: Lang) -> str:
    rows: list[tuple[str, str]] = []
    for key, value_of in _FACTS.items():
        value = value_of(document)
        if not value and key not in _ALWAYS:
            continue
        own = f"reader.{key}" if key in ("region", "adopted_on", "column", "origin") else key
        rows.append((label(own, lang), _value(value, key in document.inferred, lang)))
    rows.append((label("printed_in", lang), shown(_printed_in(document, lang))))
    rows.append((label("reader.source", lang), shown(document.source)))
    return (
        f'<dl class="pq-r-facts">{"".join(f"<div><dt>{dt}</dt><dd>{dd}</dd></div>" for dt, dd in rows)}</dl>'
    )


def _value(value: str | None, is_inferred: bool, lang: Lang) -> str:
    if not value:
        return f'<span class="pq-r-unknown">{label("unknown", lang)}</span>'
    note = f'<span class="pq-r-inferred">{label("inferred", lang)}</span>' if is_inferred else ""
    return shown(value) + note


def _printed_in(document: Document, lang: Lang) -> str:
    number = label("issue", lang).format(n=document.issue_no) if document.issue_no is not None else None
    return " ".join(filter(None, (document.source_name, number, document.issue_date))) or label(
        "unknown", lang
    )


def _versions(document: Document, others: Sequence[Document], lang: Lang) -> str:
    if not others:
        return ""
    side = label("reader.side_by_side", lang)
    items = "".join(
        f'<li><a href="{Place(d.document_id).address}">{shown(d.title)}</a> <span>{shown(date_of(d))}</span> '
        f'<a href="{Place(document.document_id, other=d.document_id).address}">{side}</a></li>'
        for d in others
    )
    return (
        f'<section class="pq-r-versions"><h3>{label("reader.versions", lang)}</h3><ul>{items}</ul></section>'
    )
