"""Reading what a model was told to write as one JSON object, and wrote with more around it."""

import json
import re
from collections.abc import Iterator
from typing import Any

_GRADE = r'(?<!\\)"{}"\s*[:：]\s*"?([012])"?\s*(?=[,，}}\n]|$)'
_REASON = r'(?<!\\)"{}"\s*[:：]\s*"(.*?)(?<!\\)"\s*(?:[,，]\s*"|[}}\n]|$)'
_BLANKS = re.compile(r"\s+")
_MOST_REASON = 300


def objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects that stand in a text, outermost ones only, whatever is around them; nothing when there is none."""
    decoder = json.JSONDecoder(strict=False)
    at = text.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        # A deep nest of brackets exhausts the parser.
        except (ValueError, RecursionError):
            end = at + 1
        else:
            yield value
        at = text.find("{", end)


def grade_in(text: str, key: str) -> int | None:
    """Return the grade that a text gives under a key.

    Args:
        text: What a model wrote; fences and words around the JSON are passed over, and an object that is not quite JSON (a
            quotation mark inside a reason) is read by its keys.
        key: Of the grade.

    Returns:
        0, 1 or 2; None when there is no such grade, or two that differ: the model may be repeating what it was shown.
    """
    given = [found[key] for found in objects(text) if key in found]
    if not given:
        given = re.findall(_GRADE.format(key), text)
    grades = {_grade(value) for value in given}
    return grades.pop() if len(grades) == 1 else None


def reason_in(text: str, key: str) -> str:
    """Return the sentence that a text gives under a key, on one line and at most 300 characters; empty when there is none."""
    given = [found[key] for found in objects(text) if isinstance(found.get(key), str)]
    given = given or re.findall(_REASON.format(key), text, re.DOTALL)
    return shortened(given[-1]) if given else ""


def shortened(text: str) -> str:
    """Return a text on one line, at most 300 characters."""
    line = _BLANKS.sub(" ", text).strip()
    return line if len(line) <= _MOST_REASON else f"{line[:_MOST_REASON]}…"


def _grade(value: object) -> int | None:
    if isinstance(value, str) and value.strip() in {"0", "1", "2"}:
        return int(value)
    # True is an int to Python, 1.0 a whole number to JSON.
    if isinstance(value, int | float) and not isinstance(value, bool) and value in (0, 1, 2):
        return int(value)
    return None
