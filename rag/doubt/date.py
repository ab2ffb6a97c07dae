"""Days, months and years of the calendar: 2024年1月1日, 2024-01-01, 二〇二四年一月一日 and January 1, 2024 are one day."""

import re
from dataclasses import dataclass

from rag.locator.numerals import to_int

_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_SHORT = {name[:3]: number for name, number in _MONTHS.items()} | {"Sept": 9}
_NAMED = "|".join([*_MONTHS, *(rf"{short}\b\.?" for short in _SHORT)])
_YEAR = r"(?:19|20)\d\d"
_HAN_YEAR = r"[一二][零〇○一二三四五六七八九]{3}"
_N = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_PATTERNS = (
    (re.compile(rf"(?<!\d)({_YEAR})[-/.](\d{{1,2}})[-/.](\d{{1,2}})(?!\d)"), (1, 2, 3)),
    (re.compile(rf"(?<!\d)({_YEAR}|{_HAN_YEAR})年(?:度)?(?:({_N})月(?:({_N})[日号])?)?"), (1, 2, 3)),
    (re.compile(rf"\b{_DAY}\s(?:of\s)?({_NAMED}),?\s({_YEAR})\b"), (3, 2, 1)),
    (re.compile(rf"\b({_NAMED})\s{_DAY}(?:,\s?|\s)({_YEAR})\b"), (3, 1, 2)),
    (re.compile(rf"\b({_NAMED}),?\s({_YEAR})\b"), (2, 1, 0)),
    (re.compile(rf"\b({_NAMED})\s{_DAY}\b(?!\s?%)"), (0, 1, 2)),
    (re.compile(rf"\b{_DAY}\s(?:of\s)?({_NAMED})"), (0, 2, 1)),
    (re.compile(rf"(?<![\d第零〇一二三四五六七八九十])({_N})月(?:({_N})[日号])?(?!份额)"), (0, 1, 2)),
    (re.compile(rf"(?<![\d.,A-Za-z#/])({_YEAR})(?![\d%A-Za-z,.]\d|[\d%A-Za-z]|\s?[个家户项条种类名人元万亿千百倍吨])"), (1, 0, 0)),
)  # fmt: skip
"""Each with its groups for year, month and day, 0 for one that it has not; what an earlier one took is not read again."""


_ANY = re.compile(r"\d|年|月")


@dataclass(frozen=True, slots=True)
class Date:
    """A day, or a month or year that is named without one."""

    start: int
    end: int
    """Exclusive, in the levelled text."""
    words: str
    year: int | None
    month: int | None
    day: int | None

    def stands_in(self, other: "Date") -> bool:
        """Tell whether another date says at least this: 2024年1月1日 says 2024年."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(mine is None or mine == theirs for mine, theirs in pairs)


def dates(text: str) -> list[Date]:
    """Return the dates of a levelled text in order; none for a text without."""
    found: list[Date] = []
    rest = text
    for pattern, groups in _PATTERNS if _ANY.search(text) else ():
        before = len(found)
        for match in pattern.finditer(rest):
            year, month, day = (_number(match[group]) if group else None for group in groups)
            if (month is None or 1 <= month <= 12) and (day is None or 1 <= day <= 31):
                found.append(Date(match.start(), match.end(), match[0].strip(), year, month, day))
        rest = blanked(rest, [(date.start, date.end) for date in found[before:]])
    return sorted(found, key=lambda date: date.start)


def blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """Return a text of the same length with spans that nothing reads again."""
    if not spans:
        return text
    signs = list(text)
    for start, end in spans:
        signs[start:end] = "\0" * (end - start)
    return "".join(signs)


def _number(word: str | None) -> int | None:
    if not word:
        return None
    if word[0].isascii() and not word.isdigit():
        return _MONTHS.get(word) or _SHORT[word.rstrip(".")[:4] if word.startswith("Sept") else word[:3]]
    return to_int(word)
