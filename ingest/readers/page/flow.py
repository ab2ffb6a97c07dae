"""Pages into paragraphs and rows of tables, in reading order."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.readers.page.columns import Block, in_reading_order
from ingest.readers.page.footnotes import notes_apart
from ingest.readers.page.grids import PagedRow, continues, rows_on
from ingest.readers.page.joining import Joining
from ingest.readers.page.margins import Placed, placed, setting_of
from ingest.readers.page.sheet import Grid, Sheet, body_size, joined
from ingest.readers.paragraphs import Paragraph, tidy
from ingest.readers.tables import table_paragraphs


@dataclass(frozen=True, slots=True)
class PagedLine:
    """A paragraph or a row of a table as a line of text, with its first and last page."""

    text: str
    first: int
    last: int


@dataclass(slots=True)
class _Table:
    """A table while it is being read."""

    grid: Grid
    page: int
    rows: list[PagedRow]


_Text = list[Placed]
"""The lines of a paragraph."""


def paragraphs(sheets: Sequence[Sheet]) -> list[PagedLine]:
    """Join the lines of all pages into paragraphs.

    Footnotes follow the paragraph that goes on over the page. A table's rows are lines of their own.

    Args:
        sheets: Without running heads.
    """
    body = body_size(sheets)
    items: list[tuple[int, Block | Grid]] = []
    for sheet in sheets:
        for item in in_reading_order(sheet):
            parts = notes_apart(item, sheet, body) if isinstance(item, Block) else [item]
            items.extend((sheet.number, part) for part in parts)
    blocks = [item for _, item in items if isinstance(item, Block)]
    lines = placed(blocks, {sheet.number: sheet.width for sheet in sheets})
    flow = _Flow(Joining(setting_of(lines, body), any(sheet.recognised for sheet in sheets)))
    rest = iter(lines)
    for page, item in items:
        if isinstance(item, Grid):
            flow.add_grid(item, page)
        else:
            flow.add_block(next(rest), item.is_note)
    return flow.finished()


class _Flow:
    """Takes blocks and tables in reading order."""

    def __init__(self, joining: Joining) -> None:
        self._joining = joining
        self._open: _Text = []
        self._notes: list[_Text] = []
        self._done: list[_Text | _Table] = []

    def add_block(self, lines: Sequence[Placed], is_note: bool) -> None:
        """Go on with a block."""
        if is_note:
            self._notes.extend(self._apart(lines, []))
            return
        texts = self._apart(lines, self._open)
        self._open = texts.pop()
        for text in texts:
            self._close(text)

    def add_grid(self, grid: Grid, page: int) -> None:
        """Go on with a table."""
        if self._open:
            self._close(self._open)
            self._open = []
        last = self._done[-1] if self._done else None
        if isinstance(last, _Table) and last.page == page - 1 and continues(last.grid, grid):
            last.grid, last.page, last.rows = grid, page, rows_on(last.rows, grid, page)
        else:
            self._done.append(_Table(grid, page, [PagedRow(cells, page, page) for cells in grid.rows]))

    def finished(self) -> list[PagedLine]:
        """Return everything in order."""
        if self._open or self._notes:
            self._close(self._open)
        titles = [x[0].line.size for x in self._done if isinstance(x, list) and self._joining.is_title(x)]
        found: list[PagedLine] = []
        for item in self._done:
            if isinstance(item, _Table):
                found.extend(_row_lines(item.rows))
                continue
            level = 0
            if self._joining.is_title(item):
                level = 1 if item[0].line.size > 0.95 * max(titles) else 2
            found.append(_paragraph_line(item, level))
        return [line for line in found if line.text]

    def _apart(self, lines: Sequence[Placed], first: _Text) -> list[_Text]:
        """Part lines into paragraphs, the first of which may have begun before."""
        texts = [first]
        for line in lines:
            if texts[-1] and self._joining.goes_on(texts[-1], line):
                texts[-1].append(line)
            else:
                texts.append([line])
        return texts if first else texts[1:]

    def _close(self, text: _Text) -> None:
        """Finish a paragraph; the footnotes of the pages that it began on come next."""
        if text:
            self._done.append(text)
        self._done.extend(self._notes)
        self._notes = []


def _paragraph_line(lines: _Text, level: int) -> PagedLine:
    text = lines[0].text
    for line in lines[1:]:
        text = joined(text, line.text)
    pages = [line.page for line in lines]
    return PagedLine(Paragraph(tidy(text), level).line, min(pages), max(pages))


def _row_lines(rows: Sequence[PagedRow]) -> list[PagedLine]:
    found = table_paragraphs([row.cells for row in rows])
    return [PagedLine(paragraph.line, rows[at].first, rows[at].last) for at, paragraph in found]
