"""What a visitor sees at an address: the list, one document, or two of them side by side."""

from dataclasses import dataclass, replace

from rag.errors import NotFound
from rag.schema import Document, Viewer
from rag.text import Lang
from ui.address import Place, clause_at
from ui.labels import label
from ui.service import Assistant
from ui.web.reader.clauses import clause_list
from ui.web.reader.comparison import aligned
from ui.web.reader.head import editor_note, head
from ui.web.reader.pairs import pairs
from ui.web.reader.sheet import is_drawable
from ui.web.reader.tree import tree
from ui.web.reader.versions import versions
from ui.web.sources.text import shown


@dataclass(frozen=True, slots=True)
class View:
    """One place as it is shown."""

    place: Place
    """Where the visitor is now; the list, where what was asked for is not there."""
    html: str = ""
    """Of one document or of two; empty for the list."""
    focus: str = ""
    """Id of the element to be shown and marked; empty for the beginning."""
    word: str = ""
    """What the visitor should know, as plain text."""
    beside: Document | None = None
    """The list is for choosing what this one is compared with."""


def view_of(
    assistant: Assistant, place: Place, lang: Lang, viewer: Viewer, web_url: str | None = None
) -> View:
    """Return what is to be shown; an unknown document gives the list, an unknown clause the document, each with a word.

    Args:
        assistant: Over the collection.
        place: Where the visitor wants to go.
        lang: Language of the words around the texts.
        viewer: Who wants to see it.
        web_url: Public address of the page, the base of copied links; None for the address in the browser.
    """
    if not place.document_id:
        return View(Place())
    try:
        document = assistant.document(place.document_id, viewer)
        if place.other:
            other = assistant.document(place.other, viewer)
            return _two(assistant, document, other, lang, viewer)
    except NotFound:
        return View(Place(), word=label("reader.no_document", lang))
    if place.other is not None:
        return View(Place(document.document_id, other=""), beside=document)
    return _one(assistant, document, place, lang, viewer, web_url)


def _one(
    assistant: Assistant, document: Document, place: Place, lang: Lang, viewer: Viewer, web_url: str | None
) -> View:
    clauses = assistant.clauses(document.document_id, viewer)
    documents = assistant.documents(viewer)
    edition = assistant.edition(document.document_id, viewer)
    target = clause_at(clauses, place.loc) if place.loc else None
    known = {d.document_id for d in documents}
    with_pages = is_drawable(edition.original)
    last_page = max((c.page_last or 0 for c in clauses), default=0)
    has_original = edition.original is not None
    opening = head(document, versions(document, documents), known, lang, has_original=has_original)
    body = clause_list(document, clauses, known, lang, with_pages=with_pages)
    html = (
        f'<div class="pq-r-doc" data-shown="{shown(document.document_id)}" data-title="{shown(document.title)}" '
        f'data-doc="{shown(document.document_id)}" data-base="{shown(web_url or "")}" data-pages="{last_page}">'
        f'<nav aria-label="{label("reader.contents", lang)}"><details class="pq-r-tree" open>'
        f"<summary>{label('reader.contents', lang)}</summary>{tree(clauses)}</details></nav>"
        f'<div class="pq-r-page" tabindex="0" role="region" aria-label="{shown(document.title)}">'
        f"{opening}{editor_note(edition.editor_note, lang)}{body}</div>"
        f"{_sheet(lang) if with_pages else ''}</div>"
    )
    if place.loc and target is None:
        word = label("reader.no_clause", lang).format(loc=place.loc)
        return View(Place(document.document_id), html, word=word)
    focus = f"pq-clause-{target.ordinal}" if target else ""
    return View(place, html, focus)


def _sheet(lang: Lang) -> str:
    names = {key: label(f"reader.{key}", lang) for key in ("page_picture", "page_back", "page_on", "close")}
    return (
        f'<aside class="pq-r-sheet" aria-label="{names["page_picture"]}" data-missing="{label("reader.no_page", lang)}" '
        f'data-page="{label("page", lang)}" hidden><header>'
        f'<button type="button" data-pq-turn="-1" aria-label="{names["page_back"]}">‹</button><b></b>'
        f'<button type="button" data-pq-turn="1" aria-label="{names["page_on"]}">›</button>'
        f'<button type="button" data-pq-turn="0" aria-label="{names["close"]}">×</button></header>'
        f'<img alt="" hidden><p role="status" hidden></p></aside>'
    )


def _two(assistant: Assistant, document: Document, other: Document, lang: Lang, viewer: Viewer) -> View:
    rows = aligned(
        assistant.clauses(document.document_id, viewer), assistant.clauses(other.document_id, viewer)
    )
    name = shown(label("reader.pair_of", lang).format(left=document.title, right=other.title))
    key = f"{document.document_id}+{other.document_id}"
    html = (
        f'<div class="pq-r-pairs" data-shown="{shown(key)}" tabindex="0" role="region" aria-label="{name}">'
        f"{pairs(document, other, rows, lang)}</div>"
    )
    return View(Place(document.document_id, other=other.document_id), html)


def crumbs(view: View, lang: Lang) -> str:
    """Return the way back to the list and what the visitor should know, as HTML; empty for the list without a word."""
    word = f'<p class="pq-r-word" role="status">{shown(view.word)}</p>' if view.word else ""
    if not view.place.document_id:
        return word
    library = f'<a href="{Place().address}">← {label("reader.library", lang)}</a>'
    if view.beside:
        said = label("reader.choose", lang).format(title=shown(view.beside.title))
        back = replace(view.place, other=None).address
        return f'<p class="pq-r-choose">{said} <a href="{back}">{label("reader.cancel", lang)}</a></p>{word}'
    return f"<nav>{library}</nav>{word}"
