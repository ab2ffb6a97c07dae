"""The issue of a periodical that a question names: 第50期, 2023年第3期, 12月15日那期, 最新一期."""

import calendar
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.locator.numerals import NUMERAL, to_int
from rag.schema import Document

_NUMBER = re.compile(
    rf"(?:(?P<year>(?:19|20)\d{{2}})\s*年\s*)?总?第\s*(?P<number>{NUMERAL}{{1,5}})\s*期(?!工程|项目|建设|债|培训|课|班|款|改造|间)"
)
_ENGLISH_NUMBER = re.compile(
    r"\b(?:issue|bulletin)\s*(?:no\.?|number|#)?\s*(?P<number>\d{1,4})\b", re.IGNORECASE
)
_DATE = r"(?:(?P<year>(?:19|20)\d{2})\s*年\s*)?(?P<month>\d{1,2})\s*月(?:份|\s*(?P<day>\d{1,2})\s*[日号])?"
_ISSUE = r"(?:出的?|出版的?|刊?发的?|印发的?|的)?(?:那|这)?[一两几]?(?:期|刊|本?简报|本?通报|号刊物?|本?公报)(?![间限])"
_MONTHS = {name: n for n, name in enumerate(calendar.month_name) if name}
_NAME = "|".join(_MONTHS)
_ENGLISH_DATE = re.compile(
    rf"\b(?:(?:issue|bulletin)\s+(?:of|dated|from)\s+)(?:(?P<day>\d{{1,2}})\s+)?(?P<name>{_NAME})(?:\s+(?P<day_>\d{{1,2}}))?(?:,?\s+(?P<year>\d{{4}}))?"
    rf"|\b(?P<name_>{_NAME})(?:\s+(?P<day__>\d{{1,2}}))?(?:,?\s+(?P<year_>\d{{4}}))?\s+(?:issue|bulletin)\b",
    re.IGNORECASE,
)
_NEWEST = re.compile(
    r"最(?:新|近)的?(?:那|这)?一?期(?![间限])|(?:latest|newest|most recent) (?:issue|bulletin)", re.IGNORECASE
)

_OLDEST = re.compile(
    r"最早的?(?:那|这)?一?期(?![间限])|(?:oldest|earliest|first) (?:issue|bulletin)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Issue:
    """Which documents an issue printed."""

    documents: frozenset[str] = frozenset()
    """Ids; empty when the collection has no such issue."""
    inferred: dict[str, str] = field(default_factory=dict)
    """`issue_no` or `issue_date`, to be reported."""


def asked_issue(text: str, documents: Sequence[Document]) -> Issue:
    """Return the documents of the issues that a text names; none for issues that the collection does not have."""
    dated = [d for d in documents if d.issue_date or d.issue_no]
    if not dated:
        return Issue()
    plain = unicodedata.normalize("NFKC", text)
    return _by_number(plain, dated) or _by_date(plain, dated) or _outermost(plain, dated) or Issue()


def _by_number(text: str, documents: Sequence[Document]) -> Issue | None:
    for found in (*_NUMBER.finditer(text), *_ENGLISH_NUMBER.finditer(text)):
        number, year = to_int(found["number"]), found.groupdict().get("year") or ""
        fitting = [d for d in documents if d.issue_no == number and (d.issue_date or "").startswith(year)]
        if fitting:
            return Issue(frozenset(d.document_id for d in fitting), {"issue_no": str(number)})
    return None


def _by_date(text: str, documents: Sequence[Document]) -> Issue | None:
    # 12月15日的《大数据发展动态》 names an issue too.
    names = {re.escape(d.source_name) for d in documents if d.source_name}
    called = rf"(?:{_ISSUE}|的?\s*[《“]?(?:{'|'.join(sorted(names))}))" if names else _ISSUE
    for found in (*re.finditer(_DATE + called, text), *_ENGLISH_DATE.finditer(text)):
        said = found.groupdict()
        name = said.get("name") or said.get("name_")
        month = _MONTHS[name.capitalize()] if name else int(said["month"])
        day = next((int(said[k]) for k in ("day", "day_", "day__") if said.get(k)), None)
        year = said.get("year") or said.get("year_") or r"\d{4}"
        date = rf"{year}-{month:02d}-" + (f"{day:02d}" if day else r"\d\d")
        fitting = [d for d in documents if re.fullmatch(date, d.issue_date or "")]
        if fitting:
            return _of(fitting)
    return None


def _outermost(text: str, documents: Sequence[Document]) -> Issue | None:
    days = [d.issue_date for d in documents if d.issue_date]
    wanted = max if _NEWEST.search(text) else min if _OLDEST.search(text) else None
    if not days or wanted is None:
        return None
    return _of([d for d in documents if d.issue_date == wanted(days)])


def _of(documents: Sequence[Document]) -> Issue:
    dates = sorted({d.issue_date or "" for d in documents})
    return Issue(frozenset(d.document_id for d in documents), {"issue_date": "、".join(dates)})
