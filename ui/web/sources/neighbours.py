"""The clause before or after one on the screen, looked up when somebody asks for it."""

from collections.abc import Mapping
from typing import Any

from rag.errors import NotFound
from rag.schema import Clause, Viewer
from rag.text import Lang
from ui.service import Assistant
from ui.web.sources.actions import open_link
from ui.web.sources.text import paragraphs, shown


def neighbour(assistant: Assistant, wanted: Mapping[str, Any], viewer: Viewer) -> dict[str, str]:
    """Return a neighbouring clause for a card.

    Args:
        assistant: Over the collection.
        wanted: As a browser sends it, so nothing in it is relied on: `clause`, the id of the clause at the edge; `step`,
            `before` or `after`; `lang`.
        viewer: Who asks.

    Returns:
        `html`, and the neighbour's id as `clause`; both empty at the end of the document, and for a clause that is not, or
        no longer, in the collection.
    """
    clause_id, step = str(wanted.get("clause", "")), wanted.get("step")
    lang: Lang = "en" if wanted.get("lang") == "en" else "zh"
    nothing = {"html": "", "clause": ""}
    try:
        clause = assistant.clause(clause_id, viewer)
        around = assistant.neighbours(clause_id, viewer)
    except NotFound:
        return nothing
    for other in around:
        if (other.ordinal < clause.ordinal) == (step == "before"):
            return {"html": neighbour_html(other, lang), "clause": other.clause_id}
    return nothing


def neighbour_html(clause: Clause, lang: Lang) -> str:
    """Return a clause as it stands above or below a cited one of the same document."""
    link = open_link(clause.clause_id, f"《{clause.title}》{clause.locator}", lang)
    return (
        f'<section class="pq-neighbour"><p class="pq-locator">{shown(clause.locator)}{link}</p>'
        f'<div class="pq-text">{paragraphs(clause.text)}</div></section>'
    )
