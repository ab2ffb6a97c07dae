"""The place of a collection: where the next one is prepared, and how it takes the place of the one that is there.

Prepared beside the data folder, it comes at one stroke. A data folder that cannot be exchanged (a mount point, a folder
whose parent may not be written to) is emptied and filled entry by entry: a kill in that moment leaves no collection,
and the one before in the folder where it was moved to.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from rag.backup.exchange import exchange, move_entries
from rag.backup.partial import flush_folder
from rag.errors import CollectionBusy, CollectionMismatch

ASIDE = "before-restore-"
PREPARING = ".restoring"
_MARK = ".being-restored"
"""In a folder that is being prepared, until it has taken its place."""
_LOCK = "writer.lock"
_NOT_OURS = (_LOCK, PREPARING, "lost+found")
"""What may be in a data folder without a collection; the last is that of a disk."""
_PARTS = {
    "catalog.sqlite", "records.sqlite", "slack.sqlite", "accounts.sqlite", "vectors.sqlite", "index", "originals", "uploads", "eval",
}  # fmt: skip


class Place:
    """A data folder that nobody else writes to."""

    def __init__(self, data: Path) -> None:
        self.data = data
        beside = data.with_name(f".{data.name}{PREPARING}")
        self._tidy(beside)
        shutil.rmtree(data / PREPARING, ignore_errors=True)
        (data / _MARK).unlink(missing_ok=True)
        self._is_beside = self._can_exchange(beside)
        self.prepared = beside if self._is_beside else data / PREPARING
        if not self._is_beside:
            self.prepared.mkdir(mode=0o700)
        (self.prepared / _MARK).touch()

    def _tidy(self, beside: Path) -> None:
        """Delete what a killed run has prepared; what it had already exchanged is a collection."""
        if (beside / _MARK).exists() or _is_empty(beside):
            _delete(beside)
        elif beside.exists():
            beside.rename(_free(self.data.with_name(f"{self.data.name}.{ASIDE}")))

    def _can_exchange(self, beside: Path) -> bool:
        """Make the folder beside; tell whether it can go where the data folder is."""
        tried = self.data / PREPARING
        try:
            beside.mkdir(mode=0o700)
        except OSError:
            return False
        try:
            # Another disk, or another mount of the same one.
            beside.rename(tried)
            tried.rename(beside)
        except OSError:
            for left in (beside, tried):
                with suppress(OSError):
                    left.rmdir()
            return False
        return True

    def take(self, made: Path) -> Path | None:
        """Put a whole collection here; return where the one before is now, None when there was none.

        Args:
            made: Its folder, `prepared` or another on the same disk; gone afterwards.

        Raises:
            OSError: It cannot be moved; all is as it was.
        """
        was_empty = _is_empty(self.data)
        shutil.copymode(self.data, made)
        if self._is_beside and exchange(made, self.data):
            aside = self._set_aside(made, was_empty)
        else:
            aside = self._by_entries(made)
        (self.data / _MARK).unlink(missing_ok=True)
        flush_folder(self.data)
        flush_folder(self.data.parent)
        return aside

    def _set_aside(self, before: Path, was_empty: bool) -> Path | None:
        if was_empty:
            shutil.rmtree(before)
            return None
        aside = _free(self.data.with_name(f"{self.data.name}.{ASIDE}"))
        before.rename(aside)
        return aside

    def _by_entries(self, made: Path) -> Path | None:
        aside = _free(self.data / ASIDE)
        own = {*_NOT_OURS, aside.name, *(path.name for path in self.data.glob(f"{ASIDE}*"))}
        aside.mkdir(mode=0o700)
        try:
            move_entries(self.data, aside, own, catalog_last=False)
            try:
                move_entries(made, self.data, {_LOCK, _MARK}, catalog_last=True)
            except BaseException:
                move_entries(aside, self.data, (), catalog_last=True)
                raise
        except BaseException:
            aside.rmdir()
            raise
        shutil.rmtree(made, ignore_errors=True)
        if any(aside.iterdir()):
            return aside
        aside.rmdir()
        return None

    def give_up(self) -> None:
        """Delete what was prepared and not taken; after an exchange that name may be the former collection's."""
        if (self.prepared / _MARK).exists():
            _delete(self.prepared)


@contextmanager
def held(data: Path, *, force: bool) -> Iterator[Place]:
    """Keep every writer away from a data folder in a `with` block; it is made when missing.

    Args:
        data: The data folder, resolved.
        force: It may hold a collection.

    Raises:
        CollectionMismatch: It holds something and may not, or something that is no collection.
        CollectionBusy: Another process is writing to it.
        OSError: It cannot be used.
    """
    is_new = not data.exists()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(data / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise CollectionBusy(
            f"Another policyqa is writing to {data}.",
            fix="wait until it has finished, then run the command again",
            chinese=(f"另一个 policyqa 正在写 {data}。", "等它结束后再运行该命令"),
        ) from error
    place: Place | None = None
    try:
        _check(data, force)
        place = Place(data)
        yield place
    finally:
        if place:
            place.give_up()
        lock.release()
        if is_new and _is_empty(data):
            shutil.rmtree(data, ignore_errors=True)


def is_read(data: Path) -> bool:
    """Tell whether a page, a bot or a question has the collection open."""
    return any(_is_locked(path) for path in (*data.glob("index/*/in-use"), *data.glob("slack-*.lock")))


def _is_locked(path: Path) -> bool:
    with suppress(FileNotFoundError), path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _check(data: Path, force: bool) -> None:
    names = {path.name for path in data.iterdir()}
    if _is_empty(data):
        return
    if not names & _PARTS and not any(name.startswith(ASIDE) for name in names):
        raise CollectionMismatch(
            f"{data} holds other things than a collection.",
            fix="choose a new folder with --data",
            chinese=(f"{data} 里有文件库以外的东西。", "用 --data 另选一个新文件夹"),
        )
    if not force:
        raise CollectionMismatch(
            f"{data} holds a collection already.",
            fix="choose a new folder with --data, or add --force: what is there is moved aside, not deleted",
            chinese=(
                f"{data} 里已有文件库。",
                "用 --data 另选一个新文件夹，或加 --force：原有的会移开，不会删除",
            ),
        )


def _is_empty(data: Path) -> bool:
    """Tell whether there is nothing but what a run that was stopped leaves."""
    return data.is_dir() and {path.name for path in data.iterdir()} <= {*_NOT_OURS, _MARK}


def _delete(prepared: Path) -> None:
    """Delete a folder that was being prepared; its mark goes last, so that a kill leaves nothing that looks whole."""
    for path in prepared.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != _MARK:
            path.unlink(missing_ok=True)
    shutil.rmtree(prepared, ignore_errors=True)


def _free(start: Path) -> Path:
    """Return a name that begins so and goes on with the time, and that nothing has yet."""
    first = start.with_name(f"{start.name}{datetime.now().astimezone():%Y%m%d-%H%M%S}")
    path, number = first, 1
    while path.exists():
        number += 1
        path = first.with_name(f"{first.name}-{number}")
    return path
