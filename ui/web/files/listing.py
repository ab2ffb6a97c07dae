"""The sources of the collection as a list; the chosen one shows its documents and what can be done with them."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.schema import Document
from rag.text import Lang, loose
from ui.address import Place
from ui.web.files.held import Held, LastChange
from ui.web.files.markup import badge, button, facts, word
from ui.web.sources.text import shown

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the list a visitor wants to see."""

    text: str = ""
    """Part of a name or a title; empty for all."""
    chosen: str = ""
    """Name of the source that is open; empty for none."""
    most: int = PAGE


def listing(sources: Sequence[Held], wanted: Wanted, lang: Lang) -> str:
    """Return the list as HTML, newest first; a word when there is nothing to show."""
    found = [source for source in sources if _fits(source, wanted.text)]
    if not found:
        key = "no_match" if sources else "no_sources"
        return f'<p class="pq-f-empty">{word(key, lang)}</p>'
    documents = sum(len(source.documents) for source in found)
    clauses = sum(sum(source.clauses.values()) for source in found)
    head = word("totals", lang, sources=len(found), documents=documents, clauses=clauses)
    rows = [_row(source, source.name == wanted.chosen, lang) for source in found[: wanted.most]]
    left = len(found) - wanted.most
    more = button("more", "", word("show_more", lang, n=left)) if left > 0 else ""
    return f'<p class="pq-f-totals">{head}</p><ul class="pq-f-sources">{"".join(rows)}</ul>{more}'


def last_change(change: LastChange | None, lang: Lang) -> str:
    """Return the offer to take back the last change; empty when there is none."""
    if change is None:
        return ""
    titles = word("between", lang).join(f"《{title}》" for title in change.titles[:2])
    if len(change.titles) > 2:
        titles = word("and_more", lang, titles=titles, n=len(change.titles))
    what = word("last_change", lang, command=command(change.command, lang), titles=titles)
    return f'<div class="pq-f-last"><span>{shown(what)}</span>{button("undo", change.key, word("undo", lang))}</div>'


def command(name: str, lang: Lang) -> str:
    """Return what a run did, in words."""
    known = ("ingest", "remove", "set", "undo", "rebuild")
    return word(f"command_{name}", lang) if name in known else name


def _fits(source: Held, text: str) -> bool:
    wanted = loose(text)
    names = (source.name, *(d.title for d in (*source.documents, *source.out, *source.reprints)))
    return any(wanted in loose(name) for name in names)


def _row(source: Held, chosen: bool, lang: Lang) -> str:
    counts = word("held", lang, documents=len(source.documents), clauses=sum(source.clauses.values()))
    out = badge(word("some_out", lang, n=len(source.out)), "pq-f-out") if source.out else ""
    when = source.added.strftime("%Y-%m-%d %H:%M") if source.added else ""
    head = (
        f'<button type="button" class="pq-f-source" data-act="open" data-key="{shown(source.name)}" '
        f'aria-expanded="{str(chosen).lower()}"><b>{shown(source.name)}</b>'
        f"<span>{counts}{out}</span><time>{when}</time></button>"
    )
    return f"<li>{head}{_inside(source, lang) if chosen else ''}</li>"


def _inside(source: Held, lang: Lang) -> str:
    tools = [button("reread", source.name, word("reread", lang))]
    if source.original:
        tools.append(button("download", source.name, word("download", lang)))
    if len(source.documents) > 1:
        tools.append(button("remove_all", source.name, word("remove_all", lang)))
    none = "" if source.original else f'<p class="pq-f-note">{word("no_original", lang)}</p>'
    documents = [_document(d, source.clauses.get(d.document_id, 0), lang) for d in source.documents]
    documents += [_out(d, lang) for d in source.out]
    documents += [
        f'<li><a href="{Place(d.document_id).address}">{shown(d.title)}</a> {badge(word("reprint", lang))}</li>'
        for d in source.reprints
    ]
    return f'<div class="pq-f-inside"><div class="pq-f-actions">{"".join(tools)}</div>{none}<ul>{"".join(documents)}</ul></div>'


def _document(document: Document, clauses: int, lang: Lang) -> str:
    key, title = document.document_id, document.title
    tools = button("edit", key, word("correct", lang), about=title)
    tools += button("remove", key, word("remove", lang), about=title)
    head = f'<a href="{Place(key).address}">{shown(title)}</a><span>{word("clauses", lang, n=clauses)}</span>{tools}'
    return f'<li><div class="pq-f-line">{head}</div>{facts(document, lang, whole=False)}</li>'


def _out(document: Document, lang: Lang) -> str:
    tools = button("restore", document.document_id, word("restore", lang), about=document.title)
    head = f"<s>{shown(document.title)}</s>{badge(word('is_out', lang), 'pq-f-out')}{tools}"
    return f'<li><div class="pq-f-line">{head}</div></li>'
