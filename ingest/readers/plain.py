"""Plain text and markdown, in any encoding that Chinese offices use."""

import codecs
import re
from pathlib import Path

from rag.errors import UnreadableFile
from rag.schema import SourceText

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_USUAL = re.compile(r"[\t\n\r -~\u2010-\u2027\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_SAMPLE = 4096
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")


def read(path: Path) -> SourceText:
    """Decode a text file; its lines are the file's own lines.

    Raises:
        UnreadableFile: Empty, binary, or in no known encoding.
    """
    data = path.read_bytes()
    text, encoding = _decode(data, path.name)
    if not text.strip():
        raise UnreadableFile(f"{path.name} is empty.", fix="remove it, or save the document's text into it")
    # Not splitlines(): it also breaks at form feeds and U+2028, and the numbers would not be the file's.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return SourceText(lines=tuple(lines), encoding=encoding)


def _decode(data: bytes, name: str) -> tuple[str, str]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data, encoding, name), encoding.removesuffix("-sig")
    # UTF-16 without a byte order mark: no other encoding has zero bytes, but a line of Chinese has none in UTF-16 either.
    wide = _utf_16(data)
    if wide and 0 in data:
        return _strict(data, wide, name), wide
    for encoding in ("utf-8", "gb18030", *([wide] if wide else [])):
        try:
            return _printable(data.decode(encoding), name), encoding
        except UnicodeDecodeError:
            continue
    return _strict(data, "gb18030", name), "gb18030"


def _utf_16(data: bytes) -> str | None:
    """Return the byte order in which nearly all of the first characters are usual ones, or None."""
    sample = data[:_SAMPLE]
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, errors="ignore")
        if len(_USUAL.findall(text)) > 0.9 * len(sample) / 2:
            return encoding
    return None


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return _printable(data.decode(encoding), name)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{name} is not text in UTF-8, UTF-16 or GB18030 (byte {error.start}).",
            fix="save it as UTF-8 text, or give the original file its right suffix",
        ) from error


def _printable(text: str, name: str) -> str:
    found = len(_CONTROL.findall(text[:100_000]))
    if found > len(text[:100_000]) / 1000:
        raise UnreadableFile(
            f"{name} is not text: it holds {found} control characters.",
            fix="give the original file its right suffix, or convert it to text",
        )
    return text
