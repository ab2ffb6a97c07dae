"""Room on the disk of a backup, and what is said when there is none."""

import errno
import shutil
from pathlib import Path

from rag.backup.meter import MB
from rag.errors import CollectionMismatch, DiskFull

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SPARE = 8 * MB
_FIX = "make room, or choose a folder on another disk"
_FIX_ZH = "腾出空间，或另选磁盘"


def check_room(folder: Path, size: int) -> None:
    """Refuse to begin what cannot end.

    Args:
        folder: On the disk that is written to.
        size: In bytes.

    Raises:
        DiskFull: There is less room.
    """
    free = shutil.disk_usage(folder).free
    if free < size + _SPARE:
        raise DiskFull(
            f"{folder} has {free // MB} MB free; about {(size + _SPARE) // MB + 1} MB are needed. Nothing was written.",
            fix=_FIX,
            chinese=(
                f"{folder} 只剩 {free // MB} MB，需要约 {(size + _SPARE) // MB + 1} MB。什么都没有写。",
                _FIX_ZH,
            ),
        )


def unwritable(folder: Path, error: OSError, outcome: str) -> CollectionMismatch | DiskFull:
    """Return the error that says in words why a folder cannot be written to.

    Args:
        folder: Where it was tried.
        error: What the system said.
        outcome: What that means, as `no backup was made`.
    """
    if error.errno in _NO_ROOM:
        return DiskFull(
            f"There is no room left on the disk of {folder}; {outcome}.",
            fix=_FIX,
            chinese=(f"{folder} 所在的磁盘没有空间了，没有完成。", _FIX_ZH),
        )
    where = f"{error.filename}: " if error.filename else ""
    return CollectionMismatch(
        f"{folder} cannot be used ({where}{error.strerror}); {outcome}.",
        fix="check the permissions of the folder, or choose another one",
        chinese=(f"{folder} 不能使用（{where}{error.strerror}），没有完成。", "检查文件夹的权限，或另选一个"),
    )
