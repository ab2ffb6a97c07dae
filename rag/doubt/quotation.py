"""Words that a text puts between quotation marks, and whether they stand in another text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.context.fence import defused
from rag.doubt.doubt import Doubt
from rag.schema import Clause
from rag.text import bare, is_chinese

_CLOSING = {"「": "」", "『": "』", "“": "”", "《": "》"}
_BLOCK = re.compile(r"(?s).+?(?=\n[^\S\n]*\n|\Z)")
_STRAIGHT = re.compile('["＂]')
_NOT_INCHES = re.compile('(?<![0-9０-９])["＂]')
_OMISSION = re.compile(r"…+|\.{3,}")
_NOTE = re.compile(r"[\[〔]\d{1,3}[\]〕]")
"""What looks like a marker in a clause, and what a model reads in its place."""
_MARKS = re.compile(r"[“”‘’「」『』\"'*]")
"""Marks inside a quotation change with those around it, and models set words in bold."""
_MARKER = re.compile(r"\[\d+\]")
LEAST_QUOTED = 8
"""Characters; shorter words between quotation marks are names and terms that the writer sets off."""
_POINTS = "。，、；：！？.,;:!?"


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words between quotation marks."""

    start: int
    """Of the opening mark in the text."""
    end: int
    """After the closing mark."""
    words: str
    """Without the marks and without [n]."""

    @property
    def chars(self) -> int:
        """Characters apart from blanks and marks, widths as in `bare`."""
        return len(_folded(self.words))


def quotations(text: str) -> list[Quotation]:
    """Return what stands in 「」『』“” or straight quotation marks, in order; none for a text without.

    Only outer ones count: a quotation inside another, or inside the 《》 of a title, is part of it. Marks that are not
    closed before an empty line quote nothing, and of straight ones only lines in which each has its partner count.
    """
    found: list[Quotation] = []
    for block in _BLOCK.finditer(text):
        for start, end in _spans(_turned(block.group())):
            words = _MARKER.sub("", block.group()[start + 1 : end - 1])
            found.append(Quotation(block.start() + start, block.start() + end, words))
    return found


def stands_in(words: str, source: str) -> bool:
    """Tell whether a source has these words, apart from widths, blanks, capitals, marks and points at either end.

    Words around an omission (……) must stand there in the same order.
    """
    said, place = _folded(source), 0
    for piece in _OMISSION.split(words):
        wanted = _folded(piece).strip(_POINTS)
        place = said.find(wanted, place)
        if place < 0:
            return False
        place += len(wanted)
    return True


def says(clause: Clause, words: str) -> bool:
    """Tell whether words stand in a clause, with its label in front or not, or in its name."""
    sources = (f"{clause.label}{clause.text}", clause.title, clause.headings, clause.locator)
    return any(stands_in(words, source) for source in sources)


def quotation_doubts(statement: str, cited: Sequence[Clause], asked: str) -> Iterator[Doubt]:
    """Yield a doubt for each quotation of eight or more characters that no cited clause and not the question has.

    Words without a Chinese character from a Chinese clause are a translation, and let be.
    """
    for quotation in quotations(statement):
        words = " ".join(quotation.words.split())
        if quotation.chars < LEAST_QUOTED or stands_in(words, asked) or any(says(c, words) for c in cited):
            continue
        if is_chinese(words) or not any(is_chinese(clause.text) for clause in cited):
            yield Doubt("quotation", words, cited[0].clause_id)


def _folded(text: str) -> str:
    return _MARKS.sub("", _NOTE.sub("", bare(defused(text)))).lower()


def _turned(block: str) -> str:
    """Return the text with pairs of straight marks as “ and ”."""
    characters = list(block)
    for line in re.finditer(r"[^\n]+", block):
        marks = [m.start() for m in _STRAIGHT.finditer(block, *line.span())]
        if len(marks) % 2:
            # A screen of 6" may be what is odd.
            marks = [m.start() for m in _NOT_INCHES.finditer(block, *line.span())]
        if len(marks) % 2 == 0:
            for count, place in enumerate(marks):
                characters[place] = "“”"[count % 2]
    return "".join(characters)


def _spans(block: str) -> list[tuple[int, int]]:
    """Return (start, end) of the outer pairs of marks, the 《》 of titles left out."""
    opened: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for place, character in enumerate(block):
        if character in _CLOSING:
            opened.append((_CLOSING[character], place))
        while any(closing == character for closing, _ in opened):
            closing, start = opened.pop()
            if closing == character:
                pairs.append((start, place + 1))
                break
    outer = [(a, b) for a, b in pairs if not any(c < a and b < d for c, d in pairs)]
    return sorted((a, b) for a, b in outer if block[a] != "《")
