"""A source into documents by contents page, editor's notes, titles and source lines; or one document that fills the file."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ingest.clause.scheme import NORMATIVE, is_normative
from ingest.document.bodies import BODY_END
from ingest.document.gazette import gazette
from ingest.document.masthead import Masthead, contents_page, is_note, read_masthead
from ingest.document.number import number_of
from ingest.layout import Line
from ingest.numbering import as_words
from rag.text import bare, is_chinese, loose, wide_brackets

ORIGIN = re.compile(r"[（(]\s*来源\s*[：:]\s*(.+?)\s*[）)]?")
STATUS_LINE = re.compile(r"[（(][^（()）]{2,12}[）)]")
ADOPTION = re.compile(r"[（(]?\s*\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日")
_NORMATIVE_END = re.compile(rf"{NORMATIVE}([（(].*[）)])?$")
_BODY = re.compile(rf"[\u4e00-\u9fff、\s]{{2,60}}{BODY_END}")
_MAX_TITLE_LINES = 4
_MAX_TITLE = 60
"""Characters, twice as many in English."""
_MIN_LIKENESS = 0.85


@dataclass(frozen=True, slots=True)
class Span:
    """The lines of one document."""

    title: str
    title_lines: tuple[Line, ...]
    note: tuple[Line, ...]
    """The editor's note with its heading; empty without."""
    body: tuple[Line, ...]
    """Everything after the title but the source line."""
    origin: Line | None
    column: str | None

    @property
    def lines(self) -> tuple[Line, ...]:
        """All its lines, in order."""
        last = (self.origin,) if self.origin else ()
        return (*self.note, *self.title_lines, *self.body, *last)


def split(lines: Sequence[Line]) -> tuple[Masthead, list[Span]]:
    """Find the documents of a source.

    Returns:
        The masthead (empty for a single document) and the documents in printed order; no lines give none.
    """
    contents = contents_page(lines)
    notes = sum(map(is_note, lines))
    origins = sum(ORIGIN.fullmatch(x.text) is not None for x in lines)
    if contents is None and notes < 2 and origins < 2:
        masthead = gazette(lines) or Masthead()
        if not masthead.entries:
            return masthead, [_single(lines)] if lines else []
    else:
        masthead = read_masthead(lines, contents)
    return masthead, _documents(lines, masthead)


def _documents(lines: Sequence[Line], masthead: Masthead) -> list[Span]:
    titles = _titles(lines, masthead)
    back = next(
        (i for i in range(masthead.end, len(lines)) if bare(lines[i].text) in masthead.organisations),
        len(lines),
    )
    starts = sorted({*titles, *(i for i in range(masthead.end, back) if is_note(lines[i]))})
    found: list[Span] = []
    at = masthead.end
    while at < back:
        after = [s for s in starts if s > at]
        if at in titles:
            note_end, title_at = at, at
        elif is_note(lines[at]):
            # Its title is the next one known from the contents page, unless another note comes first.
            title_at = after[0] if after and after[0] in titles else _title_after_note(lines, at, back)
            note_end = title_at
            after = [s for s in after if s > title_at]
        elif (
            not masthead.entries
            and _can_be_title(lines[at])
            and any(ORIGIN.fullmatch(x.text) for x in lines[at:back])
        ):
            note_end, title_at = at, at
        else:
            at += 1
            continue
        size, column = titles.get(title_at) or (_title_size(lines, title_at), None)
        limit = min(after[0] if after else back, back)
        body_at = title_at + size
        origin = next((i for i in range(body_at, limit) if ORIGIN.fullmatch(lines[i].text)), None)
        end = origin if origin is not None else limit
        found.append(
            _span(
                lines[at:note_end],
                lines[title_at:body_at],
                lines[body_at:end],
                lines[origin] if origin else None,
                column,
            )
        )
        at = end + (origin is not None)
    return found


def _span(
    note: Sequence[Line], title: Sequence[Line], body: Sequence[Line], origin: Line | None, column: str | None
) -> Span:
    words = as_words(" ".join(x.text for x in title))
    return Span(words, tuple(title), tuple(note), tuple(body), origin, column)


def _titles(lines: Sequence[Line], masthead: Masthead) -> dict[int, tuple[int, str | None]]:
    """Return where the titles of the contents page stand in the text: index → (number of lines, column)."""
    found: dict[int, tuple[int, str | None]] = {}
    cursor = masthead.end
    for entry in masthead.entries:
        place = _exact(lines, cursor, entry.title) or _alike(lines, cursor, entry.title)
        if place:
            found[place[0]] = (place[1], entry.column)
            cursor = sum(place)
    return found


