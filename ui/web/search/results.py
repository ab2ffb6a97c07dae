"""What a search found, as HTML."""

from collections.abc import Iterator

from rag.schema import Clause, Document, Hit
from rag.text import Lang
from ui.address import clause_place
from ui.labels import label
from ui.render import one_line
from ui.web.filters.choices import issue_name
from ui.web.filters.inferred import inferred_chips
from ui.web.reader.paragraphs import Span, paragraphs
from ui.web.search.excerpt import excerpt
from ui.web.search.found import Found, Wanted
from ui.web.search.words import Occurrence, joined, occurrences, sought
from ui.web.sources.actions import source_line
from ui.web.sources.facts import badges
from ui.web.sources.text import shown

_LEGS = ("lookup", "keyword", "dense", "rerank")


def said(found: Found, wanted: Wanted) -> str:
    """Return how much was found and in what time, and what was read from the question, as HTML."""
    lang = wanted.lang
    if found.trouble:
        return f'<p class="pq-said" role="status">{shown(found.trouble)}</p>'
    key = "exactly" if found.exactly else "best" if found.more else "all" if found.hits else "none"
    words = label(f"search.{key}", lang).format(n=len(found.hits))
    time = label("search.took", lang).format(n=max(1, round(found.seconds * 1000)))
    chips = inferred_chips(found.filters, lang, "search")
    return f'<p class="pq-said" role="status">{shown(words)}<small>{shown(time)}</small></p>{chips}'


def results(found: Found, wanted: Wanted) -> str:
    """Return the hits as HTML; without any, what to try instead."""
    lang = wanted.lang
    if found.trouble:
        return ""
    if not found.hits:
        key = "none_filtered" if wanted.chosen.count else "none_hint"
        return f'<p class="pq-search-none">{shown(label(f"search.{key}", lang))}</p>'
    words = sought(wanted.text)
    day = wanted.chosen.as_of or found.filters.inferred.get("as_of") or None
    items = "".join(
        f"<li>{_hit(hit, found.documents.get(hit.clause.document_id), words, lang, day)}</li>"
        for hit in found.hits
    )
    name = shown(label("search.results", lang))
    return f'<ol class="pq-results" aria-label="{name}">{items}</ol>'


def _hit(hit: Hit, document: Document | None, words: frozenset[str], lang: Lang, day: str | None) -> str:
    clause = hit.clause
    name = shown(f"《{clause.title}》{clause.locator}")
    address = clause_place(clause.clause_id).address
    link = f'<a href="{shown(address)}">《{shown(clause.title)}》<b>{shown(clause.locator)}</b></a>'
    facts = "".join(f"<span>{shown(fact)}</span>" for fact in _facts(document, lang))
    return (
        f'<article class="pq-result" tabindex="-1" aria-label="{name}">'
        f"<h3>{link}{badges(document, lang, day)}</h3>"
        f'<p class="pq-result-facts">{facts}</p>{_text(clause, words, lang)}{_why(hit, lang)}'
        f"{_actions(clause, name, lang)}</article>"
    )


def _facts(document: Document | None, lang: Lang) -> Iterator[str]:
    if document is None:
        return
    if document.issuer:
        yield document.issuer
    if document.issue_no is not None or document.issue_date:
        issue = issue_name(document.issue_no, lang) if document.issue_no is not None else ""
        yield " ".join(filter(None, (issue, document.issue_date)))
    if document.effective_date:
        yield f"{label('effective_date', lang)} {document.effective_date}"


def _text(clause: Clause, words: frozenset[str], lang: Lang) -> str:
    """Return the excerpt, which unfolds to the whole clause."""
    found = occurrences(words, clause.text)
    part = excerpt(clause.text, found)
    short = _marked(clause.text, found, part.start, part.end)
    if (part.start, part.end) == (0, len(clause.text)):
        return f'<div class="pq-result-text">{short}</div>'
    kinds = ("pq-cut-before" if part.start else "", "pq-cut-after" if part.end < len(clause.text) else "")
    whole = _marked(clause.text, found, 0, len(clause.text))
    return (
        f'<div class="pq-result-text pq-excerpt {" ".join(kinds)}">{short}</div>'
        f'<details class="pq-whole"><summary>{shown(label("search.whole", lang))}</summary>'
        f'<div class="pq-result-text">{whole}</div></details>'
    )


def _marked(text: str, found: list[Occurrence], start: int, end: int) -> str:
    spans = [Span(first, last, "<mark>", "</mark>") for first, last in joined(found, start, end)]
    return paragraphs(text[start:end], spans)


def _why(hit: Hit, lang: Lang) -> str:
    """Return each leg's rank and score; shown when the visitor asks why."""
    rows = "".join(
        f"<div><dt>{shown(label(f'search.{leg}', lang))}</dt>"
        f"<dd>{shown(label('search.rank', lang).format(n=hit.legs[leg].rank))}<small>{hit.legs[leg].score:.3f}</small></dd></div>"
        for leg in _LEGS
        if leg in hit.legs
    )
    whole = f"<div><dt>{shown(label('search.score', lang))}</dt><dd>{hit.score:.3f}</dd></div>"
    return f'<dl class="pq-why">{rows}{whole}</dl>'


def _actions(clause: Clause, name: str, lang: Lang) -> str:
    asked = label("search.ask_text", lang).format(title=one_line(clause.title), locator=clause.label)
    copied = source_line(clause.title, clause.locator, f"\n{clause.text}")
    ask, copy = (shown(label(f"search.{key}", lang)) for key in ("ask", "copy"))
    return (
        f'<div class="pq-result-acts" role="group" aria-label="{name}">'
        f'<button type="button" data-pq-ask="{shown(asked)}" data-pq-doc="{shown(clause.document_id)}">{ask}</button>'
        f'<button type="button" data-pq-copy="{shown(copied)}">{copy}</button></div>'
    )
