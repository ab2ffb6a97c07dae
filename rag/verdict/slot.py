"""What a question leaves open: an amount, a time, a share, so many of something, and which sentences could fill it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from rag.verdict.question_type import Asked, asked_for, can_answer, is_about

SlotName = Literal["money", "percent", "duration", "date", "count", "unit", "number", "penalty"]
_HOW_MANY = r"(?:多少|(?<!哪)几)"
_NO_TIME = r"(?!成|倍|个百分点|月|天|年|号|日|个月|个工作日|小时|名|家|项|级|种|类|步|次)"
_MONEY = re.compile(
    rf"多少(?:钱|元|港[元币]|美元|块)|{_HOW_MANY}(?:千|百|万|个?亿)?(?:元|块钱)|(?<!哪)几(?:百|千|万|个?亿)(?![个家])"
    rf"|(?:费|佣金|押金|租金|保证金|薪|价|补贴|补助|奖励?|罚款?|赔|资金|经费|标准|投入|面值|盘子)(?:[^，,。？?]{{0,6}}|[，,][^，,。？?]{{0,4}}){_HOW_MANY}{_NO_TIME}"
    rf"|{_HOW_MANY}[^，,。？?的]{{0,4}}(?:费|薪|钱|补贴|补助|奖励|资金|经费)|(?:花|掏|投|补|奖|罚|赔){_HOW_MANY}{_NO_TIME}|年薪|月薪|起征点"
    r"|how much\b.{0,40}\b(?:cost|pay|money|charge|subsid\w*|fine|fund|deposit|fee|yuan)|\bwhat (?:is|are) the (?:fees?|fines?|price)"
    r"|\b(?:fees?|deposit|salary|how much is it)\b",
    re.IGNORECASE,
)
_PENALTY = re.compile(
    r"(?<!惩)罚(?!单|性)|惩罚(?!性)|判(?:几|多|刑)|吊销|没收|坐牢|监禁|拘留|扣几分|\bpenalt|\bfine[sd]?\b|punish|\bjail\b",
    re.IGNORECASE,
)
_PUNISHES = re.compile(
    r"罚|责令|处分|刑事|追究|查处|吊销|没收|拘留|徒刑|法律责任|警告|fine|penalt|liab", re.IGNORECASE
)
_HAN = "〇零一二三四五六七八九十百千万亿两"
_MANY = _HAN.replace("一", "")
_MEASURES = "个家户项条种类名人位次件部套批处座所门台辆份页组篇款张场轮步支宗笔块颗只级大"
_COUNTED = re.compile(
    rf"\d|[{_MANY}]\s*[{_MEASURES}]|一[家名所台座门]|[（(][一二三四五六七八九十][）)]|[一二三四五六七八九]是"
)
_NO_UNIT = "(?!合适|才|比较|算|能|可|会|要|呢|吗|啊|吧|以|为|了|都|也|就|是|有|合理)"
"""Words that may follow 多少 without being what is counted."""
_UNIT = re.compile(rf"{_HOW_MANY}{_NO_UNIT}(?P<each>个)?(?P<unit>[A-Za-z]{{1,4}}|[\u4e00-\u9fff])")
_NUMBER = re.compile(
    r"(?:是|有|为|达到?|超过)多少[？?]?$|多少[？?]?$|(?<!扩)多[大高长宽远重快](?![的，,家部力数])|how (?:big|large|long|far|high|wide)\b",
    re.IGNORECASE,
)
_VALUE = re.compile(rf"\d|[{_HAN}][{_HAN}]|[百千万亿]级")
_TIMES = "天日年月周小工号秒分"
_PLAIN: tuple[Asked, ...] = ("percent", "duration", "date")


@dataclass(frozen=True, slots=True)
class Slot:
    """Something that a question leaves open."""

    name: SlotName
    fits: Callable[[str], bool]
    """Whether a sentence holds anything of that kind."""


def slots(question: str) -> tuple[Slot, ...]:
    """Return what a question leaves open; empty for one that asks no number, time or penalty.

    Args:
        question: The present turn.
    """
    kinds = asked_for(question)
    found: list[Slot] = []
    if "money" in kinds or _MONEY.search(question):
        found.append(Slot("money", lambda s: can_answer("money", s) and is_about("money", question, s)))
    for kind in _PLAIN:
        if kind in kinds and not (kind == "duration" and found):
            found.append(_plain(kind))
    found = found or _counted(question)
    if _PENALTY.search(question):
        found.append(Slot("penalty", lambda s: _PUNISHES.search(s) is not None))
    return tuple(found)


def _plain(kind: Asked) -> Slot:
    name: SlotName = "percent" if kind == "percent" else "duration" if kind == "duration" else "date"
    return Slot(name, lambda s: can_answer(kind, s))


def _counted(question: str) -> list[Slot]:
    asked = _UNIT.search(question)
    if asked is None:
        found = _NUMBER.search(question)
        return [Slot("number", lambda s: _VALUE.search(s) is not None)] if found else []
    unit = asked["unit"]
    if asked["each"] or unit in _MEASURES:
        return [Slot("count", lambda s: _COUNTED.search(s) is not None)]
    if unit in _TIMES:
        return [_plain("duration")]
    of_unit = re.compile(rf"[\d{_HAN}]\s*{re.escape(unit)}", re.IGNORECASE)
    return [Slot("unit", lambda s: of_unit.search(s) is not None)]
