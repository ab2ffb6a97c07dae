"""Words of a document as HTML, letter by letter; quoted ones are marked."""

import re
from collections.abc import Iterable
from html import escape

from ui.render import CONTROL


def shown(text: str) -> str:
    """Return one piece of text as HTML that shows it as it is, in an attribute too; marks of direction are dropped."""
    return escape(CONTROL.sub("", text))


def paragraphs(text: str, quotes: Iterable[str] = ()) -> str:
    """Return a clause's paragraphs as HTML, quoted words in <mark>; quotes may overlap or cross a line break."""
    inside = [False] * len(text)
    for quote in filter(None, quotes):
        start = text.find(quote)
        if start >= 0:
            inside[start : start + len(quote)] = [True] * len(quote)
    out: list[str] = []
    for line in re.finditer(r"[^\n]+", text):
        start, end = line.span()
        runs: list[tuple[bool, int]] = [
            (inside[i], i) for i in range(start, end) if i == start or inside[i] != inside[i - 1]
        ]
        ends = [i for _, i in runs[1:]] + [end]
        pieces = [(on, shown(text[i:stop])) for (on, i), stop in zip(runs, ends, strict=True)]
        out.append("<p>" + "".join(f"<mark>{piece}</mark>" if on else piece for on, piece in pieces) + "</p>")
    return "".join(out)
