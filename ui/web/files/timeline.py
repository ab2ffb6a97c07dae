"""What has changed, as a list of runs."""

from collections.abc import Sequence

from rag.catalog.history import Change
from rag.text import Lang
from ui.address import Place, clause_place
from ui.web.files.listing import command
from ui.web.files.markup import badge, word
from ui.web.files.since import Entry, Touched
from ui.web.sources.text import shown

_MOST_RUNS = 100
_MOST_DOCUMENTS = 200
_AT_ONCE = 8
_MOST_CLAUSES = 60


def timeline(entries: Sequence[Entry], lang: Lang) -> str:
    """Return the runs as HTML, in the order given; a word when nothing has changed."""
    if not entries:
        return f'<p class="pq-f-empty">{word("no_changes", lang)}</p>'
    rows = [_entry(entry, lang) for entry in entries[:_MOST_RUNS]]
    left = len(entries) - _MOST_RUNS
    more = f'<p class="pq-f-note">{word("more_runs", lang, n=left)}</p>' if left > 0 else ""
    return f'<ol class="pq-f-runs">{"".join(rows)}</ol>{more}'


def _entry(entry: Entry, lang: Lang) -> str:
    counts = [
        word(f"count_{what}", lang, n=n)
        for what in ("added", "changed", "gone")
        if (n := sum(d.what == what for d in entry.documents))
    ]
    when = entry.at.strftime("%Y-%m-%d %H:%M")
    head = f"<time>{when}</time><b>{shown(command(entry.command, lang))}</b><span>{word('between', lang).join(counts)}</span>"
    rows = [_touched(document, lang) for document in entry.documents[:_MOST_DOCUMENTS]]
    left = len(entry.documents) - _MOST_DOCUMENTS
    rows += [f"<li>{word('more_documents', lang, n=left)}</li>"] if left > 0 else []
    opened = " open" if len(entry.documents) <= _AT_ONCE else ""
    return f"<li><details{opened}><summary>{head}</summary><ul>{''.join(rows)}</ul></details></li>"


def _touched(document: Touched, lang: Lang) -> str:
    mark = badge(word(f"what_{document.what}", lang), f"pq-f-{document.what}")
    title = f"<span>{shown(document.title)}</span>"
    if document.here:
        title = f'<a href="{Place(document.document_id).address}">{shown(document.title)}</a>'
    if document.what == "changed":
        detail = (
            _clauses(document, lang) if document.clauses else f"<small>{word('fields_only', lang)}</small>"
        )
    else:
        detail = f"<small>{word('clauses', lang, n=len(document.clauses))}</small>"
    return f"<li>{mark}{title}{detail}</li>"


def _clauses(document: Touched, lang: Lang) -> str:
    rows = [_clause(change, document.here, lang) for change in document.clauses[:_MOST_CLAUSES]]
    left = len(document.clauses) - _MOST_CLAUSES
    rows += [f"<li>{word('more_clauses', lang, n=left)}</li>"] if left > 0 else []
    name = word("changed_clauses", lang, n=len(document.clauses))
    return f"<details><summary>{name}</summary><ul>{''.join(rows)}</ul></details>"


def _clause(change: Change, here: bool, lang: Lang) -> str:
    mark, locator = badge(word(f"what_{change.what}", lang), f"pq-f-{change.what}"), change.locator or ""
    if not here or change.what == "gone":
        return f"<li>{mark}{shown(locator)}</li>"
    address = clause_place(change.clause_id or "").address
    return f'<li>{mark}<a href="{shown(address)}">{shown(locator)}</a></li>'
