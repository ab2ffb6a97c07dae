"""Every word that the screens show, in Chinese and English: one table a language, in `ui/words`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from rag.text import Lang


@cache
def words(lang: Lang) -> Mapping[str, str]:
    """Return the whole table of one language; the words of a section `[reader]` have keys as `reader.tree`."""
    table = tomllib.loads(files("ui").joinpath(f"words/{lang}.toml").read_text(encoding="utf-8"))
    flat = {key: value for key, value in table.items() if isinstance(value, str)}
    for section, entries in table.items():
        if not isinstance(entries, str):
            flat |= {f"{section}.{key}": value for key, value in entries.items()}
    return flat


def label(key: str, lang: Lang) -> str:
    """Return one entry of the table.

    Raises:
        KeyError: The table has no such entry.
    """
    return words(lang)[key]


def named(key: str, text: str, lang: Lang) -> str:
    """Return "name: text" with the colon of the language; nothing follows the colon when the text is empty."""
    return label("with_colon", lang).format(name=label(key, lang), text=text).rstrip()


def filter_name(key: str, lang: Lang) -> str:
    """Return the words for a filter's key, or the key itself when the table has none."""
    return label(f"filter_{key}", lang) if f"filter_{key}" in words(lang) else key


def is_note(key: str) -> bool:
    """Tell whether an inferred key says how the question was read, rather than what was preferred."""
    return f"note_{key}" in words("zh")


def pages(first: int | None, last: int | None, lang: Lang) -> str:
    """Return the words for the pages of a clause; empty for formats without pages."""
    if first is None:
        return ""
    return label("page" if last in (None, first) else "pages", lang).format(n=first, m=last)