def _exact(lines: Sequence[Line], cursor: int, title: str) -> tuple[int, int] | None:
    wanted = loose(title)
    for at in _as_short(lines, cursor, title):
        joined = ""
        for size in range(1, min(_MAX_TITLE_LINES, len(lines) - at) + 1):
            joined += loose(lines[at + size - 1].text)
            if joined == wanted:
                # A status on a line of its own belongs to the title even when the contents page leaves it out.
                tail = at + size < len(lines) and STATUS_LINE.fullmatch(lines[at + size].text)
                return at, size + bool(tail)
            if not wanted.startswith(joined):
                break
    return None


def _as_short(lines: Sequence[Line], cursor: int, title: str) -> Iterator[int]:
    """Yield the places of lines that are no longer than a title with blanks between its characters."""
    most = 3 * len(title)
    return (at for at in range(cursor, len(lines)) if len(lines[at].text) <= most)


def _alike(lines: Sequence[Line], cursor: int, title: str) -> tuple[int, int] | None:
    wanted = loose(title)
    best: tuple[float, int, int] = (_MIN_LIKENESS, 0, 0)
    for at in _as_short(lines, cursor, title):
        for size in range(1, min(3, len(lines) - at) + 1):
            block = lines[at : at + size]
            if any(x.is_finished and not x.text.endswith(("）", ")", "》")) for x in block):
                break
            joined = loose("".join(x.text for x in block))
            if abs(len(joined) - len(wanted)) <= 0.2 * len(wanted):
                ratio = SequenceMatcher(None, joined, wanted, autojunk=False).ratio()
                best = max(best, (ratio, -at, size))
    return (-best[1], best[2]) if best[2] else None


def _title_after_note(lines: Sequence[Line], note: int, back: int) -> int:
    """Return the index of the first line after a note that can be a title; the line after the note's head if none can."""
    for at in range(note + 1, back):
        text = lines[at].text
        title_like = not lines[at].is_finished or _NORMATIVE_END.search(text)
        if title_like and len(text) <= 60 and lines[at].label is None and at > note + 1:
            return at
    return min(note + 1, back - 1)


def _title_size(lines: Sequence[Line], at: int) -> int:
    """Return over how many lines a title goes that no contents page knows."""
    size, joined = 1, lines[at].text
    while at + size < len(lines) and size < _MAX_TITLE_LINES:
        line = lines[at + size]
        if STATUS_LINE.fullmatch(line.text) and not ADOPTION.match(line.text):
            return size + 1
        if _is_english_title(joined, line) and line.number == lines[at + size - 1].number + 1:
            joined += " " + line.text
            size += 1
            continue
        fits = not line.is_finished or is_normative(line.text)
        fits = fits and len(line.text) <= 40 and line.label is None
        fits = fits and number_of(line.text, joined) is None and ADOPTION.match(line.text) is None
        if fits and _BODY.fullmatch(joined) and line.text.startswith("关于"):
            # Whatever the marks of both: nobody calls a document by the name of a body alone.
            joined += line.text
            size += 1
            continue
        same = line.level == lines[at].level and line.number <= lines[at + size - 1].number + 2
        if _NORMATIVE_END.search(wide_brackets(joined)) or not fits or not same or lines[at].level == 1:
            break
        joined += line.text
        if not is_normative(joined):
            break
        size += 1
    return size


def _is_english_title(title: str, line: Line) -> bool:
    """Tell whether an English title goes on in a line: it is in capitals too, or begins with a small letter, or goes on with `of`."""
    text = line.text
    if is_chinese(title + text) or not re.search("[A-Za-z]{2}", title) or line.label or line.is_finished:
        return False
    torn = text[0].islower() or re.search(r"\b(of|on|the|for|and|in|to)$", title, re.IGNORECASE)
    return len(text) <= _MAX_TITLE and (bool(torn) or (title.isupper() and text.isupper()))


def _can_be_title(line: Line) -> bool:
    if line.is_row or line.is_trace:
        return False
    plain = len(line.text) <= _MAX_TITLE * (1 if is_chinese(line.text) else 2)
    plain = plain and not line.text.endswith(tuple("。；：;:，、,"))
    if line.label is not None and line.label.kind == "chapter":
        # The laws of Hong Kong have numbers: 第486章 某條例.
        return plain and is_normative(line.text)
    return bool(line.level) or (
        plain and line.label is None and (is_chinese(line.text) or line.text[-1] != ".")
    )


def _single(lines: Sequence[Line]) -> Span:
    """Take a whole file as one document; without a line that can be a title, its title is empty."""
    at = next((i for i, x in enumerate(lines[:10]) if not x.is_trace), 0)
    note: Sequence[Line] = ()
    if is_note(lines[at]):
        title_at = _title_after_note(lines, at, len(lines))
        note, at = lines[at:title_at], title_at
    first = lines[at]
    size = _title_size(lines, at) if _can_be_title(first) else 0
    origin = lines[-1] if ORIGIN.fullmatch(lines[-1].text) and len(lines) > at + size else None
    body = lines[at + size : len(lines) - (origin is not None)]
    return _span(note, lines[at : at + size], body, origin, None)
