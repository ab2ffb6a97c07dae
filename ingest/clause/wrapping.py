"""Plain text that was wrapped at a fixed width: which of its lines go on with the line before."""

import re
from collections import Counter
from collections.abc import Sequence
from unicodedata import east_asian_width

from ingest.numbering import marker

_MIN_WIDTH, _MAX_WIDTH = 40, 130
"""Columns; a Chinese character takes two."""
_MIN_FULL = 3
_MIN_SHARE = 0.4
_SLACK = 4
"""Columns that a line may be short of the width because a mark may not stand at the start of the next."""
_ENDS = tuple("。！？；：:;.!?”」』】》")
_MARKUP = re.compile(r"\s*(#{1,6}\s|[-*+>|]|\d{1,2}[.)]\s|```)")
_INDENT = re.compile(r"(\u3000{2}|\u3000| {4}|\t)\s*\S")
_WORD = re.compile(r"[!-~]+|.")


def joins_of(source: Sequence[str]) -> dict[int, bool]:
    """Tell for each line of a wrapped text whether it goes on with the line right above it.

    Returns:
        Line number from 1 → whether it does; a line after a blank one is missing. Empty for a text that was not wrapped.
    """
    outliers = len(source) // 50
    lengths = sorted(map(len, source))
    if not source or not _MIN_WIDTH // 2 <= lengths[-1 - outliers] <= _MAX_WIDTH:
        return {}
    widths = [_width(line) for line in source]
    limit = sorted(widths)[-1 - outliers]
    if not _MIN_WIDTH <= limit <= _MAX_WIDTH:
        return {}
    full = {i for i in range(len(source) - 1) if _is_full(source, widths, limit, i)}
    inner = sum(not source[i].rstrip().endswith(_ENDS) for i in full)
    written = sum(width > 0 for width in widths)
    if len(full) < max(_MIN_FULL, _MIN_SHARE * written) or 2 * inner < len(full):
        return {}
    if _is_list([source[i + 1].strip()[:2] for i in full]):
        return {}
    indented = sum(_INDENT.match(line) is not None for line in source) >= _MIN_FULL
    return {
        i + 2: i in full and _goes_on(source[i], source[i + 1], indented)
        for i in range(len(source) - 1)
        if widths[i] and widths[i + 1]
    }


def _is_list(begins: Sequence[str]) -> bool:
    """Lines of the same length that begin alike are entries of a list."""
    often = Counter(begins).most_common(1)[0][1]
    return often > _MIN_FULL and often > len(begins) / 4


def _is_full(source: Sequence[str], widths: Sequence[int], limit: int, at: int) -> bool:
    """The first word of the next line would not have fitted."""
    below = source[at + 1].strip()
    if not widths[at] or not below:
        return False
    word = _WORD.match(below)
    gap = int(below[0].isascii() and source[at].rstrip()[-1].isascii())
    slack = 0 if below[0].isascii() else _SLACK
    return limit - widths[at] - gap < (_width(word.group()) if word else 0) + slack


def _goes_on(above: str, line: str, indented: bool) -> bool:
    if _MARKUP.match(line) or above.lstrip()[0] in "#|":
        return False
    if _INDENT.match(line) and (indented or not _INDENT.match(above)):
        return False
    return indented or not (above.rstrip().endswith(_ENDS) and marker(line.strip()))


def _width(line: str) -> int:
    text = line.strip()
    if text.isascii():
        return len(text)
    indent = len(line) - len(line.lstrip())
    wide = sum(east_asian_width(c) in "WF" for c in text)
    return len(text) + wide + (2 * indent if line[:1] == "\u3000" else indent)
