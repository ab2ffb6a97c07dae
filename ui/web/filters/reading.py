"""What the fields of the filter panel say, read into limits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rag.text import Lang
from ui.labels import label
from ui.web.filters.choices import CHOICES
from ui.web.filters.chosen import AS_OF, Chosen
from ui.web.filters.day import read_day

RANGE = ("since", "until")
DAYS = (*RANGE, AS_OF)
FIELDS = (*CHOICES, *DAYS)
"""Keys of the fields of the panel, in their order."""


@dataclass(frozen=True)
class Reading:
    """What was chosen, and what could not be read."""

    chosen: Chosen
    notes: tuple[str, ...] = ()
    """In words; empty when all is well."""


def read_fields(values: Mapping[str, str | None], before: Chosen, lang: Lang) -> Reading:
    """Read the panel.

    Args:
        values: By the keys of `FIELDS`; None and blanks are no limit.
        before: What was chosen until now; its limits without a field stay.
        lang: Of the notes.

    Returns:
        A day that cannot be read is left out, with a note.
    """
    chosen = replace(before, filters={k: v for k, v in before.filters.items() if k not in FIELDS}, as_of=None)
    notes: list[str] = []
    for key in FIELDS:
        text = (values.get(key) or "").strip()
        if not text:
            continue
        value: str | None = text if key in CHOICES else read_day(text, partial=key in RANGE)
        if value is None:
            name = label(f"filters.{key}", lang)
            words = label("filters.bad_range" if key in RANGE else "filters.bad_day", lang)
            notes.append(words.format(name=name, text=text))
        else:
            chosen = chosen.limited(key, value)
    since, until = (chosen.filters.get(key) for key in RANGE)
    if since and until and since[: len(until)] > until:
        notes.append(label("filters.turned", lang))
    return Reading(chosen, tuple(notes))
