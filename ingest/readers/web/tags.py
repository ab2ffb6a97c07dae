"""What the elements of a page are for."""

import re
from collections.abc import Sequence
from typing import Any

Element = Any
"""An element of lxml."""
# fmt: off
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr",
    "html", "legend", "li", "main", "marquee", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul",
})
"""Elements that stand on lines of their own."""
_DROPPED = frozenset({
    "applet", "area", "audio", "button", "canvas", "datalist", "del", "embed", "frame", "head", "iframe", "input", "map",
    "meter", "noscript", "object", "option", "progress", "rp", "rt", "rtc", "script", "select", "style", "svg", "template",
    "textarea", "video", "xml",
})
# fmt: on
LISTS = frozenset({"ol", "ul", "dir", "menu"})
FRAMES = frozenset({"iframe", "frame", "object", "embed"})
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)(?:\s*;|\s*!|\s*$)", re.IGNORECASE)
_MAX_LINK = 150
_MAX_HEADING = 300
_ANNEX = re.compile(r"\.(?:docx?|pdf|xlsx?|wps|et|ofd|zip|rar|7z|pptx?)(?:[?#]|$)", re.IGNORECASE)
_HEADING = re.compile("h[1-6]")


def is_dropped(element: Element, hidden_too: bool = False) -> bool:
    """Tell whether nothing in an element is shown as text: scripts, comments, controls, deleted text.

    Args:
        element: An element or a comment.
        hidden_too: Take what the page hides as shown.
    """
    return not is_shown_kind(element) or (_is_hidden(element) and not hidden_too)


def is_shown_kind(element: Element) -> bool:
    """Tell whether elements of this name show their text."""
    return isinstance(element.tag, str) and element.tag not in _DROPPED


def is_link(element: Element) -> bool:
    """Tell whether an element leads to another page.

    One to a place on its own page or to an annex is text, and so is one that was never closed and swallows a text.
    """
    target = element.get("href") if element.tag == "a" else None
    if target is None or (target.startswith("#") and len(target) > 1) or _ANNEX.search(target):
        return False
    return not _is_longer(element, _MAX_LINK)


def heading_level(places: Sequence[Element]) -> int:
    """Return the level of the heading that a place is in, or 0; one that was never closed is none.

    Args:
        places: The block elements around it, the innermost last.
    """
    for place in reversed(places):
        if _HEADING.fullmatch(place.tag):
            return 0 if _is_longer(place, _MAX_HEADING) else int(place.tag[1])
        if place.tag == "p" and "MsoTitle" in place.get("class", ""):
            return 1
        if place.tag in ("td", "th"):
            break
    return 0


def _is_hidden(element: Element) -> bool:
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden", "").lower() == "true"
        or _HIDDEN.search(element.get("style", "")) is not None
    )


def _is_longer(element: Element, chars: int) -> bool:
    for text in element.itertext():
        chars -= len(text.strip())
        if chars < 0:
            return True
    return False
