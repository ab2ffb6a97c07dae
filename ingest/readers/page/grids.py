"""Tables: cells with their places into rows, and a table that goes on over the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.numbering import marker
from ingest.readers.page.sheet import Grid, Piece, joined, line_of, rows_of
from ingest.readers.paragraphs import Paragraph
from ingest.readers.tables import Cell

_FINISHED = "。；：！？;:!?"


@dataclass(frozen=True, slots=True)
class Box:
    """A drawn cell and what is printed in it."""

    x0: float
    x1: float
    top: float
    bottom: float
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class PagedRow:
    """A row of a table with its first and last page."""

    cells: tuple[Cell, ...]
    first: int
    last: int


def grid_of(boxes: Sequence[Box], tolerance: float) -> Grid | None:
    """Arrange drawn cells in rows.

    Args:
        boxes: Cells of one table, in any order.
        tolerance: By how much the edges of cells of one row may differ.

    Returns:
        The table; None for a frame round running text or an empty one, whose text belongs to the page.
    """
    tops: list[float] = []
    for top in sorted(b.top for b in boxes):
        if not tops or top - tops[-1] > tolerance:
            tops.append(top)
    rows: list[tuple[Cell, ...]] = []
    for top in tops:
        row: list[Cell] = []
        for box in sorted(boxes, key=lambda b: b.x0):
            if abs(box.top - top) <= tolerance:
                row.append(_cell(box))
            elif box.top < top and box.bottom > top + tolerance:
                row.append(Cell())
        rows.append(tuple(row))
    if all(sum(bool(cell.text) for cell in row) <= 1 for row in rows):
        return None
    return Grid(
        tuple(rows),
        min(b.x0 for b in boxes),
        max(b.x1 for b in boxes),
        min(b.top for b in boxes),
        max(b.bottom for b in boxes),
    )


def _cell(box: Box) -> Cell:
    """Join the lines of a cell into paragraphs."""
    lines = [line_of(row) for row in rows_of(box.pieces)]
    if not lines:
        return Cell()
    left = min(line.x0 for line in lines)
    inner = box.x1 - box.x0 - 2 * min(left - box.x0, lines[0].size)
    found = [lines[0].text]
    for before, line in pairwise(lines):
        is_short = inner - (before.x1 - before.x0) > max(2.5 * line.size, 0.3 * inner)
        is_indented = line.x0 - before.x0 > 1.3 * line.size and line.x0 - left < 3 * line.size
        starts = before.text[-1] in _FINISHED or marker(line.text) is not None
        if is_short or starts or (is_indented and len(lines) > 2):
            found.append(line.text)
        else:
            found[-1] = joined(found[-1], line.text)
    return Cell(tuple(Paragraph(text) for text in found))


def continues(before: Grid, after: Grid) -> bool:
    """Tell whether a table goes on with the one that begins the next page."""
    width = before.x1 - before.x0
    same_place = abs((after.x1 - after.x0) - width) < 0.02 * width
    return same_place and max(map(len, before.rows)) == max(map(len, after.rows))


def rows_on(rows: Sequence[PagedRow], after: Grid, page: int) -> list[PagedRow]:
    """Return a table's rows with those that follow on the next page; its head, printed again there, counts once."""
    found = list(rows)
    new = list(after.rows)
    if [c.text for c in new[0]] == [c.text for c in rows[0].cells] and len(new) > 1:
        new = new[1:]
    if _is_torn(rows[-1].cells, new[0]):
        cells = tuple(
            Cell((Paragraph(joined(a.text, b.text)),)) if a.text and b.text else a if a.text else b
            for a, b in zip(rows[-1].cells, new[0], strict=True)
        )
        found[-1] = PagedRow(cells, rows[-1].first, page)
        new = new[1:]
    return [*found, *(PagedRow(cells, page, page) for cells in new)]


def _is_torn(above: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Tell whether a row is the rest of the one above: its first cell is empty, and others go on in mid-sentence."""
    if len(above) != len(below) or below[0].text or not above[0].text:
        return False
    filled = [(a.text, b.text) for a, b in zip(above, below, strict=True) if b.text]
    return bool(filled) and all(
        a and a[-1] not in _FINISHED and marker(b) is None and len(a) > 10 for a, b in filled
    )
