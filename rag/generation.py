"""Generations of the two indexes: each run that changes something makes the next, readers change over when they like.

Chroma's embedded engine is not made for several processes, so nobody writes to an index that can be read: the writer
changes a copy, and the catalog's transaction that ends the run also names the copy as the current one. A reader holds
a shared lock on its generation; one that nobody holds and that is not the current one is deleted.

Chroma does not notice files that a crash or a bad disk has cut, and breaks the process when it reads some of them; so a
generation knows the sizes and sums of its files. With a Chroma server (`rag.chroma_server.place`) a generation has no files
of Chroma, but the name of its collection there.
"""

import fcntl
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from zlib import crc32

from rag.chroma_server.place import CHUNKS as SERVER_CHUNKS
from rag.chroma_server.place import FILE as SERVER
from rag.chunk import matrix
from rag.errors import IndexDamaged

_FORMAT = 2
"""Of the files of a generation; those of another one cannot be read and are made anew."""
_LOCK = "in-use"
_MAKING = ".new"
_SUMS = "sums.json"
_DATABASE = "chroma/chroma.sqlite3"
_BLOCK = 1024**2
_READERS = min(4, os.cpu_count() or 1)
"""Files that are summed at the same time: neither reading nor summing holds Python's lock."""


def index_folder(data: Path, generation: int) -> Path:
    """Return the folder of a generation."""
    return data / "index" / str(generation)


def making_folder(data: Path, generation: int) -> Path:
    """Return the folder of a generation that is not complete yet."""
    return data / "index" / f"{generation}{_MAKING}"


def new_folder(data: Path, generation: int) -> Path:
    """Make that folder, empty: what a killed run left there is deleted."""
    folder = making_folder(data, generation)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / _LOCK).touch()
    return folder


def copy_vectors(source: Path, target: Path) -> None:
    """Copy Chroma's part of a generation, which others may be opening meanwhile.

    Raises:
        OSError: It cannot be read or written.
        sqlite3.Error: Chroma's database cannot be read or written.
    """
    (target / "chroma").mkdir()
    for path in sorted((source / "chroma").rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir(parents=True)
        elif not path.name.startswith(Path(_DATABASE).name):
            shutil.copyfile(path, copy)
    # Each opening writes a row: a plain copy of the database could be torn in the middle of that.
    with (
        closing(sqlite3.connect(source / _DATABASE, timeout=30)) as read,
        closing(sqlite3.connect(target / _DATABASE)) as written,
    ):
        read.backup(written)


def finish(data: Path, generation: int, chunks: int) -> None:
    """Give a generation that is complete its name; `chunks` is how many Chroma holds in it."""
    target = index_folder(data, generation)
    made = making_folder(data, generation)
    sums = {path.relative_to(made).as_posix(): _sum(path, flush=True) for path in _lasting(made)}
    facts = {"format": _FORMAT, "chunks": chunks, "files": sums}
    (made / _SUMS).write_text(json.dumps(facts), encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    made.rename(target)


def verify(folder: Path, *, thoroughly: bool = False) -> int:
    """Look whether the files of a generation are as they were made.

    Args:
        folder: Of the generation.
        thoroughly: Compare what they hold too, not only their sizes.

    Returns:
        How many chunks Chroma should hold.

    Raises:
        IndexDamaged: One is not.
    """
    name = _SUMS
    try:
        known = json.loads((folder / _SUMS).read_text(encoding="utf-8"))
        if known.get("format") != _FORMAT:
            raise IndexDamaged(
                f"{folder / _SUMS} was made by another version of policyqa.",
                fix="policyqa rebuild",
                chinese=(f"{folder / _SUMS} 由其他版本的 policyqa 写成。", "policyqa rebuild"),
            )
        name = _DATABASE
        if SERVER not in known["files"]:
            (folder / name).stat()
        for name, (size, _) in known["files"].items():
            if (folder / name).stat().st_size != size:
                raise ValueError("it is not as it was made")
        with ThreadPoolExecutor(_READERS) as pool:
            largest = sorted(known["files"].items(), key=lambda row: -row[1][0]) if thoroughly else []
            sums = {each: pool.submit(_sum, folder / each) for each, _ in largest}
            for name, made in known["files"].items():
                if name in sums and sums[name].result() != made:
                    raise ValueError("it is not as it was made")
        return int(known["chunks"])
    except (OSError, ValueError, LookupError, AttributeError) as error:
        raise IndexDamaged(
            f"{folder / name} is damaged: {error}.",
            fix="policyqa rebuild",
            chinese=(f"{folder / name} 已损坏：{error}。", "policyqa rebuild"),
        ) from error


def _lasting(folder: Path) -> Iterator[Path]:
    """Yield the files that nobody writes to again; Chroma does to its database and to vectors that are only in there."""
    complete = (path.parent for path in folder.glob("chroma/*/index_metadata.pickle"))
    for below in (folder / "keyword", folder / matrix.FOLDER, *complete):
        yield from sorted(below.iterdir())
    for name in (SERVER, SERVER_CHUNKS):
        yield from folder.glob(name)


def _sum(path: Path, *, flush: bool = False) -> list[int]:
    """Return size and CRC-32; `flush` writes what the system still holds back to the disk."""
    size = total = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            size, total = size + len(block), crc32(block, total)
        if flush:
            os.fsync(file.fileno())
    return [size, total]


class Hold:
    """Keeps a generation from being deleted while it is read."""

    def __init__(self, data: Path, generation: int) -> None:
        """Take hold of it.

        Raises:
            FileNotFoundError: It is gone.
        """
        self.folder = index_folder(data, generation)
        self._file = os.open(self.folder / _LOCK, os.O_RDONLY)
        try:
            fcntl.flock(self._file, fcntl.LOCK_SH)
            # Deleted between opening and locking.
            if not (self.folder / _LOCK).exists():
                raise FileNotFoundError(self.folder)
        except BaseException:
            os.close(self._file)
            raise

    def release(self) -> None:
        """Let it go."""
        os.close(self._file)


def discard_unused(data: Path, current: int) -> None:
    """Delete the generations that nobody reads and that are not the current one; the writer's task."""
    parent = data / "index"
    for folder in parent.iterdir() if parent.is_dir() else ():
        if folder.name == str(current):
            continue
        with suppress(OSError):
            file = os.open(folder / _LOCK, os.O_RDONLY)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                (folder / _LOCK).unlink()
            finally:
                os.close(file)
            shutil.rmtree(folder, ignore_errors=True)
            continue
        if not (folder / _LOCK).exists():
            # A kill between the two steps above.
            shutil.rmtree(folder, ignore_errors=True)
