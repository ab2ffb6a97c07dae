"""Fields that a person sets or corrects by hand; they change what is shown and searched, never an id."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import Any

from rag.errors import CorrectionError
from rag.schema import Document
from rag.text import wide_brackets


def _words(value: str) -> bool:
    return "\n" not in value and len(value) <= 500


def _iso(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _group(value: str) -> bool:
    return re.fullmatch(r"[\w.\-]{1,60}", value) is not None


CORRECTABLE: Mapping[str, tuple[Callable[[str], bool], str, str]] = {
    "doc_number": (_words, "as printed: 黔数〔2023〕5号", "原样：黔数〔2023〕5号"),
    "effective_date": (_iso, "a date: 2024-01-31", "日期：2024-01-31"),
    "expiry_date": (_iso, "a date: 2024-01-31", "日期：2024-01-31"),
    "issuer": (_words, "a name; several joined by 、", "名称，几个用“、”隔开"),
    "region": (_words, "a province or city, 全国, …", "省、市或“全国”等"),
    "status": (_words, "试行, 暂行, 征求意见稿, 草案, …", "试行、暂行、征求意见稿、草案等"),
    "title": (_words, "the whole title on one line", "一行之内的完整标题"),
    "visibility": (_group, "`public` or the name of a group", "`public` 或组名"),
}
"""Key → whether a value is one, and what it should look like, in English and Chinese."""


def check_corrections(values: Mapping[str, str], where: str) -> dict[str, str]:
    """Return checked values.

    Args:
        values: Key → value; an empty value takes a correction back.
        where: What to name in an error: `--meta`, or a sidecar's file name.

    Raises:
        CorrectionError: A key cannot be corrected, or a value is not one of its kind.
    """
    checked: dict[str, str] = {}
    for key, value in values.items():
        if key not in CORRECTABLE:
            near, known = get_close_matches(key, CORRECTABLE, 1), ", ".join(CORRECTABLE)
            raise CorrectionError(
                f"{where}: {key!r} is not a field that can be set.",
                fix=f"did you mean {near[0]}?" if near else f"use one of {known}",
                chinese=(
                    f"{where}：没有可以设置的字段 {key!r}。",
                    f"是不是 {near[0]}？" if near else f"可用的有 {known}",
                ),
            )
        fits, looks, chinese = CORRECTABLE[key]
        plain = value.strip()
        if plain and not fits(plain):
            raise CorrectionError(
                f"{where}: {value!r} cannot be the {key}.",
                fix=f"write it as {looks}",
                chinese=(f"{where}：{value!r} 不能作为 {key}。", f"写成{chinese}"),
            )
        checked[key] = wide_brackets(plain) if key == "title" else plain
    return checked


def corrected(document: Document, corrections: Mapping[str, str]) -> Document:
    """Return the document with the fields that a person set; these are no longer inferred."""
    if not corrections:
        return document
    inferred = tuple(name for name in document.inferred if name not in corrections)
    # All fields that can be corrected are text.
    fields: dict[str, Any] = dict(corrections)
    return replace(document, inferred=inferred, **fields)
