"""Web pages, as Chinese government sites publish documents and as Word exports them."""

from collections import Counter
from pathlib import Path
from typing import Any

from ingest.readers.remarks import counted
from ingest.readers.web.blocks import Blocks
from ingest.readers.web.charset import decode
from ingest.readers.web.main import main_of
from ingest.readers.web.title import names_of, titled
from rag.errors import UnreadableFile
from rag.schema import SourceText

_WORDINGS = (
    ("frame", "{} line{s} of navigation, buttons and footer {were} left out", "{} 行导航、按钮和页脚未收入"),
    ("deleted", "{} deleted passage{s} {were} left out", "{} 处已删除的文字未收入"),
    ("struck", "{} passage{s} {were} printed struck through and kept", "{} 处文字带删除线，已保留"),
    ("hidden", "{} hidden passage{s} {were} left out", "{} 处隐藏文字未收入"),
    ("pictures", "{} picture{s} without text {were} left out", "{} 幅没有文字的图片未收入"),
    ("frames", "{} embedded page{s} {were} not read", "{} 个嵌入网页未读取"),
)
"""What the reader counts, and how it says so."""
_SAVE = "open it in a browser, wait until the text is shown, and save it as a complete page, or as .pdf"
_SAVE_ZH = "请用浏览器打开，等正文显示出来，再保存为完整网页或 .pdf"


def read(path: Path) -> SourceText:
    """Read the document of a web page: one paragraph or row of a table a line, its title first.

    Navigation, buttons, hidden elements and the footer are left out; the numbers of lists stand in the text.

    Raises:
        UnreadableFile: Binary, in no charset of Chinese pages, nested too deep, or without text.
    """
    page = decode(path.read_bytes(), path.name)
    if not page.text.strip():
        raise UnreadableFile(
            f"{path.name} is empty.",
            fix="remove it, or save the page again",
            chinese=(f"{path.name} 是空的。", "请重新保存这个网页"),
        )
    root = _parsed(page.text, path.name)
    blocks = Blocks(root)
    if blocks.hidden_chars > sum(len(block.text) for block in blocks.found if not block.linked):
        # Pages of some platforms hide their text until a script shows it.
        blocks = Blocks(root, hidden_too=True)
    names = names_of(root)
    main = main_of(blocks.found, names.known)
    if not main.kept:
        raise UnreadableFile(
            f"{path.name} shows no text of its own.",
            fix=_SAVE,
            chinese=(f"{path.name} 里没有正文。", _SAVE_ZH),
        )
    first, last = main.span
    seen = Counter(kind for kind, at in blocks.seen if first <= at <= last)
    paragraphs = titled(names, main.kept, main.above)
    from_above = any(block.text == paragraphs[0].text for block in main.above)
    seen["frame"] = len(blocks.found) - len(main.kept) - from_above
    lines = tuple(paragraph.line for paragraph in paragraphs)
    return SourceText(
        lines, page.encoding, whole_paragraphs=True, remarks=page.remarks + counted(seen, _WORDINGS)
    )


def _parsed(text: str, name: str) -> Any:
    """Return the root element of a page."""
    from lxml import etree  # noqa: PLC0415

    if "<" not in text:
        text = f"<pre>{text}</pre>"  # A text with the suffix of a page: its lines are all that it has.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if any("Excessive depth" in error.message for error in parser.error_log):
        raise UnreadableFile(
            f"{name} nests its elements too deep.",
            fix=_SAVE,
            chinese=(f"{name} 的结构嵌套太深。", _SAVE_ZH),
        )
    return root
