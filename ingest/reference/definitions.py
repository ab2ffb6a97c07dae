"""Sentences and items that say what a word means: 本办法所称公共数据，是指……, and the list under 下列用语的含义."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.schema import Definition

_QUICK = re.compile(r"[是系，,：:\n]指|指的是|所称|所指|[”\"][，,]?包括")
_PLACE = re.compile(
    r"(?:^|(?<=\n)|(?<=[。；;！？])|(?<=[。；！？]”))[ \t\u3000]*(?P<item>(?:[（(][一二三四五六七八九十百\d]{1,4}[）)]|\d{1,3}[.．、])[ \t\u3000]*)?(?=\S)"
)
_TERM = r"(?P<term>[^，,。；;：:\n]{1,60}?)"
_IS = r"(?:是|系)指(?![导定挥引示])"
_CALLED = re.compile(
    rf"[^，,。；;\n]{{0,70}}?(?:所称|所指)的?{_TERM}[，,：:]?(?:均|都)?(?:{_IS}|即?指(?![导定挥引示])|不?(?:包括|含))"
)
"""本法所称的管道包括…; 刑法第三百六十条规定所称的“严重性病”，包括…; 所称余额，是指…"""
_GIVEN = re.compile(
    r"[^，,。；;\n]{1,70}?(?:[法例定则释规办细条款项》]|之[一二三四五六七八九十])"
    r"(?:[中所]?规定的|中的|[中的](?=[“\"]))"
    rf"{_TERM}[，,：:]?(?:均|都)?(?:{_IS}|(?:(?<=[”\"])|(?<=[”\"][，,]))包括)"
)
"""民事诉讼法第三十四条规定的基本事实，是指…"""
_PLAIN = re.compile(rf"{_TERM}[，,：:]?(?:{_IS}|指的是)")
_UNDER_LIST = re.compile(rf"{_TERM}(?:[，,：:][ \t]*(?:指(?![定导挥派使示明])|包括)|[ \t]*\n指)")
_LIST = re.compile(
    r"(?:用语|术语|词语|名词|概念)[^。；;\n]{0,8}(?:含义|定义|解释)[^。；;\n]{0,6}[:：]|下列[^。；;，\n]{1,12}(?:含义|定义)(?:是|为)?[:：]"
)
_QUOTED = re.compile(r"[“\"‘']([^“”\"‘’']{1,40})[”\"’'][、，和及或与以]*")
_BRACKETS = re.compile(r"[（(][^（()）]*[)）]$")
_EDGES = re.compile(
    r"^(?:这|那|其(?![他它余中])|该|此|即|具体|主要|一般|通常|也|就|又|并|不|所|仅|只|均|都|而|但|如|若|它|他)"
    r"|(?:不|也|就|即|主要|一般|通常|具体|只|仅|均|都|意思|目的)$|应当|可以|不得|必须|^第[^款项条]{1,6}[条款项]$|的$"
)
_BOUNDS = re.compile(r"不?(?:包括|含)本")
_STOP = re.compile(r"[。！？]+[”」』）)]*|\n|$")
_LINE_ITEM = re.compile(r"[ \t\u3000]*(?:[（(][一二三四五六七八九十百\d]{1,4}[）)]|\d{1,3}[.．、]|[①-⑳])")


@dataclass(frozen=True, slots=True)
class _Said:
    """Where a definition begins, and the words that it explains."""

    start: int
    end: int
    """Of the words that introduce it."""
    is_item: bool
    terms: tuple[str, ...]


def definitions_in(text: str) -> tuple[Definition, ...]:
    """Return the definitions of a clause's text in printed order; none gives none.

    A definition reaches over the sentence or the list item that gives it, with the items under it. Several words in
    quotation marks that are explained together are one definition each, over the same words.
    """
    if _QUICK.search(text) is None:
        return ()
    said = list(_said(text))
    out: list[Definition] = []
    for number, one in enumerate(said):
        limit = said[number + 1].start if number + 1 < len(said) else len(text)
        end = min(_end(text, one), limit)
        shown = text[one.start : end].rstrip()
        out += [Definition((one.start, one.start + len(shown)), term) for term in one.terms]
    return tuple(out)


def _said(text: str) -> Iterator[_Said]:
    found_list = _LIST.search(text)
    list_at = found_list.end() if found_list else len(text)
    for place in _PLACE.finditer(text):
        at = place.end()
        found = _CALLED.match(text, at) or _GIVEN.match(text, at) or _PLAIN.match(text, at)
        if found is None and at >= list_at:
            found = _UNDER_LIST.match(text, at)
        if found is None:
            continue
        terms = _terms(found["term"], text[found.end("term") : found.end() + 2])
        if terms:
            start = place.start("item") if place["item"] else at
            yield _Said(start, found.end(), place["item"] is not None, terms)


def _terms(said: str, after: str) -> tuple[str, ...]:
    """Return the words that are explained; none when they are no term."""
    said = _BRACKETS.sub("", said.strip()).strip()
    quoted = _QUOTED.findall(said)
    if quoted and (not _QUOTED.sub("", said).removesuffix("的规定") or "所称" in said):
        return tuple(quoted)
    if not said or _EDGES.search(said) or len(re.findall("[（(]", said)) != len(re.findall("[）)]", said)):
        return ()
    if _BOUNDS.search(after):
        return tuple(x for x in re.split("、|和|以及", said) if x)
    return (said,)


def _end(text: str, said: _Said) -> int:
    """Return where the sentence or item ends: one that ends in ： goes on over the items under it."""
    label = _LINE_ITEM.match(text, said.start)
    for stop in _STOP.finditer(text, said.end):
        if stop.group() != "\n":
            if said.is_item and stop.group():
                continue
            return stop.end()
        following = _LINE_ITEM.match(text, stop.end())
        beside = said.is_item and label and following and _same_style(label.group(), following.group())
        if text[stop.start() - 1] not in "：:；;，" or following is None or beside:
            return stop.start()
    return len(text)


def _same_style(one: str, other: str) -> bool:
    """Tell whether two item labels are of one style: （一） and （二）, 1. and 2."""
    plain = [re.sub(r"[一二三四五六七八九十百]+", "一", re.sub(r"\d+", "1", x.strip())) for x in (one, other)]
    return plain[0] == plain[1]
