"""Tables of formatted files into lines: rows of data, or the paragraphs of a table that only lays out a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.numbering import marker
from ingest.readers.paragraphs import Paragraph, tidy

_MIN_PARAGRAPHS = 4
_MAIN_SHARE = 0.8
_MIN_ARTICLES = 2


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its paragraphs; those of a table inside it are rows."""

    paragraphs: tuple[Paragraph, ...] = ()

    @property
    def text(self) -> str:
        """All its text on one line."""
        return tidy(" ".join(p.text.replace("\n", " ") for p in self.paragraphs))


def table_paragraphs(rows: Sequence[Sequence[Cell]]) -> list[tuple[int, Paragraph]]:
    """Return a table's rows, or its paragraphs where it holds running text.

    Args:
        rows: Each merged cell stands once; where it reaches down into a row, that row has an empty cell.

    Returns:
        Each with the index of the row that it comes from. Rows without any text are left out; an empty table gives none.
    """
    found: list[tuple[int, Paragraph]] = []
    frame = _frame(rows)
    for at, row in enumerate(rows):
        filled = sum(bool(cell.text) for cell in row)
        if filled and (frame is None or (filled > 1 and not any(cell is frame for cell in row))):
            found.append(
                (at, Paragraph(" ".join(c.text for c in row if c.text), cells=tuple(c.text for c in row)))
            )
        else:
            found.extend((at, paragraph) for cell in row for paragraph in cell.paragraphs)
    return found


def _frame(rows: Sequence[Sequence[Cell]]) -> Cell | None:
    """Return the cell of running text that a table is a frame for, the first if there is but one column; or None."""
    cells = [cell for row in rows for cell in row if cell.text]
    if not cells:
        return None
    if all(sum(bool(cell.text) for cell in row) <= 1 for row in rows):
        return cells[0]
    largest = max(cells, key=lambda cell: len(cell.text))
    labels = [marker(tidy(p.text)) for p in largest.paragraphs]
    if sum(label is not None and label.kind == "article" for label in labels) >= _MIN_ARTICLES:
        return largest
    total = sum(len(cell.text) for cell in cells)
    runs_on = len(largest.paragraphs) >= _MIN_PARAGRAPHS and len(largest.text) >= _MAIN_SHARE * total
    return largest if runs_on else None
