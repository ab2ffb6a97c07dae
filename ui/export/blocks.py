"""The text of an answer as paragraphs, headings, list items and tables, with its markers."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

_MARKER = re.compile(r"\[(\d{1,3})\]")
_BOLD = re.compile(r"\*\*(\S(?:.*?\S)?)\*\*")
_HEADING = re.compile(r"#{1,6}\s+(.+)")
_BULLET = re.compile(r"[-*•·]\s+(.+)")
_NUMBERED = re.compile(r"(\d{1,2}(?:[.．](?!\d)|[、)）]))\s*(.+)")
_RULE_ROW = re.compile(r"\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?")
_NESTED = 2
"""Blanks by which an item stands further in than the one that it belongs to."""
_CELL_END = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Text:
    """Words of a paragraph."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A reference to a source."""

    number: int


Spans = tuple[Text | Mark, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of an answer."""

    spans: Spans
    kind: Literal["text", "heading", "bullet", "numbered"] = "text"
    mark: str = ""
    """The number of a numbered item, as written: `1.`"""
    depth: int = 0
    """Of an item of a list: how many items it stands within."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, each row of one length; the first one is the head."""

    rows: tuple[tuple[Spans, ...], ...]


Block = Paragraph | Table


def blocks_of(text: str, numbers: Mapping[int, int]) -> tuple[Block, ...]:
    """Divide an answer.

    Args:
        text: Without control characters.
        numbers: Number of each marker's source; a marker that is not among them stays text.
    """
    found: list[Block] = []
    rows: list[str] = []
    indents: list[int] = []
    for whole in [*text.split("\n"), ""]:
        line = whole.strip()
        if line.startswith("|"):
            rows.append(line)
            continue
        found += _rows(rows, numbers)
        rows = []
        if line:
            paragraph = _paragraph(line, numbers)
            found.append(_nested(paragraph, indents, len(whole) - len(whole.lstrip())))
    return tuple(found)


def spans_of(text: str, numbers: Mapping[int, int]) -> Spans:
    """Return the words of one line: **bold** ones, and markers that have a source."""
    found: list[Text | Mark] = []
    for place, piece in enumerate(_BOLD.split(text)):
        found += _marked(piece, numbers, bold=place % 2 == 1)
    return tuple(found)


def _paragraph(line: str, numbers: Mapping[int, int]) -> Paragraph:
    if heading := _HEADING.fullmatch(line):
        return Paragraph(spans_of(heading[1], numbers), "heading")
    if bullet := _BULLET.fullmatch(line):
        return Paragraph(spans_of(bullet[1], numbers), "bullet")
    if item := _NUMBERED.fullmatch(line):
        return Paragraph(spans_of(item[2], numbers), "numbered", item[1])
    return Paragraph(spans_of(line, numbers))


def _nested(paragraph: Paragraph, indents: list[int], indent: int) -> Paragraph:
    """Give an item its depth; `indents` are those of the items around it, outermost first, and go on with it."""
    if paragraph.kind not in ("bullet", "numbered"):
        indents.clear()
        return paragraph
    while indents and indent < indents[-1]:
        indents.pop()
    if not indents or indent >= indents[-1] + _NESTED:
        indents.append(indent)
    return replace(paragraph, depth=len(indents) - 1)


def _rows(lines: list[str], numbers: Mapping[int, int]) -> list[Block]:
    """Lines with bars are a table when the second one rules off the head."""
    if len(lines) < 2 or not _RULE_ROW.fullmatch(lines[1]):
        return [_paragraph(line, numbers) for line in lines]
    rows = [[spans_of(cell, numbers) for cell in _cells(line)] for line in (lines[0], *lines[2:])]
    width = max(map(len, rows))
    return [Table(tuple((*row, *[()] * (width - len(row))) for row in rows))]


def _cells(line: str) -> list[str]:
    inner = line.removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.strip().replace("\\|", "|") for cell in _CELL_END.split(inner)]


def _marked(text: str, numbers: Mapping[int, int], *, bold: bool) -> Iterator[Text | Mark]:
    done = 0
    for marker in _MARKER.finditer(text):
        if int(marker[1]) in numbers:
            if marker.start() > done:
                yield Text(text[done : marker.start()], bold)
            yield Mark(numbers[int(marker[1])])
            done = marker.end()
    if done < len(text):
        yield Text(text[done:], bold)
