"""What is embedded: a whole clause, or parts of a long one that overlap by no more than a sentence."""

import hashlib
import re
from collections.abc import Iterator, Sequence

from rag.schema import Clause
from rag.text import is_chinese, sentences

TEMPLATE = "title locator headings / text, parts of 220 characters; 2"
"""Recorded in the collection; another one means that all vectors are to be made anew."""
_PART_CHARS = 220
_OVERLAP_CHARS = 60
_SENTENCE_CHARS = 400
"""Longest piece of one sentence; with a heading it stays below the model's 512 tokens."""
_ENGLISH_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(\[]*[A-Z0-9])")
_MARKS = re.compile("[；，、;,|]+")


def heading_of(clause: Clause) -> str:
    """Return what precedes the text in the indexes: title, locator and the words of the headings above."""
    return " ".join(x for x in (clause.title, clause.locator, clause.headings) if x)


def parts(text: str) -> list[str]:
    """Cut a long text at sentence ends.

    Returns:
        The text itself up to 220 characters; else parts of at most that length (up to 400 when one sentence is longer), each
        beginning with the last sentence of the part before if that is short. A sentence or a row of more than 400
        characters is cut at its marks.
    """
    if len(text) <= _PART_CHARS:
        return [text]
    spans = list(_pieces(text))
    out: list[str] = []
    first = 0
    while first < len(spans):
        last = first
        while last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= _PART_CHARS:
            last += 1
        out.append(text[spans[first][0] : spans[last][1]])
        if last + 1 == len(spans):
            break
        overlap = last > first and spans[last][1] - spans[last][0] <= _OVERLAP_CHARS
        first = last if overlap else last + 1
    return out


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of sentences, Chinese and English, and of the pieces of very long ones."""
    for start, end in sentences(text):
        cuts = (
            [] if is_chinese(text[start:end]) else [m.end() for m in _ENGLISH_END.finditer(text, start, end)]
        )
        for first, last in zip([start, *cuts], [*cuts, end], strict=True):
            stop = first + len(text[first:last].rstrip())
            while stop - first > _SENTENCE_CHARS:
                cut = _cut(text, first)
                yield first, cut
                first = cut + len(text[cut:stop]) - len(text[cut:stop].lstrip())
            yield first, stop


def _cut(text: str, start: int) -> int:
    """Return where to end a piece of a very long sentence: after the last mark or blank in reach, else at the limit."""
    limit = start + _SENTENCE_CHARS
    ends = [m.end() for m in _MARKS.finditer(text, start + _PART_CHARS, limit)]
    blank = text.rfind(" ", start + _PART_CHARS, limit)
    return ends[-1] if ends else blank if blank > 0 else limit


def passages(clause: Clause) -> list[str]:
    """Return the texts of a clause's chunks as they are embedded; at least one."""
    head = heading_of(clause)
    return [f"{head}\n{part}" for part in parts(clause.text)]


def passages_key(texts: Sequence[str]) -> str:
    """Return 32 hex digits that stay as long as a clause's vectors do: of its passages and the template."""
    return hashlib.sha256("\x00".join((TEMPLATE, *texts)).encode()).hexdigest()[:32]


def digest(key: str, metadata: str) -> str:
    """Return 32 hex digits that stay as long as a clause's chunks do: of its passages and its metadata."""
    return hashlib.sha256(f"{key}\x00{metadata}".encode()).hexdigest()[:32]
