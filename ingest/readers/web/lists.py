"""Numbers and bullets that a browser prints in front of list items."""

import re
from dataclasses import dataclass
from typing import Any

from ingest.readers.counters import printed

Element = Any
"""An element of lxml."""
_TYPES = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_STYLES = {
    "decimal": "decimal",
    "decimal-leading-zero": "decimalZero",
    "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter",
    "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
    "cjk-decimal": "ideographDigital",
    "cjk-ideographic": "taiwaneseCountingThousand",
    "simp-chinese-informal": "taiwaneseCountingThousand",
    "trad-chinese-informal": "taiwaneseCountingThousand",
    "cjk-heavenly-stem": "ideographTraditional",
    "cjk-earthly-branch": "ideographZodiac",
}
_UNNUMBERED = frozenset({"none", "disc", "circle", "square"})
_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([^;]*)", re.IGNORECASE)


@dataclass(slots=True)
class _Open:
    element: Element
    style: str
    """Of its numbers; empty without."""
    next: int
    step: int


class Numbers:
    """Counts the items of the lists that are open."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    def begin(self, element: Element) -> None:
        """Open a list."""
        style = (
            (_css(element) or _TYPES.get(element.get("type", ""), "decimal")) if element.tag == "ol" else ""
        )
        backwards = element.get("reversed") is not None
        first = len(element.findall("li")) if backwards else 1
        start = _whole(element.get("start"))
        self._open.append(_Open(element, style, first if start is None else start, -1 if backwards else 1))

    def end(self) -> None:
        """Close the innermost list."""
        if self._open:
            self._open.pop()

    def label(self, item: Element) -> str:
        """Count an item and return what is printed in front of it: 1. or 一、; empty without a number."""
        if not self._open or item.getparent() is not self._open[-1].element:
            return ""
        here = self._open[-1]
        value = _whole(item.get("value"))
        count = here.next if value is None else value
        here.next = count + here.step
        style = _css(item) or _TYPES.get(item.get("type", ""), here.style)
        if here.element.tag != "ol" or not style or style in _UNNUMBERED:
            return ""
        return printed(count, style) + ("." if style in _TYPES.values() or style == "decimalZero" else "、")


def bullet_of(item: Element) -> bool:
    """Tell whether an item has a bullet."""
    parent = item.getparent()
    if parent is None or parent.tag == "ol":
        return _css(item) in _UNNUMBERED - {"none"}
    return "none" not in (_css(item), _css(parent))


def _css(element: Element) -> str | None:
    """Return the style of number that an element's own style says, `none` or a bullet's; None when it says nothing."""
    found = _STYLE.search(element.get("style", ""))
    words = found.group(1).lower().split() if found else []
    return next((_STYLES.get(word, word) for word in words if word in _STYLES or word in _UNNUMBERED), None)


def _whole(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\s*-?[0-9]{1,9}\s*", text) else None
