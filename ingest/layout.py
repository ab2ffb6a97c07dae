"""Lines of a converted magazine: markup, traces of pictures, and paragraphs torn apart by page breaks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.numbering import marker
from rag.locator.numerals import NUMERAL

_HEADING = re.compile(r"(#{1,6})\s+")
_ITEM = re.compile(r"[-*+]\s+(?=\S)")
_LEFTOVER = re.compile(
    r"(扫描?二维码)?(阅读|查看)?(原文|全文)?|扫码\w{0,6}|新媒体|<!--.*-->|!\[[^\]]*\]\([^)]*\)|[-*_=]{3,}|\d{1,4}|[-—]?\d{1,4}[-—]"
)
CAPTION = re.compile(r"(图|表|附图|附表)\s*[\d一二三四五六七八九十]+")
_NEXT_ARTICLE = re.compile(rf"(?<=[。；：])\s+(?=第{NUMERAL}+条\s)")
_FINISHED = "。！？；：:;.!?…）)”」』】》〕]"
_MAX_HEADING = 40
_MAX_PLAIN = 20
"""Of a heading that neither a mark nor a number shows."""
_MAX_DOUBLED = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A non-blank line without its markup."""

    number: int
    """1-based in the source."""
    text: str
    level: int
    """Number of # in front; 0 without."""
    bold: bool
    """The whole line is bold."""
    item: bool
    """A list item of markdown."""

    @property
    def is_trace(self) -> bool:
        """A trace of a picture or of layout, not text of the document: 扫描二维码, a rule, a page number."""
        return _LEFTOVER.fullmatch(re.sub(r"\s", "", self.text)) is not None

    @property
    def is_heading(self) -> bool:
        """Short and without the end of a sentence, apart from one at its own end after a number."""
        if len(self.text) > _MAX_HEADING or CAPTION.match(self.text):
            return False
        if self.level or self.bold:
            return True
        body = self.text.rstrip("。：:")
        found = marker(self.text)
        if re.search(r"[。；;！？]", body) or (found and found.kind == "article"):
            return False
        if found is None:
            return (
                len(self.text) <= _MAX_PLAIN
                and self.text[-1] not in _FINISHED
                and not re.search("[，、,]", self.text)
            )
        return body != self.text or self.text[-1] not in _FINISHED + "，、,"

    @property
    def is_finished(self) -> bool:
        """The sentence ends with the line."""
        return self.text[-1] in _FINISHED


def lines_of(source: Sequence[str]) -> list[Line]:
    """Return the non-blank lines of a source without markup."""
    found: list[Line] = []
    for number, raw in enumerate(source, 1):
        text = raw.replace("\u3000", " ").strip().removeprefix("\ufeff")
        heading, item = _HEADING.match(text), _ITEM.match(text)
        text = text[heading.end() :] if heading else text[item.end() :] if item else text
        bold = text.startswith("**") and text.endswith("**") and text.count("**") == 2
        text = text.replace("**", "").strip()
        level = len(heading.group(1)) if heading else 0
        found.extend(Line(number, part, level, bold, bool(item)) for part in _articles_apart(text))
    return found


def _articles_apart(text: str) -> list[str]:
    """Part a line on which whole articles follow each other, as when a copied text has lost its line ends."""
    parts: list[str] = []
    last = None
    for piece in _NEXT_ARTICLE.split(text) if text else ():
        found = marker(piece)
        article = found if found and found.kind == "article" else None
        if parts and not (last and article and article.number == last.number + 1):
            parts[-1] += " " + piece
            continue
        parts.append(piece)
        last = article
    return parts


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that were one paragraph before the page break."""

    text: str
    doubled: tuple[tuple[int, str], ...]
    """(line, characters) that were printed again at a join and dropped once."""


class Joiner:
    """Decides which lines continue the line before, with the words of the whole source as evidence."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._text = "\n".join(line.text for line in lines)

    def continues(self, before: Line, line: Line, items: bool = False) -> bool:
        """Tell whether a line that carries no label goes on with the sentence of the line before.

        Args:
            before: The line before.
            line: The line in question.
            items: Numbers are list items, as inside an article; so only a short line of that kind is a heading.
        """
        heading = before.is_heading and not (items and len(before.text) > _MAX_PLAIN)
        if heading or before.level or line.level or line.item:
            return False
        if CAPTION.match(before.text) or CAPTION.match(line.text) or "|" in (before.text[-1], line.text[0]):
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
            if tail + after[: size + 1] not in self._text and restored in self._text:
                return tail
        return ""

    def paragraphs(self, lines: Sequence[tuple[Line, str]], items: bool = False) -> list[Paragraph]:
        """Join (line, its text without label) into paragraphs; no lines give none. `items` as in `continues`."""
        out: list[Paragraph] = []
        before: Line | None = None
        for line, text in lines:
            label = marker(line.text)
            # An article inside another unit is a reference whose sentence was torn.
            prose = label is None or label.kind == "article"
            if out and text and prose and before is not None and self.continues(before, line, items):
                out[-1] = self._joined(out[-1], line.number, text)
            elif text:
                out.append(Paragraph(text, ()))
            before = line
        return out

    def _joined(self, last: Paragraph, number: int, text: str) -> Paragraph:
        twice = self.doubled(last.text, text)
        first = last.text
        if twice and _torn(first, text):
            first, twice, text = first[:-1], first[-1] + twice, text[1:]
        else:
            text = text[len(twice) :]
        gap = " " if re.match(r"[A-Za-z]", text) and re.search(r"[A-Za-z,]$", first) else ""
        doubled = (*last.doubled, (number, twice)) if twice else last.doubled
        return Paragraph(first + gap + text, doubled)


def _torn(before: str, after: str) -> bool:
    """Tell whether a full stop was printed in mid-sentence (成果转化。｜化和产业应用)."""
    return (
        len(before) > 2
        and before[-1] == "。"
        and re.match(re.escape(before[-2]) + "[和与及、，的等]", after) is not None
    )
