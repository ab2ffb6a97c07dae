"""The day whose law a question asks for: 2023年3月时, 2022年底的规定, 2018年版, as of March 2023."""

import calendar
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta

from rag.locator.numerals import to_int

_YEAR_IN_HAN = re.compile(r"[一二][〇零○一二三四五六七八九]{3}(?=年)")
_MONTH_IN_HAN = re.compile(r"[一二三四五六七八九十]{1,3}(?=[月日号])")
_DATE = (
    r"(?P<year>(?:19|20)\d{2})(?:\s*年\s*(?:(?P<month>\d{1,2})\s*月\s*(?:(?P<day>\d{1,2})\s*[日号])?)?"
    r"|[-/.](?P<month_>\d{1,2})(?:[-/.](?P<day_>\d{1,2}))?)\s*(?P<part>年?底|年?末|年?初|年中|上半年|下半年|前后)?"
)
_AT = r"(?:的时候|那时候?|那会儿?|那阵|当时|的?时点|时(?![间代段期限效点长尚装刻任而常]))"
_RULES = r"(?:时?的|那[一个]?)?(?:旧|老)?(?:规定|规则|版本?(?![权块图])|条文|法律|法规|办法|条例|文本)"
_VERSION = r"的?(?:旧?版本?(?![权块图])|旧法|旧规|修[订正](?:本|版|文本))"
_BEFORE_IT = r"(?P<before>之?前|以前)?"
_ASKED = r"(?=了?(?:[吗么没不？?]|$))"
# 2024年3月1日施行的办法 tells a day, and 2024年可以用的资金 a year.
_USED = rf"(?:还?在|能不?能?|可不?可?以)*\s*(?:用|使用|执行|施行|试行|实施){_ASKED}"
_HOLDS = (
    rf"{_BEFORE_IT}[，,]?\s*(?:的时候|时|还|仍|是否|就|已经?|当时|哪[个些份]\S{{0,6}}?)*\s*"
    rf"(?:(?:能|可以)?(?:有效(?!期)|适用|管用|作数|算数)|{_USED})"
)
# 到2025年时 is the end of a plan.
_BEFORE = r"(?:(?<=截至)|(?<=截止到)|(?<=截止至)|(?<![到至~\-—–]))"
_CHINESE = re.compile(f"{_BEFORE}{_DATE}(?P<after>{_AT}|{_RULES}|{_HOLDS})")
_CHINESE_VERSION = re.compile(f"{_BEFORE}(?P<year>(?:19|20)\\d{{2}})年?{_VERSION}")
_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name}
_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ENGLISH = re.compile(
    r"\b(?:as (?:of|at)|(?:in force|valid|applicable|applied) (?:in|on|at|as of|as at|by))\s+(?:the\s+)?"
    r"(?:(?P<part>end|beginning|start) of\s+)?"
    rf"(?:(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+)?(?P<name>{_NAME})\.?(?:\s+(?P<day_>\d{{1,2}})(?:st|nd|rd|th)?,)?\s+)?"
    r"(?P<year>(?:19|20)\d{2})(?:-(?P<month>\d{2})(?:-(?P<iso_day>\d{2}))?)?\b",
    re.IGNORECASE,
)
_ENGLISH_VERSION = re.compile(
    r"\b(?:version of (?P<year>(?:19|20)\d{2})|(?P<year_>(?:19|20)\d{2}) version)\b", re.IGNORECASE
)
# 2021修订版还有效吗 asks about that text as it stands today.
_ASKS_TODAY = re.compile(
    r"[^，,。？?]{0,8}(?:还|仍|现在|目前|已经?|是否|什么时候|何时|被)[^，,。？?]{0,6}(?:有效(?!期)|废止|失效|作废|过期|能用|管用)"
)
_ASKS_VALIDITY = re.compile(r"有效(?!期)|生效|适用|作数|算数|能用|可以用|in force|valid|appl")


def asked_day(text: str, today: date) -> str | None:
    """Return the day as ISO whose law a text asks for; the last one of a month or a year. None when it asks for no day.

    A day to come counts only where the text asks what will be in force then: 2030年底的目标 is the end of a plan.
    """
    plain = _in_digits(unicodedata.normalize("NFKC", text))
    for pattern in (_CHINESE, _ENGLISH):
        for found in pattern.finditer(plain):
            day = _day_of(found.groupdict())
            year_alone = pattern is _CHINESE and not (found["month"] or found["month_"] or found["part"])
            # 2023年的规定 are those that were made in that year.
            if day is None or (year_alone and re.fullmatch(_RULES, found["after"])):
                continue
            if day <= today or _ASKS_VALIDITY.search(plain):
                return day.isoformat()
    version = _CHINESE_VERSION.search(plain) or _ENGLISH_VERSION.search(plain)
    if version is None or _ASKS_TODAY.match(plain, version.end()):
        return None
    return f"{next(y for y in version.groups() if y)}-12-31"


def _in_digits(text: str) -> str:
    text = _YEAR_IN_HAN.sub(lambda m: str(to_int(m[0])), text)
    return _MONTH_IN_HAN.sub(lambda m: str(to_int(m[0])), text)


def _day_of(found: Mapping[str, str | None]) -> date | None:
    """Return the last day that a date may mean, the first for 初, the one before it for 之前; None when the calendar has none."""
    year = int(found["year"] or 0)
    name = found.get("name")
    printed = found.get("month") or found.get("month_")
    month = _MONTHS[name.lower()] if name else int(printed) if printed else None
    day = next((int(found[k] or 0) for k in ("day", "day_", "iso_day") if found.get(k)), None)
    part = found.get("part") or ""
    try:
        if found.get("before"):
            return date(year, month or 1, day or 1) - timedelta(days=1)
        if day:
            return date(year, month or 1, day)
        if part.endswith("初") or part in ("beginning", "start"):
            return date(year, month or 1, 1)
        if part in ("年中", "上半年"):
            return date(year, 6, 30)
        return date(year, month or 12, calendar.monthrange(year, month or 12)[1])
    except ValueError:
        return None
