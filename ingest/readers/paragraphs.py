"""Paragraphs as the readers of formatted files give them, and how one becomes a line of text."""

import re
from dataclasses import dataclass, replace

from ingest.numbering import marker

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060\ufeff\x00-\x08\x0c\x0e-\x1f]")
_BLANKS = re.compile(r"[^\S\u3000\n]+")
_INDENT = re.compile(r"(?:[^\S\n]{2}|\u3000)")
_FINISHED = re.compile(r"[。！？；：:;!?…][）)】」』”》]*$")
_BRACKET_END = re.compile(r"[）)】]$")
_OWN_LINE = re.compile(
    r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[\u4e00-\u9fff]{1,14}\s*[〔\[［(（]\s*\d{4}\s*[〕\]］)）]\s*第?\s*\d+\s*号"
)
"""A date or a document number: never the rest of the line above."""
_UNIT = re.compile(r"第.+[编章节条款项]")
MAX_LEVEL = 6
_FULL = 0.85
_MIN_FULL = 25


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A whole paragraph, or a row of a table."""

    text: str
    """With a line feed for each break that was typed in it, until `settled`."""
    level: int = 0
    """Of a heading, from 1; 0 for text."""
    bullet: bool = False
    cells: tuple[str, ...] = ()
    """Of a row; `text` is then what they hold, joined by blanks."""

    def settled(self, full_only: bool = False) -> "list[Paragraph]":
        """Return the paragraphs that this one is printed as, by `divided`; a row is one."""
        if self.cells:
            return [self]
        pieces = divided(self.text, full_only)
        first = [replace(self, text=piece) for piece in pieces[:1]]
        return first + [Paragraph(piece) for piece in pieces[1:]]

    @property
    def line(self) -> str:
        """The paragraph as a line with the marks of markdown."""
        if self.cells:
            return re.sub(r"\|\s+(?=\|)", "| ", "| " + " | ".join(self.cells) + " |")
        if self.level:
            return "#" * min(self.level, MAX_LEVEL) + " " + self.text
        return "- " * self.bullet + self.text


def tidy(text: str) -> str:
    """Return a text with single blanks and without invisible characters; wide blanks inside stay as printed."""
    return _BLANKS.sub(" ", _INVISIBLE.sub("", text)).strip()


def divided(text: str, full_only: bool = False) -> list[str]:
    """Part a paragraph at those of its line breaks that begin a new one, and join the rest.

    Args:
        text: With a line feed for each break.
        full_only: Only a line that is as full as the longest goes on in the next, as where text was wrapped by hand;
            others stand alone. Without it every line goes on that does not end a sentence.

    Returns:
        The non-blank paragraphs, tidied.
    """
    lines = [line for line in _INVISIBLE.sub("", text).split("\n") if tidy(line)]
    width = max((len(tidy(line)) for line in lines), default=0)
    full = max(_MIN_FULL, _FULL * width) if full_only else 0
    found: list[str] = []
    for before, line in zip(["", *lines], lines, strict=False):
        piece = tidy(line)
        whole = len(tidy(before)) < full or (full_only and _BRACKET_END.search(tidy(before)))
        if found and _goes_on(found[-1], line) and (not whole or _is_label(found[-1])):
            found[-1] += _gap(found[-1], piece) + piece
        else:
            found.append(piece)
    return found


def _goes_on(before: str, line: str) -> bool:
    """Tell whether a line can be the rest of what stands before it."""
    piece = tidy(line)
    if marker(piece) is not None:
        return False
    if _is_label(before):
        return True
    own = any(_OWN_LINE.fullmatch(text) for text in (before, piece))
    return not (own or _FINISHED.search(before) or _INDENT.match(line))


def _is_label(text: str) -> bool:
    label = marker(text)
    return label is not None and not label.rest


def _gap(before: str, after: str) -> str:
    latin = (
        before[-1].isascii() and after[0].isascii() and before[-1] not in "-/" and before[-1].isprintable()
    )
    return " " if latin or _is_label(before) else ""


def labelled(label: str, text: str, apart: bool = True) -> str:
    """Put a generated number in front of its text.

    Args:
        label: As printed: 第一条, （一）, 1.
        text: The paragraph.
        apart: A blank or a tab is printed between them.

    Returns:
        Both, with a blank only after 第一条 and where the number would run into the text (1. 5G, 第一章 规划).
    """
    apart = apart or label != label.rstrip()
    label = tidy(label)
    text = text.lstrip()
    if not label or not text:
        return label or text
    latin = label[-1].isascii() and (label[-1].isalnum() or label[-1] == ".")
    blank = apart and (latin or _UNIT.fullmatch(label) is not None)
    return label + " " * (blank or (latin and text[0].isascii()) or _is_lost(label, text)) + text


def _is_lost(label: str, text: str) -> bool:
    """Tell whether a label is no longer seen as one when its text follows it closely: 第一章规划."""
    clear, close = marker(f"{label} {text}"), marker(label + text)
    return clear is not None and (close is None or close.label != clear.label)
