"""One folder takes the place of another: at one stroke where the system can do that, else entry by entry."""

import ctypes
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

_AT_WORKING_FOLDER = -100
_EXCHANGE = 2
_CATALOG = "catalog.sqlite"


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change their names in one step, which no kill can divide; False when that is not possible here.

    It is not on macOS, on some network disks, and for a folder that is a mount point.
    """
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    names = os.fsencode(one), os.fsencode(other)
    failed: int = rename(_AT_WORKING_FOLDER, names[0], _AT_WORKING_FOLDER, names[1], _EXCHANGE)
    return not failed


def move_entries(source: Path, target: Path, stay: Collection[str], *, catalog_last: bool) -> None:
    """Move what is in one folder into another; after an error all is where it was.

    Args:
        source: A folder.
        target: A folder on the same disk, without any of these entries.
        stay: Names that are not moved.
        catalog_last: Move the catalog last, else first: the folder of a collection never has one without the rest.

    Raises:
        OSError: One cannot be moved.
    """
    found = {path.name for path in source.iterdir()} - set(stay)
    names = sorted(found, key=lambda name: (name.startswith(_CATALOG) is catalog_last, name))
    moved: list[str] = []
    try:
        for name in names:
            (source / name).rename(target / name)
            moved.append(name)
    except BaseException:
        for name in reversed(moved):
            with suppress(OSError):
                (target / name).rename(source / name)
        raise
