"""Pages into the text that a reader hands on, with what to say about them."""

from collections.abc import Iterable, Iterator, Sequence

from ingest.readers.page.flow import paragraphs
from ingest.readers.page.furniture import without_furniture
from ingest.readers.page.recognised import Recognised
from ingest.readers.page.sheet import Sheet
from rag.errors import UnreadableFile
from rag.schema import SourceText

_MOST_HEADS = 3
_MOST_WORDS = 30
_DOUBTFUL = 0.9


def source_text(name: str, sheets: Sequence[Sheet], encoding: str, notices: Iterable[str]) -> SourceText:
    """Join pages into paragraphs.

    Args:
        name: Of the file, for the error.
        sheets: In the order of their numbers.
        encoding: How they were read.
        notices: What is to be said already.

    Raises:
        UnreadableFile: There is no text on any page.
    """
    kept, heads = without_furniture(sheets)
    lines = paragraphs(kept)
    if not lines:
        raise UnreadableFile(
            f"{name} has no text that can be read.",
            fix="open it to see whether its pages hold text; if so, scan them anew at 300 dpi, upright and in focus",
        )
    shown = [f"“{words[:_MOST_WORDS]}”" for words in heads]
    more = f" and {len(shown) - _MOST_HEADS} more" if len(shown) > _MOST_HEADS else ""
    left_out = [f"left out as running heads: {', '.join(shown[:_MOST_HEADS])}{more}"] if shown else []
    return SourceText(
        lines=tuple(line.text for line in lines),
        encoding=encoding,
        pages=tuple((line.first, line.last) for line in lines),
        whole_paragraphs=True,
        notices=(*notices, *left_out),
    )


def recognition_notices(pages: Sequence[Recognised]) -> Iterator[str]:
    """Yield what to say about recognised pages; nothing for none."""
    if pages:
        yield f"{named([p.sheet.number for p in pages])}: read by OCR"
    empty = [p.sheet.number for p in pages if not (p.sheet.pieces or p.sheet.grids)]
    if empty:
        yield f"{named(empty)}: no text was found"
    doubtful = [p.sheet.number for p in pages if 0 < p.sure < _DOUBTFUL]
    if doubtful:
        yield f"{named(doubtful)}: unclear, check the text against the picture"
    for page in pages:
        if page.unread:
            yield f"page {page.sheet.number}: {page.unread} {'line was' if page.unread == 1 else 'lines were'} too unclear to be read"


def named(numbers: Sequence[int]) -> str:
    """Return `page 3`, or `pages 3-5, 9`, for numbers in order; at least one."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    words = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
    return f"{'page' if len(numbers) == 1 else 'pages'} {words}"
