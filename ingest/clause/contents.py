"""The contents page inside a document."""

import re
from collections.abc import Sequence

from ingest.layout import Line
from rag.text import loose

TOC = re.compile(r"目\s*[录次]|(?i:(?:table of )?contents)")
PREAMBLE = re.compile(r"序\s*言|前\s*言|导\s*言|绪\s*[论言]|(?i:preamble|foreword)")
_LEADER = re.compile(r"[\s.…·．\-—_]*[（(]?\d*[）)]?$")
_MAX_ENTRY = 80


def contents_of(body: Sequence[Line]) -> frozenset[int]:
    """Return the places of the lines of a contents page: its heading and its entries, up to where the first one comes again.

    Only the heading when no entry comes again; empty without a contents page.
    """
    at = next((i for i, line in enumerate(body) if TOC.fullmatch(line.text)), None)
    if at is None:
        return frozenset()
    first = next((i for i in range(at + 1, len(body)) if not body[i].is_trace), None)
    if first is None:
        return frozenset((at,))
    again = next((i for i in range(first + 1, len(body)) if _same(body[first], body[i])), None)
    if again is None:
        return frozenset((at,))
    long = (i for i in range(first, again) if len(body[i].text) > _MAX_ENTRY or body[i].text[-1] in "。；")
    end = next(long, again)
    if end < again and PREAMBLE.fullmatch(body[end - 1].text):
        end -= 1
    return frozenset(range(at, end))


def _same(entry: Line, line: Line) -> bool:
    if max(len(entry.text), len(line.text)) > _MAX_ENTRY:
        return False
    words, found = (loose(_LEADER.sub("", x.text)) for x in (entry, line))
    if entry.label is None or line.label is None:
        return bool(words) and words == found
    a, b = entry.label, line.label
    if (a.kind, a.number, a.sub, a.above) != (b.kind, b.number, b.sub, b.above):
        return False
    return words.startswith(found) or found.startswith(words)
