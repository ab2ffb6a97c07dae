"""Readers of complicated formats run in another process: what breaks or hangs there fails one file, not the run."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import weakref
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from ingest.readers.child import Limits, Reader, Refusal, broken
from rag.schema import SourceText

# Not multiprocessing: it would import the main module of whoever calls, in the child again.
_START = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from ingest.readers.child import main; main()"
)
_END_S = 2
_BROKEN = (EOFError, OSError, pickle.UnpicklingError)


class ReadingProcess:
    """A process that reads one file after another; started on first need, and again after a file broke it.

    It ends with `stop`, with this object, and with the process that made it, however that ends.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._end: weakref.finalize[[subprocess.Popen[bytes]], ReadingProcess] | None = None

    def read(self, reader: Reader, path: Path) -> SourceText:
        """Read one file with a function that can be imported by its name; one file at a time.

        Raises:
            PolicyQAError: What the reader raised.
            UnreadableFile: The reader raised anything else, broke down, or took too much time or memory.
        """
        with self._lock:
            used = self._is_running()
            found = self._ask(reader, path)
            if isinstance(found, Refusal) and found.out_of_memory:
                self._kill()
                if used:  # Earlier files may have left the memory behind that is missing now.
                    found = self._ask(reader, path)
        if isinstance(found, Refusal):
            raise found.error(found.message, found.fix, chinese=found.chinese)
        return found

    def stop(self) -> None:
        """End the process, which may hold some hundred megabytes; the next file starts another."""
        with self._lock:
            self._kill()

    def _ask(self, reader: Reader, path: Path) -> SourceText | Refusal:
        used, process = self._is_running(), self._started()
        assert process.stdin and process.stdout  # noqa: S101 - pipes were asked for; narrows the type
        seconds, since, begun = self._limits.file_s, time.monotonic(), False
        try:
            _send((reader.__module__, reader.__qualname__, os.fspath(path)), process.stdin)
            seconds, since, begun = _receive(process, seconds), time.monotonic(), True
            found: SourceText | Refusal = _receive(process, seconds)
        except _BROKEN:
            late = time.monotonic() - since >= seconds
            if used and not begun and not late:
                # It was killed before this file came, which has nothing to do with the file.
                self._kill()
                return self._ask(reader, path)
            limit = (f"reading it took longer than {seconds:.0f} seconds", f"读取超过 {seconds:.0f} 秒")
            reason = limit if late else self._ended(process)
            self._kill()
            return broken(path, *reason)
        except BaseException:
            self._kill()
            raise
        if time.monotonic() - since >= seconds:
            self._kill()  # As it has been ordered, too late for this file; it would hit the next.
        return found

    def _is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process and self._is_running():
            return self._process
        self._kill()
        utf8 = f"utf8={sys.flags.utf8_mode}"  # Names of files are encoded alike in both.
        command = [sys.executable, "-I", "-X", utf8, "-c", _START]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)  # noqa: S603 - this interpreter with a constant
        self._end = weakref.finalize(self, _finish, self._process)
        assert self._process.stdin  # noqa: S101 - pipes were asked for; narrows the type
        _send([str(Path(folder).absolute()) for folder in sys.path], self._process.stdin)
        _send(self._limits, self._process.stdin)
        return self._process

    def _kill(self) -> None:
        if self._end:
            self._end()
        self._process = self._end = None

    def _ended(self, process: subprocess.Popen[bytes]) -> tuple[str, str]:
        try:
            status = process.wait(timeout=_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
        assert process.stderr  # noqa: S101 - pipes were asked for; narrows the type
        if said := process.stderr.read():  # It writes there only until it has started.
            self._kill()
            raise RuntimeError(
                f"The process that reads files did not start:\n{said.decode(errors='replace')}"
            )
        how = signal.Signals(-status).name if status < 0 else f"status {status}"
        return f"the program that reads this format broke down ({how})", f"读取这种格式的程序出错（{how}）"


def _send(value: object, stream: IO[bytes]) -> None:
    stream.write(pickle.dumps(value))
    stream.flush()


def _receive(process: subprocess.Popen[bytes], seconds: float) -> Any:
    """Return the next object from the process, which is killed when it takes longer."""
    assert process.stdout  # noqa: S101 - pipes were asked for; narrows the type
    timer = threading.Timer(seconds, process.kill)
    timer.daemon = True
    timer.start()
    try:
        return pickle.load(process.stdout)  # noqa: S301 - written by our child, which has this process's rights anyway
    finally:
        timer.cancel()


def _finish(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    with suppress(BrokenPipeError), process:
        pass


PROCESS = ReadingProcess()
"""The one of this process: starting another for each run would load the libraries again."""
