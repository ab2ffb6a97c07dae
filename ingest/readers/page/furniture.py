"""Running heads, feet and page numbers: what is printed in the margins of page after page."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from statistics import median

from ingest.numbering import marker
from ingest.readers.page.sheet import Piece, Sheet, body_size, line_of, rows_of

_MARGIN = 0.15
"""Part of the page's height in which furniture stands."""
_DEEPEST = 4
_NUMBER = re.compile(
    r"[-—–―─_·•~.\s(（\[【<《]*(?:第|Page|page|P\.?)?\s*(?P<number>\d{1,4}|[ivxIVX]{1,6})\s*页?\s*"
    r"(?:(?:of|[,，/／、|])?\s*[(（]?\s*共?\s*\d{1,4}\s*页?\s*[)）]?)?[-—–―─_·•~.\s)）\]】>》]*"
)
_DECORATED = re.compile(r"[-—–―─·•~/／页]|[Pp]age")
_HAN_NUMBER = re.compile(r"[-—–·\s]*第\s*[〇零一二三四五六七八九十百]{1,5}\s*页[-—–·\s]*")
_ALIKE = 0.8
_SAME_HEIGHT = 0.012
_SMALLER = 0.93
_SMALLER_RECOGNISED = 0.85
_ALONE = 99.0
"""Gap of the only row of a page."""
_HEAD_HEIGHT = 0.075
"""Small print above this, in parts of the page's height, is a head even where a single page has it."""
_LARGER = 1.1


@dataclass(frozen=True, slots=True)
class _Row:
    """A row in the margin of a page."""

    page: int
    """Index of the sheet."""
    depth: int
    """How many rows stand further out."""
    at_top: bool
    text: str
    height: float
    """Of its centre, in parts of the page's height."""
    size: float
    """In parts of the body's."""
    gap: float
    """To the next row further in, in characters, above the usual one."""
    recognised: bool
    pieces: tuple[Piece, ...]

    @property
    def masked(self) -> str:
        """The text without blanks, each number as #."""
        return re.sub(r"\d+", "#", re.sub(r"\s", "", self.text))

    @property
    def place(self) -> int:
        """Where it stands, the same for rows at about the same height of the same margin; neighbours count too."""
        step = round(self.height / _SAME_HEIGHT)
        return step if self.at_top else -step


def without_furniture(sheets: Sequence[Sheet]) -> tuple[list[Sheet], tuple[str, ...]]:
    """Take running heads, feet and page numbers out.

    Page numbers go where they stand in order or are set off by their form; other words only when pages repeat them
    at the same height, apart from the text by a gap or by smaller print, so that text that repeats stays.

    Returns:
        The pages, and the words that were taken out, each once whatever numbers are in it; without page numbers.
    """
    body = body_size(sheets)
    margins = [row for at, sheet in enumerate(sheets) for row in _margins(at, sheet, body)]
    numbers = _numbers(margins)
    heads = _heads([row for row in margins if id(row) not in numbers])
    gone: dict[int, set[int]] = defaultdict(set)
    words: dict[str, str] = {}
    reach: Counter[tuple[int, bool]] = Counter()
    for row in sorted(margins, key=lambda r: (r.page, r.at_top, r.depth)):
        side = row.page, row.at_top
        # What has text further out is no furniture.
        if reach[side] == row.depth and (id(row) in numbers or id(row) in heads):
            reach[side] += 1
            gone[row.page].update(map(id, row.pieces))
            if id(row) in heads:
                words.setdefault(row.masked, row.text)
    kept = [
        replace(sheet, pieces=tuple(p for p in sheet.pieces if id(p) not in gone[at]))
        for at, sheet in enumerate(sheets)
    ]
    return kept, tuple(words.values())


