"""One evaluation run in the making: a process of its own, so that questions of visitors do not wait for it."""

import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Literal

from eval.cases import load_cases, select
from eval.draft.own import OWN, own_path, set_path
from eval.rows import ROWS
from eval.run import run_folder
from rag.errors import CollectionBusy

State = Literal["none", "running", "done", "stopped", "failed"]
_GRACE_S = 10
_SAID_CHARS = 600


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    state: State
    done: int = 0
    total: int = 0
    folder: Path | None = None
    """Where its rows are; None when nothing was started."""
    said: str = ""
    """What the command said when it failed."""


def sets(data: Path) -> list[str]:
    """Return the sets that can be asked: the bundled ones, and the collection's own when it has one."""
    return ["dev", "test", *([OWN] if own_path(data).is_file() else [])]


class Job:
    """The run of one server; at most one at a time."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._total = 0
        self._stopped = False

    def start(self, name: str, limit: int | None) -> None:
        """Ask a set of questions of the product as it is set up.

        Args:
            name: One of `sets`.
            limit: Only the first so many questions; None for all.

        Raises:
            CollectionBusy: A run is going on.
            EvaluationError: The set cannot be read.
        """
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                raise CollectionBusy(
                    "An evaluation is running.",
                    fix="wait until it ends, or stop it",
                    chinese=("评测正在进行。", "等它结束，或先停止"),
                )
            self._total = len(select(load_cases(set_path(name, self.data)), limit, None))
            self._folder = run_folder(self.data, datetime.now())
            self._stopped = False
            log = _log(self._folder)
            log.parent.mkdir(parents=True, exist_ok=True)
            command = [
                sys.executable,
                "-c",
                "from ui.cli import main; main()",
                "eval",
                "run",
                "--set",
                name,
                "--json",
            ]
            command += ["--data", str(self.data), "--out", str(self._folder)]
            command += ["--limit", str(limit)] if limit else []
            with log.open("wb") as said:
                self._process = subprocess.Popen(  # noqa: S603 - this interpreter and checked values, no shell
                    command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
                )

    def stop(self) -> None:
        """End the run; what it has asked is kept. Nothing happens when none is going on."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                return
            self._stopped = True
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(_GRACE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def progress(self) -> Progress:
        """Return how far it is."""
        with self._lock:
            if self._process is None or self._folder is None:
                return Progress("none")
            status = self._process.poll()
            done = min(_rows(self._folder / ROWS), self._total)
            if status is None:
                return Progress("running", done, self._total, self._folder)
            log = _log(self._folder)
            # Answers that failed one by one end a run with 1, too; it has all its rows then.
            if self._stopped or done == self._total:
                log.unlink(missing_ok=True)
                return Progress("stopped" if self._stopped else "done", done, self._total, self._folder)
            said = log.read_text(encoding="utf-8", errors="replace").strip()[-_SAID_CHARS:]
            return Progress("failed", done, self._total, self._folder, said)


def _log(folder: Path) -> Path:
    """Return where a run's command writes what it says; kept only when the run fails."""
    return folder.with_suffix(".log")


def _rows(path: Path) -> int:
    """Return how many rows a run has written whole; none when it has not begun to write."""
    if not path.is_file():
        return 0
    with path.open("rb") as rows:
        return sum(1 for line in rows if line.endswith(b"\n"))
