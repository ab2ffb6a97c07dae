"""What a file is by its first bytes, whatever its name says."""

import mmap
import re
from dataclasses import dataclass
from pathlib import Path

from ingest.archive.opened import names
from rag.errors import UnreadableFile

_HEAD = 4096
_ZIP, _OLE = b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", re.I | re.S)
_MHTML = re.compile(
    rb"(From: <?Saved by|MIME-Version:|[\s\S]{0,1000}Content-Type:\s*multipart/related)", re.I
)
_SAVE_AS_DOCX = "open it in Word or WPS and save it as .docx"
_WITHOUT_PASSWORD = "open it, take the password off, and save it again"  # noqa: S105 - advice, no password


@dataclass(frozen=True, slots=True)
class Content:
    """A kind of file."""

    name: str
    """With its article: `a PDF`."""
    suffix: str = ""
    """The one that it should have, if it has one that matters."""
    fix: str = ""
    """What to do with it, when it is more than a matter of the suffix."""


_PDF = Content("a PDF", ".pdf")
TEXT = Content("text", ".txt")
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", Content("a PNG picture", ".png")),
    (b"\xff\xd8\xff", Content("a JPEG picture", ".jpg")),
    (b"GIF8", Content("a GIF picture", ".gif", "save it as .png")),
    (b"II*\0", Content("a TIFF picture", ".tif")),
    (b"MM\0*", Content("a TIFF picture", ".tif")),
    (b"II+\0", Content("a TIFF picture", ".tif")),
    (b"{\\rtf", Content("a document in RTF", ".rtf", _SAVE_AS_DOCX)),
    (b"Rar!\x1a\x07", Content("a RAR archive", ".rar", "unpack it and give the folder")),
    (b"7z\xbc\xaf\x27\x1c", Content("a 7-Zip archive", ".7z", "unpack it and give the folder")),
    (b"\x1f\x8b", Content("a gzip archive", ".gz", "unpack it and give what was in it")),
    (b"\x7fELF", Content("a program", fix="leave it out")),
    (b"MZ\x90\0", Content("a program", fix="leave it out")),
)
_PARTS = (
    ("word/", Content("a Word document", ".docx")),
    ("xl/", Content("an Excel workbook", ".xlsx", "save the sheet as .pdf")),
    ("ppt/", Content("a presentation", ".pptx", "export it as .pdf")),
    ("OFD.xml", Content("an OFD document", ".ofd", "open it in WPS or an OFD reader and export it as .pdf")),
    ("content.xml", Content("an OpenDocument file", ".odt", _SAVE_AS_DOCX)),
)
_STREAMS = (
    ("EncryptedPackage", Content("a document that is protected by a password", fix=_WITHOUT_PASSWORD)),
    ("WordDocument", Content("a document of Word 97–2003 or WPS", ".doc", _SAVE_AS_DOCX)),
    ("Workbook", Content("a workbook of Excel 97–2003 or WPS", ".xls", "save the sheet as .pdf")),
    ("PowerPoint Document", Content("a presentation", ".ppt", "export it as .pdf")),
)


def content_of(path: Path) -> Content:
    """Tell what a file is; `TEXT` when no sign says anything else.

    Raises:
        UnreadableFile: It is a .docx and damaged, or would unpack to too much.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(_ZIP):
        return _packed(path)
    if head.startswith(_OLE):
        return _stream(path) or Content("a document of an old office program", fix=_SAVE_AS_DOCX)
    for signature, content in _SIGNATURES:
        if head.startswith(signature):
            return content
    # Some scanners put lines of their own in front.
    if path.suffix.lower() == ".pdf" and b"%PDF-" in head[:1024]:
        return _PDF
    return _looser(head)


def _looser(head: bytes) -> Content:
    """Recognise what has no fixed first bytes, or only two."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"%PDF-"):
        return _PDF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Content("a WebP picture", ".webp")
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return Content("a BMP picture", ".bmp")
    if head[4:8] == b"ftyp":
        return Content("a HEIC picture or a film", fix="save it as .jpg or .png")
    if _MHTML.match(text):
        return Content("a web archive (MHTML)", ".mht", "open it in a browser and save it as HTML only")
    if b"<w:wordDocument" in head or b"<pkg:package" in head:
        return Content("a Word document in XML", ".xml", _SAVE_AS_DOCX)
    return Content("a web page", ".html") if _HTML.match(text) else TEXT


def _packed(path: Path) -> Content:
    try:
        found = names(path)
    except UnreadableFile:
        if path.suffix.lower() == ".docx":
            raise
        return Content("a damaged .zip archive or office document")
    inside = (content for part, content in _PARTS if any(name.startswith(part) for name in found))
    return next(inside, Content("a .zip archive", ".zip", "give the file its right suffix, .zip"))


def _stream(path: Path) -> Content | None:
    """Look for the names in the directory of an OLE file, which may stand anywhere in it."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return next((c for name, c in _STREAMS if data.find(name.encode("utf-16-le")) >= 0), None)
