"""The margins of each block, and how a document sets its paragraphs."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.readers.page.columns import Block
from ingest.readers.page.sheet import Line

_SHORT = 2.0
"""A line that ends further from the margin, in characters, ends its paragraph: a bracket that may not begin a line
takes one more character with it, nothing takes two."""
_WORD = re.compile(r"[A-Za-z0-9.,:/%@_\-]+")
AT_MARGIN = 0.7
INDENTED = 1.3
_DEEPEST_INDENT = 4.5
_HANGING = 1.2
_MIN_BLOCK = 3
_TRUSTED = 0.4
_USUAL_LEADING = 1.7


@dataclass(frozen=True, slots=True)
class Placed:
    """A line between the margins of its column."""

    line: Line
    page: int
    block: int
    left: float
    right: float

    @property
    def text(self) -> str:
        """As printed."""
        return self.line.text

    @property
    def indent(self) -> float:
        """From the left margin, in characters."""
        return (self.line.x0 - self.left) / self.line.size

    @property
    def shortfall(self) -> float:
        """From the right margin, in characters."""
        return (self.right - self.line.x1) / self.line.size

    @property
    def is_symmetric(self) -> bool:
        """As far from the left margin as from the right one."""
        return abs(self.indent - self.shortfall) < max(1.0, 0.1 * (self.indent + self.shortfall))

    @property
    def is_centred(self) -> bool:
        """Symmetric and narrower than the column."""
        return self.is_symmetric and min(self.indent, self.shortfall) > AT_MARGIN

    def reaches_margin_before(self, after: str) -> bool:
        """Tell whether the line is full: the word that begins the next one would not have fitted."""
        word = _WORD.match(after)
        return self.shortfall < _SHORT + (len(word.group()) / 2 if word else 0)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a document sets its paragraphs."""

    body: float
    """Size of its text."""
    first_line_indented: bool
    leading: tuple[float, ...]
    """Usual distance between the lines of each block, in characters."""


def placed(blocks: Sequence[Block], widths: dict[int, float]) -> list[list[Placed]]:
    """Put the lines of each block between its margins.

    A block of few or short lines takes the margins of another that could hold it, or those that lie symmetric on
    the page; where all its lines are first lines, another block tells where the left one is.

    Args:
        blocks: In reading order.
        widths: Of each page, by its number.
    """
    own = [_edges(block) for block in blocks]
    wide = [(edges, widths[block.page]) for block, edges in zip(blocks, own, strict=True)]
    trusted = sorted(
        {
            edges
            for block, (edges, width) in zip(blocks, wide, strict=True)
            if _is_trusted(block, edges, width)
        },
        key=lambda e: e[1] - e[0],
    )
    found: list[list[Placed]] = []
    for i, (block, (edges, width)) in enumerate(zip(blocks, wide, strict=True)):
        left, right = edges
        if edges not in trusted:
            slack = 0.5 * block.lines[0].size
            holding = next((t for t in trusted if t[0] - slack <= left and right <= t[1] + slack), None)
            if holding:
                left, right = min(left, holding[0]), max(right, holding[1])
            else:
                deepest = _DEEPEST_INDENT * block.lines[0].size
                around = [a for (a, b), _ in wide if left - deepest <= a and right <= b + slack]
                left = min([left, *around])
                right = max(right, width - left)
        found.append([Placed(line, block.page, i, left, right) for line in block.lines])
    return found


def _edges(block: Block) -> tuple[float, float]:
    """Return where the outermost lines begin and end, but for one that hangs out by a mark of punctuation."""
    size = median(line.size for line in block.lines)
    starts = sorted(line.x0 for line in block.lines)
    ends = sorted(-line.x1 for line in block.lines)
    return _edge(starts, size), -_edge(ends, size)


def _edge(places: Sequence[float], size: float) -> float:
    """Return the first of the places in order, or the first that others share if that is less than a mark away."""
    shared = next((a for a, b in pairwise(places) if b - a < 0.3 * size), places[0])
    return shared if shared - places[0] < _HANGING * size else places[0]


def _is_trusted(block: Block, edges: tuple[float, float], width: float) -> bool:
    """Tell whether so many lines reach the right edge that it must be the margin."""
    if len(block.lines) < _MIN_BLOCK or edges[1] - edges[0] < 0.3 * width:
        return False
    full = sum(edges[1] - line.x1 < 1.2 * line.size for line in block.lines)
    return full >= max(2, _TRUSTED * len(block.lines))


def setting_of(blocks: Sequence[Sequence[Placed]], body: float) -> Setting:
    """Find out how paragraphs are set, from all blocks of a document."""
    indented = flush = 0
    for lines in blocks:
        for i, (a, b) in enumerate(pairwise(lines)):
            if not a.reaches_margin_before(b.text) or b.indent >= AT_MARGIN:
                continue
            if INDENTED <= a.indent < _DEEPEST_INDENT:
                indented += 1
            elif i > 0 and a.indent < AT_MARGIN and not lines[i - 1].reaches_margin_before(a.text):
                flush += 1
    everywhere = [d for lines in blocks for d in _distances(lines)]
    usual = median(everywhere) if everywhere else _USUAL_LEADING
    own = [list(_distances(lines)) for lines in blocks]
    leading = tuple(median(distances) if len(distances) > _MIN_BLOCK else usual for distances in own)
    return Setting(body, indented > flush, leading)


def _distances(lines: Iterable[Placed]) -> Iterator[float]:
    """Yield the distances of lines that go on with the line above, in characters."""
    for a, b in pairwise(lines):
        if (
            a.shortfall < _SHORT
            and b.indent < AT_MARGIN
            and abs(a.line.size - b.line.size) < 0.1 * a.line.size
        ):
            yield (b.line.bottom - a.line.bottom) / a.line.size
