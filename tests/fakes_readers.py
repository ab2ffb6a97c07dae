"""Readers that behave as libraries do on hostile files; the reading process finds them by name."""

import ctypes
import os
import re
import sys
import time
from pathlib import Path

from rag.errors import UnsupportedFormat
from rag.schema import SourceText


def good(path: Path) -> SourceText:
    return SourceText(lines=(path.name, str(os.getpid())), encoding="fake", pages=((1, 1), (1, 2)))


def paths(path: Path) -> SourceText:
    return SourceText(
        lines=(*sys.path, str("__main__" in sys.modules and hasattr(sys.modules["__main__"], "MARK"))),
        encoding="",
    )


def refusing(path: Path) -> SourceText:
    raise UnsupportedFormat(f"{path.name} is odd.", fix="make it even")


def raising(path: Path) -> SourceText:
    raise KeyError(f"no\nfont {path.stem}")


def leaving(path: Path) -> SourceText:
    sys.exit(0)


def crashing(path: Path) -> SourceText:
    ctypes.string_at(0)
    raise AssertionError


def hungry(path: Path) -> SourceText:
    kept = [bytes(100 * 1024**2) for _ in range(100)]
    return SourceText(lines=(str(len(kept)),), encoding="")


def endless(path: Path) -> SourceText:
    """Never returns, and never lets another thread of its process run."""
    re.match(r"(a+)+$", "a" * 60 + "b")
    raise AssertionError


def waiting(path: Path) -> SourceText:
    path.with_suffix(".pid").write_text(str(os.getpid()), encoding="utf-8")
    time.sleep(60)
    raise AssertionError


def talking(path: Path) -> SourceText:
    print("a line", flush=True)
    os.system("echo another; echo a third >&2")
    return good(path)


def unpicklable(path: Path) -> SourceText:
    return SourceText(lines=(), encoding=lambda: None)  # type: ignore[arg-type]


def is_gone(number, within_s=5.0):
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        # A killed child of a dead process is a zombie until its new parent looks, which may be never in a container.
        if Path(f"/proc/{number}/stat").read_text(encoding="utf-8").split(") ")[1][0] == "Z":
            return True
        time.sleep(0.02)
    return False
