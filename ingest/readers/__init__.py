"""One file per format, each with `read(path) -> SourceText`; a suffix that is not listed is refused."""

import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ingest.readers import docx, html, image, pdf, plain
from ingest.readers.content import content_of
from ingest.readers.isolation import PROCESS
from rag.errors import UnreadableFile, UnsupportedFormat
from rag.schema import Remark, SourceText

READERS: dict[str, Callable[[Path], SourceText]] = {
    ".txt": plain.read,
    ".md": plain.read,
    ".docx": docx.read,
    ".pdf": pdf.read,
    ".html": html.read,
    ".htm": html.read,
    ".png": image.read,
    ".jpg": image.read,
    ".jpeg": image.read,
    ".tif": image.read,
    ".tiff": image.read,
    ".bmp": image.read,
    ".webp": image.read,
}
_SIMPLE = frozenset({".md", ".txt"})
"""Read in this process: nothing in them can break a reader."""
_PICTURES = dict.fromkeys((".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"), 50)
MAX_MB = {".docx": 100, ".htm": 20, ".html": 20, ".md": 20, ".pdf": 300, ".txt": 20, **_PICTURES}
"""Over a hundred bulletins in one text: that is a dump, not a document, and would take hours to embed."""
_ACCEPTED: dict[str, set[str] | frozenset[str]] = {
    ".docx": {".docx"},
    ".htm": {".html", ".txt"},
    ".html": {".html", ".txt"},
    ".md": {".txt"},
    ".pdf": {".pdf"},
    ".txt": {".txt"},
    **dict.fromkeys(_PICTURES, frozenset({".bmp", ".jpg", ".png", ".tif", ".webp"})),
}
"""What a file of this suffix may be by its content."""
_FIXES = {
    ".doc .docm .dot .dotx .odt .rtf .wps .wpt": (
        "open it in Word or WPS and save it as .docx, or: soffice --headless --convert-to docx {}",
        "请用 Word 或 WPS 打开，另存为 .docx",
    ),
    ".csv .et .ods .xls .xlsm .xlsx": (
        "open it and save the sheet as .pdf, or the text in it as .docx",
        "请打开后导出为 .pdf，或把其中文字存为 .docx",
    ),
    ".dps .key .odp .pps .ppsx .ppt .pptx": ("open it and export it as .pdf", "请打开后导出为 .pdf"),
    ".caj .ceb .cebx .djvu .epub .ofd": (
        "open it in its reader (WPS for .ofd) and export it as .pdf",
        "请用相应的阅读软件（.ofd 用 WPS）打开，导出为 .pdf",
    ),
    ".eml .mht .mhtml .msg": (
        "open it and save it as HTML only, with the suffix .html",
        "请打开后另存为网页（.html）",
    ),
    ".avif .gif .heic .svg": ("save it as .png or .jpg", "请另存为 .png 或 .jpg"),
    ".7z .bz2 .gz .rar .tar .tgz .xz": (
        "unpack it and give the folder, or pack it as .zip",
        "请解压后把里面的文件放进来，或改用 .zip",
    ),
}
_FIX_OF = {suffix: fix for suffixes, fix in _FIXES.items() for suffix in suffixes.split()}


def read(path: Path) -> SourceText:
    """Read one file with the reader of its suffix; formats with complicated parsers in another process.

    Raises:
        UnsupportedFormat: No reader has this suffix.
        UnreadableFile: The content is empty, not what the suffix says, damaged, in an unknown encoding, over `MAX_MB`,
            or takes too much time or memory to read.
    """
    suffix = check(path.name, path.stat().st_size)
    content = content_of(path)
    if content.suffix not in _ACCEPTED[suffix]:
        expected, chinese = ("text", "文本") if suffix in _SIMPLE else (f"a {suffix} file", f"{suffix} 文件")
        fix, chinese_fix = content.fix or _renamed(content.suffix)
        raise UnreadableFile(
            f"{path.name} is not {expected}: it is {content.name}.",
            fix=fix,
            chinese=(f"{path.name} 不是{chinese}，而是{content.chinese}。", chinese_fix),
        )
    reader = READERS[suffix]
    return _storable(reader(path) if suffix in _SIMPLE else PROCESS.read(reader, path))


def check(name: str, size: int) -> str:
    """Refuse what can be refused by name and size in bytes; returns the suffix in lower case.

    Raises:
        UnsupportedFormat: No reader has this suffix.
        UnreadableFile: It is empty or too large.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in READERS:
        known = ", ".join(READERS)
        fix, chinese = _FIX_OF.get(suffix, (f"convert it to one of {known}", f"请转换成其中一种：{known}"))
        raise UnsupportedFormat(
            f"Cannot read {name}: no reader for {suffix or 'a file without suffix'!r}.",
            fix=fix.format(shlex.quote(name)),
            chinese=(f"读不了 {name}：不支持{f' {suffix} ' if suffix else '没有后缀的'}文件。", chinese),
        )
    if size == 0:
        raise UnreadableFile(
            f"{name} is empty.",
            fix="remove it, or save the document's text into it",
            chinese=(f"{name} 是空的。", "请检查是否选错了文件"),
        )
    if size > MAX_MB[suffix] * 1e6:
        raise UnreadableFile(
            f"{name} has {size / 1e6:,.0f} MB; a {suffix} file may have {MAX_MB[suffix]} MB.",
            fix="split it into one file per issue or document",
            chinese=(
                f"{name} 有 {size / 1e6:,.0f} MB；{suffix} 文件最大 {MAX_MB[suffix]} MB。",
                "请按期或按文件拆分",
            ),
        )
    return suffix


def _renamed(suffix: str) -> tuple[str, str]:
    if suffix in READERS:
        return f"give the file its right suffix, {suffix}", f"请改回正确的后缀 {suffix}"
    return "give the file its right suffix, or leave it out", "请改回正确的后缀，或不要收入"


def _storable(text: SourceText) -> SourceText:
    """Half characters, which broken fonts and fields bring forth, can be neither stored nor shown."""
    try:
        "".join(text.lines).encode()
    except UnicodeEncodeError:
        lines = tuple(line.encode(errors="replace").decode() for line in text.lines)
        remark = Remark(
            "some characters are damaged in the file and were read as “?”",
            "文件中有些字符已损坏，读作“?”",
        )
        return replace(text, lines=lines, remarks=(*text.remarks, remark))
    return text
