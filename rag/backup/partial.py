"""A file that has its name only when it is complete, readable by its owner alone."""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from rag.errors import CollectionBusy

_ENDING = ".policyqa-partial"
_SCRATCH = ".policyqa-scratch"


class Partial:
    """A file beside the one that it will be; held by one process, and taken over when that was killed."""

    def __init__(self, target: Path) -> None:
        """Begin it.

        Raises:
            CollectionBusy: Another process is writing the same file.
            OSError: The folder cannot be written to.
        """
        self.target = target
        self.path = target.with_name(f".{target.name}{_ENDING}")
        file = _held(self.path)
        if file is None:
            raise CollectionBusy(
                f"Another policyqa is writing {target}.",
                fix="wait until it has finished, or give another name",
                chinese=(f"另一个 policyqa 正在写 {target}。", "等它结束，或换一个名字"),
            )
        file.truncate()
        self.file = file
        self.scratch = target.with_name(f".{target.name}{_SCRATCH}")
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(mode=0o700)

    def publish(self) -> None:
        """Give it its name, in place of what has it, once all of it is on the disk."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.path.replace(self.target)
        self._end()
        flush_folder(self.target.parent)

    def abandon(self) -> None:
        """Delete it; one that was published stays."""
        if not self.file.closed:
            self.path.unlink(missing_ok=True)
            self._end()

    def _end(self) -> None:
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.file.close()


@contextmanager
def partial(targets: Iterable[Path]) -> Iterator[Partial]:
    """Write a file in a `with` block, and call `publish` at its end; without that nothing stays.

    Args:
        targets: Its name, and those that serve as well when another process is writing that one.

    Raises:
        CollectionBusy: Others are writing all of them.
        OSError: The folder cannot be written to.
    """
    made = _begun(targets)
    try:
        yield made
    finally:
        made.abandon()


def _begun(targets: Iterable[Path]) -> Partial:
    busy: CollectionBusy | None = None
    for target in targets:
        was_there = target.exists()
        try:
            made = Partial(target)
        except CollectionBusy as error:
            busy = error
            continue
        if was_there or not target.exists():
            return made
        # Another process has just finished it.
        made.abandon()
    raise busy or ValueError("there must be a target")


def sweep(folder: Path) -> None:
    """Delete what killed runs left in a folder."""
    for path in folder.glob(f".*{_ENDING}"):
        with suppress(OSError):
            file = _held(path)
            if file is not None:
                path.unlink()
                name = path.name.removesuffix(_ENDING)
                shutil.rmtree(path.with_name(f"{name}{_SCRATCH}"), ignore_errors=True)
                file.close()


def flush_folder(folder: Path) -> None:
    """Write the names in a folder to the disk, where the system can do that."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _held(path: Path) -> IO[bytes] | None:
    """Open a file, made when missing, and lock it; None when another process holds it."""
    while True:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        except OSError:
            # Some network disks have no locks.
            return file
        # Renamed or deleted by another process between opening and locking.
        with suppress(FileNotFoundError):
            if os.path.samestat(path.stat(), os.fstat(file.fileno())):
                return file
        file.close()
