"""The contents page of a gazette, 公报: titles with leaders and page numbers, each of which stands again above its document."""

import re
from collections.abc import Sequence

from ingest.clause.contents import TOC
from ingest.clause.scheme import is_normative
from ingest.document.masthead import Entry, Masthead
from ingest.document.number import DOC_NUMBER
from ingest.layout import Line
from rag.text import loose, wide_brackets

_FRONT = 80
_LEADER = re.compile(r"[\s.…·．\-—_]*(?:[（(]\d{1,4}[）)]|\d{1,4})?$")
_ISSUE = re.compile(r"第\s*(\d+)\s*期")
_NAME = re.compile("[\u4e00-\u9fff]{2,20}(?:公报|汇编)")
_NUMBER_AT_END = re.compile(rf"[（(]\s*{DOC_NUMBER.pattern}\s*[）)]\s*$")
_MAX_COLUMN = 12
_MAX_LINES = 3
"""Over which a title goes, there or here."""
_MIN_TITLE = 8
_MIN_ENTRIES = 2


def gazette(lines: Sequence[Line]) -> Masthead | None:
    """Read what stands before the first document of a gazette; None for any other text.

    A line of the contents page is an entry when it stands again, alone or over several lines, below. At least two
    entries are titles of documents, and most of them: a report or a law has a contents page too.
    """
    at = next((i for i, x in enumerate(lines[:_FRONT]) if TOC.fullmatch(x.text)), None)
    if at is None:
        return None
    entries: list[Entry] = []
    column: str | None = None
    end, place = len(lines), at + 1
    flat = [loose(line.text) for line in lines]
    while place < end and (entries or place <= at + _FRONT):
        size, again = _entry(lines, flat, place, end)
        if size:
            end = min(end, again)
            entries.append(Entry(_title(lines, place, size), column))
        elif len(lines[place].text) <= _MAX_COLUMN and lines[place].label is None:
            column = wide_brackets(lines[place].text)
        place += size or 1
    documents = sum(is_normative(entry.title) for entry in entries)
    if documents < max(_MIN_ENTRIES, len(entries) / 2):
        return None
    front = " ".join(line.text for line in lines[:at])
    issue, name = _ISSUE.search(front), _NAME.search(front)
    return Masthead(
        source_name=name.group() if name else None,
        issue_no=int(issue.group(1)) if issue else None,
        entries=tuple(entries),
        end=end,
    )


def _entry(lines: Sequence[Line], flat: Sequence[str], at: int, end: int) -> tuple[int, int]:
    """Return over how many lines the title at a place goes, and where it stands again; 0, 0 for no title."""
    for size in range(1, min(_MAX_LINES, end - at) + 1):
        if any(line.label or line.is_trace for line in lines[at : at + size]):
            break
        title = loose(_title(lines, at, size))
        again = _again(flat, at + size, title) if len(title) >= _MIN_TITLE else None
        if again is not None:
            return size, again
    return 0, 0


def _again(flat: Sequence[str], start: int, title: str) -> int | None:
    for at in range(start, len(flat)):
        joined = ""
        for words in flat[at : at + _MAX_LINES]:
            joined += words
            if joined == title:
                return at
            if not title.startswith(joined):
                break
    return None


def _title(lines: Sequence[Line], at: int, size: int) -> str:
    words = "".join(line.text for line in lines[at : at + size])
    return _NUMBER_AT_END.sub("", _LEADER.sub("", words)).strip()
