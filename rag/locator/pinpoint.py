"""A place inside a clause: 第二款第（三）项第1目, from a quote's start and back.

A 款 is the n-th paragraph that is no list item, no 目 under one, no row of a table and not what an item says under its heading.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.locator.numerals import NUMERAL, to_chinese, to_int
from rag.text import wide_brackets

_BLANK = r"[ \t\u3000\xa0]{0,8}"
_ITEM = re.compile(rf"{_BLANK}([（(]{_BLANK}([零〇一二三四五六七八九十百]+){_BLANK}[）)])")
_POINT = re.compile(rf"{_BLANK}[（(]?{_BLANK}(\d{{1,2}}){_BLANK}(?:[.．、](?![\d．.])|[）)])")
_ROW = re.compile(rf"{_BLANK}\|")
_INLINE = re.compile(r"(?<=[：:；;，,。])[（(]([一二三四五六七八九十百]+)[）)]")
_HEADED = re.compile(r"[^。；;：:，,、.！!？?]{1,30}")
"""What follows （一） when it is only a heading: the paragraph below says what the item says."""
_CIRCLED = re.compile(rf"{_BLANK}[①-⑳]")
_NUMBER = rf"{NUMERAL}(?:{_BLANK}{NUMERAL}){{0,11}}"
INSIDE = rf"{_BLANK}(?:里面?|之?中|之?下|下面|当中|(?<=条)(?:规定|所列|所述)|之(?={_BLANK}[第（(]))?的?那?个?{_BLANK}"
"""What may stand between a place and one inside it: 第三条中的第二款; for use in patterns."""
_PINPOINT = (
    rf"(?:第{_BLANK}(?P<paragraph>{_NUMBER}){_BLANK}款{INSIDE})?"
    rf"(?:(?:第?{_BLANK}[（(]{_BLANK}(?P<item>{_NUMBER}){_BLANK}[）)]|第{_BLANK}(?P<bare_item>{_NUMBER})){_BLANK}项)?"
    rf"(?:{INSIDE}第{_BLANK}(?P<point>{_NUMBER}){_BLANK}目)?"
)
_LONGEST_PLACE = 300
_PLACE = re.compile(rf"(?P<place>.*?){INSIDE}{_PINPOINT}{_BLANK}")


@dataclass(frozen=True, slots=True)
class Pinpoint:
    """A place inside a clause; at least one number is not None."""

    paragraph: int | None = None
    """款."""
    item: int | None = None
    """项."""
    point: int | None = None
    """目."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a clause: where it stands, and the numbers of the 款, 项 and 目 that it belongs to."""

    start: int
    end: int
    paragraph: int
    item: int | None
    point: int | None
    item_label: str
    """As printed, with wide brackets; the number alone for 1. without an item above."""
    begins: bool
    """It has a number of its own, or begins a 款."""


def pinpoint(text: str, start: int, label: str, end: int | None = None) -> str | None:
    """Return where in an article a quote stands: the smallest place that holds all of it.

    Args:
        text: The article's text.
        start: Where the quote begins in it.
        label: The clause's label; only 第X条 has 款 and 项.
        end: Where the quote ends (exclusive); None when only its beginning counts.

    Returns:
        None when the clause is no article, or has a single paragraph without items, or the quote goes over several 款.
    """
    if not label.startswith("第") or "条" not in label:
        return None
    lines = list(_lines(text))
    line = _line_at(lines, start)
    last = _line_at(lines, max(start, end - 1)) if end is not None else line
    if last.paragraph != line.paragraph:
        return None
    number = max(line.paragraph, 1)
    # A table without rows marked as such may have more lines than numerals are written for.
    numeral = to_chinese(number) if number < 10_000 else str(number)
    name = f"第{numeral}款" if lines[-1].paragraph > 1 else ""
    if line.item is not None and line.item == last.item:
        name += f"第{line.item_label}项"
        name += f"第{line.point}目" if line.point is not None and line.point == last.point else ""
    return name or None


def _line_at(lines: Sequence[_Line], place: int) -> _Line:
    return next((x for x in lines if place <= x.end), lines[-1])


def find_pinpoint(text: str, pinpoint: Pinpoint) -> tuple[int, int] | None:
    """Return (start, end) of a pinpoint in a clause's text.

    A 款 reaches over its items, an item over its 目. Items that are printed within one paragraph are found there.

    Returns:
        None when the clause has no such place. Of two items of one number the first counts.
    """
    lines = list(_lines(text))
    first = next((i for i, x in enumerate(lines) if _is_at(x, pinpoint)), None)
    if first is None:
        return _inline(text, lines, pinpoint) if pinpoint.item and not pinpoint.point else None
    last = first
    while last + 1 < len(lines) and _goes_on(lines[first], lines[last + 1], pinpoint):
        last += 1
    return lines[first].start, lines[last].end


