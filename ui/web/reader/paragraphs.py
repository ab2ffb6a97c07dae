"""A clause's text as HTML: escaped, in paragraphs, with some of its words inside tags."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ui.web.sources.text import shown


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a text that stand inside a tag."""

    start: int
    end: int
    """Exclusive."""
    opening: str
    """A tag as HTML."""
    closing: str


def paragraphs(text: str, spans: Iterable[Span] = ()) -> str:
    """Return one <p> a line; spans that overlap an earlier one are left out, one over a line break is closed there."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if (not kept or span.start >= kept[-1].end) and 0 <= span.start < span.end <= len(text):
            kept.append(span)
    lines = (line.span() for line in re.finditer(r"[^\n]+", text))
    return "".join(f"<p>{_line(text, start, end, kept)}</p>" for start, end in lines)


def _line(text: str, start: int, end: int, spans: list[Span]) -> str:
    out, at = [], start
    for span in spans:
        first, last = max(span.start, start), min(span.end, end)
        if first < last:
            out += [shown(text[at:first]), span.opening, shown(text[first:last]), span.closing]
            at = last
    return "".join([*out, shown(text[at:end])])
