"""The clauses of a document as HTML, one by one, with their references as links and what can be done with each."""

from collections.abc import Sequence, Set

from rag.schema import Clause, Document
from rag.text import Lang
from ui.address import Place, clause_place
from ui.labels import label, pages
from ui.web.reader.paragraphs import Span, paragraphs
from ui.web.reader.tree import chapters
from ui.web.sources.text import shown

_HEADING = 40
"""Characters of a first line that may be the clause's own heading."""


def clause_list(
    document: Document, clauses: Sequence[Clause], known: Set[str], lang: Lang, *, with_pages: bool = False
) -> str:
    """Return all clauses under their chapters.

    Args:
        document: Theirs.
        clauses: In printed order.
        known: Ids of the documents that this visitor may see; references to others are plain words.
        lang: Language of the words around them.
        with_pages: The pages of the original can be shown.
    """
    out: list[str] = []
    above: tuple[str, ...] = ()
    for clause in clauses:
        now = chapters(clause)
        same = next(
            (i for i, (a, b) in enumerate(zip(above, now, strict=False)) if a != b), min(len(above), len(now))
        )
        out += [
            f'<h3 class="pq-r-chapter pq-r-level{min(depth, 2)}">{shown(heading)}</h3>'
            for depth, heading in enumerate(now)
            if depth >= same
        ]
        above = now
        out.append(_clause(document, clause, known, lang, with_pages=with_pages))
    return "".join(out)


def _clause(document: Document, clause: Clause, known: Set[str], lang: Lang, *, with_pages: bool) -> str:
    heading = ' class="pq-r-words pq-r-headed"' if has_heading(clause) else ' class="pq-r-words"'
    return (
        f'<article class="pq-r-clause" id="pq-clause-{clause.ordinal}" '
        f'data-locator="{shown(clause.locator)}" data-address="{clause_place(clause.clause_id).address}">'
        f"<header><h4>{shown(clause.label)}</h4>{_tools(document, clause, lang, with_pages=with_pages)}</header>"
        f"<div{heading}>{paragraphs(clause.text, references(clause, known))}</div></article>"
    )


def has_heading(clause: Clause) -> bool:
    """Tell whether the first line of a clause is its own heading."""
    first, _, rest = clause.text.partition("\n")
    return bool(rest) and len(first) <= _HEADING and first[-1:] not in "。；：:;，、"


def references(clause: Clause, known: Set[str]) -> list[Span]:
    """Return links for the words of a clause that name another clause or document of the collection."""
    named = [(r.span, r.clause_id, r.target_document_id) for r in clause.references]
    named += [(r.span, None, r.target_document_id) for r in clause.repeals]
    spans: list[Span] = []
    for (start, end), target, document_id in named:
        place = clause_place(target) if target else Place(document_id or "")
        if place.document_id in known and target != clause.clause_id:
            spans.append(Span(start, end, f'<a href="{place.address}">', "</a>"))
    return spans


def _tools(document: Document, clause: Clause, lang: Lang, *, with_pages: bool) -> str:
    place = clause.label if document.scheme == "articles" else clause.locator
    question = label("reader.ask_clause_text", lang).format(title=document.title, place=place)
    printed = pages(clause.page_first, clause.page_last, lang)
    page = ""
    if printed and with_pages:
        page = f'<button type="button" data-pq-page="{clause.page_first}">{printed}</button>'
    elif printed:
        page = f"<small>{printed}</small>"
    words = {
        key: label(f"reader.{key}", lang) for key in ("copy_clause", "copy_link", "ask_clause", "of_clause")
    }

    def button(key: str, attribute: str) -> str:
        name = shown(words["of_clause"].format(what=words[key], clause=clause.label))
        return f'<button type="button" {attribute} aria-label="{name}">{words[key]}</button>'

    return (
        f'<div class="pq-r-tools">{page}{button("copy_clause", "data-pq-quote-clause")}{button("copy_link", "data-pq-link")}'
        + button("ask_clause", f'data-pq-ask="{shown(question)}" data-pq-doc="{shown(document.document_id)}"')
        + "</div>"
    )
