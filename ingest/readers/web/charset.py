"""In which charset a page is: by its mark, by what it declares, or by what makes it Chinese."""

import codecs
import re
from dataclasses import dataclass

from ingest.source.encoding import common_share, decoded
from rag.errors import UnreadableFile
from rag.schema import Remark

_DECLARED = re.compile(
    rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)|^\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w.:-]+)",
    re.I,
)
_HEAD = 8192
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "hz": "gb18030", "big5": "big5hkscs", "cp950": "big5hkscs"}
_NAMES = {"big5hkscs": "big5", "utf-8-sig": "utf-8"}
_LEAST = 0.4
_MOST_BROKEN = 1 / 1000
_FEW = 3
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SAVE = "open it in a browser and save it again, or give the original file its right suffix"
_SAVE_ZH = "请用浏览器打开后重新保存，或改回正确的后缀"


@dataclass(frozen=True, slots=True)
class Page:
    """A page's text with its markup."""

    text: str
    encoding: str
    remarks: tuple[Remark, ...] = ()


def decode(data: bytes, name: str) -> Page:
    """Decode a page; `name` is the file's, for messages.

    A declaration is not trusted: pages that were saved anew, or served by another server, often keep an old one.

    Raises:
        UnreadableFile: Binary, or in no charset of Chinese pages.
    """
    said = _said(data)
    declared = _codec(said)
    page = _certain(data, said, declared) or _repaired(data, declared, name)
    sample = page.text[:100_000]
    if len(_CONTROL.findall(sample)) > len(sample) / 1000:
        raise UnreadableFile(
            f"{name} is not a web page: it holds control characters.",
            fix=_SAVE,
            chinese=(f"{name} 不是网页：含有控制字符。", _SAVE_ZH),
        )
    return page


def _said(data: bytes) -> str:
    """Return the name of the charset that a page declares, empty without one."""
    found = _DECLARED.search(data[:_HEAD])
    return (found.group(1) or found.group(2)).decode("ascii", "replace") if found else ""


def _codec(name: str) -> str | None:
    """Return the codec of a charset, the wider one for those that are always exceeded; None when nobody knows it."""
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return None
    # What could be read as ASCII so far is no UTF-16, whatever it says.
    return "utf-8" if codec.startswith("utf-16") else _WIDER.get(codec, codec)


def _certain(data: bytes, said: str, declared: str | None) -> Page | None:
    """Return the page in the charset in which all of it can be read, or None."""
    marked = data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or 0 in data[:_HEAD]
    if declared and not marked:
        text = _strict(data, declared)
        if text is not None and (declared == "utf-8" or common_share(text) >= _LEAST):
            return Page(text, _NAMES.get(declared, declared))
    try:
        found = decoded(data)
    except UnicodeDecodeError:
        return None
    if marked or found.text.isascii():
        return Page(found.text, found.encoding)
    if declared and found.encoding == "utf-8" and common_share(found.text) < _LEAST:
        # Another language than Chinese, in a charset that fits as well.
        text = _strict(data, declared)
        if text is not None:
            return Page(text, declared)
    if said:
        words = Remark(
            f"declares {said}, but was read as {found.encoding}",
            f"声明的编码是 {said}，实际按 {found.encoding} 读取",
        )
        return Page(found.text, found.encoding, (words,))
    sure = found.encoding == "utf-8"
    guess = Remark(
        f"names no charset; read as {found.encoding}, a guess", f"没有声明编码；推测为 {found.encoding}"
    )
    return Page(found.text, found.encoding, () if sure else (guess,))


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _repaired(data: bytes, declared: str | None, name: str) -> Page:
    """Return the page in the charset with the fewest broken characters.

    Raises:
        UnreadableFile: There are too many in each.
    """
    codecs_ = dict.fromkeys((*([declared] if declared else []), "utf-8", "gb18030"))
    readings = {codec: data.decode(codec, errors="replace") for codec in codecs_}
    best = min(readings, key=lambda codec: readings[codec].count("\ufffd"))
    broken = readings[best].count("\ufffd")
    if broken > max(_FEW, len(readings[best]) * _MOST_BROKEN):
        raise UnreadableFile(
            f"{name} is not a page in UTF-8, UTF-16, GB18030 or Big5.",
            fix=_SAVE,
            chinese=(f"{name} 不是 UTF-8、UTF-16、GB18030 或 Big5 的网页。", _SAVE_ZH),
        )
    characters = f"{broken} character{'s' * (broken != 1)}"
    remark = Remark(
        f"{characters} could not be read as {best} and stand as \ufffd; those beside them may be wrong",
        f"{broken} 个字符无法按 {best} 读取，写作 \ufffd；旁边的字也可能有误",
    )
    return Page(readings[best], best, (remark,))
