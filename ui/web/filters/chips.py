"""Limits as chips that can be taken off, and what was read from a question as other chips, as HTML."""

from collections.abc import Callable

from rag.text import Lang
from ui.labels import label
from ui.web.filters.choices import issue_name
from ui.web.filters.chosen import AS_OF, Chosen
from ui.web.sources.text import shown


def chip(bar: str, act: str, key: str, text: str, said: str, kind: str = "") -> str:
    """Return one chip as HTML: a button that tells its bar what to do.

    Args:
        bar: Key of the `FilterBar`.
        act: `drop`, `ignore`, `heed` or `clear`.
        key: Of the filter.
        text: Shown.
        said: What pressing it does, for screen readers and as a hint.
        kind: More classes.
    """
    marks = f'data-pq-chip="{act}" data-pq-key="{shown(key)}" data-pq-bar="{shown(bar)}"'
    return (
        f'<button type="button" class="pq-chip {kind}" {marks} aria-label="{shown(said)}" title="{shown(said)}">'
        f'<span>{shown(text)}</span><i aria-hidden="true">×</i></button>'
    )


def chosen_chips(bar: str, chosen: Chosen, title_of: Callable[[str], str | None], lang: Lang) -> str:
    """Return the chips of what was chosen and of what is left alone; empty for nothing.

    Args:
        bar: Key of the `FilterBar`.
        chosen: The visitor's.
        title_of: Title of a document by its id; None when it is gone.
        lang: Of the words.
    """
    limits = dict(chosen.filters) | ({AS_OF: chosen.as_of} if chosen.as_of else {})
    chips: list[str] = []
    for key, value in limits.items():
        text = f"{filter_word(key, lang)} {_value(key, value, title_of, lang)}"
        chips.append(chip(bar, "drop", key, text, label("filters.drop", lang).format(text=text)))
    for key in sorted(chosen.without):
        name = filter_word(key, lang)
        text, said = (label(f"filters.{word}", lang).format(name=name) for word in ("ignored", "heed"))
        chips.append(chip(bar, "heed", key, text, said, "pq-ignored"))
    if len(chips) > 1:
        clear = shown(label("filters.clear", lang))
        chips.append(
            f'<button type="button" class="pq-chip-clear" data-pq-chip="clear" data-pq-key="" data-pq-bar="{shown(bar)}">{clear}</button>'
        )
    return "".join(chips)


def filter_word(key: str, lang: Lang) -> str:
    """Return the word for a filter or an inference; the key itself for one without a word."""
    try:
        return label(f"filters.{key}", lang)
    except KeyError:
        return key


def _value(key: str, value: str, title_of: Callable[[str], str | None], lang: Lang) -> str:
    if key == "document_id":
        title = title_of(value)
        return f"《{title}》" if title else value
    return issue_name(value, lang) if key == "issue_no" else value
