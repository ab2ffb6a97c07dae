"""Where a text that is too long for Slack is cut: behind a sentence, else a clause, else a word, never inside a marker."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from rag.text import sentences
from ui.export.blocks import Mark, Paragraph, Spans, Text

_MARKER = re.compile(r"\[\d{1,3}\]")
_BEHIND = re.compile(r"(?:\s*\[\d{1,3}\])*\s*")
"""What belongs to the words before it: markers, then blanks."""
_LINE_END = re.compile(r"\n")
_CLAUSE_END = re.compile(r"[，、；：—…](?![，、；：—…])[”’」』）》]*|[,;:](?=\s)")
_BLANK = re.compile(r"\s+")
_NOT_FIRST = frozenset("，。、；：？！”’」』）》〉】…—,.;:?!)]}%％‰℃")
_NOT_LAST = frozenset("“‘「『（《〈【([{$¥￥№§")
_JOINER = "\u200d"
_REACH = 80
"""Characters behind a place that tell whether a sentence ends there."""
_WORTH = 3
"""A cut leaves a third of what would fit, at least, when a lesser border can do so."""


def cut(text: str, fits: Callable[[str], bool], most: int) -> list[str]:
    """Divide a text.

    Args:
        text: Of any length.
        fits: Tells of a part whether it can be shown; what is no longer than one that can is taken to fit as well.
        most: Characters that no part can have.

    Returns:
        Parts that make up the text, each as long as it can be; empty for an empty text. Only a part of one character may
        not fit.
    """
    ends = [0, *_ends(text, lambda start, end: fits(text[start:end]), most)]
    return [text[start:end] for start, end in pairwise(ends)]


def cut_paragraph(paragraph: Paragraph, fits: Callable[[Paragraph], bool], most: int) -> list[Paragraph]:
    """Divide a paragraph as `cut` does a text; the parts behind the first have no mark of their own."""
    if fits(paragraph):
        return [paragraph]
    text = "".join(map(_words, paragraph.spans))
    kind: Literal["heading", "text"] = "heading" if paragraph.kind == "heading" else "text"

    def part(start: int, end: int) -> Paragraph:
        spans = tuple(_within(paragraph.spans, start, end))
        return replace(paragraph, spans=spans) if start == 0 else Paragraph(spans, kind)

    ends = [0, *_ends(text, lambda start, end: fits(part(start, end)), most)]
    return [part(start, end) for start, end in pairwise(ends)]


def _words(span: Text | Mark) -> str:
    return span.text if isinstance(span, Text) else f"[{span.number}]"


def _within(spans: Spans, start: int, end: int) -> Iterator[Text | Mark]:
    """Yield what stands between two places of a paragraph's words; a marker belongs to where it begins."""
    at = 0
    for span in spans:
        words = _words(span)
        first, last = max(start - at, 0), end - at
        if isinstance(span, Text) and words[first : max(last, 0)]:
            yield replace(span, text=words[first:last])
        elif isinstance(span, Mark) and start <= at < end:
            yield span
        at += len(words)


def _ends(text: str, fits: Callable[[int, int], bool], most: int) -> Iterator[int]:
    start = 0
    while start < len(text):
        end = min(len(text), start + most)
        if not fits(start, end):
            end = _furthest(start, end, fits)
        if end < len(text):
            end = _border(text, start, end)
        yield end
        start = end


def _furthest(start: int, end: int, fits: Callable[[int, int], bool]) -> int:
    """Return the last place up to which a part fits, one behind its beginning at least."""
    low, high = start + 1, end
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(start, middle) else (low, middle - 1)
    return low


def _border(text: str, start: int, end: int) -> int:
    """Return the best place for a cut behind `start`, at `end` or before it."""
    least = start + (end - start) // _WORTH
    found = [_last(ends, start, end) for ends in _borders(text, start, end)]
    good = next((place for place in found if place > least), None)
    return good or max(found) or _between_letters(text, start, end)


def _borders(text: str, start: int, end: int) -> Iterator[Iterator[int]]:
    """Yield the ends of lines, of sentences, of clauses and of words, each with the markers and blanks behind them."""
    near = text[start : end + _REACH]

    def behind(places: Iterator[int]) -> Iterator[int]:
        for place in places:
            found = _BEHIND.match(text, start + place)
            yield found.end() if found else start + place

    yield behind(end.end() for end in _LINE_END.finditer(near))
    yield behind(last for _, last in sentences(near))
    yield behind(end.end() for end in _CLAUSE_END.finditer(near))
    yield behind(end.end() for end in _BLANK.finditer(near))


def _last(places: Iterator[int], start: int, end: int) -> int:
    return max((place for place in places if start < place <= end), default=0)


def _between_letters(text: str, start: int, end: int) -> int:
    """Return a place inside a run without any border: not inside a Latin word, else not inside one letter with its marks."""
    inside = {
        place
        for marker in _MARKER.finditer(text, start, end + _REACH)
        for place in range(marker.start() + 1, marker.end())
    }
    whole = [place for place in range(end, start, -1) if place not in inside and not _is_one(text, place)]
    return next((place for place in whole if not _is_bound(text, place)), whole[0] if whole else end)


def _is_bound(text: str, place: int) -> bool:
    """Tell whether what stands on both sides is not parted in print."""
    before, after = text[place - 1], text[place]
    is_word = before.isascii() and after.isascii() and before.isalnum() and after.isalnum()
    return is_word or after in _NOT_FIRST or before in _NOT_LAST or _MARKER.match(text, place) is not None


def _is_one(text: str, place: int) -> bool:
    """Tell whether what stands on both sides is seen as one letter: accents, joined emoji, flags, Korean syllables."""
    before, after = text[place - 1], text[place]
    if before == _JOINER or unicodedata.category(after) in ("Mn", "Mc", "Me", "Cf"):
        return True
    if (
        "\U0001f3fb" <= after <= "\U0001f3ff"
        or "\u1160" <= after <= "\u11ff"
        or "\ud7b0" <= after <= "\ud7fb"
    ):
        return True
    return _is_flag(before) and _is_flag(after) and _flags_before(text, place) % 2 == 1


def _flags_before(text: str, place: int) -> int:
    count = 0
    while count < place and _is_flag(text[place - 1 - count]):
        count += 1
    return count


def _is_flag(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"
