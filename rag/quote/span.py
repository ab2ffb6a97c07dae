"""Which words around a sentence must be quoted with it: its list item, the series or the list that it leads to."""

import re

from rag.text import sentences

WHOLE_CHARS = 300
"""Most characters of an item, a series or a clause that is quoted whole."""
_LIST_CHARS = 700
_STOPS = "。！？\n"
ITEM = re.compile(r"[（(][一二三四五六七八九十]+[）)]|\d{1,2}[.．、]")
"""The mark that an item of a list begins with."""


def item_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a sentence of a short list item to the whole item: half an item says little."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    is_item = ITEM.match(text, first) is not None and last - first <= WHOLE_CHARS
    return (first, last) if is_item else (start, end)


def series_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a member of a series (…的，5天；…的，10天) to the printed sentence: which member holds is for the reader to see."""
    first = max(text.rfind(mark, 0, start) for mark in _STOPS) + 1
    first += len(text[first:start]) - len(text[first:start].lstrip())
    stop = min((at for mark in _STOPS if (at := text.find(mark, end - 1)) >= 0), default=len(text))
    last = stop + (text[stop : stop + 1] not in ("", "\n"))
    return (first, last) if "；" in text[first:last] and last - first <= WHOLE_CHARS else (start, end)


def with_items(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a sentence that leads to a list by the list, unless that is too long to quote: a lead alone says nothing."""
    last = end
    while text[end - 1] in "：:" and text[last : last + 1] == "\n" and ITEM.match(text, last + 1):
        line_end = text.find("\n", last + 1)
        last = len(text) if line_end < 0 else line_end
    return (start, last) if last - start <= _LIST_CHARS else (start, end)


def lead_of(text: str, start: int) -> tuple[int, int] | None:
    """Return the sentence that leads to the list whose item stands at `start`: an item alone says little, too."""
    if not ITEM.match(text, start) or (start and text[start - 1] != "\n"):
        return None
    end = start - 1
    while end > 0:
        first = text.rfind("\n", 0, end) + 1
        if not ITEM.match(text, first):
            found = [(first + a, first + b) for a, b in sentences(text[first:end])]
            return found[-1] if found and text[found[-1][1] - 1] in "：:" else None
        end = first - 1
    return None


def list_in(text: str) -> tuple[int, int] | None:
    """Return the span of a list with the line that leads to it; None without one, or when it is too long to quote."""
    lines = text.split("\n")
    items = [i for i, line in enumerate(lines) if ITEM.match(line)]
    if len(items) < 2:
        return None
    first = max(items[0] - 1, 0)
    start = sum(len(line) + 1 for line in lines[:first])
    end = sum(len(line) + 1 for line in lines[: items[-1] + 1]) - 1
    return (start, end) if end - start <= _LIST_CHARS else None
