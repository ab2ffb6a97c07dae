"""A page into its blocks: paragraphs, headings, list items and rows of tables, in the order of the text."""

import re
from dataclasses import dataclass

from ingest.numbering import marker
from ingest.readers.paragraphs import Paragraph, labelled, tidy
from ingest.readers.tables import Cell, table_paragraphs
from ingest.readers.web.grid import Grid
from ingest.readers.web.lists import Numbers, bullet_of
from ingest.readers.web.tags import (
    BLOCKS,
    FRAMES,
    LISTS,
    Element,
    heading_level,
    is_dropped,
    is_link,
    is_shown_kind,
)

_SEEN = {"img": "pictures", "s": "struck", "strike": "struck"}
_UNLINKED = ".//text()[not(ancestor::a or ancestor::script or ancestor::style)]"
_LINK, _LINK_END = "\x02", "\x03"
_LINKED = re.compile(f"{_LINK}([^{_LINK}{_LINK_END}]*){_LINK_END}?")
_SOURCE_BREAK = re.compile(r"[ \t\r\f]*\n[ \t\r\n\f]*")
_SOURCE_BLANKS = re.compile(r"[ \t\r\f]+")
_WIDE = "[\u2014\u2018-\u201d\u2026\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"
_BETWEEN_WIDE = re.compile(f"(?<={_WIDE})[ \v]*\v[ \v]*(?={_WIDE})")
_MOSTLY = 0.7


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a row, and where on the page it stands."""

    paragraph: Paragraph
    element: Element
    """The innermost block element that holds it; for a row the table."""
    linked: bool
    """Nearly all of it is links."""

    @property
    def text(self) -> str:
        """Its text without marks."""
        return self.paragraph.text


class Blocks:
    """Reads a page once; `seen` then tells what was left out, each with the index of the next block."""

    def __init__(self, root: Element, hidden_too: bool = False) -> None:
        from lxml import etree  # noqa: PLC0415

        self.seen: list[tuple[str, int]] = []
        self.hidden_chars = 0
        """How much text is hidden, links left out."""
        self._outs: list[list[Block]] = [[]]
        self._tables: list[Grid[Block]] = []
        self._places: list[Element] = [root]
        self._buffer: list[str] = []
        self._numbers = Numbers()
        self._label = ""
        self._bullet = False
        self._links = 0
        self._preformatted = 0
        # Not by recursion: pages that were edited for years nest elements hundreds deep.
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if event != "start":
                if not is_dropped(element, hidden_too):
                    self._end(element)
                if element is not root:
                    self._add(element.tail)
            elif is_dropped(element, hidden_too):
                self._leave_out(element)
                walk.skip_subtree()
            else:
                self._start(element)
        self._flush()

    @property
    def found(self) -> list[Block]:
        """All blocks of the page in the order of the text, each one a whole paragraph."""
        return self._outs[0]

    def _leave_out(self, element: Element) -> None:
        if is_shown_kind(element):
            if tidy("".join(element.itertext())):
                self.hidden_chars += sum(len(tidy(text)) for text in element.xpath(_UNLINKED))
                self._see("hidden")
        elif element.tag in FRAMES or element.tag == "del":
            self._see("deleted" if element.tag == "del" else "frames")

    def _see(self, kind: str) -> None:
        self.seen.append((kind, len(self.found)))

    def _start(self, element: Element) -> None:
        tag = element.tag
        if tag in BLOCKS:
            self._flush()
            self._places.append(element)
        if tag == "br":
            self._buffer.append("\n")
        elif is_link(element):
            self._links += 1
            self._buffer.append(_LINK)
        elif tag == "table":
            self._tables.append(Grid())
        elif tag == "tr" and self._tables:
            self._tables[-1].begin_row()
        elif tag in ("td", "th") and self._tables:
            self._outs.append(self._tables[-1].begin_cell(element))
        elif tag in LISTS:
            self._numbers.begin(element)
        elif tag == "li":
            self._label, self._bullet = self._numbers.label(element), bullet_of(element)
        elif tag in _SEEN:
            self._see(_SEEN[tag])
        self._preformatted += tag == "pre"
        self._add(element.text)

    def _end(self, element: Element) -> None:
        tag = element.tag
        if is_link(element):
            self._links -= 1
            self._buffer.append(_LINK_END)
        if tag not in BLOCKS:
            return
        self._flush()
        self._places.pop()
        self._preformatted -= tag == "pre"
        if tag in LISTS:
            self._numbers.end()
        elif tag in ("td", "th") and self._tables and len(self._outs) > 1:
            self._outs.pop()
        elif tag == "tr" and self._tables:
            self._tables[-1].end_row()
        elif tag == "table":
            self._finish_table(element)
        if tag == "li":
            self._label, self._bullet = "", False

    def _add(self, text: str | None) -> None:
        if not text:
            return
        if not self._preformatted:
            text = _SOURCE_BLANKS.sub(" ", _SOURCE_BREAK.sub("\v", text))
        self._buffer.append(text.replace(_LINK, "").replace(_LINK_END, ""))

    def _flush(self) -> None:
        """Make a block of the text since the last border of one."""
        text, linked = _printed("".join(self._buffer))
        self._buffer = [_LINK] if self._links else []
        if not tidy(text):
            return
        unlabelled = marker(tidy(text)) is None
        level = heading_level(self._places)
        if self._label and unlabelled:
            text = labelled(self._label, text)
        bullet = self._bullet and unlabelled and not level
        self._label, self._bullet = "", False
        self._append(Block(Paragraph(text, level, bullet), self._places[-1], linked))

    def _finish_table(self, element: Element) -> None:
        rows = self._tables.pop().rows
        cells = [[Cell(tuple(block.paragraph for block in cell)) for cell in row] for row in rows]
        own = {id(block.paragraph): block for row in rows for cell in row for block in cell}
        for at, paragraph in table_paragraphs(cells):
            inside = [block for cell in rows[at] for block in cell]
            links = sum(len(block.text) for block in inside if block.linked)
            linked = links >= _MOSTLY * sum(len(block.text) for block in inside)
            self._append(own.get(id(paragraph)) or Block(paragraph, element, linked))

    def _append(self, block: Block) -> None:
        if len(self._outs) > 1:
            self._outs[-1].append(block)
            return
        for paragraph in block.paragraph.settled(full_only=not block.paragraph.level):
            self.found.append(Block(paragraph, block.element, block.linked))


def _printed(raw: str) -> tuple[str, bool]:
    """Return what stands between two borders of blocks, its breaks as line feeds, and whether it is all links."""
    linked = sum(len(tidy(found.group(1))) for found in _LINKED.finditer(raw))
    plain = raw.replace(_LINK, "").replace(_LINK_END, "")
    # Editors break the source anywhere; between Chinese characters that is no blank.
    text = _BETWEEN_WIDE.sub("", plain).replace("\v", " ")
    return text, linked >= _MOSTLY * len(tidy(text))
