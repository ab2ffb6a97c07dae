"""Tables as lists, since Slack's texts have none."""

from collections.abc import Iterable, Iterator

from rag.text import is_chinese
from ui.export.blocks import Block, Mark, Paragraph, Spans, Table, Text

_PUNCTUATION = {True: ("：", "；"), False: (": ", "; ")}


def paragraphs_of(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    """Yield the paragraphs of an answer; each row of a table is an item, whose cells are called by the table's head."""
    for block in blocks:
        if isinstance(block, Table):
            yield from _rows(block)
        else:
            yield block


def spaced(mark: str) -> str:
    """Return what stands behind the number of an item: a blank, unless the number ends as Chinese ones do or is none."""
    return " " if mark[-1:].isascii() and mark else ""


def _rows(table: Table) -> Iterator[Paragraph]:
    head, *rows = table.rows
    words = "".join(span.text for cell in head for span in cell if isinstance(span, Text))
    colon, semicolon = _PUNCTUATION[is_chinese(words)]
    if not rows:
        yield Paragraph(_joined((cell for cell in head if cell), semicolon), "bullet")
    for row in rows:
        cells = [_joined((name, cell), colon) for name, cell in zip(head, row, strict=True) if cell]
        if not cells:
            continue
        first, *others = cells
        leading = _bold(first)
        if len(head) == 2:
            yield Paragraph(_joined((leading, *others), semicolon), "bullet")
            continue
        yield Paragraph(leading, "bullet")
        for cell in others:
            yield Paragraph(cell, "bullet", depth=1)


def _joined(parts: Iterable[Spans], between: str) -> Spans:
    found: list[Text | Mark] = []
    for place, part in enumerate(filter(None, parts)):
        found += (Text(between), *part) if place else part
    return tuple(found)


def _bold(spans: Spans) -> Spans:
    """Return the words in bold, as few pieces."""
    found: list[Text | Mark] = []
    for span in spans:
        before = found[-1] if found else None
        if isinstance(span, Text) and isinstance(before, Text):
            found[-1] = Text(before.text + span.text, bold=True)
        else:
            found.append(Text(span.text, bold=True) if isinstance(span, Text) else span)
    return tuple(found)
