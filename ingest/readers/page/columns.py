"""The order in which a page is read: columns, with what runs over all of them above and below."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from ingest.readers.page.sheet import Grid, Line, Piece, Sheet, line_of, rows_of

_MIN_ROWS = 3
_MIN_FILL = 0.65
"""Part of a column's width that its usual line fills; names side by side fill less."""
_MIN_WIDTH = 8
"""Of a column, in characters."""
_MIN_SHARE = 0.3
"""Of the narrower column in both widths."""
_GUTTER = 0.8
_MOST_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one column that follow each other."""

    lines: tuple[Line, ...]
    page: int
    is_note: bool = False
    """Footnotes."""


@dataclass(frozen=True, slots=True)
class _Row:
    """What stands at one height: where it begins and ends, without gaps."""

    spans: tuple[tuple[float, float], ...]
    top: float
    bottom: float
    grid: Grid | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Corridor:
    """A gap between two columns that runs down over some rows."""

    x: float
    first: int
    last: int
    """Index of the row after it."""


def in_reading_order(sheet: Sheet) -> list[Block | Grid]:
    """Return a page's blocks and tables in the order in which they are read; an empty page gives none."""
    return list(_read(_rows(sheet.pieces, sheet.grids), sheet.number, _MOST_COLUMNS))


def _rows(pieces: Iterable[Piece], grids: Iterable[Grid]) -> list[_Row]:
    rows = [
        _Row(
            tuple((p.x0, p.x1) for p in row),
            min(p.top for p in row),
            max(p.bottom for p in row),
            None,
            tuple(row),
        )
        for row in rows_of(pieces)
    ]
    rows.extend(_Row(((g.x0, g.x1),), g.top, g.bottom, g, ()) for g in grids)
    return sorted(rows, key=lambda r: r.top)


def _read(rows: Sequence[_Row], page: int, most: int) -> Iterator[Block | Grid]:
    corridor = _corridor(rows) if most > 1 else None
    if corridor is None:
        yield from _straight(rows, page)
        return
    inside = rows[corridor.first : corridor.last]
    yield from _read(rows[: corridor.first], page, most)
    for is_left in (True, False):
        column = [p for r in inside for p in r.pieces if ((p.x0 + p.x1) / 2 < corridor.x) is is_left]
        grids = [r.grid for r in inside if r.grid and ((r.grid.x0 + r.grid.x1) / 2 < corridor.x) is is_left]
        yield from _read(_rows(column, grids), page, most - 1)
    yield from _read(rows[corridor.last :], page, most)


def _straight(rows: Iterable[_Row], page: int) -> Iterator[Block | Grid]:
    lines: list[Line] = []
    for row in rows:
        if row.grid is None:
            lines.append(line_of(row.pieces))
            continue
        if lines:
            yield Block(tuple(lines), page)
        lines = []
        yield row.grid
    if lines:
        yield Block(tuple(lines), page)


def _corridor(rows: Sequence[_Row]) -> _Corridor | None:
    """Return the longest gap between two columns of running text, or None."""
    if len(rows) < _MIN_ROWS:
        return None
    x0 = min(span[0] for row in rows for span in row.spans)
    x1 = max(span[1] for row in rows for span in row.spans)
    sizes = [p.size for row in rows for p in row.pieces]
    if not sizes or x1 - x0 < 2 * _MIN_WIDTH * median(sizes):
        return None
    step = median(sizes) / 3
    best: _Corridor | None = None
    x = x0 + 0.2 * (x1 - x0)
    while x < x0 + 0.8 * (x1 - x0):
        for first, last in _runs(rows, x):
            found = _trimmed(rows, _Corridor(x, first, last))
            longer = best is None or found.last - found.first > best.last - best.first
            if longer and _parts_columns(rows[found.first : found.last], x, median(sizes)):
                best = found
        x += step
    return best


def _runs(rows: Sequence[_Row], x: float) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of the rows in sequence that nothing crosses at a place."""
    start: int | None = None
    for i, row in enumerate(rows):
        crossed = any(a < x < b for a, b in row.spans)
        if not crossed and start is None:
            start = i
        elif crossed and start is not None:
            yield start, i
            start = None
    if start is not None:
        yield start, len(rows)


def _trimmed(rows: Sequence[_Row], corridor: _Corridor) -> _Corridor:
    """Leave out the rows above that have text on one side only: the last line of a paragraph over both columns."""
    first = corridor.first
    sides = [{a > corridor.x for a, _ in row.spans} for row in rows[first : corridor.last]]
    other = next((i for i, side in enumerate(sides) if side != sides[0] or len(side) > 1), 0)
    opposite = rows[first + other].top
    while other and first < corridor.last and rows[first].bottom < opposite:
        first += 1
    return _Corridor(corridor.x, first, corridor.last)


def _parts_columns(rows: Sequence[_Row], x: float, size: float) -> bool:
    """Tell whether both sides hold running text: several lines, most of them as wide as their column."""
    widths: list[float] = []
    edges: list[float] = []
    for is_left in (True, False):
        spans = [[s for s in row.spans if (s[0] < x) is is_left] for row in rows]
        lines = [(min(a for a, _ in side), max(b for _, b in side)) for side in spans if side]
        if len(lines) < _MIN_ROWS:
            return False
        start, end = min(a for a, _ in lines), max(b for _, b in lines)
        filled = median(b - a for a, b in lines)
        if end - start < _MIN_WIDTH * size or filled < _MIN_FILL * (end - start):
            return False
        widths.append(end - start)
        edges.append(end if is_left else start)
    return min(widths) > _MIN_SHARE * sum(widths) and edges[1] - edges[0] > _GUTTER * size
