"""What a marker [n] stands for, for the card that appears when it is pointed at."""

from collections.abc import Iterator

from rag.schema import Citation
from rag.text import Lang
from ui.place import inside
from ui.render import one_line
from ui.web.chat.turn import Visit
from ui.web.sources.cards import card_id
from ui.web.sources.text import shown

_LONGEST = 220


def quote_notes(visit: Visit, lang: Lang) -> str:
    """Return a note for each marker of a conversation as HTML, by the address of its card; empty without citations."""
    return "".join(
        note
        for number, turn in enumerate(visit.turns, start=1)
        if turn.answer
        for note in _notes(turn.answer.citations, number, lang)
    )


def _notes(citations: tuple[Citation, ...], turn: int, lang: Lang) -> Iterator[str]:
    groups: dict[int, list[Citation]] = {}
    for cited in citations:
        groups.setdefault(cited.n, []).append(cited)
    for n, group in groups.items():
        place = " ".join(filter(None, (group[0].locator, inside(group, lang))))
        quotes = "".join(f"<q>{_short(cited.quote)}</q>" for cited in group)
        yield (
            f'<div data-cite="{card_id(turn, n)}"><b>《{shown(group[0].title)}》</b>'
            f"<span>{shown(place)}</span>{quotes}</div>"
        )


def _short(text: str) -> str:
    line = one_line(text)
    return shown(line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…")
