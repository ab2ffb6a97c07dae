"""Explicit filters of a search, resolved to the documents that meet them: one mechanism for every leg."""

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from rag.errors import FilterError
from rag.schema import Document, Viewer
from rag.text import loose
from rag.validity import passes

# A filter is compared with each document of the collection, and most fields have few different values.
_compared = lru_cache(1 << 16)(loose)
_wanted = lru_cache(16)(loose)


def _same(field: str) -> Callable[[Document, str], bool]:
    return lambda document, value: _compared(str(getattr(document, field) or "")) == _wanted(value)


def _contains(field: str) -> Callable[[Document, str], bool]:
    return lambda document, value: _wanted(value) in _compared(str(getattr(document, field) or ""))


def printed_day(document: Document) -> str | None:
    """Return the day of a document for ranges: of the issue that printed it, else of adoption, else of effect; ISO."""
    return document.issue_date or document.adopted_on or document.effective_date


def _since(document: Document, value: str) -> bool:
    return (printed_day(document) or "") >= value


def _until(document: Document, value: str) -> bool:
    # The whole of a month or year that is given as the end belongs to the range.
    day = printed_day(document)
    return day is not None and day[: len(value)] <= value


FILTERS: Mapping[str, Callable[[Document, str], bool]] = {
    "column": _same("column"),
    "doc_number": _same("doc_number"),
    "document_id": _same("document_id"),
    "issue_no": _same("issue_no"),
    "issuer": _contains("issuer"),
    "region": _contains("region"),
    "scheme": _same("scheme"),
    "since": _since,
    "source": _same("source"),
    "source_name": _same("source_name"),
    "status": _same("status"),
    "title": _contains("title"),
    "until": _until,
}
"""Key → whether a document meets a value.

`issuer`, `region` and `title` are met by a part of the field. `since` and `until` take a day, a month or a year (2024-01-31, 2024-01,
2024), both ends included, and are met by `printed_day`; a document without such a day meets neither.
"""
_RANGE = frozenset({"since", "until"})
_PART = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_FIRST_DAY = "0000-01-01"


def parse_filters(pairs: Sequence[str]) -> dict[str, str]:
    """Read `key=value` arguments.

    Raises:
        FilterError: A key does not exist, or there is no value.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        key, _, value = pair.partition("=")
        if not value:
            raise FilterError(
                f"Not a filter: {pair!r}.",
                fix="write it as --filter region=贵州省",
                chinese=(f"不是筛选条件：{pair!r}。", "写作 --filter region=贵州省"),
            )
        found[key.strip()] = value.strip()
    check_filters(found, None)
    return found


def check_filters(filters: Mapping[str, str], as_of: str | None) -> None:
    """Refuse keys and dates that do not exist.

    Raises:
        FilterError: Such a key or date.
    """
    for key, value in filters.items():
        if key not in FILTERS:
            known = ", ".join(sorted(FILTERS))
            raise FilterError(
                f"No filter {key!r}.",
                fix=f"use one of {known}",
                chinese=(f"没有筛选项 {key!r}。", f"可用的有 {known}"),
            )
        if key in _RANGE and not (_PART.fullmatch(value) and _is_day(value + _FIRST_DAY[len(value) :])):
            raise FilterError(
                f"Not a date: {key}={value!r}.",
                fix=f"write it as {key}=2024-01-31, {key}=2024-01 or {key}=2024",
                chinese=(
                    f"不是日期：{key}={value!r}。",
                    f"写作 {key}=2024-01-31、{key}=2024-01 或 {key}=2024",
                ),
            )
    if as_of is not None and not _is_day(as_of):
        raise FilterError(
            f"Not a date: {as_of!r}.",
            fix="write it as 2024-01-31",
            chinese=(f"不是日期：{as_of!r}。", "写作 2024-01-31"),
        )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def allowed(
    documents: Sequence[Document],
    filters: Mapping[str, str],
    as_of: str | None,
    viewer: Viewer,
    older: Container[str] = (),
) -> list[Document]:
    """Return the documents that a search may show; all when nothing limits it, but of several versions the newest.

    An older version is shown on a day before the newer one takes effect, when a filter names it, or when it is among `older`.

    Raises:
        FilterError: A key or a date does not exist.
    """
    check_filters(filters, as_of)
    day = date.fromisoformat(as_of) if as_of else None
    on = (day or date.today()).isoformat()
    seen = {d.document_id: d for d in documents if viewer.sees(d)}
    found = _meeting(filters, seen.values())
    if day is not None:
        found = [d for d in found if passes(d, day)]
    return [
        d
        for d in found
        # Few have a newer version; all are gone through with each question.
        if not d.superseded_by
        or not _is_superseded(d, seen, on)
        or d.document_id in older
        or _is_named(d, filters)
    ]


def left_out(
    documents: Sequence[Document], filters: Mapping[str, str], as_of: str | None, viewer: Viewer
) -> list[Document]:
    """Return the documents that meet the filters and are left out for the day alone; none without a day."""
    if as_of is None:
        return []
    day = date.fromisoformat(as_of)
    return [d for d in _meeting(filters, documents) if viewer.sees(d) and not passes(d, day)]


def _meeting(filters: Mapping[str, str], documents: Iterable[Document]) -> list[Document]:
    found = list(documents)
    for key, value in filters.items():
        meets = FILTERS[key]
        found = [d for d in found if meets(d, value)]
    return found


def _is_named(document: Document, filters: Mapping[str, str]) -> bool:
    return "document_id" in filters or loose(filters.get("title", "")) == loose(document.title)


def _is_superseded(document: Document, seen: Mapping[str, Document], day: str) -> bool:
    newer = seen.get(document.superseded_by or "")
    return newer is not None and (newer.effective_date or "") <= day
