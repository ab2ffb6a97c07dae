"""When a document is in force, from what it prints; never from part of a date."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rag.locator.numerals import NUMERAL, to_int
from rag.text import bare

_YMD = r"(\d{4})年(\d{1,2})月(\d{1,2})日"
_FORCE = "(?:施行|试行|实施|执行|生效)"
_EFFECTIVE = (
    re.compile(
        # 自公布之日起施行, 自公布之日起三十日后施行
        rf"[自从][^，,。；;]{{0,20}}?(?:(?:日|起)起?|(?:日|月|年)后)(?:正式)?{_FORCE}(?:[，,](?:试行期|有效期)[^，,。；;]{{1,16}})?"
    ),
    re.compile(rf"于{_YMD}起{_FORCE}"),
    re.compile(r"本[\u4e00-\u9fff]{2,4}(?:实施期|有效期|执行期|试行期)(?:为|至|自)[^，,。；;]{2,30}"),
)
_TERM = re.compile(rf"(?:试行期|有效期)(?:为|限为)?({NUMERAL}+)年")
_UNTIL = re.compile(rf"(?:有效期|试行期|实施期|执行期)?(?:限)?至{_YMD}")
_YEAR = r"(?:19|20)\d\d"
_PERIOD = re.compile(rf"(?<!\d){_YEAR}年?\s*[-—–－~～至]{{1,2}}\s*{_YEAR}\s*年?")


@dataclass(frozen=True, slots=True)
class Force:
    """What a text says about its own validity; None where it says nothing complete."""

    text: str | None = None
    effective: str | None = None
    expiry: str | None = None
    """Last day in force."""


def force(paragraphs: list[str]) -> Force:
    """Read the validity from the last paragraphs of a document; the latest sentence that says something counts."""
    for paragraph in reversed(paragraphs):
        plain = bare(paragraph)
        for pattern in _EFFECTIVE:
            match = pattern.search(plain)
            if match:
                return _force(match.group())
    return Force()


def adopted(line: str) -> Force:
    """Read a line under the title of a law: `2021年1月1日 施行`; anything else gives nothing."""
    match = re.fullmatch(rf"{_YMD}(起)?(施行|生效|实施)", bare(line))
    return Force(bare(line), _iso(match.groups()[:3]), None) if match else Force()


def adopted_on(lines: Iterable[str]) -> str | None:
    """Return the last day on which a text was passed, amended or published, from the lines under its title, or None."""
    plain = re.sub("《[^《》]*》", "", bare(" ".join(lines)))
    days = (_iso(m.groups()) for m in re.finditer(rf"{_YMD}(?!起?(?:施行|实施|生效|执行))", plain))
    return max((day for day in days if day), default=None)


def _force(words: str) -> Force:
    start = re.search(_YMD, words)
    effective = _iso(start.groups()) if start and words[0] in "自从于" else None
    until, term = _UNTIL.search(words), _TERM.search(words)
    expiry = _iso(until.groups()) if until else None
    if effective and term and not expiry:
        expiry = _after_years(effective, to_int(term.group(1)))
    return Force(words, effective, expiry)


def _iso(parts: Sequence[str | None]) -> str | None:
    try:
        return date(*(int(part or 0) for part in parts)).isoformat()
    except ValueError:
        return None


def _after_years(start: str, years: int) -> str:
    first = date.fromisoformat(start)
    try:
        end = first.replace(year=first.year + years)
    except ValueError:  # 29 February
        end = first.replace(year=first.year + years, day=28) + timedelta(days=1)
    return (end - timedelta(days=1)).isoformat()


def period(title: str) -> str | None:
    """Return the years that the title of a plan names, as printed without blanks, or None."""
    match = _PERIOD.search(title)
    return re.sub(r"\s", "", match.group()) if match else None
