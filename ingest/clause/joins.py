"""Paragraphs that page breaks tore apart, put together again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.clause.sequence import rare_kinds
from ingest.layout import CAPTION, Line
from ingest.numbering import RARE
from rag.text import is_chinese

_MAX_DOUBLED = 8
_MAX_PLAIN = 20
_NEAR = 20
_ENTRY = re.compile("[\u4e00-\u9fff]{1,6}[：:]")
_MAX_ENTRY = 30


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that were one paragraph before the page break."""

    text: str
    first: int
    """Number of its first line."""
    last: int
    doubled: tuple[tuple[int, str], ...] = ()
    """(line, characters) that were printed again at a join and dropped once."""


class Joiner:
    """Decides which lines continue the line before, with the words of the whole source as evidence."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._rare = rare_kinds(lines)
        self._text: str | None = None

    def continues(self, before: Line, line: Line, items: bool = False) -> bool:
        """Tell whether a line that carries no label goes on with the sentence of the line before.

        Args:
            before: The line before.
            line: The line in question.
            items: Numbers are list items, as inside an article; so only a short line of that kind is a heading.
        """
        if line.joined is not None:
            return line.joined
        if before.text[:2] == line.text[:2] or (len(before.text) <= _MAX_ENTRY and _ENTRY.match(before.text)):
            # Entries of a list or of a form.
            return False
        heading = before.is_heading and not (items and len(before.text) > _MAX_PLAIN)
        if heading or before.level or line.level or line.item:
            return False
        if (
            _is_caption(before)
            or "|" in (before.text[-1], line.text[0])
            or CAPTION.match(before.text)
            or CAPTION.match(line.text)
        ):
            return False
        return not before.is_finished or _torn(before.text, line.text)

    def doubled(self, before: str, after: str) -> str:
        """Return the characters that end one half and begin the other by mistake, or an empty string.

        A single character counts only when the word that it would restore stands elsewhere in the source
        (通过公｜公共: 过公共), and a doubled string that stands doubled elsewhere (往往) is language, not a mistake.
        """
        if _torn(before, after):
            return before[-2:-1]
        for size in range(min(_MAX_DOUBLED, len(before), len(after) - 1), 0, -1):
            tail = before[-size:]
            if not after.startswith(tail) or not tail.isalnum() or tail.isdigit():
                continue
            restored = before[-2:] + after[1] if size == 1 else tail
            if not self._stands(tail + after[: size + 1]) and self._stands(restored):
                return tail
        return ""

    def _stands(self, words: str) -> bool:
        if self._text is None:
            self._text = "\n".join(line.text for line in self._lines)
        return words in self._text

    def paragraphs(self, lines: Sequence[tuple[Line, str]], items: bool = False) -> list[Paragraph]:
        """Join (line, its text without label) into paragraphs; no lines give none. `items` as in `continues`."""
        out: list[Paragraph] = []
        before: Line | None = None
        for line, text in lines:
            # An article inside another unit is a reference whose sentence was torn, 3.5 of 3.5亿 a number.
            kind = line.label.kind if line.label else None
            prose = kind is None or kind == "article" or (kind in RARE and kind not in self._rare)
            if out and text and prose and before is not None and self.continues(before, line, items):
                out[-1] = self._joined(out[-1], line, text)
            elif text:
                out.append(Paragraph(text, line.number, line.number))
            before = line
        return out

    def _joined(self, last: Paragraph, line: Line, text: str) -> Paragraph:
        twice = "" if line.joined else self.doubled(last.text, text)
        first = last.text
        if twice and _torn(first, text):
            first, twice, text = first[:-1], first[-1] + twice, text[1:]
        else:
            text = text[len(twice) :]
        gap = " " if _are_words(first, text) else ""
        doubled = (*last.doubled, (line.number, twice)) if twice else last.doubled
        return Paragraph(first + gap + text, last.first, line.number, doubled)


def _is_caption(line: Line) -> bool:
    """Tell whether a line is an article's number and title, 第1条 服务内容, and not torn text."""
    label = line.label
    if label is None or label.kind not in ("article", "section") or line.is_finished:
        return False
    if not is_chinese(label.rest):
        return label.rest.istitle()
    return len(label.rest) <= _MAX_PLAIN and not re.search("[，、,；。]", label.rest)


def _torn(before: str, after: str) -> bool:
    """Tell whether a full stop was printed in mid-sentence (成果转化。｜化和产业应用)."""
    return (
        len(before) > 2
        and before[-1] == "。"
        and after[:1] == before[-2]
        and after[1:2] != ""
        and after[1] in "和与及、，的等"
    )


def _are_words(before: str, after: str) -> bool:
    """Tell whether a blank stood between two halves of a line: between English words, never inside a number."""
    if not (before[-1:] + after[:1]).isascii():
        return False
    if re.match(r"[A-Za-z]", after) and re.search(r"[A-Za-z,]$", before):
        return True
    return (before[-_NEAR:] + after[:_NEAR]).isascii() and not before.endswith("-")
