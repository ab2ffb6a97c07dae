"""The pane of sources of a whole conversation as HTML."""

from rag.text import Lang
from ui.labels import label
from ui.web.chat.turn import Visit
from ui.web.sources.actions import export_buttons
from ui.web.sources.cards import source_cards
from ui.web.sources.text import shown


def conversation_sources(visit: Visit, lang: Lang) -> str:
    """Return the cards of every answered turn, the newest open and the earlier ones folded; a hint when there are none."""
    parts: list[str] = []
    for number, turn in reversed(list(enumerate(visit.turns, start=1))):
        if not turn.answer:
            continue
        cards = source_cards(turn.answer, turn.documents, turn.clauses, lang=lang, turn=number)
        asked = f"{label('earlier', lang)} {number}<span>{shown(turn.question)}</span>"
        is_newest = turn is visit.turns[-1]
        saved = f'<div class="pq-actions"><span>{label("sources.export_one", lang)}</span>{export_buttons(str(number), lang)}</div>'
        parts.append(
            cards
            if is_newest
            else f'<details class="pq-turn"><summary>{asked}</summary>{cards}{saved}</details>'
        )
    return "".join(parts) or f'<p class="pq-hint">{label("sources_empty", lang)}</p>'
