"""The number of a document, 文号: on a line of its own, in brackets, or after the name of an order."""

import re
from collections.abc import Sequence

from rag.locator.numerals import NUMERAL
from rag.text import wide_brackets

DOC_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,14}\s*[〔\[［(（]\s*\d{4}\s*[〕\]］)）]\s*(第\s*)?\d+\s*号")
# The number of a standard: GB/T 33358—2016, DB33/T 2456-2024.
_STANDARD = re.compile(
    r"[A-Z]{1,4}\d{0,4}(?:/[A-Z]{1,4})?\s*\d{1,6}(?:\.\d{1,3})*\s*[-—–－]{1,2}\s*(?:19|20)\d\d"
)
_BRACKETED = re.compile(
    rf"[（(]\s*({DOC_NUMBER.pattern})\s*(?:\d{{4}}年\d{{1,2}}月\d{{1,2}}日)?(?:印发|发布|公布)?\s*[）)]"
)
# An order with its body, 某市人民政府令第88号; the name of the state is no part of it.
_ORDER = re.compile(
    rf"(?:中华人民共和国)?(?P<order>[\u4e00-\u9fff]{{2,20}}令(?:（[^（）]*）)?第{NUMERAL}{{1,8}}号)"
)
# What only the title in front of it makes a number: 第798号 of an order, 2025年第3号 of an announcement, 〔2024〕27号.
_RUNNING = re.compile(rf"(?:\d{{4}}年)?第{NUMERAL}{{1,8}}号|〔\d{{4}}〕第?\d{{1,5}}号")
_KIND = re.compile(r"(?:中华人民共和国)?([\u4e00-\u9fff]{2,20}令)$|(公告|通告|纪要)$")


def number_of(line: str, title: str = "") -> str | None:
    """Return the number that a whole line is, with full-width brackets and without blanks; None for any other line.

    Args:
        line: Between a title and its text, or above the title.
        title: Without it a running number, 第798号, is none: 令 or 公告 of the title belongs to it.
    """
    text = wide_brackets(line).replace("[", "〔").replace("]", "〕").replace("［", "〔").replace("］", "〕")
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed or DOC_NUMBER.fullmatch(line):
        return bracketed.group(1) if bracketed else wide_brackets(line)
    if _STANDARD.fullmatch(line.strip()):
        return line.strip()
    if order := _ORDER.fullmatch(text):
        return order["order"]
    kind = _KIND.search(title)
    return (kind[1] or kind[2]) + text if kind and _RUNNING.fullmatch(text) else None


def ordered(lines: Sequence[str]) -> str | None:
    """Return the number of the order that published a text, from the lines under its title; None if several did."""
    plain = wide_brackets("".join(re.sub("《[^《》]*》|〈[^〈〉]*〉", "", line) for line in lines))
    found = {m["order"] for m in re.finditer(rf"(?<=日){_ORDER.pattern}", plain)}
    return found.pop() if len(found) == 1 else None
