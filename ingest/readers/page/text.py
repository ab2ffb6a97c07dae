"""Pages into the text that a reader hands on, with what to say about them."""

from collections.abc import Iterable, Iterator, Sequence

from ingest.readers.page.flow import paragraphs
from ingest.readers.page.furniture import without_furniture
from ingest.readers.page.recognised import Recognised
from ingest.readers.page.sheet import Sheet
from ingest.readers.remarks import on_pages
from rag.errors import UnreadableFile
from rag.schema import Remark, SourceText

_MOST_HEADS = 3
_MOST_WORDS = 30
_DOUBTFUL = 0.9


def source_text(name: str, sheets: Sequence[Sheet], encoding: str, remarks: Iterable[Remark]) -> SourceText:
    """Join pages into paragraphs.

    Args:
        name: Of the file, for the error.
        sheets: In the order of their numbers.
        encoding: How they were read.
        remarks: What is to be said already.

    Raises:
        UnreadableFile: There is no text on any page.
    """
    kept, heads = without_furniture(sheets)
    lines = paragraphs(kept)
    if not lines:
        raise UnreadableFile(
            f"{name} has no text that can be read.",
            fix="open it to see whether its pages hold text; if so, scan them anew at 300 dpi, upright and in focus",
            chinese=(
                f"{name} 里没有能读出的文字。",
                "请打开看看是否有正文；若有，请用 300 dpi 端正清晰地重新扫描",
            ),
        )
    return SourceText(
        lines=tuple(line.text for line in lines),
        encoding=encoding,
        pages=tuple((line.first, line.last) for line in lines),
        whole_paragraphs=True,
        remarks=(*remarks, *_left_out(heads)),
    )


def _left_out(heads: Sequence[str]) -> Iterator[Remark]:
    """Yield which words were taken for running heads; nothing for none."""
    if heads:
        shown, more = [f"“{words[:_MOST_WORDS]}”" for words in heads[:_MOST_HEADS]], len(heads) - _MOST_HEADS
        yield Remark(
            f"left out as running heads: {', '.join(shown)}{f' and {more} more' if more > 0 else ''}",
            f"作为页眉页脚未收入：{'、'.join(shown)}{f' 等 {len(heads)} 种' if more > 0 else ''}",
        )


def recognition_remarks(pages: Sequence[Recognised]) -> Iterator[Remark]:
    """Yield what to say about recognised pages; nothing for none."""
    if pages:
        yield on_pages([p.sheet.number for p in pages], "read by OCR", "由文字识别（OCR）读出")
    empty = [p.sheet.number for p in pages if not (p.sheet.pieces or p.sheet.grids)]
    if empty:
        yield on_pages(empty, "no text was found", "没有找到文字")
    doubtful = [p.sheet.number for p in pages if 0 < p.sure < _DOUBTFUL]
    if doubtful:
        yield on_pages(doubtful, "unclear, check the text against the picture", "不够清楚，请对照图片核对")
    for page in pages:
        if page.unread:
            lines = "line was" if page.unread == 1 else "lines were"
            yield on_pages(
                [page.sheet.number],
                f"{page.unread} {lines} too unclear to be read",
                f"有 {page.unread} 行太模糊，没有读出",
            )
