"""One file from its bytes to its documents; nothing is stored."""

from ingest.documents import parse
from ingest.readers import read
from ingest.source.copies import Copy
from rag.catalog import Parsed
from rag.errors import UnreadableFile
from rag.schema import Source, SourceText


def read_documents(copy: Copy, source: str, name: str) -> tuple[SourceText, Source, list[Parsed]]:
    """Read a file and divide it.

    Args:
        copy: Of its bytes.
        source: What its source is called in the collection.
        name: Of the file, for errors.

    Returns:
        What the reader made of it, the source, and its documents, at least one of them with a clause.

    Raises:
        UnsupportedFormat: No reader has this suffix.
        UnreadableFile: It cannot be read, or holds no text of a document.
    """
    text = read(copy.path)
    found, parsed = parse(
        Source(source, copy.sha256, text.lines, pages=text.pages, whole_paragraphs=text.whole_paragraphs)
    )
    if not any(p.clauses for p in parsed):
        raise UnreadableFile(
            f"{name} holds no text of a document.",
            fix="check that the file is complete",
            chinese=(f"{name} 里没有政策文件的正文。", "请检查文件是否完整；扫描件请用 300 dpi 重新扫描"),
        )
    return text, found, parsed
