"""Word documents (.docx), also those of WPS and LibreOffice, with the numbers that the program generates."""

from collections import Counter
from pathlib import Path

from ingest.readers.word.body import Body
from ingest.readers.word.package import open_package
from rag.errors import UnreadableFile
from rag.schema import SourceText

_NOTICES = (
    ("changes", "{} tracked change{s} {were} read as accepted"),
    ("hidden", "{} hidden piece{s} of text {were} left out"),
    ("struck", "{} piece{s} of text {were} printed struck through and kept"),
    ("contents", "the table of contents was left out"),
    ("comments", "{} comment{s} {were} left out"),
    ("pictures", "{} picture{s} without text {were} left out"),
    ("charts", "{} chart{s} or diagram{s} {were} left out"),
    ("objects", "{} embedded object{s} {were} left out"),
    ("chunks", "{} embedded document{s} {were} left out"),
    ("formulas", "{} formula{s} {were} read as plain characters"),
    ("symbols", "{} sign{s} of a picture font {were} left out"),
    ("numbers", "{} number{s} in an unknown style {were} written as 1, 2, 3"),
)
"""What the reader counts, and how it says so."""


def read(path: Path) -> SourceText:
    """Read a .docx file: one paragraph or row of a table a line, headings with #, foot- and endnotes at the end.

    Numbers that Word generates stand in the text; tracked changes count as accepted; headers, footers, comments,
    hidden text and the table of contents are left out.

    Raises:
        UnreadableFile: Not a .docx file, protected, damaged, too large when unpacked, or without text.
    """
    body = Body(open_package(path))
    lines = tuple(paragraph.line for paragraph in body.read())
    if not lines:
        raise UnreadableFile(
            f"{path.name} has no text{_pictures(body.seen)}.",
            fix="remove it, or save its pages as a .pdf file, whose pictures can be recognised",
        )
    return SourceText(lines, "docx", whole_paragraphs=True, notices=_notices(body.seen))


def _pictures(seen: Counter[str]) -> str:
    count = seen["pictures"]
    return f", only {count} picture{'s' * (count != 1)}" if count else ""


def _notices(seen: Counter[str]) -> tuple[str, ...]:
    return tuple(
        text.format(seen[kind], s="s" * (seen[kind] != 1), were="were" if seen[kind] != 1 else "was")
        for kind, text in _NOTICES
        if seen[kind]
    )
