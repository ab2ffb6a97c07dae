"""Two documents side by side as HTML."""

from collections.abc import Sequence

from rag.schema import Clause, Document
from rag.text import Lang
from ui.address import Place, clause_place
from ui.labels import label
from ui.web.reader.clauses import has_heading
from ui.web.reader.comparison import Pair, differences
from ui.web.reader.paragraphs import Span, paragraphs
from ui.web.reader.shelf import badge
from ui.web.sources.text import shown


def pairs(left: Document, right: Document, rows: Sequence[Pair], lang: Lang) -> str:
    """Return both documents in rows, like clauses beside each other; differing words are marked in one text's wordings."""
    both = sum(1 for row in rows if row.left and row.right)
    said = label("reader.pair_counts", lang).format(
        both=both,
        left=sum(1 for row in rows if not row.right),
        right=sum(1 for row in rows if not row.left),
    )
    heads = "".join(
        f'<h2><a href="{Place(d.document_id).address}">{shown(d.title)}</a>{badge(d)}</h2>'
        for d in (left, right)
    )
    swap = Place(right.document_id, other=left.document_id).address
    choose = Place(left.document_id, other="").address
    none = "" if both else f'<p class="pq-hint pq-r-no-pair">{label("reader.no_pair", lang)}</p>'
    return (
        '<header class="pq-r-pairhead"><div class="pq-r-actions">'
        f'<a class="pq-r-button" href="{swap}">{label("reader.swap", lang)}</a>'
        f'<a class="pq-r-button" href="{choose}">{label("reader.another", lang)}</a>'
        f'<button type="button" data-pq-only aria-pressed="false">{label("reader.only_pairs", lang)}</button>'
        f"<span>{said}</span></div>"
        f'<div class="pq-r-pair pq-r-titles">{heads}</div></header>'
        f"{none}{''.join(_row(left, right, row, lang) for row in rows)}"
    )


def _row(left: Document, right: Document, row: Pair, lang: Lang) -> str:
    marks: tuple[Sequence[tuple[int, int]], Sequence[tuple[int, int]]] = ([], [])
    if row.left and row.right and row.is_one_text:
        marks = differences(row.left.text, row.right.text)
    kind = "" if row.left and row.right else " pq-r-alone"
    cells = _cell(left, row.left, marks[0], "del", lang) + _cell(right, row.right, marks[1], "ins", lang)
    return f'<div class="pq-r-pair{kind}" role="group">{cells}</div>'


def _cell(
    document: Document, clause: Clause | None, marks: Sequence[tuple[int, int]], tag: str, lang: Lang
) -> str:
    if clause is None:
        return f'<section class="pq-r-cell pq-r-none">{label("reader.no_like", lang)}</section>'
    spans = [Span(start, end, f"<{tag}>", f"</{tag}>") for start, end in marks]
    address = clause_place(clause.clause_id).address
    headed = " pq-r-headed" if has_heading(clause) else ""
    return (
        f'<section class="pq-r-cell" aria-label="{shown(f"{document.title} {clause.locator}")}">'
        f'<h4><a href="{address}">{shown(clause.label)}</a><small>{shown(clause.headings)}</small></h4>'
        f'<p class="pq-r-whose">{shown(document.title)}</p>'
        f'<div class="pq-r-words{headed}">{paragraphs(clause.text, spans)}</div></section>'
    )
