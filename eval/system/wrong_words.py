"""Ways to make a sentence of a clause wrong; each gives None for a sentence that has nothing of the kind."""

import re
from collections.abc import Mapping

from rag.locator.numerals import NUMERAL, to_chinese, to_int
from rag.text import bare, sentences

LONG = 8
"""Characters from which on words in 「」 are taken as a quotation."""
_POINTS = "。！？；!?;，, "
_NUMBER = re.compile(
    r"(?<![\d.第年月])(\d)(?=[\d.]*\s*(?:%|％|个|万|亿|元|家|项|天|日|倍|人|名|种|类|次|小时|公里))"
    r"|(?<![第零一二三四五六七八九十百千])([二三四五六七八九十百][一二三四五六七八九十百]*)(?=个|年|日|天|倍|万|亿|元|名|人|家|次|小时)"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年)")
_UNITS = {
    "工作日": "自然日",
    "万元": "亿元",
    "亿元": "万元",
    "个月": "年",
    "%": "倍",
    "％": "倍",
    "公里": "米",
}
_DUTIES = {
    "不得": "可以",
    "应当": "可以不",
    "必须": "可以不",
    "可以": "不得",
    "禁止": "允许",
    "鼓励": "限制",
    "支持": "限制",
}
_EXCEPTION = "，但情节轻微的除外"
_WEAKER = {"应当": "可以", "必须": "可以", "不得": "一般不"}
_LIMITS = {
    "不得少于": "不得超过",
    "不得低于": "不得高于",
    "不得超过": "不得少于",
    "不少于": "不超过",
    "不低于": "不高于",
    "不超过": "不少于",
    "不高于": "不低于",
    "超过": "不足",
    "以上": "以下",
    "以下": "以上",
    "至少": "至多",
    "以内": "以上",
}
_LIMITED = re.compile(
    r"(不得少于|不得低于|不得超过|不少于|不低于|不超过|不高于|(?<![不得])超过|至少)(?=\s*[\d一二三四五六七八九十])|(?<=[\d个年日天元人家%％项倍])\s?(以上|以下|以内)"
)
_DENIALS = {
    "未经": "经", "不予": "予以", "不属于": "属于", "不适用": "适用", "不具备": "具备", "不符合": "符合", "不能": "能够", "无法": "可以",
    "不涉及": "涉及", "未按": "已按", "不公开": "公开", "不履行": "履行", "不再": "继续", "没有": "有", "不包括": "包括", "不断": "不再",
}  # fmt: skip
_BODY = re.compile(r"(?:[\u4e00-\u9fff]{2}(?:局(?![面部限势])|委员会|厅|部(?![门分署件队落位级]))|人民政府)")
_PLACE = re.compile(rf"第({NUMERAL}+)条")
_MONTH = re.compile(r"(?<![\d第])(\d{1,2})(?=\s?月(?!份额))")
_AMOUNT = re.compile(
    r"(?<![\d.第年月])(\d+(?:\.\d+)?)\s?(%|％|个(?!工作日|月)|万元|亿元|家|项|倍|人|年(?!月))"
)


def pieces(evidence: str) -> list[str]:
    """Return the sentences of a piece of evidence without the points around them; none for none."""
    found = (evidence[a:b].strip(_POINTS) for a, b in sentences(evidence))
    return [words for words in found if words]


def other_number(words: str) -> str | None:
    """Change the first digit of the first number, or the first numeral."""
    match = _NUMBER.search(words)
    if match is None:
        return None
    digit, numeral = match.groups()
    wrong = str(int(digit) % 8 + 1) if digit else to_chinese(to_int(numeral) + 2)
    return words[: match.start()] + wrong + words[match.end() :]


def other_year(words: str) -> str | None:
    """Put the first year three years later."""
    match = _YEAR.search(words)
    return match and f"{words[: match.start()]}{int(match[1]) + 3}{words[match.end() :]}"


def other_unit(words: str) -> str | None:
    """Change the first unit."""
    return _swapped(words, _UNITS)


def other_duty(words: str) -> str | None:
    """Turn the first may, shall or must not into something else."""
    return _swapped(words, _DUTIES)


def other_word(words: str) -> str | None:
    """Put another word in the middle."""
    middle = len(words) // 2
    wrong = "其他" if "有关" in words else "有关"
    return f"{words[:middle]}{wrong}{words[middle + 2 :]}" if len(words) >= LONG else None


def shortened(words: str) -> str | None:
    """Leave the middle out without a sign."""
    third = len(words) // 3
    left = words[:third] + words[-third:]
    return left if len(bare(left)) >= LONG else None


def lengthened(words: str) -> str | None:
    """Add an exception."""
    return words + _EXCEPTION if len(words) >= LONG else None


def weaker_duty(words: str) -> str | None:
    """Make a may of the first shall, or a rule with holes of the first must not."""
    return _swapped(words, _WEAKER)


def other_limit(words: str) -> str | None:
    """Turn the first limit of a number round: at least for at most."""
    match = _LIMITED.search(words)
    if match is None:
        return None
    old = match[1] or match[2]
    start = match.end() - len(old)
    return words[:start] + _LIMITS[old] + words[match.end() :]


def without_denial(words: str) -> str | None:
    """Take the first negation away."""
    return _swapped(words, _DENIALS)


def other_body(words: str) -> str | None:
    """Name another body in the place of the first."""
    match = _BODY.search(words)
    if match is None:
        return None
    wrong = "国家海关总署" if "税务" in match[0] else "国家税务总局"
    return words[: match.start()] + wrong + words[match.end() :]


def other_place(words: str) -> str | None:
    """Refer to another article."""
    match = _PLACE.search(words)
    return (
        match and f"{words[: match.start(1)]}{to_chinese(to_int(match[1]) % 90 + 7)}{words[match.end(1) :]}"
    )


def other_month(words: str) -> str | None:
    """Change the first month of a date."""
    match = _MONTH.search(words)
    return match and f"{words[: match.start()]}{int(match[1]) % 12 + 1}{words[match.end() :]}"


def longer_number(words: str) -> str | None:
    """Put a digit before the first number: 15年 for 5年."""
    match = _AMOUNT.search(words)
    return match and f"{words[: match.start()]}1{words[match.start() :]}"


def exchanged_numbers(words: str) -> str | None:
    """Exchange the first number with the next one of its unit."""
    found = list(_AMOUNT.finditer(words))
    for number, first in enumerate(found):
        for other in found[number + 1 :]:
            if other[2] == first[2] and other[1] != first[1]:
                between = words[first.end(1) : other.start(1)]
                return words[: first.start(1)] + other[1] + between + first[1] + words[other.end(1) :]
    return None


def calendar_days(words: str) -> str | None:
    """Make working days of calendar days, or the reverse."""
    if "工作日" in words:
        return re.sub(r"个?工作日", "日", words, count=1)
    changed = re.sub(r"(?<=[\d一二三五十])\s?(?:日|天)(?=内|之?前|以内)", "个工作日", words, count=1)
    return changed if changed != words else None


def _swapped(words: str, table: Mapping[str, str]) -> str | None:
    found = sorted((words.find(old), old) for old in table if old in words)
    return words.replace(found[0][1], table[found[0][1]], 1) if found else None
