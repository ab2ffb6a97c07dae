"""The first pages of a periodical: its name, issue and date, and the contents page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.layout import Line
from rag.text import bare, wide_brackets

_NOTE = re.compile(r"编\s*者\s*按[：:]?")
_CONTENTS = re.compile(r"(本\s*期\s*要\s*目|本\s*期\s*目\s*录)")
_ENTRY = re.compile(r"(\d{1,3})\s+(\S.*)")
_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_ISSUE = re.compile(r"第\s*(\d+)\s*期")
_FRONT = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents page."""

    title: str
    column: str | None


@dataclass(frozen=True, slots=True)
class Masthead:
    """What the first pages of a periodical say."""

    source_name: str | None = None
    issue_no: int | None = None
    issue_date: str | None = None
    entries: tuple[Entry, ...] = ()
    organisations: frozenset[str] = frozenset()
    """Publishers; a line with one of these names alone begins the pages about them."""
    end: int = 0
    """Index of the first line after the contents page."""


def is_note(line: Line) -> bool:
    """Tell whether a line is the heading of an editor's note."""
    return _NOTE.fullmatch(line.text) is not None


def contents_page(lines: Sequence[Line]) -> int | None:
    """Return the index of the contents page's heading, or None."""
    return next((i for i, x in enumerate(lines[: 2 * _FRONT]) if _CONTENTS.fullmatch(x.text)), None)


def read_masthead(lines: Sequence[Line], contents: int | None) -> Masthead:
    """Read what stands before the first document.

    Args:
        lines: The whole source.
        contents: Index of the contents page's heading; None without one.
    """
    front = lines[: contents if contents is not None else _FRONT]
    if contents is None:
        first = next((i for i, x in enumerate(front) if is_note(x)), 0)
        front = front[:first]
    text = " ".join(x.text for x in front)
    date, issue = _DATE.search(text), _ISSUE.search(text)
    names = [x.text for x in front]
    name = next(
        (n for n in names if names.count(n) > 1 and not _DATE.search(n) and not _ISSUE.search(n)), None
    )
    entries, end = _entries(lines, contents + 1) if contents is not None else ((), len(front))
    words = (re.sub(r"^.{1,6}?(编|支持)\s+", "", n) for n in names)
    return Masthead(
        source_name=wide_brackets(name) if name else None,
        issue_no=int(issue.group(1)) if issue else None,
        issue_date="{}-{:02}-{:02}".format(*map(int, date.groups())) if date else None,
        entries=entries,
        organisations=frozenset(bare(w) for w in words if re.search(r"(院|会|室|社|盟|中心|公司)$", w)),
        end=end,
    )


def _entries(lines: Sequence[Line], at: int) -> tuple[tuple[Entry, ...], int]:
    """Read the contents page from index `at`; the index after it comes second."""
    found: list[Entry] = []
    column: str | None = None
    while at < len(lines) and not is_note(lines[at]):
        text = lines[at].text
        entry = _ENTRY.fullmatch(text)
        if entry:
            found.append(Entry(entry.group(2), column))
        elif at + 1 < len(lines) and _ENTRY.fullmatch(lines[at + 1].text) and len(text) <= 10:
            column = wide_brackets(text)
        elif found and (
            lines[at].number == lines[at - 1].number + 1
            or any(_ENTRY.fullmatch(x.text) for x in lines[at + 1 : at + 3])
        ):
            found[-1] = Entry(found[-1].title + text, found[-1].column)
        else:
            break
        at += 1
    return tuple(found), at
