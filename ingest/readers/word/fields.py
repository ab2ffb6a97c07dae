"""Fields of a Word document: which show a result, and which stand for page numbers or a table of contents."""

import re
from dataclasses import dataclass, field

from ingest.readers.counters import printed
from ingest.readers.word.tree import Element, W

_PAGES = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES"})
_CONTENTS = "TOC"
_OVERLAID = re.compile(r"\\o(?:\s*\\a[cdlr])?\s*\((.*),([^,]*)\)\s*$", re.IGNORECASE)
_DELETED = (W + "del", W + "moveFrom")


@dataclass(slots=True)
class Field:
    """A field that is open while its paragraphs are read."""

    code: str = ""
    shown: bool = False
    """Its result has begun."""

    @property
    def kind(self) -> str:
        """The first word of its code: PAGE, TOC, HYPERLINK."""
        return (self.code.split() or [""])[0].upper()


@dataclass(slots=True)
class Fields:
    """The fields that are open at a place in the text."""

    closed: frozenset[Element]
    """The beginnings that have an end; another one would swallow the rest of the document."""
    opened: list[Field] = field(default_factory=list)
    met_contents: bool = False
    """A table of contents has begun since this was last set to False."""

    @classmethod
    def of(cls, root: Element) -> "Fields":
        """Find the complete fields of a part; what deleted text holds of them does not count."""
        begun: list[Element] = []
        closed: list[Element] = []
        for mark in root.iter(W + "fldChar"):
            if any(above.tag in _DELETED for above in mark.iterancestors()):
                continue
            kind = mark.get(W + "fldCharType")
            if kind == "begin":
                begun.append(mark)
            elif kind == "end" and begun:
                closed.append(begun.pop())
        return cls(frozenset(closed))

    @property
    def silent(self) -> bool:
        """Text here is not printed as text of the document."""
        return any(not f.shown or f.kind in _PAGES or f.kind == _CONTENTS for f in self.opened)

    @property
    def in_contents(self) -> bool:
        """The place is in a table of contents."""
        return any(f.kind == _CONTENTS for f in self.opened)

    def mark(self, element: Element) -> str:
        """Take in a field's mark; returns the text of a field that has no result but prints its code."""
        kind = element.get(W + "fldCharType")
        if kind == "begin":
            if element in self.closed:
                self.opened.append(Field())
        elif self.opened and kind == "separate":
            self.opened[-1].shown = True
            self.met_contents = self.met_contents or self.in_contents
        elif self.opened and kind == "end":
            last = self.opened.pop()
            if not last.shown and not self.silent:
                return overlaid(last.code)
        return ""

    def prints_simple(self, code: str) -> bool:
        """Tell whether the result of a field without marks of its own is text of the document."""
        kind = Field(code).kind
        self.met_contents = self.met_contents or kind == _CONTENTS
        return kind not in _PAGES | {_CONTENTS}

    def add_code(self, text: str) -> None:
        """Take in a piece of a field's code."""
        if self.opened and not self.opened[-1].shown:
            self.opened[-1].code += text


def overlaid(code: str) -> str:
    """Return what an EQ field prints: ① for a circle over 1, the characters without their reading; else nothing."""
    found = _OVERLAID.search(code) if Field(code).kind == "EQ" else None
    if found is None:
        return ""
    base = found.group(2).strip()
    if re.search("[○◯〇]", found.group(1)) and base.isdecimal():
        return printed(int(base), "decimalEnclosedCircle")
    return base
