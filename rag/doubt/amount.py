"""Numbers with their units: 5万元, 五万元 and 50,000 yuan are one amount, 3日 and 3个工作日 are two."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from rag.locator.numerals import to_int

Bound = Literal["", "least", "most"]
COUNT = "个"
"""Stands for every measure word of things that are counted one by one: 家, 项, 名, 种."""
_TIMES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {name: value for value, name in enumerate(_ONES)} | {
    name: 10 * value for value, name in enumerate(_TENS, 2)
}
_UNITS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("工作日", "working days", "working day", "business days", "business day"), ("工作日", 1)),
    **dict.fromkeys(("日", "天", "自然日", "calendar days", "calendar day", "days", "day"), ("日", 1)),
    **dict.fromkeys(("月", "months", "month"), ("月", 1)),
    **dict.fromkeys(("年", "周年", "years", "year"), ("月", 12)),
    **dict.fromkeys(("小时", "hours", "hour"), ("小时", 1)),
    **dict.fromkeys(("分钟", "minutes", "minute"), ("分钟", 1)),
    **dict.fromkeys(("周", "星期", "weeks", "week"), ("周", 1)),
    **dict.fromkeys(("季度", "quarters"), ("季度", 1)),
    **dict.fromkeys(("元", "元人民币", "yuan", "RMB", "CNY", "renminbi"), ("元", 1)),
    **dict.fromkeys(("港元", "港币", "HKD", "Hong Kong dollars"), ("港元", 1)),
    **dict.fromkeys(("美元", "USD", "US dollars", "U.S. dollars"), ("美元", 1)),
    **dict.fromkeys(("欧元", "euros", "EUR"), ("欧元", 1)),
    **dict.fromkeys(("%", "percent", "per cent", "pct"), ("%", 1)),
    **dict.fromkeys(("百分点", "percentage points", "percentage point"), ("百分点", 1)),
    **dict.fromkeys(("倍", "times", "-fold", "fold"), ("倍", 1)),
    **dict.fromkeys(("公里", "千米", "km", "kilometers", "kilometres"), ("公里", 1)),
    **dict.fromkeys(("米", "meters", "metres"), ("米", 1)),
    "‰": ("%", 0.1), "岁": ("岁", 1), "平方米": ("平方米", 1), "平方公里": ("平方公里", 1), "亩": ("亩", 1), "公顷": ("公顷", 1),
    "吨": ("吨", 1), "公斤": ("公斤", 1), "千克": ("公斤", 1), "秒": ("秒", 1), "毫秒": ("毫秒", 1), "度": ("度", 1), "级": ("级", 1),
    "期": ("期", 1), "届": ("届", 1), "成": ("%", 10), "号": ("号", 1),
}  # fmt: skip
_MEASURES = (
    "个", "家", "户", "项", "条", "种", "类", "名", "人", "位", "次", "件", "部", "套", "批", "处", "座", "所", "门", "台", "辆", "份", "页",
    "组", "篇", "款", "张", "场", "轮", "步", "点", "支", "宗", "笔", "块", "颗", "人次", "大类", "大", "方面", "年期",
)  # fmt: skip
# 三部门, 两点半, 四成熟, 一年级 and 十分之一 hold no amount of these units.
_NOT_BEFORE = {"部": "门分委署长", "点": "半钟", "成": "立为本员果分长型功交效", "条": "款例件", "大": "学家数", "年": "级",
               "号": "码线", "人": "工才民大均", "度": "假", "日": "常", "位": "于"}  # fmt: skip
_TECHNICAL = (
    "W", "kW", "MW", "GW", "kWh", "Hz", "kHz", "MHz", "GHz", "MB", "GB", "TB", "PB", "EB", "ZB", "Kbps", "Mbps", "Gbps",
    "Tbps", "GFLOPS", "TFLOPS", "PFLOPS", "EFLOPS", "V", "kV", "dB", "dBm", "mm", "cm", "nm", "kg",
)  # fmt: skip
_UNITS |= {unit: (unit, 1) for unit in _TECHNICAL}
_UNITS |= dict.fromkeys(_MEASURES, (COUNT, 1))
_UNIT = "|".join(
    re.escape(unit)
    + (r"(?![A-Za-z])" if unit[-1].isascii() and unit[-1].isalpha() else "")
    + (f"(?![{_NOT_BEFORE[unit]}])" if unit in _NOT_BEFORE else "")
    for unit in sorted(_UNITS, key=len, reverse=True)
)
_EACH = r"(?:个(?=工作日|自然日|月|小时|星期|季度|百分点|年度))?"
_ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_HAN = r"[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?"
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?P<part>[百千万])分之(?P<share>{_ARABIC}|{_HAN})"
    rf"|(?P<whole>{_HAN}|\d+)分之(?P<some>{_HAN}|\d+)"
    rf"|(?<![A-Za-z0-9.])(?<!\d,)(?<!第)(?P<money>(?:HK|US)?\$|¥|RMB|CNY|USD|HKD)?\s?(?P<arabic>{_ARABIC})(?P<times>[十百千万亿]{{0,3}})"
    rf"(?:\s?(?P<scale>{'|'.join(_SCALES)})\b)?[多余几来]?[\s-]?{_EACH}(?P<unit>{_UNIT})?(?![A-Za-z0-9])"
    rf"|(?<![第几数零〇一二两三四五六七八九十百千万亿])(?P<han>{_HAN}|半)(?:[多余几来]?{_EACH}(?P<han_unit>{_UNIT})|(?=[到至-]{_HAN}个?(?:{_UNIT}))|(?<=[一二三四五六七八九十百千]亿)|(?<=[一二三四五六七八九十百]万))"
    rf"|\b(?P<words>(?:{_WORD})(?:[\s-](?:{_WORD}|hundred|thousand|million|billion|and(?=\s(?:{_WORD}))))*)\b(?:[\s-](?P<word_unit>{_UNIT}))?",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(?:-|至|到|或者?|\sto\s|\sand\s)\Z")
_LEAST_BEFORE = re.compile(
    r"(?:不[得可]?(?:少|低|小|短|早)于|至少|最少|最低|起码|超过|大于|高于|多于|逾|突破"
    r"|at least|(?:no|not) (?:less|fewer|lower) than|more than|over|above|exceed(?:s|ing)?|minimum(?: of)?)[为达到是]?\s?\Z",
    re.IGNORECASE,
)
_MOST_BEFORE = re.compile(
    r"(?:[不未][得可应能]?(?:超过|高于|多于|大于|突破|逾|长于|晚于)|(?<!不)(?<!不得)(?:少|低|小)于|至多|最多|最高|最长|不足|[未不]满|上限"
    r"|at most|(?:no|not) (?:more|longer|later|higher) than|(?<!not )(?<!no )(?:less|fewer) than|up to|below|under|within|not exceed(?:s|ing)?"
    r"|maximum(?: of)?)[为达到是]?\s?\Z",
    re.IGNORECASE,
)
_LEAST_AFTER = re.compile(
    r"\s?(?:人民币)?(?:及|或者?|\(含\))?(?:其?以上|起步|or (?:more|above)|and above)", re.IGNORECASE
)
_MOST_AFTER = re.compile(
    r"\s?(?:人民币)?(?:及|或者?|\(含\))?(?:其?以[下内]|之内|内(?![容部涵在外])|封顶|or (?:less|fewer|below))",
    re.IGNORECASE,
)
_VAGUE_ONE = re.compile(r"[同某每任这那哪另唯单统有第]\Z")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of something."""

    start: int
    end: int
    """Exclusive, in the levelled text."""
    words: str
    value: float
    unit: str
    """Of a table of units, years as months; COUNT for things; empty when the text gives none that is known."""
    bound: Bound = ""

    def same(self, other: "Amount") -> bool:
        """Tell whether two are one number of one unit; an unknown unit may be any."""
        close = abs(self.value - other.value) <= 1e-9 * max(1.0, abs(self.value))
        return close and (self.unit == other.unit or not self.unit or not other.unit)

    def opposes(self, other: "Amount") -> bool:
        """Tell whether one is a least and the other a most."""
        return {self.bound, other.bound} == {"least", "most"}


