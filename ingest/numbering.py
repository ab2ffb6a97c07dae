"""Labels at the start of a line: 第三章, 第十四条, 一、, （一）, 1., （1）, 1）, ①, 趋势一."""

import re
from dataclasses import dataclass
from typing import Literal

from rag.locator.numerals import NUMERAL, to_int
from rag.text import wide_brackets

Kind = Literal[
    "title", "book", "subbook", "part", "chapter", "section", "article", "han", "trend", "han_bracket", "two_digits",
    "arabic", "arabic_bracket", "arabic_half", "circled",
]  # fmt: skip
RANKS: dict[Kind, int] = {
    "title": 0, "book": 1, "subbook": 2, "part": 3, "chapter": 4, "section": 5, "article": 6, "han": 7, "trend": 8,
    "han_bracket": 9, "two_digits": 10, "arabic": 11, "arabic_bracket": 12, "arabic_half": 13, "circled": 14,
}  # fmt: skip
"""Lower stands above. Heading marks of converted magazines are random; the style of a number is the only guide."""
DIVISIONS: frozenset[Kind] = frozenset({"book", "subbook", "part", "chapter", "section"})

_DI = rf"第\s*(?P<number>{NUMERAL}(?:\s?{NUMERAL})*)\s*"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("subbook", re.compile(rf"{_DI}分编(?=\s|$|[^的规])")),
    ("book", re.compile(rf"{_DI}编(?=\s|$|[^的规制])")),
    ("part", re.compile(rf"{_DI}部分?(?=\s|$|：)")),
    ("chapter", re.compile(rf"{_DI}章(?=\s|$|[^的规节第、至和])")),
    ("section", re.compile(rf"{_DI}节(?=\s|$|[^的规第、至和])")),
    ("article", re.compile(rf"{_DI}条(?P<sub>(?:\s*之\s*{NUMERAL}+)?)(?=\s|$|[^、至和的])")),
    ("han", re.compile(rf"(?P<number>{NUMERAL.replace('0-9０-９', '')}+)\s*[、．.，](?=.)")),
    ("trend", re.compile(r"(?P<word>[\u4e00-\u9fff]{2})(?P<number>[一二三四五六七八九十]+)\s*[：:](?=.)")),
    ("han_bracket", re.compile(r"[（(]\s*(?P<number>[零〇一二三四五六七八九十百]+)\s*[）)]")),
    ("arabic_bracket", re.compile(r"[（(]\s*(?P<number>\d{1,3})\s*[）)]")),
    ("two_digits", re.compile(r"(?P<number>0\d|10)\s+(?=[^\d\s年月日])")),
    # 17.2020 年 is item 17, 3.5 亿 is a number.
    ("arabic", re.compile(r"(?P<number>\d{1,3})\s*(?:[.．](?!\d)|[.．](?=(?:19|20)\d\d\s*年)|、)(?=.)")),
    ("arabic_half", re.compile(r"(?P<number>\d{1,3})\s*[）)](?=.)")),
    ("circled", re.compile(r"(?P<number>[①-⑳])")),
)


@dataclass(frozen=True, slots=True)
class Marker:
    """A label found at the start of a line."""

    kind: Kind
    number: int
    sub: int
    """The 一 of 第十二条之一; 0 without."""
    label: str
    """As printed, without 、 . ：, brackets full-width, blanks removed."""
    rest: str
    """The line after the label."""

    @property
    def rank(self) -> int:
        """Depth of this style of number; lower stands above."""
        return RANKS[self.kind]


def marker(text: str) -> Marker | None:
    """Return the label that a line without markup starts with, or None."""
    for kind, pattern in _PATTERNS:
        match = pattern.match(text)
        if match is None:
            continue
        groups = match.groupdict()
        number = ord(groups["number"]) - ord("①") + 1 if kind == "circled" else to_int(groups["number"])
        sub = to_int(groups["sub"].replace("之", "")) if groups.get("sub") else 0
        label = wide_brackets(match.group()).rstrip("、．.，：:")
        return Marker(kind, number, sub, label, text[match.end() :].strip())
    return None
