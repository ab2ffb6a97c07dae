"""The process that reads hostile formats: files to read come in on stdin, texts and refusals go out on stdout."""

import faulthandler
import importlib
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

from rag.errors import PolicyQAError, UnreadableFile
from rag.schema import SourceText

try:
    import resource
except ImportError:  # Windows has no such limits.
    resource = None  # type: ignore[assignment]

Reader = Callable[[Path], SourceText]
Request = tuple[str, str, str]
"""Module and name of the reader, and the path of the file."""
FIX = "open it in the program that made it and save it anew, or split it into smaller files"
FIX_ZH = "请打开后另存一份，或拆分成较小的文件"
_GRACE_S = 60


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take."""

    memory_bytes: int = 4 * 1024**3 + (os.cpu_count() or 1) * 128 * 1024**2
    """Address space of the process; each thread reserves some. Recognising a scanned page takes 2.1 GB on two cores."""
    file_s: float = 60
    page_s: float = 120
    """More for each page: a full scanned one takes 20 s to recognise on two cores, 60 s on busy ones, more on its side."""
    megabyte_s: float = 10
    most_s: float = 7200

    def seconds(self, pages: int, size: int) -> float:
        """Return how long a file may take, given its size in bytes."""
        return min(self.most_s, self.file_s + self.page_s * pages + self.megabyte_s * size / 1e6)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that could not be read, as it passes between processes."""

    error: type[PolicyQAError]
    message: str
    fix: str
    chinese: tuple[str, str] | None
    """Message and fix in Chinese."""
    out_of_memory: bool = False


def main() -> None:
    """Read files until stdin ends. The first object on it is a `Limits`, each later one a `Request`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both processes; the other one ends this.
    # Libraries that print must not break what goes out, nor fill the user's terminal.
    results = os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    limits: Limits = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by the process that started this one
    _limit(limits.memory_bytes)
    requests = SimpleQueue[Request]()
    threading.Thread(target=_receive, args=(sys.stdin.buffer, requests), daemon=True).start()
    while True:
        module, name, path = requests.get()
        seconds = limits.seconds(_pages(Path(path)), Path(path).stat().st_size)
        # Should the other process be gone while a library keeps this one from noticing.
        faulthandler.dump_traceback_later(seconds + _GRACE_S, exit=True)
        _send(pickle.dumps(seconds), results)
        _send(_outcome(module, name, Path(path), limits), results)
        faulthandler.cancel_dump_traceback_later()


def _receive(stream: BinaryIO, requests: SimpleQueue[Request]) -> None:
    """Pass requests on; end the process, in the middle of a file too, when the other one is gone."""
    while True:
        try:
            requests.put(pickle.load(stream))  # noqa: S301 - written by the process that started this one
        except EOFError:
            os._exit(0)


def _send(pickled: bytes, stream: BinaryIO) -> None:
    stream.write(pickled)
    stream.flush()


def _limit(memory_bytes: int) -> None:
    if resource is None:
        return
    for kind, limit in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(kind)[1]
        most = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        try:
            resource.setrlimit(kind, (most, hard))
        except (OSError, ValueError):  # macOS refuses a limit on the address space.
            continue


def _pages(path: Path) -> int:
    """Return how many pages there are to recognise, 1 when nobody knows."""
    try:
        if path.suffix.lower() == ".pdf":
            import pypdfium2  # noqa: PLC0415

            with pypdfium2.PdfDocument(path) as document:
                return len(document)
        if path.suffix.lower() in (".tif", ".tiff"):
            from PIL import Image  # noqa: PLC0415

            with Image.open(path) as picture:
                return int(getattr(picture, "n_frames", 1))
    except Exception:  # noqa: S110 - as said below
        pass  # The reader says what is wrong with the file, and more exactly.
    return 1


def broken(path: Path, reason: str, chinese: str = "") -> Refusal:
    """Return that a reader failed at a file; `chinese` is the reason in Chinese where it is not the program's own word."""
    words = (f"读不了 {path.name}：{chinese or reason}。", FIX_ZH)
    return Refusal(UnreadableFile, f"{path.name} cannot be read: {reason}.", FIX, words)


def _outcome(module: str, name: str, path: Path, limits: Limits) -> bytes:
    """Return the pickled `SourceText` or `Refusal`."""
    try:
        return pickle.dumps(getattr(importlib.import_module(module), name)(path))
    except PolicyQAError as error:
        refusal = Refusal(type(error), error.message, error.fix, error.chinese)
    except MemoryError:
        most = f"{limits.memory_bytes / 1024**3:.0f} GB"
        message = f"{path.name} needs more than {most} of memory to be read."
        chinese = (f"读取 {path.name} 需要超过 {most} 的内存。", "请拆分成较小的文件")
        refusal = Refusal(UnreadableFile, message, "split it into smaller files", chinese, out_of_memory=True)
    except BaseException as error:
        # A hostile file makes libraries raise anything, SystemExit and the panics of compiled ones included.
        said = " ".join(str(error).split())[:200].rstrip(".")
        refusal = broken(path, f"{type(error).__name__}{': ' if said else ''}{said}")
    return pickle.dumps(refusal)
