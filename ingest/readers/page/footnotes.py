"""Footnotes: small print at the foot of a column, under a short rule or with a mark in front."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.readers.page.columns import Block
from ingest.readers.page.sheet import Line, Sheet

_MARK = re.compile(r"[①-⑳*＊※†]|[\[［〔(（]?\d{1,2}[\]］〕)）]?\s*[^\d\s.．、]|注\s*\d*\s*[：:]")
_SMALL = 0.93


def notes_apart(block: Block, sheet: Sheet, body: float) -> list[Block]:
    """Part a block into its text and the footnotes under it; one without footnotes stays whole.

    Args:
        block: A block of the page.
        sheet: The page, for the rules drawn on it.
        body: Size of the document's text.
    """
    lines = block.lines
    start = len(lines)
    while start and lines[start - 1].size < _SMALL * body:
        start -= 1
    while start < len(lines) and not _starts_notes(lines, start, sheet):
        start += 1
    if start == len(lines):
        return [block]
    note = replace(block, lines=lines[start:], is_note=True)
    return [replace(block, lines=lines[:start]), note] if start else [note]


def _starts_notes(lines: Sequence[Line], at: int, sheet: Sheet) -> bool:
    line = lines[at]
    if line.top < 0.4 * sheet.height or (at == 0 and line.top < 0.6 * sheet.height):
        return False
    above = lines[at - 1].bottom if at else line.top - 2 * line.size
    ruled = any(
        above - 0.3 * line.size <= y <= line.top + 0.3 * line.size
        and x1 - x0 < 0.6 * sheet.width
        and x0 < line.x1
        for x0, x1, y in sheet.rules
    )
    return ruled or _MARK.match(line.text) is not None
