"""Where uploads arrive: private copies in `DATA/staging` until their editor accepts them or gives them up."""

import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from ingest import readers
from ingest.archive.members import is_archive
from rag.catalog.disk import unwritable
from rag.errors import CollectionBusy, PolicyQAError, UnreadableFile
from rag.settings import Settings
from ui.web.files.batch import Batch, private_copy
from ui.web.files.place import clear, own_name
from ui.web.files.upload import Upload

STAGING = "staging"
_KEPT_S = 24 * 3600
_MOST = 200


@dataclass(frozen=True, slots=True)
class Given:
    """A file as the browser has sent it."""

    path: Path
    """Temporary; removed as soon as it is copied."""
    name: str


class Desk:
    """All editors' files, each under the id of their browser; an editor who comes back finds them."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is written before the first file comes."""
        self._settings = settings
        self._folder = settings.data.resolve() / STAGING
        self._batches: dict[str, Batch] = {}
        self._lock = threading.Lock()
        self.gate = threading.Lock()
        """Held by whoever changes the collection from this page."""

    def batch(self, person: str) -> Batch:
        """Return the files of one editor; none at first."""
        with self._lock:
            return self._batches.setdefault(person, Batch(self._settings, self.gate))

    def receive(self, person: str, given: Sequence[Given]) -> Batch:
        """Take over what a browser has sent, and begin to read it; a file that cannot be read is there with its error."""
        self._sweep()
        batch = self.batch(person)
        batch.add([self._upload(one, len(batch.uploads) + n) for n, one in enumerate(given)])
        return batch

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the only place in this process from which the collection is changed.

        Raises:
            CollectionBusy: Another visitor has it.
        """
        if not self.gate.acquire(blocking=False):
            raise CollectionBusy(
                "Another visitor of this page is adding files.",
                fix="try again later",
                chinese=("另一位访问者正在添加文件。", "请稍后再试"),
            )
        try:
            yield
        finally:
            self.gate.release()

    def _upload(self, given: Given, place: int) -> Upload:
        key, size = token_hex(8), 0
        upload = Upload(key, given.name, private_copy(self._folder, key, "unnamed"), 0)
        try:
            size = given.path.stat().st_size
            upload.size = size
            upload.name = own_name(given.name)
            upload.path = private_copy(self._folder, key, upload.name)
            if place >= _MOST:
                raise UnreadableFile(
                    f"More than {_MOST} files at once.",
                    fix="accept or discard some first",
                    chinese=(f"一次超过 {_MOST} 个文件。", "请先接受或放弃一些"),
                )
            if not is_archive(upload.name):
                readers.check(upload.name, size)
            upload.path.parent.mkdir(parents=True)
            shutil.copyfile(given.path, upload.path)
        except FileNotFoundError:
            upload.fail(
                UnreadableFile(
                    f"{upload.name} has just gone.",
                    fix="hand it in again",
                    chinese=(f"{upload.name} 刚刚不见了。", "请重新提交"),
                )
            )
        except OSError as error:
            upload.fail(unwritable(self._folder, error))
        except PolicyQAError as error:
            upload.fail(error)
        with suppress(OSError):
            given.path.unlink(missing_ok=True)
            given.path.parent.rmdir()
        return upload

    def _sweep(self) -> None:
        """Forget what nobody has come back for, and what an earlier process left."""
        with self._lock:
            now = time.monotonic()
            for person, batch in list(self._batches.items()):
                if not batch.running and (now - batch.touched > _KEPT_S or not batch.uploads):
                    batch.discard()
                    del self._batches[person]
            mine = {upload.key for batch in self._batches.values() for upload in batch.uploads}
        for folder in self._folder.glob("*"):
            with suppress(OSError):
                if folder.name not in mine and time.time() - folder.stat().st_mtime > _KEPT_S:
                    clear(folder)
