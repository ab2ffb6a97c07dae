"""A collection saved and brought back, timed."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from eval.bench.scale.vectors import Progress
from rag.backup.backup import back_up
from rag.backup.restoration import restore
from rag.settings import Settings

_MB = 1e6


@dataclass(frozen=True, slots=True)
class Saved:
    """What a backup with its indexes took, and a collection made of it."""

    backup_seconds: float
    backup_mb: float
    restore_seconds: float
    """Into a new folder, each file compared."""


def save(settings: Settings, folder: Path, progress: Progress) -> Saved:
    """Back up a collection and restore it beside; nothing of it stays.

    Args:
        settings: Of the collection.
        folder: For the backup and what is restored of it; made when missing, and deleted at the end.
        progress: Told of the stages `pack` and `unpack`, in MB.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        started = time.perf_counter()
        made = back_up(settings.data, folder / "kept.zip", progress)
        middle = time.perf_counter()
        restore(made.path, folder / "restored", progress)
        return Saved(middle - started, round(made.size / _MB, 1), time.perf_counter() - middle)
    finally:
        shutil.rmtree(folder)
