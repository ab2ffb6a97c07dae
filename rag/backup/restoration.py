"""A collection comes back from a backup: made ready and compared first, then in its place at one stroke."""

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rag.backup import archive, shelf
from rag.backup.archive import Archive
from rag.backup.manifest import Manifest, Member, not_a_backup
from rag.backup.meter import Meter, Progress
from rag.backup.place import Place, held, is_read
from rag.backup.room import check_room, unwritable
from rag.chroma_server.place import FILE as SERVER
from rag.errors import BackupUnusable
from rag.generation import index_folder

_CATALOG = "catalog.sqlite"
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back."""

    data: Path
    aside: Path | None
    """Where the collection is that was there before; None when there was none."""
    manifest: Manifest | None
    """None for a folder that was moved aside before."""
    has_index: bool
    """False: `policyqa rebuild` makes the indexes anew."""
    on_server: bool
    """The vectors are on a Chroma server, which has gone on since: `policyqa rebuild` makes them anew there."""
    is_read: bool
    """Something that is running has the collection before open, and goes on with it until it is started anew."""


def check(source: Path, progress: Progress) -> Manifest:
    """Read a whole backup and compare all its sums.

    Args:
        source: The file.
        progress: Told of the MB that are read.

    Raises:
        BackupUnusable: It is no backup, is damaged, or was made by a newer version.
    """
    with archive.opened(source) as opened:
        meter = Meter("check", opened.manifest.size, progress)
        for member in opened.manifest.members:
            for block in opened.blocks(member):
                meter.add(len(block))
        meter.end()
        return opened.manifest


def restore(
    source: Path,
    data: Path,
    progress: Progress,
    *,
    force: bool = False,
    settle: Callable[[Path], None] = lambda folder: None,
) -> Restored:
    """Put a backup, or a collection that an earlier restore moved aside, in the place of a data folder.

    A kill at any point leaves the collection before or the whole new one.

    Args:
        source: A file that `back_up` made, or a folder that was moved aside.
        data: The data folder; made when missing.
        progress: Told of the MB that are unpacked.
        force: When it holds a collection, that is moved aside.
        settle: Called with the folder of the new collection before it takes its place.

    Raises:
        BackupUnusable: It is no backup, is damaged, or was made by a newer version.
        CollectionMismatch: The data folder holds a collection and `force` is off, or cannot be used.
        CollectionBusy: Another process is writing to it.
        DiskFull: There is no room; all is as it was.
    """
    data = data.resolve()
    try:
        if source.is_dir():
            return _from_folder(source.resolve(), data, force, settle)
        with archive.opened(source) as opened, held(data, force=force) as place:
            check_room(place.prepared, opened.manifest.size)
            _unpack(opened, place, progress)
            generation = _renumbered(place, opened.manifest.generation)
            settle(place.prepared)
            was_read, on_server = is_read(data), _on_server(place.prepared)
            aside = place.take(place.prepared)
            return Restored(data, aside, opened.manifest, generation is not None, on_server, was_read)
    except OSError as error:
        raise unwritable(data, error, "nothing was restored") from error


def _from_folder(source: Path, data: Path, force: bool, settle: Callable[[Path], None]) -> Restored:
    if not (source / _CATALOG).is_file():
        newest = shelf.newest(source)
        if newest is None:
            raise not_a_backup(source, "it is a folder without backups")
        fix = f"policyqa restore {newest}"
        raise BackupUnusable(
            f"{source} is a folder of backups.", fix, chinese=(f"{source} 是放备份的文件夹。", fix)
        )
    if source == data:
        raise not_a_backup(source, "it is the data folder itself")
    with held(data, force=force) as place:
        settle(source)
        was_read, on_server = is_read(data), _on_server(source)
        has_index = any(source.glob("index/*/sums.json"))
        return Restored(data, place.take(source), None, has_index, on_server, was_read)


def _on_server(folder: Path) -> bool:
    return any(folder.glob(f"index/*/{SERVER}"))


def _unpack(opened: Archive, place: Place, progress: Progress) -> None:
    """Write all files of a backup, each with its sum compared, down to the disk."""
    meter = Meter("unpack", opened.manifest.size, progress)
    owner = place.data.stat()
    for member in opened.manifest.members:
        _write(opened, member, place.prepared, meter)
    meter.end()
    if os.geteuid() == 0:
        # Restored by root, read by whoever the folder belongs to.
        for path in (place.prepared, *place.prepared.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)


def _write(opened: Archive, member: Member, folder: Path, meter: Meter) -> None:
    path = folder / member.name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        for block in opened.blocks(member):
            file.write(block)
            meter.add(len(block))
        file.flush()
        os.fsync(file.fileno())
    path.chmod(member.mode | 0o600)
    os.utime(path, ns=(member.mtime_ns, member.mtime_ns))


def _renumbered(place: Place, generation: int | None) -> int | None:
    """Give the indexes a number that they have not had here: a running page may have those of the same number open.

    Returns:
        The number; None without indexes.
    """
    there = [int(path.name) for path in (place.data / "index").glob("*") if _NUMBER.fullmatch(path.name)]
    if generation is None or generation not in there:
        return generation
    number = max(there) + 1
    index_folder(place.prepared, generation).rename(index_folder(place.prepared, number))
    with closing(sqlite3.connect(place.prepared / _CATALOG)) as db, db:
        db.execute("UPDATE meta SET value = ? WHERE key = 'generation'", (str(number),))
    return number
