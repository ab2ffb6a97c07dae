"""PDF: the text layer by the places of its characters; pages without one by OCR."""

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.readers.page.layer import Layer, layer_of
from ingest.readers.page.ocr import INSTALL, Recogniser, is_installed
from ingest.readers.page.recognised import Recognised
from ingest.readers.page.refused import damaged, unopened
from ingest.readers.page.sheet import Sheet
from ingest.readers.page.text import recognition_remarks, source_text
from ingest.readers.remarks import on_pages
from rag.errors import UnreadableFile
from rag.schema import Remark, SourceText

MOST_PAGES = 3000
"""A book of laws has 2,000."""
_FEW_CHARACTERS = 100
_MOSTLY_PICTURE = 0.5
_SCAN = 0.8
_MOST_UNREADABLE = 0.3
_PIXELS = 2400
"""Of the longer side of a page that is drawn for OCR: 200 dpi for A4."""
_MOST_SCALE = 4.2
"""300 dpi, for pages smaller than that."""


@dataclass(slots=True)
class _Read:
    """What was made of the pages so far."""

    sheets: dict[int, Sheet] = field(default_factory=dict)
    pictures: list[int] = field(default_factory=list)
    """Pages whose text layer is missing or will not do."""
    remarks: list[Remark] = field(default_factory=list)


def read(path: Path) -> SourceText:
    """Read a PDF; each line is a paragraph or a row of a table.

    Running heads, page numbers and words printed across the text are left out, with a notice for words. Pages without
    a usable text layer are recognised when the `ocr` extra is installed.

    Raises:
        UnreadableFile: Encrypted, damaged, without pages, with too many pages, or without any text.
    """
    import pypdfium2  # noqa: PLC0415

    try:
        drawn = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise unopened(path.name, getattr(error, "err_code", None)) from error
    found = _Read()
    try:
        if len(drawn) > MOST_PAGES:
            raise UnreadableFile(
                f"{path.name} has {len(drawn)} pages; a PDF may have {MOST_PAGES}.",
                fix="split it into parts",
                chinese=(f"{path.name} 有 {len(drawn)} 页；PDF 最多 {MOST_PAGES} 页。", "请拆分成几个文件"),
            )
        _read_layers(path, drawn, found)
        if found.pictures:
            _read_pictures(path.name, drawn, found)
    finally:
        drawn.close()
    sheets = [found.sheets[number] for number in sorted(found.sheets)]
    return source_text(path.name, sheets, "pdf", found.remarks)


def _read_layers(path: Path, drawn: Any, found: _Read) -> None:
    """Read the text layer of each page."""
    layers: list[Layer] = []
    watermarks: set[str] = set()
    with _quiet(), _parsed(path, drawn) as pages:
        for page in pages:
            layer = _layer(page, watermarks)
            page.close()
            if layer is None:
                found.pictures.append(page.page_number)
            else:
                watermarks.add(layer.left_out)
                layers.append(layer)
        if len(pages) < len(drawn):
            found.remarks.append(
                Remark(
                    f"only {len(pages)} of {len(drawn)} pages could be found",
                    f"{len(drawn)} 页中只找到 {len(pages)} 页",
                )
            )
    for layer in layers:
        if _is_picture(layer):
            found.pictures.append(layer.sheet.number)
        else:
            found.sheets[layer.sheet.number] = layer.sheet
    found.remarks.extend(_remarks([x for x in layers if x.sheet.number in found.sheets]))


def _layer(page: Any, watermarks: set[str]) -> Layer | None:
    """Read one page's text layer; None for a page too damaged for that."""
    try:
        return layer_of(page, watermarks)
    except MemoryError:
        raise
    # A damaged page makes pdfminer raise anything from KeyError to RecursionError; it can still be drawn.
    except Exception:
        return None


