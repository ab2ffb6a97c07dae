"""Names of documents as clauses print them: between 《》, bare before 第X条, and the short forms that a text introduces."""

import re
from collections.abc import Container, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_STATE = "中华人民共和国"
_BRACKETS = re.compile(r"(?:[ \u3000]?[（(][^（()）\n]*(?:[（(][^（()）\n]*[)）][^（()）\n]*)*[)）])+")
_SHORT = re.compile(r"(?:以下(?:统|简)?|下|简|统)称为?[：:]?([^，,；;。)）]{2,40})")
_QUOTES = re.compile(r"[《》“”\"'‘’〈〉]")
# Certificates, forms and papers are printed between 《》 like documents.
_FORM = re.compile(
    r"(?:证|证书|执照|(?<!皮)书|簿|函|牌|票|卡|笔录|回证|批件|附图|进行曲|(?<!通)(?<!年)报|(?<![税目额分归价类率])表|(?<![清名])单)$"
)
_ENDING = re.compile(r"(?:法|法典|条例|办法|细则|规则|通则|公约|条约|协定|修正案|解释|规定|安排|规程)$")
# 土地管理法实施条例 is no 实施 of a 条例.
_RULES = re.compile(r"(?:实施|施行)(?:条例|细则|办法|规定)$")
_WINDOW = 44
_LONGEST = 30
# A name that no list holds begins after the last of these.
_BEFORE_NAME = re.compile(
    r"(?:依照|依据|按照|根据|遵照|参照|比照|适用|违反|触犯|符合|执行|实施|遵守|以及|或者|属于|具有|构成|涉及|修改|删除|应当|(?<!行)为|(?<!存)在|[和与及或按])"
)
_NO_NAME = re.compile(r"[^\u4e00-\u9fff〈〉]")
_MIN_NAME = 4


class Introduced(NamedTuple):
    """What stands in brackets after a name."""

    end: int
    """Where the brackets end; where they would begin when there are none."""
    short: str | None
    """The form that （以下简称……） introduces."""


@cache
def laws() -> frozenset[str]:
    """Return the names of national laws without 中华人民共和国, and common short forms."""
    return frozenset(word for line in _lines() for word in line.split())


@cache
def short_forms() -> dict[str, str]:
    """Return short form → name: 税收征管法 → 税收征收管理法."""
    return dict(line.split() for line in _lines() if " " in line)


def _lines() -> list[str]:
    text = files("ingest.reference").joinpath("laws.txt").read_text(encoding="utf-8")
    return text.splitlines()


def is_form(title: str) -> bool:
    """Tell whether what stands between 《》 is a certificate, a form or a newspaper, not a document."""
    return _FORM.search(_BRACKETS.sub("", title)) is not None


def introduced(text: str, end: int) -> Introduced:
    """Return what stands in brackets at a place of a text."""
    found = _BRACKETS.match(text, end)
    if found is None:
        return Introduced(end, None)
    short = _SHORT.search(found.group())
    return Introduced(found.end(), _QUOTES.sub("", short[1]).strip() if short else None)


def law_at(text: str, start: int) -> int | None:
    """Return where the longest name of a law that begins at a place ends; None when none does."""
    longest = min(_LONGEST, len(text) - start)
    return next((start + n for n in range(longest, 1, -1) if text[start : start + n] in laws()), None)


def name_before(
    text: str, end: int, known: Mapping[str, str], mentioned: Container[str]
) -> tuple[int, str] | None:
    """Return (start, name) of the bare name that ends at a place, 刑法 in 依照刑法第十条.

    Args:
        text: The clause's text.
        end: Where the name ends.
        known: Short forms that the document has introduced, each with its full name.
        mentioned: Names that the document has printed between 《》, without 中华人民共和国.

    Returns:
        None when the words there are no name; an empty name when a name stands there and cannot be told from the
        words before it.
    """
    low = max(0, end - _WINDOW)
    for size in range(min(_LONGEST, end - low), 1, -1):
        word = text[end - size : end]
        if word in known:
            return end - size, known[word]
        if word in laws() or word in mentioned:
            start = end - size
            state = text.startswith(_STATE, start - len(_STATE)) if start >= len(_STATE) else False
            return (start - len(_STATE), _STATE + word) if state else (start, word)
    window = text[low:end]
    rules = _RULES.search(window)
    if rules and (law := name_before(text, low + rules.start(), {}, laws())) and law[1]:
        return law[0], text[law[0] : end]
    if _ENDING.search(window) is None:
        return None
    start = max((m.end() for m in _NO_NAME.finditer(window)), default=0 if low == 0 else -1)
    starts = [m.end() for m in _BEFORE_NAME.finditer(window) if m.end() < len(window) - 1]
    start = max([start, *starts])
    name = window[start:] if start >= 0 else ""
    return (low + start, name) if _MIN_NAME <= len(name) <= _LONGEST else (end, "")
