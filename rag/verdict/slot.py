"""What a question leaves open: an amount, a time, a share, so many of something, and which sentences could fill it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.verdict.guide import GUIDE, GuideItem
from rag.verdict.question_type import CONFISCATES, FINE, Asked, asked_for, can_answer, is_about
from rag.verdict.unwritten import UNWRITTEN, UnwrittenItem

SlotName = (
    Literal[
        "money",
        "percent",
        "duration",
        "date",
        "count",
        "unit",
        "measure",
        "number",
        "penalty",
        "fee",
    ]
    | GuideItem
    | UnwrittenItem
)
_HOW_MANY = r"(?:多少|(?<!哪)几)"
_NO_TIME = r"(?!成|倍|个百分点|月|天|年|号|日|个月|个工作日|小时|名|家|项|级|种|类|步|次)"
_MONEY = re.compile(
    rf"(?:总额|金额|数额|预算)(?:是|为|有)?多少|多少(?:钱|元|港[元币]|美元|块)|{_HOW_MANY}(?:千|百|万|个?亿)?(?:元|块钱)|(?<!哪)几(?:百|千|万|个?亿)(?![个家])"
    rf"|(?:费|佣金|押金|租金|保证金|薪|价|补贴|补助|奖励?|罚款?|赔|资金|注册资[本金]|经费|标准|投入|面值|盘子)(?:[^，,。？?]{{0,6}}|[，,][^，,。？?]{{0,4}}){_HOW_MANY}{_NO_TIME}"
    rf"|{_HOW_MANY}[^，,。？?的]{{0,4}}(?:费|薪|钱|补贴|补助|奖励|资金|经费)|(?:花|掏|投|补|奖|罚|赔){_HOW_MANY}{_NO_TIME}|年薪|月薪|起征点|注册资[本金](?:是|有|为)?[？?]?$"
    r"|how much\b.{0,40}\b(?:cost|pay|money|charge|subsid\w*|fine|fund|deposit|fee|yuan)|\bwhat (?:is|are) the (?:fees?|fines?|price)"
    r"|\b(?:fees?|deposit|salary|how much is it)\b",
    re.IGNORECASE,
)
_PENALTY = re.compile(
    # 处罚决定书 and 交罚款 speak of a penalty that is known, and so does 罚200块可以吗; 不处罚 of none.
    rf"(?<![惩交缴收])(?<!缴纳)(?<!收取)(?<![不才免]处)(?<!不予处)(?<!免于处)(?<!不予行政处)罚(?!单|性|决定|款?\s?\d[\d,.]*\s?[百千万]?[元块])|惩罚(?!性)|判(?:几|多|刑)|吊销|{CONFISCATES}|坐牢|监禁|拘留|扣几分|\bpenalt|{FINE}|punish|\bjail\b",
    re.IGNORECASE,
)
PUNISHES = re.compile(
    rf"罚|责令|处分|刑事|追究|查处|吊销|{CONFISCATES}|拘留|徒刑|法律责任|警告|fine|penalt|liab", re.IGNORECASE
)
"""Words of a sentence that says what follows from breaking a rule."""
_HAN = "〇零一二三四五六七八九十百千万亿两"
_MANY = _HAN.replace("一", "")
_MEASURES = "个家户项条种类名人位次件部套批处座所门台辆份页组篇款张场轮步支宗笔块颗只级大"
# A year, a share, a sum or the number of an article counts no things.
_COUNTED = re.compile(
    rf"(?<![\d.第])\d+(?![\d.]|\s*(?:年|个?月|日|天|个?工作日|小时|[%％号条]|[万亿]?元))|[{_MANY}]\s*(?!个(?:工作日|月|小时)|大)[{_MEASURES}]|一[家名所台座门]"
)
# 几种, 几项 and 几步 are answered by the list itself and its numbers, 几家 and 几件 are not.
_LISTED = re.compile(r"\d|[（(][一二三四五六七八九十][）)]|[一二三四五六七八九]是")
_LISTABLE = "个项条种类款点步块级大"
_LARGE = re.compile(f"[{_MANY}]大")
_OTHERWISE = {"次": [re.compile("一次(?!性)")], "人": [re.compile("[%％成]|分之")]}
"""Of what is counted, what tells so many of it without a number: 多少人赞成 a share."""
_NO_UNIT = "(?!合适|才|比较|算|能|可|会|要|呢|吗|啊|吧|以|为|了|都|也|就|是|有|合理)"
"""Words that may follow 多少 without being what is counted."""
_UNITS = "岁斤公吨米里厘毫度瓦伏赫兆倍成股票亩平升克元万亿层折点届期步"
_SIGNS = {
    "瓦": "[千k]?[瓦W]", "赫": "[kMG]?Hz", "米": "[cmk]?m(?![a-z])", "伏": "[千k]?[伏V]",
} | dict.fromkeys("厘毫", "[厘毫]?米|[cm]?m(?![a-z])")  # fmt: skip
"""How the same is printed otherwise."""
_GENERATION = r"(?<![\d.])\dG(?![A-Za-z])"
# 多少表决权 and 多少5G基站 name what is counted, not the unit.
_OF_WHAT = re.compile(rf"多少(?:{_GENERATION}\s?)?(?![{_UNITS}]){_NO_UNIT}(?P<noun>[\u4e00-\u9fff]{{2}})")
_UNIT = re.compile(
    rf"{_HOW_MANY}{_NO_UNIT}(?P<each>个)?(?:{_GENERATION}\s?)?(?P<unit>[A-Za-z]{{1,4}}|[\u4e00-\u9fff])"
)
_HOW_MANY_OF_THEM = re.compile(rf"{_HOW_MANY}个[？?]?$")
_HOW_MANY_THINGS = re.compile(
    # A length of time is a slot of its own.
    r"\bhow many (?!(?:(?:working|business|calendar) )?(?:days|weeks|months|years|hours)\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:是|有|为|达到?|超过)多少[？?]?$|多少[？?]?$|(?<!扩)多[大高长宽远重快](?![的，,家部力数])|how (?:big|large|long|far|high|wide)\b",
    re.IGNORECASE,
)
_DATE = r"(?:(?:19|20)\d\d\s*[-—–－~至]+\s*)?(?:19|20)\d\d\s*年(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*日)?"
_DATES = re.compile(rf"{_DATE}|〔\d{{4}}〕\s*\d+\s*号")
"""2024年12月 says when, not how long or how much."""
_NAMES = re.compile(rf"{_GENERATION}|[A-Za-z]\d+(?![\d.]*[A-Za-z%％])")
"""5G, IPv6 and C919 are names, in which a figure tells no amount."""
_VALUE = re.compile(rf"\d|[{_HAN}][{_HAN}]|分之[{_HAN}]|[百千万亿]级")
_TIMES = "天日年月周小工号秒分"
_IN_UNITS = re.compile("(?:几|多少)个?(?:年|月|天|日|工作日|小时|周)")
_IN_DAYS = re.compile("(?:几|多少)个?(?:天|日|工作日|小时)")
_DAYS = re.compile(
    rf"[\d{_HAN}]\s*个?(?:工作日|日|天|小时|周|星期|月)|立即|及时|当[日天场]|随时|即时|每[日天周月]"
)
# 有效期至2025年12月31日 does say how long.
_CALENDAR = re.compile(rf"(?<![至到\d]){_DATE}(?!\s*[前止底末])")
"""A day or year of the calendar, which is no length of time."""
_PLAIN: tuple[Asked, ...] = ("percent", "duration", "date")
# What an authority does takes time; 注册要多久 is not answered by how long the papers are kept.
_PROCESS = re.compile(r"批|审[核查]?|办[好理完结]|补办|受理|答[复应]|回复|出结果|下来|拿到|送达|注册|转交")
_KEPT = re.compile(r"保存|保管|留存|存[多几]|留[多几]|有效|期限[是为]|到期|失效|续")
_KEPT_FOR = re.compile(r"[^，,。；;]*(?:保存|保管|留存|有效期|实施期)[^，,。；;]*")
"""Of a sentence: how long something is kept or holds, which no act takes."""
_PERIOD = re.compile(
    r"(?P<of>(?!有效)[\u4e00-\u9fff](?![任学周时日长短定分到逾近前后星延本假同按早晚初中末限工孕产满])[\u4e00-\u9fff])期(?![限间货末初中待])[^，,。；;？?]{0,6}?(?:几|多少|多久|多长)"
)
"""A length of time that has a name: how long 试用期 is no sentence tells that speaks neither of 试用 nor of 有效期."""
_UNTIL = re.compile(r"截[止至]|\bdeadline", re.IGNORECASE)
_BY_THEN = re.compile(r"截[止至]|之前|以前|[日月年天底]前|逾期|[日月年天]内|\d\s*日止")
_FEE = re.compile(
    # 收费吗, 要不要交钱, 收费标准; 收费公路 and 费用由谁承担 leave something else open.
    r"收(?:不收)?费(?:吗|么|不|标准|情况|多少|[？?]|$)|(?:怎么|如何|是否|要不要|用不用)[^，,。？?]{0,4}(?:[收交付缴]|花)(?:取|纳)?[^，,。？?]{0,4}[费钱]"
    r"|(?:要|需要?|用|得|会)(?:另外?)?[收交付缴花]?(?:取|纳)?(?:[手续登记工本服务]{2})?[费钱]用?(?:[吗么？?]|$)|^(?!.*(?:能不能|可不可以|[能可]否|可以)).*[\u4e00-\u9fff]{2}(?<![免收消付交缴经])费用?[？?。]?$|免费[^，,。？?]{0,6}[吗么]|(?:是否|是不是)免费|(?:费用|资费)标准"
    r"|\b(?:free of charge|charge a fee|(?:is|are) (?:it|there) (?:free|a fee|any fees?|a charge))\b",
    re.IGNORECASE,
)
# A contribution (保险费, 缴费费率) and what treatment costs are no fee for a service.
_FEES = r"收费|免费|资费|费用?标准|[收缴付][取纳]?[^，。；]{0,8}(?<!保险)费(?!费?率|基数|工资|年限)|(?:承担|费用)[^，。；]{0,12}(?:费用|承担)|\d\s*元|万元|\bfees?\b|charge"
_CHARGES = re.compile(rf"{_FEES}|有偿|无偿", re.IGNORECASE)
_NAMED_FEE = re.compile(r"(?P<fee>[\u4e00-\u9fff]{2}费)用?[？?。]?$")
_HOW_CHARGED = re.compile(r"标准|多少|费用?[？?。]?$")
_GIVES_FEE = re.compile(_FEES, re.IGNORECASE)


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
            found.append(_time(question) if kind == "duration" else _plain(kind, question))
    found = found or _counted(question)
    written: tuple[tuple[SlotName, re.Pattern[str], re.Pattern[str]], ...] = (
        ("penalty", _PENALTY, PUNISHES),
    )
    if not any(slot.name == "money" for slot in found):
        written = (*written, ("fee", _FEE, _fee_given(question)))
    written = (*written, *((item, *patterns) for item, patterns in (*GUIDE.items(), *UNWRITTEN.items())))
    return (*found, *(_written(name, given) for name, asks, given in written if asks.search(question)))


def _fee_given(question: str) -> re.Pattern[str]:
    """Return what a sentence on the fee says: 自愿有偿 tells whether there is one, not which; 护理费 is one by name."""
    if not _HOW_CHARGED.search(question):
        return _CHARGES
    named = _NAMED_FEE.search(question)
    return re.compile(f"{_GIVES_FEE.pattern}|{named['fee']}", re.IGNORECASE) if named else _GIVES_FEE


def _written(name: SlotName, given: re.Pattern[str]) -> Slot:
    return Slot(name, lambda s: given.search(s) is not None)


def _plain(kind: Asked, question: str) -> Slot:
    name: SlotName = "percent" if kind == "percent" else "date"
    if kind == "date" and _UNTIL.search(question):
        return Slot(name, lambda s: _BY_THEN.search(s) is not None and can_answer(kind, s))
    return Slot(name, lambda s: can_answer(kind, s))


def _time(question: str) -> Slot:
    """Return the slot of a length of time: 几天 is not answered by 20年, nor 几年 by 2024年."""
    in_days = _IN_DAYS.search(question) is not None
    process = _PROCESS.search(question) is not None and _KEPT.search(question) is None
    # 还能撑多久 may be answered by the year of an end, 几年 only where the year is asked for besides.
    dated = "date" in asked_for(question) or not (process or _IN_UNITS.search(question))
    period = named["of"] if (named := _PERIOD.search(question)) else ""

    def fits(sentence: str) -> bool:
        rest = sentence if dated else _CALENDAR.sub(" ", sentence)
        rest = _KEPT_FOR.sub(" ", rest) if process else rest
        named_or_valid = period in sentence or "有效期" in sentence
        return (
            named_or_valid
            and can_answer("duration", rest)
            and (not in_days or _DAYS.search(rest) is not None)
        )

    return Slot("duration", fits)


def _has_value(sentence: str) -> bool:
    return _VALUE.search(_unnamed(sentence)) is not None


def _unnamed(sentence: str) -> str:
    return _NAMES.sub(" ", _DATES.sub(" ", sentence))


def _fits_any(sentence: str, patterns: Sequence[re.Pattern[str]]) -> bool:
    """Tell whether one of the patterns is in a sentence besides its dates and names."""
    rest = _unnamed(sentence)
    return any(pattern.search(rest) for pattern in patterns)


def _counted(question: str) -> list[Slot]:
    asked = _UNIT.search(question)
    if asked is None and _HOW_MANY_OF_THEM.search(question):
        return [Slot("count", lambda s: _fits_any(s, (_COUNTED, _LISTED, _LARGE)))]
    if asked is None and _HOW_MANY_THINGS.search(question):
        # How many votes may be answered by a share, how many types by the list itself.
        counts = (_COUNTED, _LISTED)
        return [Slot("count", lambda s: _fits_any(s, counts) or can_answer("percent", s))]
    if asked is None:
        return [Slot("number", _has_value)] if _NUMBER.search(question) else []
    unit = asked["unit"]
    if asked["each"] or unit in _MEASURES:
        # 三大工程 are 几个, but nobody asks 多少 of them.
        patterns = [_COUNTED, *_OTHERWISE.get(unit, ()), *([] if "多少" in question else [_LARGE])]
        patterns += [_LISTED] if asked["each"] or unit in _LISTABLE else []
        return [Slot("count", lambda s: _fits_any(s, patterns))]
    if unit in _TIMES:
        return [_time(question)]
    if noun := _OF_WHAT.search(question):
        return [Slot("unit", lambda s: noun["noun"] in s and _has_value(s))]
    if "多少" in question and "\u4e00" <= unit <= "\u9fff" and unit not in _UNITS:
        return [Slot("unit", _has_value)]  # 按工资的多少发
    # 几岁 is answered by 十四周岁, 多少斤 by 五公斤.
    signs = f"[周公]?{re.escape(unit)}|{_SIGNS.get(unit, unit)}"
    of_unit = re.compile(rf"[\d{_HAN}]\s*(?:{signs})", re.IGNORECASE)
    return [_written("measure" if unit in _UNITS else "unit", of_unit)]
