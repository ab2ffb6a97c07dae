"""The text of a Word document in print order: paragraphs with their numbers, tables, notes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.readers.paragraphs import Paragraph, labelled, tidy
from ingest.readers.tables import Cell, table_paragraphs
from ingest.readers.word.numbering import Label, Numbering
from ingest.readers.word.package import Package
from ingest.readers.word.runs import Runs
from ingest.readers.word.styles import Styles
from ingest.readers.word.tree import Element, W, branch, child, local, value

_CONTENTS_TITLE = re.compile(r"目\s*[录次]")
_CONTENTS_GALLERY = "Table of Contents"


@dataclass(frozen=True, slots=True)
class _Carried:
    """Text of a paragraph whose end is not printed, waiting for the next one."""

    before: str = ""
    """Comes before the next one's number, its own included."""
    after: str = ""
    """Comes after that number."""
    level: int = 0


class Body:
    """Reads one document; `seen` then tells what was left out."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._styles = Styles(package.styles)
        self._numbering = Numbering(package.numbering, self._styles)
        self._notes: dict[tuple[str, str], int] = {}
        self._out: list[Paragraph] = []
        self._title_open = False
        """The last paragraph is in the title's style, so that another one goes on with it."""
        self._carried = _Carried()
        self._runs = Runs(package.document, self._styles, self._note)
        self.seen = self._runs.seen

    def read(self) -> list[Paragraph]:
        """Return all paragraphs and rows, the notes at the end."""
        body = child(self._package.document, "body")
        if body is not None:
            self._blocks(body)
        self._flush()
        found, self._out = [piece for paragraph in self._out for piece in paragraph.settled()], []
        found.extend(self._note_texts())
        self.seen["numbers"] += sum(self._numbering.unknown.values())
        return found

    def _blocks(self, container: Element, contents: bool = False) -> None:
        """Read what stands in a body, a cell or a text box; `contents` inside a table of contents."""
        for element in container:
            name = local(element)
            if name == "p":
                self._paragraph(element, contents)
            elif name == "tbl":
                self._table(element)
            elif name == "sdt":
                gallery = value(element, "sdtPr", "docPartObj", "docPartGallery") == _CONTENTS_GALLERY
                content = child(element, "sdtContent")
                if content is not None:
                    self._blocks(content, contents or gallery)
            elif name in ("del", "moveFrom"):
                self.seen["changes"] += 1
            elif name == "AlternateContent":
                chosen = branch(element)
                if chosen is not None:
                    self._blocks(chosen, contents)
            elif name == "altChunk":
                self.seen["chunks"] += 1
            elif name in ("customXml", "smartTag", "ins", "moveTo"):
                self._blocks(element, contents)

    def _paragraph(self, element: Element, contents: bool) -> None:
        properties = child(element, "pPr")
        mark = child(properties, "rPr")
        raw = self._runs.text(element)
        boxes, listed = self._runs.boxes, self._runs.in_contents
        if contents and self._styles.is_contents(properties):
            listed, raw = True, ""
        if listed:
            self._drop_contents()
        if child(mark, "del") is not None or child(mark, "moveFrom") is not None:
            # The end of the paragraph was deleted: what it holds goes on in the next one.
            self._carried = replace(self._carried, after=self._carried.after + raw)
        elif raw.strip() or not (listed or contents or self._hides_end(properties, mark)):
            self._finish(properties, mark, raw)
        for box in boxes:
            self._flush()
            self._blocks(box)

    def _hides_end(self, properties: Element | None, mark: Element | None) -> bool:
        return self._styles.hides_run(mark, self._styles.hides(properties))

    def _finish(self, properties: Element | None, mark: Element | None, raw: str) -> None:
        label = self._label(properties)
        carried, self._carried = self._carried, _Carried()
        level = carried.level or self._styles.level(properties)
        text = carried.before + labelled(label.text, carried.after + raw, label.apart)
        if self._hides_end(properties, mark) and raw.strip():
            self._carried = _Carried(before=text, level=level)
            return
        self._print(text, level, label.bullet, self._styles.is_title(properties))

    def _label(self, properties: Element | None) -> Label:
        place = self._styles.list_place(properties)
        return (self._numbering.label(place) if place else None) or Label()

    def _print(self, text: str, level: int, bullet: bool, title: bool) -> None:
        for page in filter(tidy, text.split("\f")):
            if title and self._title_open:
                self._out[-1] = replace(self._out[-1], text=self._out[-1].text + "\n" + page)
            else:
                self._out.append(Paragraph(page, level, bullet))
            self._title_open = title
            level, bullet = 0, False

    def _flush(self) -> None:
        carried, self._carried = self._carried, _Carried()
        self._print(carried.before + carried.after, carried.level, False, False)

    def _drop_contents(self) -> None:
        self.seen["contents"] = 1
        if self._out and _CONTENTS_TITLE.fullmatch(tidy(self._out[-1].text)):
            self._out.pop()

    def _table(self, table: Element) -> None:
        self._flush()
        rows = list(_rows(table))
        kept = [row for row in rows if child(row, "trPr", "del") is None]
        self.seen["changes"] += len(rows) - len(kept)
        cells = [[self._cell(c) for c in _cells(row) if not _goes_on(c, "hMerge")] for row in kept]
        self._out.extend(paragraph for _, paragraph in table_paragraphs(cells))
        self._title_open = False

    def _cell(self, cell: Element) -> Cell:
        if _goes_on(cell, "vMerge"):
            return Cell()
        outside, self._out, self._title_open = self._out, [], False
        self._blocks(cell)
        self._flush()
        found, self._out, self._title_open = self._out, outside, False
        return Cell(tuple(found))

    def _note(self, kind: str, note_id: str) -> str:
        number_ = self._notes.setdefault((kind, note_id), len(self._notes) + 1)
        return f"[注{number_}]"

    def _note_texts(self) -> list[Paragraph]:
        found: dict[int, str] = {}
        parts = {"footnote": self._package.footnotes, "endnote": self._package.endnotes}
        for kind, root in parts.items():
            if root is None:
                continue
            self._runs = Runs(root, self._styles, self._note)
            for note in root.findall(W + kind):
                if mark := self._notes.get((kind, note.get(W + "id", ""))):
                    found[mark] = self._cell(note).text
            self.seen.update(self._runs.seen)
        return [Paragraph(f"[注{mark}] {text}") for mark, text in sorted(found.items()) if text]


def _rows(table: Element) -> Iterator[Element]:
    """Yield the rows of a table, those in content controls too."""
    for element in table:
        name = local(element)
        if name == "tr":
            yield element
        elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _rows(element)


def _cells(row: Element) -> Iterator[Element]:
    for element in row:
        name = local(element)
        if name == "tc":
            if child(element, "tcPr", "cellDel") is None:
                yield element
        elif name in ("sdt", "sdtContent", "customXml"):
            yield from _cells(element)


def _goes_on(cell: Element, kind: str) -> bool:
    """Tell whether a cell only goes on with one that began above (vMerge) or to the left (hMerge)."""
    merge = child(cell, "tcPr", kind)
    return merge is not None and merge.get(W + "val", "continue") == "continue"
