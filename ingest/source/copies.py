"""Copies of files, so that nothing changes while they are read."""

import errno
import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest import readers
from ingest.archive import members
from ingest.archive.members import blocks
from ingest.archive.opened import state_of
from ingest.unread import AGAIN, AGAIN_ZH, not_read
from rag.errors import DiskFull, UnreadableFile

_BLOCK = 1024**2
_NAME_BYTES = 255
_WAIT_S = 0.5
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class File:
    """A file on disk, or a member of an archive on disk."""

    path: Path
    """Absolute; of the archive for a member."""
    member: str | None
    """Name inside the archive: `a/b.docx`, `inner.zip/b.docx`; None for a file of its own."""
    size: int
    """In bytes, of the file on disk when it was found, like the next."""
    mtime_ns: int

    @property
    def address(self) -> str:
        """What a collection remembers: unique, and the same from whichever folder the command runs."""
        return str(self.path) if self.member is None else f"{self.path}/{self.member}"

    @property
    def name(self) -> str:
        """The last part."""
        return self.path.name if self.member is None else self.member.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Copy:
    """A file's bytes as they were at one moment."""

    path: Path
    """A private copy under the file's own name."""
    sha256: str


@contextmanager
def copied(file: File, folder: Path) -> Iterator[Copy]:
    """Copy a file, so that its text and its hash are of the same bytes whatever happens to it meanwhile.

    Args:
        file: As `find` gives it.
        folder: Where the copy is until the end of the `with` block; made when it is missing.

    Raises:
        UnsupportedFormat: No reader has this suffix.
        UnreadableFile: It is too large, gone, no regular file, damaged in its archive, or changes all the time.
        DiskFull: There is no room for the copy.
    """
    readers.check(file.name, 1 if file.member else file.size)
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            own = tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True)
            path = Path(stack.enter_context(own)) / _short(file.name)
            sha256 = _copy(file, path, folder)
            if sha256 is None:
                time.sleep(_WAIT_S)
                sha256 = _copy(file, path, folder)
        except OSError as error:
            raise _translated(error, file, folder) from error
        if sha256 is None:
            raise UnreadableFile(
                f"{file.name} changed while it was being read.",
                fix="try again when it is saved",
                chinese=(f"读取时 {file.name} 又有改动。", "保存完后请再试一次"),
            )
        yield Copy(path, sha256)


def clear(folder: Path) -> None:
    """Remove the folder of copies, and what a run has left in it; for before and after a run. A missing one is fine."""
    members.close()
    shutil.rmtree(folder, ignore_errors=True)


def _copy(file: File, to: Path, folder: Path) -> str | None:
    """Copy the bytes; return their SHA-256, or None when the file changed meanwhile."""
    before = file.path.stat()
    if not stat.S_ISREG(before.st_mode):
        raise UnreadableFile(
            f"{file.name} is no longer a regular file.",
            fix=AGAIN,
            chinese=(f"{file.name} 已不是普通文件。", AGAIN_ZH),
        )
    source = blocks(file.path, file.member, folder) if file.member else _blocks(file.path)
    digest, size = hashlib.sha256(), 0
    readers.check(file.name, 1 if file.member else before.st_size)
    try:
        with to.open("wb") as copy:
            for block in source:
                size += len(block)
                readers.check(file.name, size)
                digest.update(block)
                copy.write(block)
    except UnreadableFile:
        if state_of(file.path.stat()) == state_of(before):
            raise
        return None
    whole = file.member is not None or size == before.st_size
    return digest.hexdigest() if whole and state_of(file.path.stat()) == state_of(before) else None


def _blocks(path: Path) -> Iterator[bytes]:
    # Without waiting: a pipe that has taken the file's place would block for ever.
    with os.fdopen(os.open(path, os.O_RDONLY | _AT_ONCE), "rb") as stream:
        while block := stream.read(_BLOCK):
            yield block


def _short(name: str) -> str:
    """Return a name that a file system takes, with its suffix; a member of an archive may have a longer one."""
    if len(name.encode()) <= _NAME_BYTES:
        return name
    suffix = Path(name).suffix
    return name.encode()[: _NAME_BYTES - len(suffix.encode())].decode(errors="ignore") + suffix


def _translated(error: OSError, file: File, folder: Path) -> DiskFull | UnreadableFile:
    if error.errno in _FULL:
        fix = "make room, then run the command again"
        return DiskFull(
            f"There is no room in {folder} for a copy of {file.name}.",
            fix=fix,
            chinese=(f"{folder} 没有空间存放 {file.name} 的副本。", "腾出空间后再运行一次"),
        )
    if isinstance(error, FileNotFoundError):
        return UnreadableFile(
            f"{file.name} has just gone.", fix=AGAIN, chinese=(f"{file.name} 已经不在了。", AGAIN_ZH)
        )
    return not_read(file.name, error)
