"""A folder of backups: dated names, and which of them are kept."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

from rag.backup.archive import opened
from rag.errors import BackupUnusable

ENDING = ".zip"
_DATED = r"-\d{8}-\d{6}(?:-\d+)?" + re.escape(ENDING)


def dated(folder: Path, collection: Path, now: datetime) -> Iterator[Path]:
    """Yield names in the folder that no backup has yet: `policyqa-data-20240131-020000.zip`, then the same with `-2`, ….

    Args:
        folder: Of the backups.
        collection: The data folder; its name is the first part.
        now: In local time.
    """
    first = f"{collection.resolve().name}-{now:%Y%m%d-%H%M%S}"
    names = (f"{first}{f'-{number}' if number > 1 else ''}{ENDING}" for number in count(1))
    return (folder / name for name in names if not (folder / name).exists())


def discard(folder: Path, collection: Path, keep: int) -> list[Path]:
    """Delete all but the newest backups of one collection.

    Only files with a dated name of this collection count that can be opened and say that they were made of it.

    Args:
        folder: Of the backups.
        collection: The data folder.
        keep: How many stay, at least 1.

    Returns:
        What was deleted, oldest first.
    """
    name, own = re.compile(re.escape(collection.resolve().name) + _DATED), str(collection.resolve())
    found: list[tuple[str, str]] = []
    for path in folder.iterdir():
        if name.fullmatch(path.name) and (made_at := _made_at(path, own)):
            found.append((made_at, path.name))
    gone = [folder / last for _, last in sorted(found)[:-keep]]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def newest(folder: Path) -> Path | None:
    """Return the newest backup in a folder, of whichever collection; None without any."""
    found = [(made_at, path) for path in folder.glob(f"*{ENDING}") if (made_at := _made_at(path))]
    return max(found)[1] if found else None


def _made_at(path: Path, collection: str | None = None) -> str | None:
    """Return when a backup was made; None when it is none, or one of another collection."""
    try:
        with opened(path) as archive:
            made = archive.manifest
    except BackupUnusable:
        return None
    return made.made_at if collection in (None, made.folder) else None
