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
_SAVE_AS_DOCX = ("open it in Word or WPS and save it as .docx", "请用 Word 或 WPS 打开，另存为 .docx")
_UNLOCK = ("open it, take the password off, and save it again", "请先打开文件，去掉密码后另存")
_UNPACK = ("unpack it and give the folder", "请解压后把里面的文件放进来")
_LEAVE_OUT = ("leave it out", "请不要收入")
_AS_PDF = ("export it as .pdf", "请导出为 .pdf")
_SHEET_AS_PDF = ("save the sheet as .pdf", "请把表格另存为 .pdf")


@dataclass(frozen=True, slots=True)
class Content:
    """A kind of file."""

    name: str
    """With its article: `a PDF`."""
    chinese: str
    suffix: str = ""
    """The one that it should have, if it has one that matters."""
    fix: tuple[str, str] | None = None
    """What to do with it, in English and Chinese, when it is more than a matter of the suffix."""


_PDF = Content("a PDF", "PDF", ".pdf")
TEXT = Content("text", "文本", ".txt")
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", Content("a PNG picture", "PNG 图片", ".png")),
    (b"\xff\xd8\xff", Content("a JPEG picture", "JPEG 图片", ".jpg")),
    (b"GIF8", Content("a GIF picture", "GIF 图片", ".gif", ("save it as .png", "请另存为 .png"))),
    (b"II*\0", Content("a TIFF picture", "TIFF 图片", ".tif")),
    (b"MM\0*", Content("a TIFF picture", "TIFF 图片", ".tif")),
    (b"II+\0", Content("a TIFF picture", "TIFF 图片", ".tif")),
    (b"{\\rtf", Content("a document in RTF", "RTF 文档", ".rtf", _SAVE_AS_DOCX)),
    (
        b"Rar!\x1a\x07",
        Content(
            "a RAR archive",
            "RAR 压缩包",
            ".rar",
            _UNPACK,
        ),
    ),
    (
        b"7z\xbc\xaf\x27\x1c",
        Content(
            "a 7-Zip archive",
            "7-Zip 压缩包",
            ".7z",
            _UNPACK,
        ),
    ),
    (
        b"\x1f\x8b",
        Content(
            "a gzip archive",
            "gzip 压缩包",
            ".gz",
            _UNPACK,
        ),
    ),
    (b"\x7fELF", Content("a program", "程序", fix=_LEAVE_OUT)),
    (b"MZ\x90\0", Content("a program", "程序", fix=_LEAVE_OUT)),
)
_PARTS = (
    ("word/", Content("a Word document", "Word 文档", ".docx")),
    (
        "xl/",
        Content("an Excel workbook", "Excel 工作簿", ".xlsx", _SHEET_AS_PDF),
    ),
    ("ppt/", Content("a presentation", "演示文稿", ".pptx", _AS_PDF)),
    (
        "OFD.xml",
        Content(
            "an OFD document",
            "OFD 文件",
            ".ofd",
            (
                "open it in WPS or an OFD reader and export it as .pdf",
                "请用 WPS 或 OFD 阅读器打开，导出为 .pdf",
            ),
        ),
    ),
    (
        "content.xml",
        Content("an OpenDocument file", "OpenDocument 文件", ".odt", _SAVE_AS_DOCX),
    ),
)
_STREAMS = (
    (
        "EncryptedPackage",
        Content(
            "a document that is protected by a password",
            "有密码保护的文件",
            fix=_UNLOCK,
        ),
    ),
    (
        "WordDocument",
        Content(
            "a document of Word 97–2003 or WPS",
            "旧版 Word（.doc）或 WPS 文档",
            ".doc",
            _SAVE_AS_DOCX,
        ),
    ),
    (
        "Workbook",
        Content(
            "a workbook of Excel 97–2003 or WPS",
            "旧版 Excel 或 WPS 表格",
            ".xls",
            _SHEET_AS_PDF,
        ),
    ),
    (
        "PowerPoint Document",
        Content("a presentation", "演示文稿", ".ppt", _AS_PDF),
    ),
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
        return _stream(path) or Content(
            "a document of an old office program",
            "旧版办公软件的文件",
            fix=_SAVE_AS_DOCX,
        )
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
        return Content("a WebP picture", "WebP 图片", ".webp")
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return Content("a BMP picture", "BMP 图片", ".bmp")
    if head[4:8] == b"ftyp":
        return Content(
            "a HEIC picture or a film",
            "HEIC 图片或视频",
            fix=("save it as .jpg or .png", "请另存为 .jpg 或 .png"),
        )
    if _MHTML.match(text):
        return Content(
            "a web archive (MHTML)",
            "网页存档（MHTML）",
            ".mht",
            ("open it in a browser and save it as HTML only", "请用浏览器打开，另存为仅网页（.html）"),
        )
    if b"<w:wordDocument" in head or b"<pkg:package" in head:
        return Content("a Word document in XML", "XML 格式的 Word 文档", ".xml", _SAVE_AS_DOCX)
    return Content("a web page", "网页", ".html") if _HTML.match(text) else TEXT


def _packed(path: Path) -> Content:
    try:
        found = names(path)
    except UnreadableFile:
        if path.suffix.lower() == ".docx":
            raise
        return Content("a damaged .zip archive or office document", "已损坏的 .zip 压缩包或办公文件")
    inside = (content for part, content in _PARTS if any(name.startswith(part) for name in found))
    return next(
        inside,
        Content(
            "a .zip archive",
            ".zip 压缩包",
            ".zip",
            ("give the file its right suffix, .zip", "请改回正确的后缀 .zip"),
        ),
    )


def _stream(path: Path) -> Content | None:
    """Look for the names in the directory of an OLE file, which may stand anywhere in it."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return next((c for name, c in _STREAMS if data.find(name.encode("utf-16-le")) >= 0), None)