@contextmanager
def _parsed(path: Path, drawn: Any) -> Iterator[Sequence[Any]]:
    """Find the pages of a PDF for their text, if need be in a copy as the program that draws it can mend it."""
    import pdfplumber  # noqa: PLC0415
    from pdfplumber.utils.exceptions import PdfminerException  # noqa: PLC0415

    with path.open("rb") as stream:
        try:
            pages = pdfplumber.open(stream).pages
        except (PdfminerException, RecursionError):
            mended = io.BytesIO()
            drawn.save(mended)
            try:
                pages = pdfplumber.open(mended).pages
            except (PdfminerException, RecursionError) as error:
                cause = type(next(iter(error.args), error)).__name__
                raise damaged(path.name, f"is damaged: {cause}", f"已损坏：{cause}") from error
        if not pages:
            reason = "has no pages, or its list of pages leads nowhere"
            raise damaged(path.name, reason, "没有页面，或页面目录已损坏")
        yield pages


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep pdfminer from logging each slip of a file."""
    logger = logging.getLogger("pdfminer")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _is_picture(layer: Layer) -> bool:
    """Tell whether a page is to be recognised: nearly all picture, all drawn, or in fonts without meaning."""
    if layer.unreadable > _MOST_UNREADABLE:
        return True
    if layer.characters == 0:
        return layer.pictures > 0 or layer.drawn > 0
    return layer.pictures > _MOSTLY_PICTURE and layer.characters < _FEW_CHARACTERS


def _remarks(layers: Sequence[Layer]) -> Iterator[Remark]:
    scans = [x.sheet.number for x in layers if x.pictures > _SCAN and x.characters]
    if scans:
        yield on_pages(
            scans, "scans with the text that another program recognised", "扫描件，文字由其他程序识别"
        )
    unknown = [x.sheet.number for x in layers if x.unreadable]
    if unknown:
        yield on_pages(
            unknown,
            "characters that mean nothing outside their font are marked \ufffd",
            "有些字符离开原字体无法识别，标为 \ufffd",
        )
    for words in dict.fromkeys(x.left_out for x in layers if x.left_out):
        pages = [x.sheet.number for x in layers if x.left_out == words]
        yield on_pages(
            pages,
            f"words across the text were left out: {words[:40]}",
            f"横跨正文的水印文字未收入：{words[:40]}",
        )
    typed = [x.sheet.number for x in layers if x.typed]
    if typed:
        yield on_pages(
            typed,
            "what was filled into forms or typed over the text was not read",
            "填在表单里或另外打在正文上的文字没有读取",
        )
    crowded = [x.sheet.number for x in layers if x.crowded]
    if crowded:
        yield on_pages(crowded, "too many drawn lines to look for tables", "线条过多，没有识别表格")


def _read_pictures(name: str, drawn: Any, found: _Read) -> None:
    """Recognise the pages without a usable text layer."""
    found.pictures.sort()
    if not is_installed():
        if not any(sheet.pieces or sheet.grids for sheet in found.sheets.values()):
            raise UnreadableFile(
                f"{name} has no text layer; such a scan is read by OCR.",
                fix=INSTALL,
                chinese=(f"{name} 是扫描件，没有文字层，要用文字识别来读。", f"请管理员运行 {INSTALL}"),
            )
        found.remarks.append(
            on_pages(
                found.pictures,
                f"no usable text layer, left out; to read them: {INSTALL}",
                f"没有可用的文字层，未收入；如需读取，请管理员运行 {INSTALL}",
            )
        )
        return
    recogniser = Recogniser()
    pages: list[Recognised] = []
    lost: list[int] = []
    for number in found.pictures:
        page = _drawn(drawn, number)
        if page is None:
            lost.append(number)
        else:
            pages.append(recogniser.recognise(page.picture, number, page.long_side))
    found.sheets.update({page.sheet.number: page.sheet for page in pages})
    found.remarks.extend(recognition_remarks(pages))
    if lost:
        found.remarks.append(on_pages(lost, "damaged, left out", "已损坏，未收入"))


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A page as a picture of Pillow."""

    picture: Any
    long_side: float
    """In points."""


def _drawn(document: Any, number: int) -> _Drawn | None:
    """Draw a page; None for one that is too damaged, or not in both lists of pages."""
    import pypdfium2  # noqa: PLC0415

    try:
        page = document[number - 1]
        long_side = max(1.0, *page.get_size())
        return _Drawn(page.render(scale=min(_PIXELS / long_side, _MOST_SCALE)).to_pil(), long_side)
    except (pypdfium2.PdfiumError, IndexError):
        return None
