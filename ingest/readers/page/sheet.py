"""A page: pieces of text, tables and drawn lines with their places."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.readers.tables import Cell

_WIDE = re.compile(r"[^\x00-\u02ff]")
_LATIN_END = re.compile(r"[A-Za-z0-9,.;:!?%)\]}'\"’”$&@#]$")
_LATIN_START = re.compile(r"[A-Za-z0-9(\[{'\"‘“$&@#]")
_HYPHENATED = re.compile(r"[A-Za-z]{2}[-\u00ad\u2010]$")


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of one line without a wide gap between them."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    """Width of a Chinese character."""

    @property
    def middle(self) -> float:
        """Height of its centre."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, or a frame that lays out text."""

    rows: tuple[tuple[Cell, ...], ...]
    x0: float
    x1: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page."""

    number: int
    """From 1, as a viewer counts."""
    width: float
    height: float
    pieces: tuple[Piece, ...]
    grids: tuple[Grid, ...] = ()
    rules: tuple[tuple[float, float, float], ...] = ()
    """(x0, x1, y) of drawn horizontal lines."""
    recognised: bool = False
    """Read by OCR, so letters may be wrong and sizes are estimates."""


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line of one column, as wide as its column allows."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float


def rows_of(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Return the pieces that stand side by side together, from top to bottom and from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: p.middle):
        row = rows[-1] if rows else None
        if row and abs(piece.middle - row[0].middle) < 0.5 * max(piece.size, row[0].size):
            row.append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda p: p.x0) for row in rows]


def line_of(row: Sequence[Piece]) -> Line:
    """Join the pieces of a row, with a blank where a gap is printed."""
    text = row[0].text
    for before, piece in pairwise(row):
        near = piece.x0 - before.x1 < 0.5 * piece.size and not (
            before.text[-1].isascii() and piece.text[0].isascii()
        )
        text += ("" if near else " ") + piece.text
    return Line(
        text=text,
        x0=row[0].x0,
        x1=max(p.x1 for p in row),
        top=min(p.top for p in row),
        bottom=max(p.bottom for p in row),
        size=max(row, key=lambda p: len(p.text)).size,
    )


def joined(before: str, after: str) -> str:
    """Join two lines of a paragraph: Chinese without a blank, a word that was divided by a hyphen without it."""
    if _HYPHENATED.search(before) and re.match("[a-z]", after):
        return before[:-1] + after
    latin = _LATIN_END.search(before) and _LATIN_START.match(after)
    return before.removesuffix("\u00ad") + (" " if latin else "") + after


def units(text: str) -> float:
    """Return how wide a text is in Chinese characters; a Latin one counts half."""
    wide = len(_WIDE.findall(text))
    return wide + (len(text) - wide) / 2


def body_size(sheets: Iterable[Sheet]) -> float:
    """Return the size in which most characters are printed; 1.0 for no text."""
    sizes: Counter[float] = Counter()
    for sheet in sheets:
        for piece in sheet.pieces:
            sizes[round(piece.size * 2) / 2] += len(piece.text)
    return sizes.most_common(1)[0][0] if sizes else 1.0
