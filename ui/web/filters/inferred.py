"""What a search read from the question, as chips: removing one searches again without it.

Place the HTML of `inferred_chips` anywhere, under an answer or above results; a press reaches the `FilterBar` of that key,
which adds the inference to `Chosen.without` and then calls what was joined to `FilterBar.ignored`.
"""

from rag.schema import Filters
from rag.text import Lang
from ui.labels import is_note, label, named
from ui.web.filters.chips import chip, filter_word
from ui.web.sources.text import shown

REMOVABLE = frozenset(
    {"title", "doc_number", "region", "issue_no", "issue_date", "status", "issuer", "as_of", "history", "rewritten"}
)  # fmt: skip
"""What a search can do without; the rest only says how the question was read."""
_LONGEST = 60


def inferred_chips(filters: Filters, lang: Lang, bar: str) -> str:
    """Return what was inferred as HTML; empty when nothing was.

    Args:
        filters: Of the search.
        lang: Of the words.
        bar: Key of the `FilterBar` that a press tells.
    """
    chips: list[str] = []
    notes: list[str] = []
    for key, value in filters.inferred.items():
        if key not in REMOVABLE:
            said = named(f"note_{key}", value, lang) if is_note(key) else f"{filter_word(key, lang)} {value}"
            notes.append(f'<span class="pq-read">{shown(said)}</span>')
            continue
        name = filter_word(key, lang)
        said = label("filters.ignore", lang).format(name=name, text=value)
        chips.append(chip(bar, "ignore", key, f"{name} {_short(value)}", said, "pq-guess"))
    heading = f'<span class="pq-chips-name">{shown(label("filters.read", lang))}</span>' if chips else ""
    inner = heading + "".join(chips) + "".join(notes)
    return f'<div class="pq-chips pq-inferred">{inner}</div>' if inner else ""


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
