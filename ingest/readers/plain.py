"""Plain text and markdown, in any encoding that Chinese offices use."""

import re
from pathlib import Path

from ingest.source.encoding import decoded
from rag.errors import UnreadableFile
from rag.schema import Remark, SourceText

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")


def read(path: Path) -> SourceText:
    """Decode a text file; its lines are the file's own lines.

    Raises:
        UnreadableFile: Empty, binary, or in no known encoding.
    """
    try:
        found = decoded(path.read_bytes())
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{path.name} is not text in UTF-8, UTF-16, GB18030 or Big5 (as {error.encoding.upper()}, byte {error.start} is wrong).",
            fix="open it in the program that made it and save it as UTF-8 text, or give it its right suffix",
            chinese=(
                f"{path.name} 不是 UTF-8、UTF-16、GB18030 或 Big5 文本（按 {error.encoding.upper()} 读，第 {error.start} 个字节不对）。",
                "请用原来的软件打开，存为 UTF-8 文本，或改回正确的后缀",
            ),
        ) from error
    if not found.text.strip():
        raise UnreadableFile(
            f"{path.name} is empty.",
            fix="remove it, or save the document's text into it",
            chinese=(f"{path.name} 是空的。", "请检查是否选错了文件"),
        )
    _check_printable(found.text, path.name)
    # Not splitlines(): it also breaks at form feeds and U+2028, and the numbers would not be the file's.
    lines = found.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    name = "Big5" if found.encoding == "big5" else found.encoding.upper()
    guess = Remark(
        f"read as {name}, a guess: save it as UTF-8 if characters look wrong",
        f"推测编码为 {name}；如有乱码，请存为 UTF-8",
    )
    return SourceText(lines=tuple(lines), encoding=found.encoding, remarks=() if found.sure else (guess,))


def _check_printable(text: str, name: str) -> None:
    found = len(_CONTROL.findall(text[:100_000]))
    if found > len(text[:100_000]) / 1000:
        raise UnreadableFile(
            f"{name} is not text: it holds {found} control characters.",
            fix="give the original file its right suffix, or convert it to text",
            chinese=(f"{name} 不是文本：含有 {found} 个控制字符。", "请改回正确的后缀，或转换成文本"),
        )
