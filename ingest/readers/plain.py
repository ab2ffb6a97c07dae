"""Plain text and markdown, in any encoding that Chinese offices use."""

import codecs
import re
from pathlib import Path

from rag.errors import UnreadableFile
from rag.schema import SourceText

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
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
    sample = data[:4096]
    if sample.count(0) * 4 > len(sample) > 0:
        # Without a byte order mark: the zero bytes of Latin letters and line ends tell which half comes first.
        encoding = "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
        return _strict(data, encoding, name), encoding
    try:
        return _printable(data.decode("utf-8"), name), "utf-8"
    except UnicodeDecodeError:
        return _strict(data, "gb18030", name), "gb18030"


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
