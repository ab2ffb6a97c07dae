"""Articles that a question names without 第: 办法27条, 13条3款, 39条和40条."""

import re

from rag.locator.numerals import NUMERAL

_JOIN = r"\s*(?:、|和|与|及|或|到|至|-|—|–|~|－|～)\s*"
# Not 3.5条, 第三条 and 两条, nor 5条件, 3条生产线.
_NUMBERS = re.compile(
    rf"(?<![第.\d/（(])(?<!{NUMERAL})(?!两|百|千)(?P<list>{NUMERAL}{{1,9}}(?:{_JOIN}{NUMERAL}{{1,9}})*)\s*条"
    r"(?![件例约款目文码形线街路河船腿]|生产|消息|道路)"
)
# What has articles; 想法三条 and 做法5条 have none.
_BEARER = re.compile(r"(?:(?<![想看做说方用])法|法典|条例|规定|细则|规则|章程|》)\s*$")
_ITEM = rf"\s*(?:第\s*)?[（(]?{NUMERAL}{{1,3}}[）)]?\s*[款项](?!目)"
_ARTICLE = re.compile(rf"第\s*{NUMERAL}{{1,9}}\s*条(?:{_ITEM})*{_JOIN}$")
_INSIDE = re.compile(_ITEM)
_ENDS = re.compile(rf"{_ITEM}|\s*(?:$|[？?！!。；;，,]|呢|吗|说|讲|写|怎|如何|是怎)")
_OPENS = re.compile(rf"\s*(?:的|是什么|规定|有?什么|里|中|内容|原文)|{_JOIN}{NUMERAL}{{1,9}}\s*条")
# 办法三条措施 and 规定5条以上 count.
_COUNTS = re.compile(
    r"\s*(?:措施|意见|建议|红线|底线|禁令|纪律|标准|要求|原则|主线|路径|政策|以[上下内]|之多|多|都|全|左右)"
)
_COUNTED = re.compile(r"[共有个约近]\s*$")
_BEGINS = re.compile(r"(?:^|[，,。；;？?！!：:])\s*(?:请问|那么?|还有|再?看看?|查一?下?)?\s*$")
_NEAR = 40
"""Characters in front of a number that are looked at."""


def with_ordinals(text: str) -> str:
    """Return a text with 第 in front of the article numbers that lack it; the text itself when none does.

    A number is that of an article behind what has articles (办法27条), in front of its 款 or 项 (13条3款), behind an article
    that it is joined to (第39条和40条), and where it opens the question (16条说了什么). 共40条, 数据二十条 and 三条措施 count.
    """
    out, end = "", 0
    for found in _NUMBERS.finditer(text):
        out += text[end : found.start()]
        if _is_article(out[-_NEAR:], text[found.end() :]):
            out += "第"
        end = found.start()
    return out + text[end:]


def _is_article(before: str, after: str) -> bool:
    """Tell whether the number between two texts is an article's."""
    if _COUNTS.match(after):
        return False
    if _BEARER.search(before) or _ARTICLE.search(before):
        return True
    if before.endswith("的") and _BEARER.search(before[:-1]):
        # 办法的27条怎么说, but 办法的40条规定.
        return _ENDS.match(after) is not None
    if _INSIDE.match(after):
        return _COUNTED.search(before) is None
    return _BEGINS.search(before) is not None and bool(_ENDS.match(after) or _OPENS.match(after))
