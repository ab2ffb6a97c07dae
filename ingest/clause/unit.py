"""A numbered or titled unit of a document, and the clause that comes of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.layout import Line, heading_length
from ingest.numbering import as_words
from rag.schema import Leftover, Scheme

INTRODUCTION = "引言"
_MAX_WORDS = 40
_MAX_TITLE_LINES = 3
_RUN_IN = re.compile(r"([^。；;：:！？，,]{2,30}[。：:])(?=.)")


@dataclass(slots=True, eq=False)
class Unit:
    """A unit while it is being read."""

    label: str
    rank: int
    path: tuple[str, ...]
    above: tuple[str, ...]
    """Words of the headings above."""
    lines: list[tuple[Line, str]] = field(default_factory=list)
    """Each line with its text; the first without the label."""
    up: "Unit | None" = None
    """The unit that it is part of."""
    is_division: bool = False
    is_free: bool = False
    """Its label is no number but the words of a heading, or it is the introduction."""
    is_appendix: bool = False

    @property
    def is_introduction(self) -> bool:
        """The text before the first unit."""
        return self.rank < 0

    @property
    def is_empty(self) -> bool:
        """There is nothing after the label."""
        return not any(text for _, text in self.lines)

    @property
    def ancestors(self) -> "Iterator[Unit]":
        """The units that it is part of, the nearest first."""
        unit = self.up
        while unit is not None:
            yield unit
            unit = unit.up

    @property
    def has_text(self) -> bool:
        """There is more than a heading."""
        if len(self.lines) == self._title_lines:
            return False
        texts = [(line, text) for line, text in self.lines if text]
        if len(texts) != 1 or not self.lines[0][1]:
            return bool(texts)
        line, text = texts[0]
        return not (line.is_heading or _are_heading_words(text))

    def takes_as_title(self, line: Line) -> bool:
        """Tell whether a line can be the title of a chapter or an appendix of which only the number is read."""
        same = self.is_appendix or line.level in (0, self.lines[0][0].level if self.lines else 0)
        return same and len(self.lines) == 1 and self._is_titled_below

    @property
    def _is_titled_below(self) -> bool:
        return (self.is_division or self.is_appendix) and not self.lines[0][1]

    @property
    def _title_lines(self) -> int:
        """Over how many lines number and title of a chapter or an appendix go; 0 for other units."""
        if not self._is_titled_below:
            return 0
        size = 1
        for line, text in self.lines[1 : 1 + _MAX_TITLE_LINES]:
            if not (line.is_heading or (text[0] in "（(" and text[-1] in "）)")):
                break
            size += 1
        return size

    @property
    def words(self) -> tuple[str, ...]:
        """The words of its heading as printed, for the clauses below it; of a line that runs on into text only the label and a short title."""
        line, rest = self.lines[0]
        if self._title_lines > 1:
            return tuple(x.text for x, _ in self.lines[: self._title_lines])
        if self.is_free or line.is_heading or _are_heading_words(rest):
            return (line.text,)
        label = line.text[: len(line.text) - len(rest)].strip()
        title = _RUN_IN.match(rest)
        return (label + title.group(1) if title else label,)


@dataclass(frozen=True, slots=True)
class RawClause:
    """A clause before it has an identity."""

    locator: str
    label: str
    text: str
    headings: str
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Structure:
    """What the body of a document is made of; each of its lines is a clause's, a heading above one, or left over."""

    scheme: Scheme
    clauses: tuple[RawClause, ...]
    own: int
    """How many of them, the first, are no appendix's."""
    leftovers: tuple[Leftover, ...]


def heading_label(text: str) -> str:
    """Return the words of a heading as a part of a locator, whose parts `/` divides."""
    words = as_words(text).replace("/", "／")
    return re.sub(r"\s*[：:]$", "", words) or words


def _are_heading_words(text: str) -> bool:
    return heading_length(text) <= _MAX_WORDS and not re.search(r"[。；;！？]", text.rstrip("。：:"))
