"""What stands below an empty search box: how to search, what was searched for, examples."""

from collections.abc import Sequence
from contextlib import suppress

from rag.errors import NotFound
from rag.schema import Viewer
from rag.text import Lang
from ui.labels import label
from ui.service import Assistant, Service
from ui.web.chat.suggestions import examples
from ui.web.sources.text import shown

RECENT = 8
_EXAMPLES = 3
_LONGEST = 200


def blank(service: Service, recent: Sequence[str], lang: Lang, viewer: Viewer | None = None) -> str:
    """Return the hint, the visitor's own searches and some examples as HTML.

    Args:
        service: Has the collection and its example questions.
        recent: As `remembered` keeps them.
        lang: Of the words.
        viewer: Who looks; None for one who sees public documents only.
    """
    viewer = viewer or Viewer()
    questions = examples(service, viewer, lang)
    offered = [*_by_number(service.assistant, viewer), *questions[:_EXAMPLES]]
    forget = f'<button type="button" class="pq-search-forget" data-pq-forget>{shown(label("search.forget", lang))}</button>'
    return (
        f'<div class="pq-blank"><p>{shown(label("search.hint", lang))}</p>'
        + _group("recent", recent, lang, forget)
        + _group("examples", offered, lang)
        + f'<p class="pq-search-keys">{shown(label("search.keys", lang))}</p></div>'
    )


def remembered(recent: object, text: str) -> list[str]:
    """Return the searches to keep, the newest first.

    Args:
        recent: What the browser had kept; whatever is no list of texts is dropped.
        text: The search to add; blank adds none.
    """
    known = [r for r in recent if isinstance(r, str)] if isinstance(recent, list) else []
    text = text.strip()[:_LONGEST]
    return list(dict.fromkeys([text, *known] if text else known))[:RECENT]


def _group(key: str, searches: Sequence[str], lang: Lang, behind: str = "") -> str:
    if not searches:
        return ""
    buttons = "".join(
        f'<button type="button" class="pq-example" data-pq-search="{shown(s)}">{shown(s)}</button>'
        for s in searches
    )
    return f"<section><h3>{shown(label(f'search.{key}', lang))}{behind}</h3><div>{buttons}</div></section>"


def _by_number(assistant: Assistant, viewer: Viewer) -> list[str]:
    """Return a search by number that the collection can answer; none without a document of articles."""
    articles = [d for d in assistant.documents(viewer) if d.scheme == "articles"]
    if not articles:
        return []
    document = min(articles, key=lambda d: (len(d.title), d.title))
    with suppress(NotFound):
        if clauses := assistant.clauses(document.document_id, viewer):
            return [f"{document.title}{clauses[len(clauses) // 2].label}"]
    return []
