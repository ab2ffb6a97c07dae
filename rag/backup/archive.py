"""The file of a backup: a .zip that any program can open, with the sum of each file in its manifest."""

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from rag.backup import manifest
from rag.backup.manifest import Manifest, Member, not_a_backup
from rag.errors import BackupUnusable

_BLOCK = 1024**2
_LEVEL = 1
"""Of deflate: level 6 takes three times as long for a tenth less."""
_WORTH = 0.7
"""Vectors shrink to no less, at 15 MB a second; databases and word lists to a third."""
_SAMPLE = 64 * 1024
_SAMPLES = 4
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
)

Told = Callable[[int], None]
"""Called with how many bytes are done since the last call."""


class Packer:
    """Writes an archive, file by file."""

    def __init__(self, file: IO[bytes]) -> None:
        """Begin it in a file that is open for reading and writing."""
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self.members: list[Member] = []

    def add(self, name: str, path: Path, like: Path, told: Told) -> None:
        """Pack a file.

        Args:
            name: Of the member.
            path: Of the bytes.
            like: The file whose mode and time it keeps; another one when `path` is a copy.
            told: Called while it is read.

        Raises:
            OSError: It cannot be read, or there is no room.
        """
        digest, size, state = hashlib.sha256(), 0, like.stat()
        self._zip.compression = zipfile.ZIP_DEFLATED if ratio(path) < _WORTH else zipfile.ZIP_STORED
        with (
            path.open("rb") as read,
            self._zip.open(name, "w", force_zip64=True) as written,
            # Beside the packing, which takes most of the time.
            ThreadPoolExecutor(1) as beside,
        ):
            while block := read.read(_BLOCK):
                summed = beside.submit(digest.update, block)
                written.write(block)
                summed.result()
                size += len(block)
                told(len(block))
        self.members.append(Member(name, size, digest.hexdigest(), state.st_mode & 0o777, state.st_mtime_ns))

    def finish(self, made: Manifest) -> None:
        """Write the manifest, and what the archive ends with."""
        self._zip.writestr(manifest.NAME, made.written())
        self._zip.close()

    def close(self) -> None:
        """Let go of an archive that was not finished."""
        with suppress(OSError, ValueError):
            self._zip.close()


def ratio(path: Path) -> float:
    """Return to what share of its size a file shrinks, judged by a few places in it; 1 where packing is not worth its time."""
    size = path.stat().st_size
    taken = packed = 0
    with path.open("rb") as file:
        for number in range(_SAMPLES):
            file.seek(max(0, size - _SAMPLE) * number // (_SAMPLES - 1))
            block = file.read(_SAMPLE)
            taken, packed = taken + len(block), packed + len(zlib.compress(block, _LEVEL))
    found = packed / max(taken, 1)
    return found if found < _WORTH else 1.0


class Archive:
    """A backup that is read."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self._zip = archive
        self.manifest = self._manifest()

    def _manifest(self) -> Manifest:
        with self._told(manifest.NAME):
            names = self._zip.namelist()
            if manifest.NAME not in names or self._zip.getinfo(manifest.NAME).file_size > manifest.MOST_BYTES:
                raise not_a_backup(self.path, f"there is no {manifest.NAME} in it")
            made = manifest.manifest_from(self._zip.read(manifest.NAME), self.path)
        if sorted(names) != sorted([manifest.NAME, *(member.name for member in made.members)]):
            raise not_a_backup(self.path, f"it holds other files than its {manifest.NAME} names")
        return made

    def blocks(self, member: Member) -> Iterator[bytes]:
        """Yield the bytes of a file; when all have come they were those that were packed.

        Raises:
            BackupUnusable: They are not.
        """
        digest, size = hashlib.sha256(), 0
        with self._told(member.name), self._zip.open(member.name) as packed:
            while block := packed.read(_BLOCK):
                size += len(block)
                if size > member.size:
                    break
                digest.update(block)
                yield block
        if (size, digest.hexdigest()) != (member.size, member.sha256):
            raise self._damaged(member.name, "its sum is another one")

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        try:
            yield
        except _BROKEN as error:
            raise self._damaged(name, str(error) or type(error).__name__) from error

    def _damaged(self, name: str, reason: str) -> BackupUnusable:
        return BackupUnusable(
            f"{self.path} is damaged: {name} is not as it was saved ({reason}).",
            fix="use an earlier backup",
            chinese=(f"{self.path} 已损坏：{name} 与保存时不同（{reason}）。", "用以前的备份"),
        )


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open a backup.

    Raises:
        BackupUnusable: It is no backup, is cut off, or was made by a newer version.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BackupUnusable(
            f"Cannot read {path}: {error.strerror}.",
            fix="check the path of the backup",
            chinese=(f"不能读取 {path}：{error.strerror}。", "检查备份的路径"),
        ) from error
    with file:
        try:
            archive = zipfile.ZipFile(file)
        except (*_BROKEN, OSError) as error:
            raise not_a_backup(path, str(error)) from error
        with archive:
            yield Archive(path, archive)