def headed_item(text: str, asked: str) -> tuple[int, int] | None:
    """Return (start, end) of the only item under a heading, as （二）算法模型, whose heading a question has; else None."""
    lines = list(_lines(text))
    found: list[tuple[int, int]] = []
    for line, below in pairwise(lines):
        heading = _heading(text[line.start : line.end])
        if heading and heading in asked and not below.begins and below.item == line.item:
            found.append((line.start, below.end))
    return found[0] if len(found) == 1 else None


def parse_pinpoint(text: str) -> Pinpoint | None:
    """Return the pinpoint that a text is as a whole: 第二款第（一）项, 第3项; None when it is something else."""
    place, found = split_pinpoint(text)
    return None if place else found


def split_pinpoint(text: str) -> tuple[str, Pinpoint | None]:
    """Part 第三条第二款第（一）项, or 第三条的第二款, into the label or locator and the pinpoint; None when there is none."""
    text = text.strip()
    found = _PLACE.fullmatch(text) if len(text) <= _LONGEST_PLACE else None
    if found is None:
        return text, None
    numbers = [to_int(n) if n else None for n in found.group("paragraph", "item", "bare_item", "point")]
    paragraph, item, bare_item, point = numbers
    if all(n is None for n in numbers):
        return text, None
    return found["place"], Pinpoint(paragraph, item if bare_item is None else bare_item, point)


def _lines(text: str) -> Iterator[_Line]:
    """Yield each line with its numbers; one line for an empty text."""
    start, paragraph = 0, 0
    item: int | None = None
    point: int | None = None
    label, above = "", ""
    headed = _items_are_headed(text)
    for line in text.split("\n"):
        end = start + len(line)
        begins = True
        if headed and _heading(above) and _is_plain(line):
            begins = False
        elif found := _ITEM.match(line):
            item, label, point = to_int(found[2]), wide_brackets(found[1]), None
        elif found := _POINT.match(line):
            if label.isascii():
                item, label = int(found[1]), found[1]
            else:
                point = int(found[1])
        elif _ROW.match(line) or _CIRCLED.match(line):
            begins = False
        else:
            paragraph += 1
            item, label, point = None, "", None
        yield _Line(start, end, paragraph, item, point, label, begins)
        start, above = end + 1, line


def _items_are_headed(text: str) -> bool:
    """Tell whether each item of a text is a heading with a paragraph under it; the last item of a list may lack its stop."""
    lines = text.split("\n")
    items = [i for i, line in enumerate(lines) if _ITEM.match(line)]
    return len(items) > 1 and all(
        _heading(lines[i]) and _is_plain("".join(lines[i + 1 : i + 2])) for i in items
    )


def _heading(line: str) -> str:
    """Return the words of an item that is only a heading; empty for any other line."""
    found = _ITEM.match(line)
    words = line[found.end() :].strip() if found else ""
    return words if _HEADED.fullmatch(words) else ""


def _is_plain(line: str) -> bool:
    return bool(line) and not any(p.match(line) for p in (_ITEM, _POINT, _ROW, _CIRCLED))


def _is_at(line: _Line, wanted: Pinpoint) -> bool:
    if not line.begins or (wanted.paragraph is not None and max(line.paragraph, 1) != wanted.paragraph):
        return False
    return (wanted.item is None or line.item == wanted.item) and line.point == wanted.point


def _goes_on(first: _Line, line: _Line, wanted: Pinpoint) -> bool:
    if line.paragraph != first.paragraph:
        return False
    if wanted.point is not None:
        return not line.begins
    return wanted.item is None or not line.begins or line.point is not None


def _inline(text: str, lines: list[_Line], wanted: Pinpoint) -> tuple[int, int] | None:
    """Find an item between （一） and （二） of one paragraph; their numbers must run on from 1."""
    for line in lines:
        if wanted.paragraph not in (None, line.paragraph):
            continue
        marks = list(_INLINE.finditer(text, line.start, line.end))
        numbers = [to_int(m[1]) for m in marks]
        if numbers == list(range(1, len(marks) + 1)) and wanted.item in numbers:
            at = numbers.index(wanted.item or 0)
            return marks[at].start(), marks[at + 1].start() if at + 1 < len(marks) else line.end
    return None
