"""Reading the XML of Office Open XML: names, values and switches."""

from typing import Any

Element = Any
"""An element of lxml."""
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first element down a path of names, or None where one is missing."""
    for name in path:
        if element is None:
            return None
        element = element.find(W + name)
    return element


def value(element: Element | None, *path: str) -> str | None:
    """Return the `val` of the element down a path, or None."""
    found = child(element, *path)
    return None if found is None else found.get(W + "val")


def number(element: Element | None, *path: str) -> int | None:
    """Return the `val` as a whole number, or None where it is missing or is none."""
    text = value(element, *path)
    try:
        return None if text is None else int(text)
    except ValueError:
        return None


def switch(element: Element | None, *path: str) -> bool | None:
    """Return whether a property is on or off, or None where nothing is said."""
    found = child(element, *path)
    return None if found is None else found.get(W + "val", "1") not in ("0", "false", "off", "none")


def branch(element: Element) -> Element | None:
    """Return the one branch of an AlternateContent to read: the choice, unless only the fallback has text."""
    branches = [e for e in element if local(e) in ("Choice", "Fallback")]
    return next((e for e in branches if has_text(e)), branches[0] if branches else None)


def has_text(element: Element) -> bool:
    """Tell whether there are characters of text in an element."""
    return any(t.text for t in element.iter(W + "t", M + "t"))
