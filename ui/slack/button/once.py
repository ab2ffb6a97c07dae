"""What is done once an answer: kept in the data folder, so that a restart or two people at a time do not do it again."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Connection

from rag.catalog.disk import opened, transaction, write_ahead
from rag.record.file import told

NAME = "slack_once.sqlite"
_PATIENCE_S = 2.0
_TABLE = "CREATE TABLE IF NOT EXISTS done (what TEXT, answer_id TEXT, PRIMARY KEY (what, answer_id))"


class Once:
    """Ids of answers with what was done; several threads and processes may ask at once."""

    def __init__(self, folder: Path | None) -> None:
        """Open nothing yet.

        Args:
            folder: The data folder; None to remember only as long as the process runs.
        """
        self._folder = folder
        self._lock = threading.Lock()
        self._here: set[tuple[str, str]] = set()

    def claim(self, what: str, answer_id: str) -> bool:
        """Return True to the first who wants to do it, False when it was done; raises as `rag.records.Records`."""
        with self._lock:
            if self._folder is None:
                is_first = (what, answer_id) not in self._here
                self._here.add((what, answer_id))
                return is_first
            with self._writing(self._folder) as db:
                inserted = db.execute("INSERT OR IGNORE INTO done VALUES (?, ?)", (what, answer_id))
                return inserted.rowcount == 1

    def release(self, what: str, answer_id: str) -> None:
        """Let it be done after all, as it did not work."""
        with self._lock:
            self._here.discard((what, answer_id))
            if self._folder is not None:
                with self._writing(self._folder) as db:
                    db.execute("DELETE FROM done WHERE what = ? AND answer_id = ?", (what, answer_id))

    def is_done(self, what: str, answer_id: str) -> bool:
        """Tell whether it was done."""
        with self._lock:
            if self._folder is None:
                return (what, answer_id) in self._here
            with self._writing(self._folder) as db:
                query = "SELECT 1 FROM done WHERE what = ? AND answer_id = ?"
                return db.execute(query, (what, answer_id)).fetchone() is not None

    @contextmanager
    def _writing(self, folder: Path) -> Iterator[Connection]:
        with told(folder / NAME, "Slack"), closing(opened(folder / NAME)) as db:
            write_ahead(db, _PATIENCE_S)
            with transaction(db, folder):
                db.execute(_TABLE)
                yield db