def levelled(text: str) -> str:
    """Return a text as figures are read from it: one width, one dash, no blanks beside Chinese, no bold or quotation marks."""
    # A blank tells 2，120家 from the number 2,120.
    text = unicodedata.normalize("NFKC", text.replace("，", ", "))
    text = re.sub(r"[‐‑–—―~～]", "-", text)
    text = re.sub(r"[*_`“”‘’「」『』\"]", "", text)
    return re.sub(r"[ \t\xa0]+(?=[㐀-鿿%])|(?<=[㐀-鿿])[ \t\xa0]+", "", text)


def amounts(text: str) -> list[Amount]:
    """Return the numbers of a levelled text in order; none for a text without.

    A first end of a range without a unit has that of the second: 5至10万元 is 50,000 and 100,000 yuan. One of something
    (一个, 一种) is an article, not a number, and numbers that are part of a name (5G, H100) are no amounts.
    """
    found: list[Amount] = []
    matches = list(_AMOUNT.finditer(text))
    for number, match in enumerate(matches):
        value, unit = _value(match)
        if value is None or _is_article(match, text, value, unit):
            continue
        after = matches[number + 1] if number + 1 < len(matches) else None
        if after is not None and not unit and _RANGE.fullmatch(text[match.end() : after.start()]):
            value, unit = _as_its_end(match, after, value)
        found.append(Amount(match.start(), match.end(), match[0].strip(), value, unit, _bound(text, match)))
    return found


