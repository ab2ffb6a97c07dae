"""Recognised lines with their corners into a page."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from ingest.readers.page.grids import Box, grid_of
from ingest.readers.page.ruled import cells_of
from ingest.readers.page.sheet import Grid, Piece, Sheet, units
from ingest.readers.page.widths import wide_punctuation
from rag.locator.numerals import NUMERAL

if TYPE_CHECKING:
    import numpy as np

A4 = 842.0
"""Length of a usual page, in points."""
_READABLE = 0.5
"""Lines of less confidence are stamps, specks and pictures."""
_HEADING = re.compile(rf"^(第{NUMERAL}+[编章节])(?!规定)(?=[^\s的、至和第][^，。；：]{{0,20}}$)")
"""The blank after 第五章 is printed, but not always seen."""
_SHORT = 4
_LONG = 8
_SAME_SIZE = 0.1


@dataclass(frozen=True, slots=True)
class Text:
    """A recognised line."""

    text: str
    corners: tuple[tuple[float, float], ...]
    """(x, y) in pixels, clockwise from where the text begins at its top."""
    score: float
    """Confidence from 0 to 1."""

    @property
    def width(self) -> float:
        """Along the line."""
        return math.dist(self.corners[0], self.corners[1])

    @property
    def height(self) -> float:
        """Across the line."""
        return math.dist(self.corners[0], self.corners[3])


@dataclass(frozen=True, slots=True)
class Recognised:
    """A page as it was recognised."""

    sheet: Sheet
    unread: int
    """Lines that are too unclear to be read; they are not in the sheet."""
    sure: float
    """Usual confidence of its characters, from 0 to 1; 0 without any."""


def confidence(texts: Sequence[Text]) -> float:
    """Return the mean confidence of the characters, from 0 to 1; 0 for none."""
    return sum(t.score * len(t.text) for t in texts) / max(1, sum(len(t.text) for t in texts))


def recognised(pixels: "np.ndarray", texts: Sequence[Text], number: int, long_side: float = A4) -> Recognised:
    """Level a page that was scanned askew, and find its tables.

    Args:
        pixels: The page, shape (height, width, 3), uint8.
        texts: Its lines.
        number: The page's.
        long_side: How long the page is, or wide if that is more, so that sizes compare with those of other pages.
    """
    height, width = pixels.shape[:2]
    clear = [t for t in texts if t.score >= _READABLE]
    level = _Level(_slope(clear), width / 2, height / 2)
    pieces = _pieces(clear, level)
    grids, inside = _grids(pixels, pieces, level)
    sheet = Sheet(
        number=number,
        width=float(width),
        height=float(height),
        pieces=tuple(p for p in pieces if id(p) not in inside),
        grids=tuple(grids),
        recognised=True,
    )
    scaled = _scaled(sheet, long_side / max(height, width))
    return Recognised(scaled, len(texts) - len(clear), confidence(clear))


def _scaled(sheet: Sheet, factor: float) -> Sheet:
    """Return a page in other units."""
    pieces = (
        Piece(p.text, p.x0 * factor, p.x1 * factor, p.top * factor, p.bottom * factor, p.size * factor)
        for p in sheet.pieces
    )
    grids = (
        Grid(g.rows, g.x0 * factor, g.x1 * factor, g.top * factor, g.bottom * factor) for g in sheet.grids
    )
    return replace(
        sheet,
        width=sheet.width * factor,
        height=sheet.height * factor,
        pieces=tuple(pieces),
        grids=tuple(grids),
    )


@dataclass(frozen=True, slots=True)
class _Level:
    """Turns places of a sloping page round its centre until its lines are level."""

    slope: float
    x: float
    y: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        angle = -math.atan(self.slope)
        dx, dy = x - self.x, y - self.y
        return (
            self.x + dx * math.cos(angle) - dy * math.sin(angle),
            self.y + dx * math.sin(angle) + dy * math.cos(angle),
        )


def _slope(texts: Iterable[Text]) -> float:
    slopes = [
        (t.corners[1][1] - t.corners[0][1]) / (t.corners[1][0] - t.corners[0][0])
        for t in texts
        if t.corners[1][0] - t.corners[0][0] > 5 * t.height
    ]
    return median(slopes) if slopes else 0.0


def _pieces(texts: Sequence[Text], level: _Level) -> list[Piece]:
    """Return lines with their sizes: from the width of long ones, for short ones from their height too."""
    ratios = [t.width / units(t.text) / t.height for t in texts if units(t.text) > _LONG]
    ratio = median(ratios) if ratios else 0.8
    found: list[Piece] = []
    for text, words in zip(texts, wide_punctuation([t.text for t in texts]), strict=True):
        size = text.width / units(text.text)
        if units(text.text) <= _SHORT or not 0.6 < size / text.height < 1.2:
            size = min(1.1 * size, ratio * text.height)
        x, y = level.place(sum(c[0] for c in text.corners) / 4, sum(c[1] for c in text.corners) / 4)
        half = text.width / 2
        printed = _HEADING.sub(r"\1 ", words)
        found.append(Piece(printed, x - half, x + half, y - size / 2, y + size / 2, size))
    usual = median(p.size for p in found) if found else 1.0
    return [replace(p, size=usual) if abs(p.size - usual) < _SAME_SIZE * usual else p for p in found]


def _grids(pixels: "np.ndarray", pieces: Sequence[Piece], level: _Level) -> tuple[list[Grid], set[int]]:
    """Return the drawn tables, and the ids of the pieces in their cells."""
    import cv2  # noqa: PLC0415

    if not pieces:
        return [], set()
    size = median(p.size for p in pieces)
    grids: list[Grid] = []
    inside: set[int] = set()
    for cells in cells_of(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), size):
        boxes: list[Box] = []
        own: set[int] = set()
        for cell in cells:
            x, y = level.place((cell.x0 + cell.x1) / 2, (cell.top + cell.bottom) / 2)
            wide, tall = (cell.x1 - cell.x0) / 2, (cell.bottom - cell.top) / 2
            held = [
                p
                for p in pieces
                if abs((p.x0 + p.x1) / 2 - x) < wide
                and abs(p.middle - y) < tall
                and id(p) not in inside | own
            ]
            own.update(map(id, held))
            boxes.append(Box(x - wide, x + wide, y - tall, y + tall, tuple(held)))
        grid = grid_of(boxes, size / 2)
        if grid:
            grids.append(grid)
            inside |= own
    return grids, inside
