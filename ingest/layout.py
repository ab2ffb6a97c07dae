"""Lines of a source without their markup: headings, list items, rows of tables, traces of pictures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.clause.wrapping import joins_of
from ingest.numbering import RARE, Marker, marker
from rag.locator.numerals import NUMERAL

_HEADING = re.compile(r"(#{1,6})\s+")
_ITEM = re.compile(r"[-*+]\s+(?=\S)")
_UNDERLINE = re.compile(r"(={3,}|-{3,})")
_LEFTOVER = re.compile(
    r"(扫描?二维码)?(阅读|查看)?(原文|全文)?|扫码\w{0,6}|新媒体|<!--.*-->|!\[[^\]]*\]\([^)]*\)|[-*_=]{3,}|#{1,6}|`{3,}\w*"
    r"|\d{1,4}|[-—]?\d{1,4}[-—]|第\d{1,4}页(共\d{1,4}页)?|\|?(:?-{2,}:?\|)+(:?-{2,}:?)?|(?i:page)\d{1,4}(of\d{1,4})?"
)
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
_MAX_TRACE = 40
CAPTION = re.compile(r"(图|表|附图|附表)\s*[\d一二三四五六七八九十]+|(Figure|Table)\s+\d")
_NEXT_ARTICLE = re.compile(rf"(?<=[。；：])\s*(?=第{NUMERAL}+条\s)")
_HAN = re.compile(r"[\u3400-\u9fff]")
_FINISHED = frozenset("。！？；：:;.!?…）)”」』】》〕]|")
_SENTENCE_END = re.compile(r"[。；;！？]|[.!?]\s+(?=[A-Z])")
_MAX_HEADING = 40
_MAX_PLAIN = 20
"""Of a heading that neither a mark nor a number shows."""
_LATIN_FACTOR = 2
"""How much longer a heading may be in Latin letters."""


@dataclass(frozen=True, slots=True)
class Line:
    """A non-blank line without its markup."""

    number: int
    """1-based in the source."""
    text: str
    level: int
    """Number of # in front, 1 or 2 for a line that is underlined; 0 without."""
    bold: bool
    """The whole line is bold."""
    item: bool
    """A list item of markdown."""
    label: Marker | None = None
    """The label that it starts with; None inside a table or a line that goes on with the one before."""
    joined: bool | None = None
    """Goes on with the line before; None when only its words can tell."""
    is_trace: bool = False
    """A trace of a picture or of layout, not text of the document: 扫描二维码, a rule, a page number."""
    is_heading: bool = False
    """Short and without the end of a sentence, apart from one at its own end after a number."""

    @property
    def is_row(self) -> bool:
        """A row of a table: | a | b |."""
        return self.text[0] == "|" == self.text[-1]

    @property
    def is_finished(self) -> bool:
        """The sentence ends with the line."""
        return self.text[-1] in _FINISHED


def lines_of(source: Sequence[str], whole: bool = False) -> list[Line]:
    """Return the non-blank lines of a source without markup.

    Args:
        source: Lines as a reader gives them.
        whole: Each is a paragraph, so none goes on with the one before; otherwise lines of a text that was wrapped at
            a fixed width are recognised.
    """
    found: list[Line] = []
    joins = {} if whole else joins_of(source)
    levels = _underlined(source)
    for number, raw in enumerate(source, 1):
        text = raw.strip().strip(_INVISIBLE).replace("\u3000", " ").strip()
        if not text:
            continue
        heading, item = _HEADING.match(text), _ITEM.match(text)
        text = text[heading.end() :] if heading else text[item.end() :] if item else text
        bold = text.startswith("**") and text.endswith("**") and text.count("**") == 2
        if "**" in text:
            text = text.replace("**", "").strip()
        level = len(heading.group(1)) if heading else levels.get(number, 0)
        joined = False if whole else joins.get(number)
        for part in (text,) if joined and text else _articles_apart(text):
            found.append(_line(number, part, level, bold, bool(item), joined))
            joined = False
    return found


def _line(number: int, text: str, level: int, bold: bool, item: bool, joined: bool | None) -> Line:
    row = text[0] == "|" == text[-1]
    label = None if joined or row else marker(text, rare=True)
    trace = _is_trace(text)
    heading = not (joined or row or trace) and _is_heading(text, label, bool(level or bold))
    return Line(number, text, level, bold, item, label, joined, trace, heading)


def _underlined(source: Sequence[str]) -> dict[int, int]:
    """Return the lines that a line of === (level 1) or --- (level 2) makes headings."""
    found: dict[int, int] = {}
    for number, raw in enumerate(source):
        if raw[:1] in "=-" and raw and number and _UNDERLINE.fullmatch(raw.strip()):
            above = source[number - 1].strip()
            if (
                above
                and len(above) <= _MAX_HEADING
                and above[-1] not in "。；;，,：:|"
                and above[0] not in "#|-="
            ):
                found[number] = 1 if raw[0] == "=" else 2
    return found


def _is_trace(text: str) -> bool:
    if len(text) > _MAX_TRACE and text[0] not in "<!-*_=|`":
        return False
    return _LEFTOVER.fullmatch(re.sub(r"\s", "", text)) is not None


def _is_heading(text: str, label: Marker | None, marked: bool) -> bool:
    if len(text) > _MAX_HEADING * _LATIN_FACTOR and text[-1] != "》":
        return False
    factor = 1 if _HAN.search(text) else _LATIN_FACTOR
    if heading_length(text) > _MAX_HEADING * factor or CAPTION.match(text):
        return False
    if marked:
        return True
    words = text if label is None else label.rest
    body = words.rstrip("。：:")
    if (label is not None and label.kind == "article") or _SENTENCE_END.search(body):
        return False
    if label is not None and label.kind not in RARE:
        return body != words or (text[-1] not in _FINISHED and text[-1] not in "，、,")
    if factor > 1 and not _is_title_case(words):
        return False
    return len(words) <= _MAX_PLAIN * factor and text[-1] not in _FINISHED and not re.search("[，、,]", words)


def heading_length(text: str) -> int:
    """Return the length of a heading; of a title at its end, 一、修改《……》, only the brackets count."""
    return len(re.sub("《[^》]*》", "《》", text)) if text.endswith("》") else len(text)


def _is_title_case(text: str) -> bool:
    """Longer English words begin with capitals."""
    words = [w for w in re.findall("[A-Za-z]+", text) if len(w) > 3]
    return bool(words) and all(w[0].isupper() for w in words)


def _articles_apart(text: str) -> list[str]:
    """Part a line on which whole articles follow each other, as when a copied text has lost its line ends."""
    if text[:1] != "第" or not _NEXT_ARTICLE.search(text):
        return [text] if text else []
    parts: list[str] = []
    last = None
    for piece in _NEXT_ARTICLE.split(text):
        found = marker(piece)
        article = found if found and found.kind == "article" else None
        if parts and not (last and article and article.number == last.number + 1):
            parts[-1] += " " + piece
            continue
        parts.append(piece)
        last = article
    return parts
