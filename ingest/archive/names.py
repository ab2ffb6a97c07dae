"""What a file may be called, and how a name is shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from ingest.source.encoding import common_share

# Control characters, line separators and signs that turn the direction of writing: they break lists, reports and
# terminals, and make a name look like another.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_COMPANIONS = frozenset({"NOTICE", "LICENSE", "LICENCE", "README"})
_OF_SYSTEMS = frozenset({"thumbs.db", "desktop.ini", "icon\r"})
_LONGEST = 4096
_LEAST_SHARE = 0.4


def is_companion(parts: Sequence[str]) -> bool:
    """Tell whether a path within its folder is hidden or about the files beside it, and so no document.

    `~$办法.docx` and `.~办法.docx` are what Word and WPS put beside a document that is open.
    """
    name = parts[-1]
    return (
        any(part.startswith((".", "__")) for part in parts)
        or name.startswith("~$")
        or name.lower().endswith(".meta.toml")
        or name.lower() in _OF_SYSTEMS
        or PurePath(name).stem.upper() in _COMPANIONS
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a name, as the end of a sentence about it."""

    english: str
    chinese: str


def fault(name: str) -> Fault | None:
    """Return what is wrong with a name or path, or None."""
    if found := _UNSAFE.search(name):
        code = f"U+{ord(found[0]):04X}"
        return Fault(f"holds the control character {code}", f"含有控制字符 {code}")
    if any("\ud800" <= c <= "\udfff" for c in name):
        return Fault("is not UTF-8", "不是 UTF-8")
    if len(name) > _LONGEST:
        return Fault(f"has {len(name)} characters", f"有 {len(name)} 个字，太长")
    return None


def shown(name: str) -> str:
    """Return a name that can be printed anywhere: control characters escaped, other bytes than UTF-8 read as Chinese."""
    raw = name.encode("utf-8", "surrogateescape")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = chinese(raw) or raw.decode(errors="replace")
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)[:_LONGEST]


def chinese(raw: bytes) -> str | None:
    """Read the bytes of a name as GB18030 or Big5; None when neither gives Chinese."""
    readings = []
    for encoding in ("gb18030", "cp950"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        readings.append((common_share(text), text))
    best = max(readings, key=lambda reading: reading[0], default=(0.0, ""))
    if best[0] >= _LEAST_SHARE:
        return best[1]
    try:
        return raw.decode("gb2312")  # A name of rare characters; few other bytes form these pairs.
    except UnicodeDecodeError:
        return None
