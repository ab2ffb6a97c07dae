"""What is wrong in the file of rules, with its line and how to mend it."""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from rag.errors import SettingsError

PAGE = "docs/slack.md"
"""The page that describes the file."""
_PLAIN: Mapping[str, tuple[str, str]] = {
    "bool_type": ("is neither true nor false", "write true or false, without quotes"),
    "int_type": ("is no whole number", "write a number without quotes: 10"),
    "string_type": ("is no text", 'write it in quotes: "…"'),
    "tuple_type": ("is no list", 'write a list, also of one: ["…"]'),
    "too_short": ("is empty, so nobody could ask", "name at least one, or leave the key out"),
    "model_type": ("is no table", f"see the example in {PAGE}"),
    "dict_type": ("is no table", f"see the example in {PAGE}"),
}
"""What pydantic calls it → what is said, and the fix."""


def wrong(what: str, fix: str) -> PydanticCustomError:
    """Return what a check raises.

    Args:
        what: Follows the value.
        fix: What to write instead.
    """
    return PydanticCustomError("rule", "{what}", {"what": what, "fix": fix})


def nearest(name: str, known: Collection[str]) -> str:
    """Return as a fix the known name that is most like an unknown one; all of them when none is."""
    near = get_close_matches(name.lower(), known, 1)
    return f"did you mean {near[0]}?" if near else f"use one of {', '.join(sorted(known))}"


def refused(
    error: ValidationError, path: Path, text: str, fields: Mapping[str, Collection[str]]
) -> SettingsError:
    """Return the first thing that is wrong, as an administrator can mend it.

    Args:
        error: What the checks found.
        path: Of the file.
        text: Of the file, in which the line is looked up.
        fields: The keys that may stand on top (""), and in the tables of that name.
    """
    first = error.errors()[0]
    place = _place(first)
    line = _line(text, place)
    where = f"{path}, line {line}" if line else str(path)
    what, fix = _told(first, place, fields)
    return SettingsError(
        f"{where}: {what}.", fix=fix, chinese=(f"{where} 的写法有误。", f"请对照 {PAGE} 中的例子更正")
    )


def _place(first: ErrorDetails) -> list[str]:
    """Names from the top of the file to the key; the number of an item in a list is left out."""
    names = [str(part) for part in first["loc"] if isinstance(part, str) and part != "[key]"]
    below = str(first.get("ctx", {}).get("below", ""))
    return [*names, *below.split()]


def _told(first: ErrorDetails, place: list[str], fields: Mapping[str, Collection[str]]) -> tuple[str, str]:
    key, context, got = ".".join(place), first.get("ctx", {}), first["input"]
    if first["type"] == "extra_forbidden":
        level = place[0] if len(place) > 1 else ""
        return f"unknown key {key}", nearest(place[-1], fields[level])
    if first["type"] in ("filter", "channel"):
        return str(context["what"]).rstrip("."), str(context["fix"])
    if first["type"] == "rule":
        shown = "" if isinstance(got, dict) else f" {got!r}"
        return f"{key}:{shown} {context['what']}", str(context["fix"])
    if first["type"] in ("greater_than_equal", "less_than_equal"):
        return f"{key}: {got!r} is out of range", "write a number from 1 to 10000"
    said, fix = _PLAIN.get(first["type"], (first["msg"], f"see {PAGE}"))
    return f"{key}: {got!r} {said}", fix


def _line(text: str, place: list[str]) -> int | None:
    """Find the line of a key, 1-based: below the header of its table, else wherever it is set; None when it is not found."""
    if not place:
        return None
    lines, start = text.splitlines(), 0
    for depth in range(len(place) - 1, 0, -1):
        head = re.compile(r"\s*\[\s*" + r"\s*\.\s*".join(_quoted(p) for p in place[:depth]) + r"\s*\]")
        if found := next((n for n, line in enumerate(lines) if head.match(line)), None):
            start = found
            break
    own_head = re.compile(r"\s*\[\s*" + r"\s*\.\s*".join(map(_quoted, place)) + r"\s*\]")
    key = re.compile(rf"[^#]*(?<![\w\-]){_quoted(place[-1])}\s*[=.]")
    for pattern in (own_head, key):
        if found := next((n for n, line in enumerate(lines[start:], start + 1) if pattern.match(line)), None):
            return found
    return None


def _quoted(name: str) -> str:
    return rf"[\"']?{re.escape(name)}[\"']?"
