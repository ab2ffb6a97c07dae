"""A backup is made: all of a collection that cannot be made again, and its indexes, while it is in use."""

from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rag.backup import shelf
from rag.backup.archive import Packer, opened, ratio
from rag.backup.manifest import Manifest, program_version
from rag.backup.meter import Meter, Progress
from rag.backup.partial import Partial, partial, sweep
from rag.backup.room import check_room, unwritable
from rag.backup.snapshot import Piece, Snapshot
from rag.errors import BackupUnusable, CollectionMismatch

_PACKED = 0.5
"""To what share of its size a database shrinks, about."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What was made."""

    path: Path
    size: int
    """In bytes, packed."""
    manifest: Manifest
    discarded: tuple[Path, ...]
    """Older backups that were deleted."""


def back_up(
    data: Path, target: Path, progress: Progress, *, keep: int | None = None, index: bool = True
) -> Backup:
    """Write a collection into one file, in a moment's state, while others may write to it.

    The file has its name only when it is complete, and only its owner can read it.

    Args:
        data: The data folder.
        target: A file, new or an older backup that gives way; or a folder, where a dated name is chosen.
        progress: Told of the MB that are packed.
        keep: How many backups of this collection stay in the folder, which is made when missing; None keeps all.
        index: With the indexes; without them the file is smaller, and a restored collection needs `policyqa rebuild`.

    Raises:
        EmptyCollection: There is no collection.
        CollectionMismatch: It is damaged, or the target cannot be written to.
        CollectionBusy: Another process writes the same file.
        DiskFull: There is no room.
    """
    data = data.resolve()
    folder = target if keep is not None or target.is_dir() else target.parent
    try:
        if keep is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with closing(Snapshot(data, index=index)) as snapshot:
            _check_target(target, folder, data)
            sweep(folder)
            now = datetime.now().astimezone()
            with partial(shelf.dated(folder, data, now) if folder == target else [target]) as written:
                made = _pack(snapshot, written, progress)
                written.publish()
        gone = shelf.discard(folder, data, keep) if keep is not None else []
        return Backup(written.target, written.target.stat().st_size, made, tuple(gone))
    except OSError as error:
        raise unwritable(folder, error, "no backup was made") from error


def _check_target(target: Path, folder: Path, data: Path) -> None:
    """Refuse a place where a backup would not help, or where something else is."""
    if folder.resolve() == data or data in folder.resolve().parents:
        raise CollectionMismatch(
            f"{target} is inside the data folder, and would be lost with it.",
            fix="give a file outside of it, on another disk if there is one",
            chinese=(f"{target} 在数据文件夹里，会和它一起丢失。", "请选它以外的位置，最好在另一块磁盘上"),
        )
    if not folder.is_dir():
        fix = f"mkdir -p {folder}"
        raise CollectionMismatch(
            f"There is no folder {folder}.", fix, chinese=(f"没有文件夹 {folder}。", fix)
        )
    if target != folder and target.exists():
        try:
            with opened(target):
                pass
        except BackupUnusable as error:
            raise CollectionMismatch(
                f"{target} exists and is no backup of policyqa that could give way.",
                fix="give another name, or delete it",
                chinese=(f"{target} 已存在，不是 policyqa 的备份，不能覆盖。", "请换一个名字，或删除它"),
            ) from error


def _pack(snapshot: Snapshot, written: Partial, progress: Progress) -> Manifest:
    began = datetime.now(UTC)
    pieces = list(snapshot.pieces())
    sizes = [_size(piece) for piece in pieces]
    _check_room(pieces, sizes, written.path.parent)
    meter, copy = Meter("pack", sum(sizes), progress), written.scratch / "copy"
    with closing(Packer(written.file)) as packer:
        for piece in pieces:
            if not piece.is_database:
                # What has gone meanwhile has gone.
                with suppress(FileNotFoundError):
                    packer.add(piece.name, piece.path, piece.path, meter.add)
            elif snapshot.copy(piece, copy):
                packer.add(piece.name, copy, piece.path, meter.add)
                copy.unlink()
        made = Manifest(
            version=program_version(),
            made_at=began.isoformat(timespec="milliseconds"),
            folder=str(snapshot.data),
            generation=snapshot.generation,
            embedder=snapshot.embedder,
            formats=snapshot.formats,
            counts=snapshot.counts,
            left_out=tuple(snapshot.left_out),
            members=tuple(packer.members),
        )
        packer.finish(made)
    meter.end()
    return made


def _size(piece: Piece) -> int:
    try:
        return piece.path.stat().st_size
    except FileNotFoundError:
        return 0


def _check_room(pieces: list[Piece], sizes: list[int], folder: Path) -> None:
    """Refuse to begin what cannot end.

    Raises:
        DiskFull: The disk has less room than the file and the copy of a database will take.
    """
    packed = 0.0
    for piece, size in zip(pieces, sizes, strict=True):
        with suppress(FileNotFoundError):
            packed += size * (_PACKED if piece.is_database else ratio(piece.path))
    copies = (size for piece, size in zip(pieces, sizes, strict=True) if piece.is_database)
    check_room(folder, int(packed) + max(copies, default=0))
