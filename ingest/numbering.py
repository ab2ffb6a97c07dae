"""Labels at the start of a line: 第三章, 第十四条, 一、, （一）, 1., 1.1, ①, 趋势一, Article 5, Chapter II."""

import re
from dataclasses import dataclass
from typing import Literal

from ingest.clause.values import ROMAN, WORDS, decimal_path, value_of
from rag.locator.numerals import NUMERAL, to_int

Kind = Literal[
    "book", "subbook", "part", "chapter", "section", "article", "formal", "roman", "letter", "stem", "han", "trend",
    "han_bracket", "two_digits", "bare", "arabic", "decimal", "arabic_bracket", "arabic_half", "circled",
]  # fmt: skip
RANKS: dict[Kind, int] = {
    "book": 10, "subbook": 20, "part": 30, "chapter": 40, "section": 50, "article": 60, "formal": 62, "roman": 64,
    "letter": 66, "stem": 68, "han": 70, "trend": 80, "han_bracket": 90, "two_digits": 100, "bare": 108, "arabic": 110,
    "decimal": 110, "arabic_bracket": 120, "arabic_half": 130, "circled": 140,
}  # fmt: skip
"""Lower stands above. Heading marks of converted magazines are random; the style of a number is the only guide."""
DIVISIONS: frozenset[Kind] = frozenset({"book", "subbook", "part", "chapter", "section"})
RARE: frozenset[Kind] = frozenset({"formal", "roman", "letter", "stem", "bare", "decimal"})
"""Styles that other things look like, as `A. Smith`, 甲、 of 甲、乙双方 and 3.5亿: a text has at least two in a row or none."""

_HAN = "零〇○一二两三四五六七八九十百千"
_ARABIC = "0123456789０１２３４５６７８９"
_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_STEM, _FORMAL = "甲乙丙丁戊己庚辛壬癸", "壹贰叁肆伍陆柒捌玖拾"
_DI = rf"[第笫]\s*(?P<number>{NUMERAL}(?:\s?{NUMERAL})*)\s*"
_D = f"[{_ARABIC}]"
# What follows the number of an article that is only referred to: 第十条的规定, 第十条第二款.
_REFERRED = r"[、至和的或及与之]|第\s*[（(]?[0-9一二三四五六七八九十]+[）)]?[款项条項]|规定|規定|所[列称述规稱規訂指]|以[上下外内]"
_NUMBER = rf"(?P<number>[0-9]{{1,4}}|{ROMAN}|{WORDS})"
_NUMBER_OR_LETTER = rf"(?P<number>[0-9]{{1,4}}|{ROMAN}|{WORDS}|[A-Z])"
# After an English label comes a mark, the end, or a word that can begin a heading: not `Article 5 of this Law`.
_END = (
    r"(?:\s*[.:：—–]+(?=\s|$|[（(\"“A-Z\u4e00-\u9fff])\s*|\s*-\s+|$|\s+(?=[A-Z\"“‘\[\u4e00-\u9fff])"
    r"|\s+(?=[（(](?![A-Za-z0-9]+[）)]\s*(?:of|and|or|to|,)\s)))"
)
_PATTERNS: tuple[tuple[Kind, str, str], ...] = (
    ("subbook", "第笫", rf"{_DI}分[编編](?=\s|$|[^的规])"),
    ("book", "第笫", rf"{_DI}[编編](?=\s|$|[^的规制])"),
    ("part", "第笫", rf"{_DI}部分?(?=\s|$|：)"),
    ("chapter", "第笫", rf"{_DI}章(?=\s|$|[^的规节第、至和])"),
    ("section", "第笫", rf"{_DI}[节節](?=\s|$|[^的规第、至和])"),
    ("article", "第笫", rf"{_DI}[条條](?P<sub>(?:\s*之\s*{NUMERAL}+)?)(?!{_REFERRED})"),
    # Of Hong Kong: 第8A條.
    ("article", "第", rf"{_DI}(?P<sub>[A-Z]{{1,2}})\s*[条條](?!{_REFERRED})"),
    ("book", "B", rf"B(?i:ook)\s+{_NUMBER_OR_LETTER}{_END}"),
    ("part", "PTD", rf"(?:P(?i:art)|T(?i:itle)|D(?i:ivision))\s+{_NUMBER_OR_LETTER}{_END}"),
    ("chapter", "C", rf"C(?i:hapter)\s+{_NUMBER}{_END}"),
    ("section", "S§", rf"(?:S(?i:ection)\s|S(?i:ec)\.|§)\s*{_NUMBER}(?P<sub>[A-Z]?){_END}"),
    ("article", "A", rf"A(?i:rticle\s|rt\.)\s*{_NUMBER}(?P<sub>[A-Z]?){_END}"),
    ("formal", _FORMAL, rf"(?P<number>[{_FORMAL}]{{1,3}})\s*[、．.](?=.)"),
    ("stem", _STEM, rf"(?P<number>[{_STEM}])\s*[、．.](?=[^{_STEM}])"),
    ("han", _HAN, rf"(?P<number>[{_HAN}]+)\s*[、．.，](?=.)"),
    ("han_bracket", "（(", r"[（(]\s*(?P<number>[零〇一二三四五六七八九十百]+)\s*[）)]"),
    ("han_bracket", "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩", "(?P<number>.)"),
    ("arabic_bracket", "（(", rf"[（(]\s*(?P<number>{_D}{{1,3}})\s*[）)]"),
    ("arabic_bracket", "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇", "(?P<number>.)"),
    ("two_digits", "01", r"(?P<number>0[0-9]|10)\s+(?=[^0-9\s年月日])"),
    # 17.2020 年 is item 17, 3.5 亿 is a number.
    ("arabic", _ARABIC, rf"(?P<number>{_D}{{1,3}})\s*(?:[.．](?!{_D})|[.．](?=(?:19|20)\d\d\s*年)|、)(?=.)"),
    ("arabic", "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛", "(?P<number>.)(?=.)"),
    ("decimal", _ARABIC,
     rf"(?P<number>{_D}{{1,2}}(?:[.．]{_D}{{1,2}}){{1,4}})(?:[.．、]|(?!\s*(?:[.．,，%％‰倍万亿吨]|元(?![数宇器])|个百分))(?![0-9年月日]|个(?!人)))\s*"),
    ("decimal", _LATIN, rf"(?P<number>[A-Z](?:\.{_D}{{1,2}}){{1,4}})(?=\s)\s*"),
    ("arabic_half", _ARABIC, rf"(?P<number>{_D}{{1,3}})\s*[）)](?=.)"),
    ("bare", _ARABIC, r"(?P<number>[1-9][0-9]?)\s+(?![年月日])(?=[A-Z\u4e00-\u9fff])"),
    ("circled", "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", "(?P<number>.)"),
    ("roman", "IVX", rf"(?P<number>{ROMAN})\s*(?:[、．]|\.(?=\s|[\u4e00-\u9fff]))(?=.)"),
    ("roman", "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ", r"(?P<number>.)\s*(?:[、．.]|\s)(?=.)"),
    ("letter", _LATIN, r"(?P<number>[A-Z])\s*(?:[、．]|\.(?=\s|[\u4e00-\u9fff]))(?=.)"),
)  # fmt: skip
_BY_FIRST: dict[str, list[tuple[Kind, re.Pattern[str]]]] = {}
for _kind, _begins, _pattern in _PATTERNS:
    for _character in _begins:
        _BY_FIRST.setdefault(_character, []).append((_kind, re.compile(_pattern)))
