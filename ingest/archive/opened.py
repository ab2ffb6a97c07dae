"""Opening a .zip without unpacking more than it may."""

import errno
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from lzma import LZMAError
from pathlib import Path
from typing import IO

from ingest.archive.names import chinese, shown
from rag.errors import UnreadableFile

MAX_BYTES = 1024**3
MAX_UNPACKED = 2 * 1024**3
MAX_MEMBERS = 10_000
_MAX_RATIO = 200
_SMALL = 100 * 1024**2
"""Up to here a file may unpack to any multiple of its size: empty tables and white pictures do."""
_MAX_SIGNATURES = 100_000
_HEADER = 30
_UTF_8 = 0x800
_BLOCK = 1024**2
_BROKEN = (zipfile.BadZipFile, zlib.error, LZMAError, struct.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)  # fmt: skip


class TooMuch(UnreadableFile):
    """The outermost archive must not be read at all."""


class Budget:
    """How much an archive may hold, together with those inside it."""

    def __init__(self, path: Path) -> None:
        self._name, self._size = path.name, path.stat().st_size
        self._bytes = self._members = 0
        if self._size > MAX_BYTES:
            size, most = f"{self._size / 1e6:,.0f}", f"{MAX_BYTES / 1e6:,.0f}"
            raise self._refused(
                f"has {size} MB; a .zip may have {most} MB", f"有 {size} MB，.zip 最大 {most} MB"
            )

    def take(self, infos: Sequence[zipfile.ZipInfo]) -> None:
        """Count the members of the archive or of one inside it."""
        self._members += len(infos)
        self._bytes += sum(info.file_size for info in infos)
        if self._members > MAX_MEMBERS:
            raise self._refused(f"holds more than {MAX_MEMBERS:,} files", f"里的文件超过 {MAX_MEMBERS:,} 个")
        if self._bytes > min(MAX_UNPACKED, max(_SMALL, _MAX_RATIO * self._size)):
            packed, whole = f"{self._size / 1e6:,.1f}", f"{self._bytes / 1e6:,.0f}"
            raise self._refused(
                f"would unpack from {packed} to {whole} MB or more",
                f"解压后会从 {packed} 变成 {whole} MB 以上",
            )
        end = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            if info.header_offset < end:
                raise self._refused(
                    "holds files that overlap, as only a crafted one does", "里的文件相互重叠，像是有意构造的"
                )
            end = info.header_offset + _HEADER + info.compress_size

    def _refused(self, reason: str, chinese: str) -> TooMuch:
        return TooMuch(
            f"{self._name} {reason}.",
            fix="leave it out, or give its documents one by one",
            chinese=(f"{self._name} {chinese}。", "请不要收入，或把其中的文件一个个放进来"),
        )


def names(path: Path) -> frozenset[str]:
    """Return the names of the parts of a file that is a .zip inside, such as a .docx.

    Raises:
        UnreadableFile: It is damaged, or would unpack to too much.
    """
    with path.open("rb") as stream:
        check_count(stream, path.name)
        with open_archive(stream, path.name) as archive:
            Budget(path).take(archive.infolist())
            return frozenset(archive.namelist())


def state_of(found: os.stat_result) -> tuple[int, int]:
    """Return what tells two states of a file apart: size and time of change."""
    return found.st_size, found.st_mtime_ns


def check_count(stream: IO[bytes], name: str) -> None:
    """Refuse an archive with more members than memory can hold; the number that it tells may be a lie."""
    stream.seek(0)
    signatures = sum(block.count(b"PK\1\2") for block in iter(lambda: stream.read(_BLOCK), b""))
    if signatures > _MAX_SIGNATURES:
        raise TooMuch(
            f"{name} holds more than {MAX_MEMBERS:,} files.",
            fix="give its documents one by one",
            chinese=(f"{name} 里的文件超过 {MAX_MEMBERS:,} 个。", "请把其中的文件一个个放进来"),
        )


def open_archive(source: Path | IO[bytes], name: str) -> zipfile.ZipFile:
    """Open an archive; raises UnreadableFile under its name when it is damaged."""
    with _translated(name):
        return zipfile.ZipFile(source)


@contextmanager
def _translated(name: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        raise UnreadableFile(
            f"{name} is damaged: {error}.",
            fix="copy or download it again, or ask for it in another format",
            chinese=(f"{name} 已损坏：{error}。", "请重新复制或下载，或换一种格式"),
        ) from error


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the bytes of a member; raises UnreadableFile when it is damaged."""
    with _translated(shown(name_of(info))), archive.open(info) as stream:
        while block := stream.read(_BLOCK):
            yield block


def name_of(info: zipfile.ZipInfo) -> str:
    """Return the name of a member as it was meant: programs in China write GBK where the format says cp437 or UTF-8."""
    name = info.orig_filename
    if not info.flag_bits & _UTF_8 and not name.isascii():
        raw = name.encode("cp437")
        try:
            name = raw.decode()
        except UnicodeDecodeError:
            name = chinese(raw) or name
    return name.removeprefix("./")