def _margins(at: int, sheet: Sheet, body: float) -> list[_Row]:
    rows = rows_of(sheet.pieces)
    lines = [line_of(row) for row in rows]
    gaps = [(b.top - a.bottom) / body for a, b in pairwise(lines)]
    usual = max(0.0, median(gaps)) if len(gaps) > 3 else 0.5
    found: list[_Row] = []
    for at_top in (True, False):
        for depth in range(min(_DEEPEST, len(rows))):
            i, inner = (depth, depth + 1) if at_top else (-1 - depth, -2 - depth)
            line = lines[i]
            height = (line.top + line.bottom) / 2 / sheet.height
            outside = any(
                g.bottom <= line.top if at_top else g.top >= line.bottom - line.size for g in sheet.grids
            )
            if (height if at_top else 1 - height) > _MARGIN or outside:
                break
            gap = _ALONE
            if depth + 1 < len(rows):
                next_in = lines[inner]
                gap = (next_in.top - line.bottom if at_top else line.top - next_in.bottom) / body - usual
            size = line.size / body
            found.append(
                _Row(at, depth, at_top, line.text, height, size, gap, sheet.recognised, tuple(rows[i]))
            )
    return found


def _numbers(margins: Iterable[_Row]) -> set[int]:
    """Return the ids of the rows that are page numbers."""
    found: set[int] = set()
    plain: list[tuple[int, _Row]] = []
    for row in margins:
        match = _NUMBER.fullmatch(row.text)
        if _HAN_NUMBER.fullmatch(row.text) or (match and _DECORATED.search(row.text)):
            found.add(id(row))
        elif match:
            number = int(match["number"]) if match["number"].isdigit() else -1
            plain.append((number, row))
    in_order = Counter((row.at_top, number - row.page) for number, row in plain if number >= 0)
    places = Counter(row.place for _, row in plain)
    for number, row in plain:
        roman = number < 0 and _beside(row, places) > 1
        if roman or in_order[row.at_top, number - row.page] > 1 or (number < 1000 and row.gap > 0.5):
            found.add(id(row))
    return found


def _heads(margins: Sequence[_Row]) -> set[int]:
    """Return the ids of the rows whose words pages repeat in their margin."""
    groups: dict[str, list[_Row]] = defaultdict(list)
    for row in margins:
        groups[_key(row, groups)].append(row)
    found: set[int] = set()
    for rows in groups.values():
        places = Counter(row.place for row in rows)
        for row in rows:
            times = _beside(row, places)
            if times > 1 and _is_apart(row, 0.3 if times > 2 else 0.8):
                found.add(id(row))
    places = Counter(row.place for row in margins if id(row) in found)
    for row in margins:
        # The head of a single chapter or of the only even page: it stands where the others stand.
        shares_place = _beside(row, places) > 1 and _is_apart(row, 0.5)
        small = _SMALLER_RECOGNISED if row.recognised else _SMALLER
        is_small = row.at_top and row.height < _HEAD_HEIGHT and row.size < small and 1.5 < row.gap < _ALONE
        if shares_place or is_small:
            found.add(id(row))
    return found


def _beside(row: _Row, places: Counter[int]) -> int:
    """Count the rows at the height of this one."""
    return sum(places[row.place + step] for step in (-1, 0, 1))


def _is_apart(row: _Row, gap: float) -> bool:
    label = marker(row.text)
    is_article = label is not None and label.kind == "article"
    return row.size < _LARGER and not is_article and (row.gap > gap or row.size < _SMALLER)


def _key(row: _Row, groups: dict[str, list[_Row]]) -> str:
    """Return the words under which a row is counted; recognised ones may differ in some letters."""
    masked = row.masked
    if not row.recognised or masked in groups:
        return masked
    for known, rows in groups.items():
        if abs(row.place - rows[0].place) < 2 and abs(len(known) - len(masked)) < 0.3 * len(masked):
            likeness = SequenceMatcher(None, known, masked, autojunk=False)
            if likeness.quick_ratio() > _ALIKE and likeness.ratio() > _ALIKE:
                return known
    return masked