def is_measured(token: str) -> bool:
    """Tell whether letters behind a number are a unit, as in 80W, and not part of a name, as in 5G."""
    found = re.fullmatch(r"\d+([A-Za-z]+)", token)
    return found is not None and (found[1] in _UNITS or found[1].lower() in _UNITS)


def han_value(numeral: str) -> float:
    """Return the value of a Chinese numeral, 三千二百万 and 一点五 too."""
    numeral, _, decimals = numeral.partition("点")
    total = 0.0
    for unit in ("亿", "万"):
        above, found, numeral = numeral.rpartition(unit) if unit in numeral else ("", "", numeral)
        if found:
            total += (han_value(above) if above else 1) * _TIMES[unit]
    total += to_int(numeral) if numeral else 0
    return total + (float(f"0.{to_int(decimals)}") if decimals else 0)


def _value(match: re.Match[str]) -> tuple[float | None, str]:
    if match["share"]:
        return _number(match["share"]) * 100 / _TIMES[match["part"]], "%"
    if match["some"]:
        whole = _number(match["whole"])
        return (_number(match["some"]) / whole if whole else None), "分之"
    if match["words"]:
        value = _word_value(match["words"].lower())
        return _with_unit(value, match["word_unit"])
    if match["han"]:
        return _with_unit(0.5 if match["han"] == "半" else han_value(match["han"]), match["han_unit"])
    value = _number(match["arabic"])
    for times in match["times"]:
        value *= _TIMES[times]
    value *= _SCALES.get((match["scale"] or "").lower(), 1)
    money = {"$": "美元", "US$": "美元", "USD": "美元", "HK$": "港元", "HKD": "港元"}
    if match["money"]:
        return value, money.get(match["money"].upper(), "元")
    return _with_unit(value, match["unit"])


def _number(numeral: str) -> float:
    return float(numeral.replace(",", "")) if numeral[0].isascii() else han_value(numeral)


def _word_value(words: str) -> float:
    total, part = 0, 0
    for word in re.split(r"[\s-]+", words):
        if word == "hundred":
            part = max(part, 1) * 100
        elif word in _SCALES:
            total, part = total + max(part, 1) * _SCALES[word], 0
        else:
            part += _WORDS.get(word, 0)
    return total + part


def _with_unit(value: float, unit: str | None) -> tuple[float, str]:
    name, factor = _UNITS.get(unit or "") or _UNITS.get((unit or "").lower(), ("", 1))
    return value * factor, name


def _is_article(match: re.Match[str], text: str, value: float, unit: str) -> bool:
    """Tell whether 一个, 一年 and one say no number."""
    spelled = match["han"] or match["words"]
    if not spelled or spelled.lower() not in ("一", "one", "半", "zero"):
        return False
    vague = _VAGUE_ONE.search(text[: match.start()]) is not None
    return unit in (COUNT, "") or vague or (match["han"] == "半" and unit not in ("月", "小时"))


def _as_its_end(first: re.Match[str], last: re.Match[str], value: float) -> tuple[float, str]:
    end, unit = _value(last)
    plain = (last["arabic"] or last["han"] or "").rstrip("十百千万亿")
    if end is None or last["money"] or not (plain or last["words"]):
        return value, unit
    factor = _UNITS.get(last["unit"] or last["han_unit"] or last["word_unit"] or "", ("", 1.0))[1]
    if last["arabic"] and not first["times"] and not first["scale"]:
        scaled = end / _number(last["arabic"])
        return value * scaled, unit
    return value * factor, unit


def _bound(text: str, match: re.Match[str]) -> Bound:
    before, after = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 12]
    if _MOST_BEFORE.search(before) or _MOST_AFTER.match(after):
        return "most"
    return "least" if _LEAST_BEFORE.search(before) or _LEAST_AFTER.match(after) else ""
