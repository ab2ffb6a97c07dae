"""A kept answer as a Word document with real footnotes, for Word, WPS and LibreOffice."""

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from rag.record.kept import KeptAnswer
from ui.export.blocks import Block, Mark, Spans, Table
from ui.export.sheet import Sheet, named, sheets_of
from ui.record.labels import record_label

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as WordParagraph

    from ui.export.footnotes import Footnotes

_LONGEST_TITLE = 250
_STYLES = {"heading": "Heading 3", "bullet": "List Bullet", "numbered": "Normal", "text": "Normal"}


def export_docx(*records: KeptAnswer) -> bytes:
    """Return a .docx file of answers of one chat, oldest first: question, answer, warnings, sources.

    Each cited clause has a footnote with its words.
    """
    from docx import Document  # noqa: PLC0415 - python-docx takes a quarter of a second to import

    from ui.export.footnotes import Footnotes  # noqa: PLC0415
    from ui.export.styles import set_up  # noqa: PLC0415

    sheets = sheets_of(records)
    document = Document()
    set_up(document, sheets[0].lang)
    _describe(document, sheets[0], records[-1])
    footnotes = Footnotes(document, sheets)
    if len(sheets) == 1:
        document.add_heading(sheets[0].title, level=1)
        _answer(document, sheets[0], footnotes, level=2)
    else:
        document.add_heading(record_label("chat", sheets[0].lang), level=1)
        for number, sheet in enumerate(sheets, start=1):
            document.add_heading(record_label("nth_question", sheet.lang).format(n=number), level=2)
            _answer(document, sheet, footnotes, level=3)
    footnotes.attach()
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _answer(document: "Document", sheet: Sheet, footnotes: "Footnotes", level: int) -> None:
    for question in sheet.before:
        document.add_paragraph(named("history", question, sheet.lang))
    asked = document.add_paragraph()
    asked.add_run(record_label("question", sheet.lang)).bold = True
    asked.add_run(record_label("colon", sheet.lang) + sheet.question)
    _facts(document, sheet)
    document.add_heading(record_label("answer", sheet.lang), level)
    for block in sheet.blocks:
        _add(document, block, footnotes)
    sources = tuple(f"[{source.number}] {source.name}" for source in sheet.sources)
    for key, lines in (("warnings", sheet.warnings), ("sources", sources), ("nearest", sheet.nearest)):
        if lines:
            document.add_heading(record_label(key, sheet.lang), level)
        for line in lines:
            document.add_paragraph(line, style="List Bullet" if key == "warnings" else "Normal")


def _describe(document: "Document", sheet: Sheet, record: KeptAnswer) -> None:
    """What the file says of itself, in place of what python-docx's template says."""
    properties = document.core_properties
    properties.title = " ".join(sheet.question.split())[:_LONGEST_TITLE]
    properties.author = properties.last_modified_by = "policyqa"
    properties.comments = ""
    properties.language = {"zh": "zh-CN", "en": "en-US"}[sheet.lang]
    properties.created = properties.modified = datetime.fromisoformat(record.at).replace(tzinfo=None)


def _facts(document: "Document", sheet: Sheet) -> None:
    from docx.shared import Cm  # noqa: PLC0415

    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for row in sheet.facts:
        for cell, text, width_cm in zip(table.add_row().cells, row, (3.6, 11.8), strict=True):
            cell.text, cell.width = text, Cm(width_cm)


def _add(document: "Document", block: Block, footnotes: "Footnotes") -> None:
    if isinstance(block, Table):
        table = document.add_table(rows=len(block.rows), cols=len(block.rows[0]), style="Table Grid")
        for row, cells in zip(table.rows, block.rows, strict=True):
            for cell, spans in zip(row.cells, cells, strict=True):
                _fill(cell.paragraphs[0], spans, footnotes, bold=cells is block.rows[0])
        return
    paragraph = document.add_paragraph(style=_STYLES[block.kind])
    if block.kind == "numbered":
        # As text, not as Word's own number: it is a part of the answer, and others may refer to it.
        paragraph.paragraph_format.left_indent = footnotes.indent
        paragraph.paragraph_format.first_line_indent = -footnotes.indent
        paragraph.add_run(f"{block.mark}\t")
    _fill(paragraph, block.spans, footnotes)


def _fill(paragraph: "WordParagraph", spans: Spans, footnotes: "Footnotes", *, bold: bool = False) -> None:
    for span in spans:
        if isinstance(span, Mark):
            footnotes.refer(paragraph, span.number)
        else:
            paragraph.add_run(span.text).bold = span.bold or bold or None
