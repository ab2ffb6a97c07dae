"""Presses on buttons and uses of the shortcut: each is taken once, and one that asks something is not lost by a restart."""

import time
from collections.abc import Callable

from rag.record.rows import storable
from ui.slack.desk.ledger_file import LedgerFile


class Presses:
    """Of one data folder, in the file of the ledger; several threads and processes may use it at once."""

    def __init__(self, file: LedgerFile, clock: Callable[[], float] = time.time) -> None:
        """Use an open file, which whoever opened it closes; every method raises as `ui.slack.desk.ledger.Ledger`."""
        self._file, self._clock = file, clock

    def take(self, trigger: str, kind: str = "", body: str = "") -> bool:
        """Take a press for this process; False when it was taken before, by whomever.

        Args:
            trigger: What Slack calls it; the same when it is delivered again.
            kind: What is to be done about it.
            body: What that needs, kept until `done`; empty when the press is not to be taken up after a restart.
        """
        with self._file.writing():
            return bool(
                self._file.change(
                    "INSERT OR IGNORE INTO presses VALUES (?, ?, ?, ?, ?)",
                    (trigger, kind, storable(body) or None, self._clock(), self._file.owner),
                )
            )

    def done(self, trigger: str) -> None:
        """Forget what a press needed; that it was taken is known for a day."""
        with self._file.writing(forgetting=self._file.keeps_nothing):
            self._file.change("UPDATE presses SET body = NULL WHERE trigger = ?", (trigger,))

    def give_back(self, trigger: str) -> None:
        """Know nothing of a press, as it was not acknowledged and whoever pressed is told so by Slack."""
        with self._file.writing(forgetting=self._file.keeps_nothing):
            self._file.change("DELETE FROM presses WHERE trigger = ?", (trigger,))

    def left(self) -> list[tuple[str, str, float]]:
        """Take over what no process does any more; kind, body and seconds since the press of each, oldest first.

        A press whose question was taken is not among them: the question itself is answered.
        """
        with self._file.writing():
            owners = self._file.rows("SELECT DISTINCT owner FROM presses WHERE body IS NOT NULL")
            gone = self._file.abandoned([row["owner"] for row in owners])
            marks = ", ".join("?" * len(gone))
            rows = self._file.rows(
                f"UPDATE presses SET owner = ? WHERE body IS NOT NULL AND owner IN ({marks}) "  # noqa: S608 - question marks only; values are bound
                "AND trigger NOT IN (SELECT event_id FROM questions WHERE event_id IS NOT NULL) RETURNING *",
                (self._file.owner, *gone),
            )
        now = self._clock()
        return [
            (row["kind"], row["body"], now - row["at"]) for row in sorted(rows, key=lambda row: row["at"])
        ]
