"""The list of documents as HTML."""

from collections.abc import Mapping, Sequence

from rag.schema import Document
from rag.text import Lang
from rag.validity import is_draft
from ui.address import Place
from ui.labels import label
from ui.web.reader.library import Order, bulletin_name, date_of, grouped
from ui.web.sources.text import shown

_COLUMNS = ("document", "issuer", "doc_number", "date", "clauses")


def badge(document: Document) -> str:
    """Return the status of a document as a small badge; empty when none is printed."""
    if not document.status:
        return ""
    kind = " pq-r-draft" if is_draft(document) else ""
    return f'<span class="pq-r-badge{kind}">{shown(document.status)}</span>'


def shelf(
    documents: Sequence[Document],
    counts: Mapping[str, int],
    lang: Lang,
    order: Order = "bulletin",
    beside: Document | None = None,
) -> str:
    """Return a table of documents, one body a bulletin.

    Args:
        documents: Those to be listed, in their order.
        counts: Numbers of clauses by document_id.
        lang: Language of the words around them.
        order: Bulletins are headings only where they rule the order.
        beside: Links lead to the comparison with this one, in place of the document alone.
    """
    if not documents:
        return f'<p class="pq-r-empty">{label("reader.none_fits", lang)}</p>'
    heads = "".join(f'<th scope="col">{label(f"reader.column_{key}", lang)}</th>' for key in _COLUMNS)
    bodies: list[str] = []
    for bulletin, group in grouped(documents, order):
        heading = ""
        if bulletin is not None:
            name = shown(bulletin_name(bulletin, lang))
            heading = (
                f'<tr class="pq-r-issue"><th scope="rowgroup" colspan="{len(_COLUMNS)}">{name}</th></tr>'
            )
        rows = "".join(_row(d, counts.get(d.document_id, 0), lang, beside) for d in group)
        bodies.append(f"<tbody>{heading}{rows}</tbody>")
    return f'<table class="pq-r-shelf"><thead><tr>{heads}</tr></thead>{"".join(bodies)}</table>'


def _row(document: Document, count: int, lang: Lang, beside: Document | None) -> str:
    place = Place(beside.document_id, other=document.document_id) if beside else Place(document.document_id)
    cells = (
        (f'<a href="{place.address}">{shown(document.title)}</a>{badge(document)}', "pq-r-name"),
        (shown(document.issuer or ""), "pq-r-issuer"),
        (shown(document.doc_number or ""), "pq-r-number"),
        (shown(date_of(document)), "pq-r-date"),
        (label("clauses", lang).format(n=count), "pq-r-count"),
    )
    return "<tr>" + "".join(f'<td class="{kind}">{cell}</td>' for cell, kind in cells) + "</tr>"
