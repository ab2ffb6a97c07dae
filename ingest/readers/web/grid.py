"""The cells of a table on a page, with those that reach over several rows and columns."""

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Element = Any
"""An element of lxml."""
Item = TypeVar("Item")
_MAX_SPAN = 1000


@dataclass(slots=True)
class Grid(Generic[Item]):
    """The cells of one table, each a list that is filled while the table is read."""

    rows: list[list[list[Item]]] = field(default_factory=list)
    spans: dict[int, int] = field(default_factory=dict)
    """Column → rows that a cell above still reaches down."""
    column: int = 0

    def begin_row(self) -> None:
        """Begin a row."""
        self.rows.append([])
        self.column = 0

    def begin_cell(self, cell: Element) -> list[Item]:
        """Begin a cell and return the list to fill."""
        if not self.rows:
            self.begin_row()
        self._skip()
        wide, high = (_span(cell.get(name)) for name in ("colspan", "rowspan"))
        for column in range(self.column, self.column + wide):
            if high > 1:
                self.spans[column] = high - 1
        self.column += wide
        self.rows[-1].append([])
        return self.rows[-1][-1]

    def _skip(self) -> None:
        """Leave an empty cell where one reaches down from above, however many columns it is wide."""
        before = self.column
        while self.spans.get(self.column, 0):
            self.spans[self.column] -= 1
            self.column += 1
        if self.column > before:
            self.rows[-1].append([])

    def end_row(self) -> None:
        """End a row."""
        if self.rows:
            self._skip()


def _span(value: str | None) -> int:
    text = (value or "1").strip()
    return min(max(int(text), 1), _MAX_SPAN) if text.isascii() and text.isdecimal() else 1
