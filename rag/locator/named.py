"""Places that a question names by number: 第十二条, 第二编第一分编第四章, 三（一）, 附件1, Article 5."""

import re
from dataclasses import dataclass

from rag.locator.numerals import NUMERAL, to_int
from rag.locator.pinpoint import Pinpoint, split_pinpoint
from rag.locator.place import DIVISIONS, Part, english_part

_STYLES = (*DIVISIONS, "条", "部")
_PLACE = re.compile(
    rf"第\s*({NUMERAL}(?:\s?{NUMERAL}){{0,11}})\s*"
    # Not 第一章程, 第二节课, 第三条生产线, 第一部法律, 第一段时间.
    r"(分编|编|章(?!程)|节(?!课)|条(?!生产线)|部分|部(?=[^\u4e00-\u9fff]|[第的讲说规里中]|$)|段(?!时|路))"
    rf"(?:\s*之\s*({NUMERAL}{{1,12}}))?"
)
_PINPOINT = re.compile(
    rf"(?:第?\s*(?:[（(]\s*{NUMERAL}{{1,12}}\s*[）)]|{NUMERAL}(?:\s?{NUMERAL}){{0,11}})\s*(?:[款目]|项(?!目))\s*)+"
)
_ENGLISH = re.compile(r"\b(article|chapter|section|part|annex|appendix)\s+(\d+|[IVX]+)\b", re.IGNORECASE)
_ANNEX = re.compile(rf"附[件录表]\s*({NUMERAL}{{1,12}})")
_OUTLINE = re.compile(
    r"(?<![第零一二三四五六七八九十百])([一二三四五六七八九十]{1,3})\s*[、/]?\s*[（(]([一二三四五六七八九十]{1,3})[）)]"
)
_BRACKETED = re.compile(r"第\s*[（(]\s*([一二三四五六七八九十]{1,3}|\d{1,2})\s*[）)]\s*(?:条|项|点|款|部分)?")


@dataclass(frozen=True, slots=True)
class Named:
    """A place that a question names."""

    parts: tuple[Part | tuple[str, int, int], ...]
    """Of a locator, outermost first, as (style, number, sub-number)."""
    pinpoint: Pinpoint | None = None
    """The 款, 项 and 目 named after an article."""


def named_places(text: str) -> list[Named]:
    """Return the places that a text names; 第二章第五条 is one, 第五条和第六条 are two, a text without numbers has none."""
    text = re.sub(r"《[^《》]*》", " ", text)
    found = _numbered(text)
    found += [
        Named((Part("", to_int(m[1])), Part("（", to_int(m[2]))))
        for m in _OUTLINE.finditer(text)
        if not text.startswith("项", m.end())
    ]
    if not found:
        # Inside an article, 第（三）项 is a pinpoint; alone it is a unit of an outline.
        found += [Named((Part("（", to_int(m[1])),)) for m in _BRACKETED.finditer(text)]
    found += [Named((Part("附件", to_int(m[1])),)) for m in _ANNEX.finditer(text)]
    found += [Named((english_part(m[1], m[2]),)) for m in _ENGLISH.finditer(text)]
    return found


def _numbered(text: str) -> list[Named]:
    found: list[Named] = []
    above: tuple[Part, ...] = ()
    end = -1
    for match in _PLACE.finditer(text):
        style = "部" if match[2] == "部分" else match[2]
        part = Part(style, to_int(match[1]), to_int(match[3]) if match[3] else 0)
        if match.start() == end and above and _is_under(style, above[-1].style):
            found.pop()
            above = (*above, part)
        else:
            above = (part,)
        end = match.end()
        pin = _PINPOINT.match(text, end) if style == "条" else None
        found.append(Named(above, split_pinpoint(pin.group())[1] if pin else None))
    return found


def _is_under(style: str, above: str) -> bool:
    if style in ("部", "段") or above == "段":
        return False
    return _STYLES.index(style) > _STYLES.index(above)
