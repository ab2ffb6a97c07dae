"""The numbers with which a question names places, one by one: 第三、四、五条, 三、, （五）, 第9点, Articles 5 to 8."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.locator.numerals import NUMERAL, to_int
from rag.locator.place import english_part, roman

RANKS = {
    "附件": 0, "编": 1, "部": 1, "分编": 2, "章": 3, "大": 3, "": 3, "节": 4, "条": 5, "（": 5, "段": 5, "点": 6, "小": 7, "款": 8,
    "目": 9,
}  # fmt: skip
"""How deep a style stands: a place goes on with a mark of a higher rank."""
_LONGEST_RANGE = 60
_N = rf"{NUMERAL}(?:\s?{NUMERAL}){{0,11}}"
_JOIN = r"\s*(?:、|,|，|和|与|及|到|至|-|—|–|~|－|～)\s*"
_HAN = "一二三四五六七八九十"
_UNIT = (
    # Not 第一章程, 第二节课, 第三条生产线, 第一部法律, 第一段时间, 第一项目, 第一点半, 第二目标.
    r"分编|编(?!程|辑|号)|章(?!程)|小节|节(?!课|能|点|日|目)|条(?!生产线|线|街|路|河|船|腿|道路|消息)|大?部分|部(?=[^\u4e00-\u9fff]|[第的讲说规里中]|$)"
    r"|段(?!时|路)|大[点项条]|小[点项条]|点(?!钟|半|多|名|赞)|项(?!目)|款(?!项)|目(?!标|录|的|前)"
)
_ORDINAL = rf"第\s*(?P<list>{_N}(?:{_JOIN}(?:第\s*)?{_N})*)\s*(?P<unit>{_UNIT})(?:\s*之\s*(?P<sub>{NUMERAL}{{1,12}}))?"
_BRACKETED = rf"第\s*[（(]\s*(?P<bracketed>[{_HAN}]{{1,3}}|\d{{1,2}})\s*[）)]\s*(?:条|项(?!目)|点|款|部分)?"
_TOP = rf"(?<![第零百千{_HAN}])(?P<top>[{_HAN}]{{1,3}})\s*(?=/\s*\d|[、/.]?\s*[（(]\s*(?:[{_HAN}]{{1,3}}|\d{{1,2}})\s*[）)](?!项))"
_INNER = (
    rf"[（(]\s*(?P<inner>[{_HAN}]{{1,3}}|\d{{1,2}})\s*[）)]\s*(?:条|项(?!目)|点|款)?"
    r"(?:\s*[、/.]?\s*(?P<digits>\d{1,2})(?!\d|[.,]\d|\s*(?:[％%年月日号个家万亿元倍]|项目))\s*(?:[）)]|[点项条])?)?"
)
_SLASH = r"/\s*(?P<slash>\d{1,2})(?!\d|[.,]\d)"
_ANNEX = rf"附[件录表]\s*(?P<annex>{NUMERAL}{{1,12}})"
_ENGLISH = (
    r"\b(?P<word>article|clause|chapter|section|part|annex|appendix|schedule|item|point|paragraph)(?P<plural>s|es)?\.?\s+"
    r"(?P<number>\d+|[IVX]+\b|\((?P<in_brackets>\d+)\))(?P<more>(?:\s*(?:,|and|&|to|through|-|–)\s*\d+\b)*)"
)
_MARK = re.compile("|".join((_ORDINAL, _BRACKETED, _TOP, _INNER, _SLASH, _ANNEX, _ENGLISH)), re.IGNORECASE)
_NUMBERS = re.compile(
    rf"(?P<up_to>到|至|-|—|–|~|－|～|to|through)?\s*(?:第\s*)?(?P<number>{_N})", re.IGNORECASE
)
_STYLES = {"部分": "部", "大部分": "部", "大点": "大", "大项": "大", "大条": "大", "项": "点"}
_ENGLISH_STYLES = {"item": "点", "point": "点", "paragraph": "款", "clause": "条"}


@dataclass(frozen=True, slots=True)
class Mark:
    """One number, or several of one style."""

    start: int
    end: int
    style: str
    """A key of `RANKS`."""
    numbers: tuple[int, ...]
    sub: int = 0
    """The 一 of 第十二条之一."""
    needs_parent: bool = False
    """It is a place only behind another mark: （五） alone may be anything."""


def marks_in(text: str) -> Iterator[Mark]:
    """Yield the marks of a text in its order."""
    for found in _MARK.finditer(text):
        yield from _marks(found)


def _marks(found: re.Match[str]) -> Iterator[Mark]:
    start, end = found.span()
    if found["list"]:
        unit = found["unit"]
        style = _STYLES.get(
            unit, "小" if unit.startswith("小") and unit != "小节" else unit.removeprefix("小")
        )
        sub = to_int(found["sub"]) if found["sub"] else 0
        yield Mark(start, end, style, _numbers(found["list"]), sub)
    elif found["bracketed"]:
        yield Mark(start, end, "（", (to_int(found["bracketed"]),))
    elif found["top"]:
        yield Mark(start, found.end("top"), "", (to_int(found["top"]),))
    elif found["inner"]:
        middle = found.start("digits") if found["digits"] else end
        yield Mark(start, middle, "（", (to_int(found["inner"]),), needs_parent=True)
        if found["digits"]:
            yield Mark(middle, end, "点", (int(found["digits"]),), needs_parent=True)
    elif found["slash"]:
        yield Mark(start, end, "点", (int(found["slash"]),), needs_parent=True)
    elif found["annex"]:
        yield Mark(start, end, "附件", (to_int(found["annex"]),))
    else:
        yield _english(found)


def _english(found: re.Match[str]) -> Mark:
    word = found["word"].lower()
    style = _ENGLISH_STYLES.get(word) or english_part(word, "1").style
    if found["in_brackets"]:
        return Mark(*found.span(), style, (int(found["in_brackets"]),))
    if not found["number"].isdigit():
        return Mark(found.start(), found.end("number"), style, (roman(found["number"]),))
    if found["plural"] and found["more"]:
        return Mark(*found.span(), style, _numbers(found["number"] + found["more"]))
    return Mark(found.start(), found.end("number"), style, (int(found["number"]),))


def _numbers(text: str) -> tuple[int, ...]:
    """Return the numbers of a list, those of its ranges too; a range that is too long gives its ends."""
    out: list[int] = []
    for found in _NUMBERS.finditer(text):
        number = to_int(found["number"])
        if found["up_to"] and out and out[-1] < number <= out[-1] + _LONGEST_RANGE:
            out += range(out[-1] + 1, number)
        out.append(number)
    return tuple(out)
