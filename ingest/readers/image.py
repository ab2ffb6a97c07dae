"""Pictures of pages: photographs, scans and screenshots, by OCR."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ingest.readers.page.ocr import Recogniser
from ingest.readers.page.text import recognition_remarks, source_text
from rag.errors import UnreadableFile
from rag.schema import SourceText

_DRAFT = (4800, 4800)
"""A larger JPEG is decoded at half, a quarter or an eighth of its size."""


def read(path: Path) -> SourceText:
    """Read the text of a picture; the pages of a TIFF are pages.

    Raises:
        UnreadableFile: OCR is not installed, the picture is damaged or too large, or no text is in it.
    """
    recogniser = Recogniser()
    pages = [recogniser.recognise(picture, number) for number, picture in enumerate(_pictures(path), 1)]
    return source_text(path.name, [page.sheet for page in pages], "ocr", recognition_remarks(pages))


def _pictures(path: Path) -> Iterator[Any]:
    """Yield the pages, each as a picture of Pillow."""
    from PIL import Image  # noqa: PLC0415

    with _translated(path.name):
        opened = Image.open(path)
    with opened:
        with _translated(path.name):
            count = getattr(opened, "n_frames", 1) if opened.format == "TIFF" else 1
        for number in range(count):
            with _translated(path.name):
                opened.seek(number)
                page = _upright(opened)
            yield page


def _upright(picture: Any) -> Any:
    """Decode a picture, turn it as its camera noted, and put it on white where it is transparent."""
    from PIL import Image, ImageOps  # noqa: PLC0415

    picture.draft("RGB", _DRAFT)
    turned = ImageOps.exif_transpose(picture)
    if turned.mode.startswith(("I", "F")):
        # Pillow would cut off what is above 255, not scale it.
        low, high = turned.getextrema()
        scale = 255 / max(high - low, 1)
        return turned.convert("F").point(lambda x: x * scale - low * scale).convert("L")
    if not turned.has_transparency_data:
        return turned.convert("RGB")
    layered = turned.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert("RGB")


@contextmanager
def _translated(name: str) -> Iterator[None]:
    from PIL import Image  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        most = (Image.MAX_IMAGE_PIXELS or 0) / 1e6
        raise UnreadableFile(
            f"{name} has more than {most:.0f} million pixels.",
            fix="scale it down, or scan it at 300 dpi",
            chinese=(f"{name} 超过 {most:.0f} 百万像素。", "请缩小，或用 300 dpi 重新扫描"),
        ) from error
    except MemoryError:
        raise
    # A damaged picture makes Pillow raise anything from OSError and SyntaxError to struct.error.
    except Exception as error:
        raise UnreadableFile(
            f"{name} is no picture, or damaged: {type(error).__name__}.",
            fix="save it anew as PNG from the program that made it",
            chinese=(f"{name} 不是图片，或已损坏（{type(error).__name__}）。", "请用原来的软件另存为 PNG"),
        ) from error
