"""Styles of a Word document and what a paragraph inherits from them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.readers.word.tree import Element, W, child, number, switch, value

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_TITLE = re.compile(r"title|标题", re.IGNORECASE)
_SUBTITLE = re.compile(r"sub|副", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录)\s*(?:[1-9]|heading|标题)?", re.IGNORECASE)
_BODY = 9


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Which list a paragraph belongs to, and where its level is said."""

    list_id: int
    level: int | None
    """From 0; None where only the list's link to `style` tells."""
    style: str | None
    """The style that the list comes from; None when the paragraph itself names it."""


class Styles:
    """The styles of one document."""

    def __init__(self, root: Element | None) -> None:
        found = root.findall(W + "style") if root is not None else []
        self._by_id = {style.get(W + "styleId"): style for style in found}
        self._default = next(
            (
                s.get(W + "styleId")
                for s in found
                if s.get(W + "type") == "paragraph" and s.get(W + "default") in ("1", "true", "on")
            ),
            None,
        )
        defaults = child(root, "docDefaults", "rPrDefault", "rPr")
        self._hidden = bool(switch(defaults, "vanish"))

    def chain(self, style: str | None) -> Iterator[Element]:
        """Yield a style and those that it is based on."""
        seen: set[str] = set()
        while style is not None and style not in seen and style in self._by_id:
            seen.add(style)
            yield self._by_id[style]
            style = value(self._by_id[style], "basedOn")

    def of_paragraph(self, properties: Element | None) -> list[Element]:
        """Return the styles of a paragraph, its own first; without one those of the default style."""
        return list(self.chain(value(properties, "pStyle") or self._default))

    def level(self, properties: Element | None) -> int:
        """Return the level of a heading from 1, or 0 for text; a title has 1."""
        own = number(properties, "outlineLvl")
        if own is not None:
            return own + 1 if own < _BODY else 0
        for style in self.of_paragraph(properties):
            outline = number(style, "pPr", "outlineLvl")
            if outline is not None:
                return outline + 1 if 0 <= outline < _BODY else 0
            name = (value(style, "name") or "").strip()
            if heading := _HEADING.fullmatch(name):
                return int(heading.group(1))
            if _TITLE.fullmatch(name):
                return 1
        return 0

    def is_title(self, properties: Element | None) -> bool:
        """Tell whether a paragraph is in the style for the document's title, or in one made from it."""
        names = [(value(style, "name") or "").strip() for style in self.of_paragraph(properties)]
        return any(map(_TITLE.fullmatch, names)) and not any(map(_SUBTITLE.search, names))

    def is_contents(self, properties: Element | None) -> bool:
        """Tell whether a paragraph is a line of a table of contents or its heading."""
        style = next(iter(self.of_paragraph(properties)), None)
        return _CONTENTS.fullmatch((value(style, "name") or "").strip()) is not None

    def list_place(self, properties: Element | None) -> ListPlace | None:
        """Return the list of a paragraph, from itself or its styles; None when it has none or is taken out of it."""
        own = child(properties, "numPr")
        level = number(own, "ilvl")
        found = number(own, "numId")
        if found is not None:
            return ListPlace(found, level or 0, None) if found else None
        for style in self.of_paragraph(properties):
            found = number(style, "pPr", "numPr", "numId")
            if found is not None:
                inherited = number(style, "pPr", "numPr", "ilvl") if level is None else level
                return ListPlace(found, inherited, style.get(W + "styleId")) if found else None
        return None

    def hides(self, properties: Element | None) -> bool:
        """Tell whether the text of a paragraph is hidden by its styles."""
        said = (switch(style, "rPr", "vanish") for style in self.of_paragraph(properties))
        return next((s for s in said if s is not None), self._hidden)

    def hides_run(self, properties: Element | None, otherwise: bool) -> bool:
        """Tell whether a run's text is hidden; `otherwise` is what its paragraph says."""
        own = switch(properties, "vanish")
        said = [own] if own is not None else []
        said += [
            s
            for style in self.chain(value(properties, "rStyle"))
            if (s := switch(style, "rPr", "vanish")) is not None
        ]
        return said[0] if said else otherwise
