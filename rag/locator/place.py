"""Labels as numbers: 第十二条之一, 第12条 and Article 12 are one place, whatever they are printed like."""

import re
from functools import lru_cache
from typing import NamedTuple

from rag.locator.numerals import NUMERAL, to_chinese, to_int
from rag.text import bare

DIVISIONS = ("编", "分编", "章", "节")
"""Styles above the articles, outermost first."""
UNKNOWN = "?"
_ENGLISH_STYLES = {
    "book": "编", "title": "编", "part": "部", "chapter": "章", "section": "节", "article": "条", "annex": "附件",
    "appendix": "附件", "schedule": "附件",
}  # fmt: skip
_NUMBERED = re.compile(rf"第({NUMERAL}+)(分编|编|章|节|条|部|段)分?(?:之({NUMERAL}+))?")
_TRADITIONAL = str.maketrans("編節條", "编节条")
_ANNEX = re.compile(rf"(附[件录表])({NUMERAL}+)(?!\d)")
_OUTLINE = re.compile(rf"(\()?({NUMERAL}+)\)?")
_ENGLISH = re.compile(rf"({'|'.join(_ENGLISH_STYLES)})\.?(\d+|[IVXLC]+)\b[.:]?", re.IGNORECASE)
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


class Part(NamedTuple):
    """One label of a locator."""

    style: str
    """编 分编 章 节 条 部 段 附件; （ with brackets, empty without; UNKNOWN when it has no number."""
    number: int
    sub: int = 0
    """The 一 of 第十二条之一."""


def roman(text: str) -> int:
    """Return the value of a Roman numeral below 400."""
    values = [_ROMAN[c] for c in text.upper()]
    return sum(-v if i + 1 < len(values) and v < values[i + 1] else v for i, v in enumerate(values))


def english_part(word: str, number: str) -> Part:
    """Return the place of `Article 5` or `Chapter II`, given as word and number."""
    return Part(_ENGLISH_STYLES[word.lower()], int(number) if number.isdigit() else roman(number))


@lru_cache(maxsize=20_000)
def part_of(label: str) -> Part:
    """Return style and numbers of a label; style UNKNOWN when it has none."""
    plain = bare(label).translate(_TRADITIONAL)
    if found := _NUMBERED.fullmatch(plain):
        return Part(found[2], to_int(found[1]), to_int(found[3]) if found[3] else 0)
    if found := _ANNEX.match(plain):
        return Part("附件", to_int(found[2]))
    if found := _OUTLINE.fullmatch(plain):
        return Part("（" if found[1] else "", to_int(found[2]))
    if found := _ENGLISH.fullmatch(plain):
        return english_part(found[1], found[2])
    return Part(UNKNOWN, 0)


@lru_cache(maxsize=50_000)
def parts_of(locator: str) -> tuple[Part, ...]:
    """Return the parts of a locator, outermost first."""
    return tuple(part_of(label) for label in locator.split("/"))


@lru_cache(maxsize=50_000)
def key_of(place: str) -> str:
    """Return the one spelling of a label or locator under which places are compared: 第 10 条 → 第十条."""
    return "/".join(_spelling(label) for label in place.split("/"))


def _spelling(label: str) -> str:
    part = part_of(label)
    if part.style == UNKNOWN or not 0 < part.number < 10_000:
        return bare(label)
    number = to_chinese(part.number)
    if part.style in ("", "（"):
        return f"（{number}）" if part.style else number
    if part.style == "附件":
        return part.style + number
    unit = "部分" if part.style == "部" else part.style
    return f"第{number}{unit}" + (f"之{to_chinese(part.sub)}" if 0 < part.sub < 10_000 else "")
