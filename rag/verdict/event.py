"""What happened on one day: who won, which firm came first, what was said at a meeting; rules and plans do not print it."""

import re
from collections.abc import Mapping
from typing import Literal

from rag.text import Lang, sentences
from rag.verdict.signals import SEEN, Found

EventItem = Literal["winner", "first", "speech", "chosen", "attendance", "verdicts"]
_GAP = r"[^，,。；;？?！!]"
_WHO = "谁|哪|什么|多少|叫啥"
_EVENTS: Mapping[EventItem, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "winner": (
        re.compile(
            rf"(?:冠军|亚军|得主|第一名|获奖(?:者|名单|单位|项目)|中标(?:人|者|单位|企业)){_GAP}{{0,4}}(?:是|有|给)?(?:{_WHO})|(?:谁|哪{_GAP}{{1,4}}){_GAP}{{0,8}}(?:夺冠|得了冠军|拿了?冠军|赢了)"
        ),
        re.compile("冠军|亚军|得主|第一名|获奖|荣获|夺冠|中标"),
    ),
    "first": (
        # 第一批 of a plan is one to come; the question is of the one that was.
        re.compile(
            rf"第一[笔单张宗份](?![及以])[^，,。；;？?！!我你]{{0,16}}(?:发给|卖给|颁给)了?(?:{_WHO})|第一[笔单张宗][^，,。；;？?！!我你]{{0,14}}(?:买方|卖方|买家|卖家|得主|主人)(?:是|叫)?(?:{_WHO})"
        ),
        re.compile("首[笔单张宗份]|第一[笔单张宗份]"),
    ),
    "speech": (
        re.compile(
            rf"(?:座谈会|发布会|论坛|大会|仪式|启动会|研讨会|开幕式|听证会)(?:上|里|中){_GAP}{{0,14}}(?:讲|说|提|表示|发言|强调)了?{_GAP}{{0,6}}(?:什么|哪些|啥)|(?:部长|省长|市长|院长|主任|局长|领导|专家)们?在会上(?:说|讲|提)"
        ),
        re.compile("座谈会|发布会上|论坛上|大会上|会上|研讨会|听证会|开幕式"),
    ),
    "chosen": (
        re.compile(
            rf"(?:评出|评选出?|选出|入选|授权运营|当选)的?{_GAP}{{0,10}}(?:是哪|有哪|是谁|哪[些几])|的[二三四五六七八九十两\d]+[家个所座名](?:单位|企业|公司|地方|城市|人|基地|试点)?(?:分别)?(?:是|叫)哪|是哪[二三四五六七八九十两\d]+[个家所座](?:地方|城市|单位|企业|公司|县|区|市)"
        ),
        re.compile(r"(?:名单|入选|获评|评为|公布).*、|[\u4e00-\u9fff]{2,}[市县区]、[\u4e00-\u9fff]{2,}[市县区]"),
    ),
    "attendance": (
        re.compile(rf"(?:那天|当天|现场|仪式|开业|大会|论坛|展会){_GAP}{{0,6}}(?:来|到|参加)了?(?:多少|几)(?:个?人|家|位)"),
        re.compile(r"(?:参加|出席|到场|参会|来宾|观众)[^，。]{0,10}\d"),
    ),
    "verdicts": (
        re.compile(rf"(?:去年|前年|今年|上半年|上个月|最近一年){_GAP}{{0,10}}(?:判|审结?|办|查|抓)了(?:多少|几)(?:个|件|起|人|家)"),
        re.compile(r"(?:审结|查处|查办|办结|判处)[^，。]{0,10}\d"),
    ),
}  # fmt: skip
"""By item: what asks for it, and what a sentence that tells it has."""
_WORDS: Mapping[EventItem, Mapping[Lang, str]] = {
    "winner": {"zh": "由谁获奖或中标", "en": "who won"},
    "first": {"zh": "最先的一笔是谁的", "en": "whose the first one was"},
    "speech": {"zh": "会上说了什么", "en": "what was said at the meeting"},
    "chosen": {"zh": "选出的名单", "en": "which ones were chosen"},
    "attendance": {"zh": "到场人数", "en": "how many attended"},
    "verdicts": {"zh": "办理了多少件", "en": "how many cases there were"},
}


def untold_event(found: Found, lang: Lang) -> str | None:
    """Return what a question asks of an event, in words, when no clause found tells any such thing; None otherwise.

    Args:
        found: The search; at least one hit.
        lang: Of the words.
    """
    for item, (asks, told) in _EVENTS.items():
        if asks.search(found.text) and not _is_told(told, found):
            return _WORDS[item][lang]
    return None


def _is_told(told: re.Pattern[str], found: Found) -> bool:
    texts = [hit.clause.text for hit in found.hits[:SEEN]]
    return any(told.search(text[a:b]) for text in texts for a, b in sentences(text))
