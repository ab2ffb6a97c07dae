"""The files that one editor has handed in, and the thread that reads them and takes them in."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ingest.readers.isolation import PROCESS
from rag.errors import CollectionBusy, PolicyQAError
from rag.settings import Settings
from ui.account.trail import Note
from ui.web.files.accepting import take_in
from ui.web.files.place import clear
from ui.web.files.reading import read_upload
from ui.web.files.upload import Draft, Upload


class Stopped(Exception):
    """The editor has ended a run; the collection is as it was before."""


class Batch:
    """One editor's files. It reads and indexes in a thread of its own, so that the page stays free and may be left."""

    def __init__(self, settings: Settings, gate: threading.Lock) -> None:
        """Begin without files; `gate` is held by whoever changes the collection from this page, or opens an archive."""
        self._settings, self._gate = settings, gate
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.uploads: list[Upload] = []
        self.running = False
        self.progress: tuple[str, int, int] | None = None
        """Of an accepting run: stage of the pipeline, how much is done, how much there is."""
        self.error: PolicyQAError | None = None
        """Why the last run came to nothing."""
        self.was_stopped = False
        self.touched = time.monotonic()

    @property
    def stopping(self) -> bool:
        """Whether the editor has asked for an end that has not come yet."""
        return self.running and self._stopping.is_set()

    def add(self, uploads: Sequence[Upload]) -> None:
        """Read more files, after those that are being read."""
        self.uploads += uploads
        self.start(lambda: None)

    def start(self, work: Callable[[], None]) -> bool:
        """Do this in the thread, then read what is waiting; returns False when the thread is busy with something else."""
        self.touched = time.monotonic()
        with self._lock:
            if self.running:
                return False
            self.running, self.error, self.was_stopped = True, None, False
            self._stopping.clear()
        threading.Thread(target=self._run, args=(work,), daemon=True, name="files").start()
        return True

    def stop(self) -> None:
        """End reading or indexing, soon: a file that is being read is read to its end."""
        self._stopping.set()

    def draft(self, key: str) -> Draft | None:
        """Return a document by "key of the upload/number"; None when it is not there, or counts already."""
        name, _, number = key.partition("/")
        upload = next((u for u in self.uploads if u.key == name and u.stage == "found"), None)
        if upload is None or not number.isdecimal() or int(number) >= len(upload.drafts):
            return None
        return upload.drafts[int(number)]

    def accept(self, key: str | None = None, note: Note = lambda what, about: None) -> bool:
        """Take one file in, or all that are ready; returns False when the thread is busy or there is none.

        Args:
            key: Of one; None for all.
            note: Told of what came in, for the audit log.
        """
        chosen = [u for u in self.uploads if u.stage == "found" and key in (None, u.key)]
        return bool(chosen) and self.start(lambda: self._accept(chosen, note))

    def discard(self, key: str | None = None) -> None:
        """Forget one file, or all, with their private copies; those that are being read or indexed stay."""
        gone = [u for u in self.uploads if u.stage not in ("reading", "indexing") and key in (None, u.key)]
        self.uploads = [u for u in self.uploads if u not in gone]
        for upload in gone:
            clear(upload.path.parent)

    def _run(self, work: Callable[[], None]) -> None:
        todo: Callable[[], None] | None = work
        try:
            while todo:
                todo()
                with self._lock:
                    waiting = any(u.stage == "waiting" for u in self.uploads)
                    todo = self._read if waiting else None
                    self.running = bool(todo)
        finally:
            # After a fault of the program too, which the thread reports; nobody must wait for ever.
            self.running, self.progress = False, None
            for upload in self.uploads:
                if upload.stage in ("reading", "indexing"):
                    upload.fail(
                        PolicyQAError(
                            f"{upload.name}: the program failed.",
                            "look into the server's log",
                            chinese=(f"{upload.name}：程序出错。", "请查看服务器的日志"),
                        )
                    )

    def _read(self) -> None:
        try:
            for upload in [u for u in self.uploads if u.stage == "waiting"]:
                if self._stopping.is_set():
                    upload.stage, self.was_stopped = "stopped", True
                    continue
                upload.stage = "reading"
                # Archives are opened one at a time in a process.
                with self._gate if upload.path.suffix.lower() == ".zip" else threading.Lock():
                    read_upload(upload, self._settings.data)
        finally:
            PROCESS.stop()

    def _accept(self, chosen: Sequence[Upload], note: Note) -> None:
        if not self._gate.acquire(blocking=False):
            self.error = CollectionBusy(
                "Another visitor of this page is adding files.",
                fix="try again later",
                chinese=("另一位访问者正在添加文件。", "请稍后再试"),
            )
            return
        try:
            for upload in chosen:
                upload.stage = "indexing"
            take_in(chosen, self._settings, self._told)
        except PolicyQAError as error:
            self.error = error
        except Stopped:
            self.was_stopped = True
        finally:
            self._gate.release()
        for upload in chosen:
            if upload.stage == "indexing":
                upload.stage = "found"
            elif upload.stage == "in":
                note("document_added", upload.name)

    def _told(self, stage: str, done: int, total: int) -> None:
        if self._stopping.is_set():
            raise Stopped
        self.progress = (stage, done, total)


def private_copy(folder: Path, key: str, name: str) -> Path:
    """Return where the private copy of an upload is kept."""
    return folder / key / name