_CHINESE, _WORD = re.compile(r"[\u3400-\u9fff]"), re.compile("[A-Za-z]{2}")
_TREND = re.compile(r"[\u4e00-\u9fff]{2}(?P<number>[一二三四五六七八九十]+)\s*[：:](?=.)")


@dataclass(frozen=True, slots=True)
class Marker:
    """A label found at the start of a line."""

    kind: Kind
    number: int
    """The last one of a decimal label."""
    sub: int
    """The 一 of 第十二条之一, the A (1) of Section 5A; 0 without."""
    label: str
    """As printed, without 、 . ：, brackets full-width, blanks removed but for one between Latin words."""
    rest: str
    """The line after the label."""
    above: tuple[int, ...] = ()
    """The numbers before the last one of a decimal label: (3, 1) of 3.1.2."""

    @property
    def rank(self) -> int:
        """Depth of this style of number; lower stands above."""
        return RANKS[self.kind] + len(self.above)


def marker(text: str, rare: bool = False) -> Marker | None:
    """Return the label that a line without markup starts with, or None; those of `RARE` styles only with `rare`."""
    for kind, pattern in _BY_FIRST.get(text[:1], ()):
        if (rare or kind not in RARE) and (match := pattern.match(text)):
            return _marker(kind, match, text)
    if ":" in text[:12] or "：" in text[:12]:
        match = _TREND.match(text)
        return _marker("trend", match, text) if match else None
    return None


def _marker(kind: Kind, match: re.Match[str], text: str) -> Marker:
    groups = match.groupdict()
    above: tuple[int, ...] = ()
    if kind == "decimal":
        *first, number = decimal_path(groups["number"])
        above = tuple(first)
    else:
        number = value_of(groups["number"])
    sub = groups.get("sub") or ""
    value = to_int(sub.strip().removeprefix("之")) if "之" in sub else value_of(sub) if sub else 0
    return Marker(kind, number, value, as_label(match.group()), text[match.end() :].strip(), above)


def as_label(text: str) -> str:
    """Return a printed label without the mark at its end."""
    return as_words(text).rstrip("、．.，：:—–- ")


def as_words(text: str) -> str:
    """Return words as titles and locators have them: brackets full-width, no blanks but one between Latin words.

    A text without a Chinese character keeps its brackets, and one blank between words.
    """
    if text.isalnum():
        return text
    words = text.split()
    if _WORD.search(text) and not _CHINESE.search(text):
        return " ".join(words)
    out = "".join(words[:1])
    for word in words[1:]:
        apart = (out[-1] + word[0]).isascii() and (out[-1] + word[0]).isalnum()
        out += " " + word if apart else word
    return out.replace("(", "（").replace(")", "）")
