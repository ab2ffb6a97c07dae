"""Word documents (.docx), also those of WPS and LibreOffice, with the numbers that the program generates."""

from pathlib import Path

from ingest.readers.remarks import counted
from ingest.readers.word.body import Body
from ingest.readers.word.package import open_package
from rag.errors import UnreadableFile
from rag.schema import SourceText

_WORDINGS = (
    ("changes", "{} tracked change{s} {were} read as accepted", "{} 处修订按已接受读取"),
    ("hidden", "{} hidden piece{s} of text {were} left out", "{} 处隐藏文字未收入"),
    ("struck", "{} piece{s} of text {were} printed struck through and kept", "{} 处文字带删除线，已保留"),
    ("contents", "the table of contents was left out", "目录未收入"),
    ("comments", "{} comment{s} {were} left out", "{} 条批注未收入"),
    ("pictures", "{} picture{s} without text {were} left out", "{} 幅没有文字的图片未收入"),
    ("charts", "{} chart{s} or diagram{s} {were} left out", "{} 个图表未收入"),
    ("objects", "{} embedded object{s} {were} left out", "{} 个嵌入对象未收入"),
    ("chunks", "{} embedded document{s} {were} left out", "{} 个嵌入文档未收入"),
    ("formulas", "{} formula{s} {were} read as plain characters", "{} 个公式按普通字符读取"),
    ("symbols", "{} sign{s} of a picture font {were} left out", "{} 个图形字体的符号未收入"),
    (
        "numbers",
        "{} number{s} in an unknown style {were} written as 1, 2, 3",
        "{} 个编号的样式未知，写作 1、2、3",
    ),
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
        count = body.seen["pictures"]
        only = f", only {count} picture{'s' * (count != 1)}" if count else ""
        chinese = f"，只有 {count} 张图片" if count else ""
        raise UnreadableFile(
            f"{path.name} has no text{only}.",
            fix="remove it, or save its pages as a .pdf file, whose pictures can be recognised",
            chinese=(
                f"{path.name} 里没有文字{chinese}。",
                "请检查是否选错了文件，或另存为 .pdf，其中的图片可以识别",
            ),
        )
    return SourceText(lines, "docx", whole_paragraphs=True, remarks=counted(body.seen, _WORDINGS))
