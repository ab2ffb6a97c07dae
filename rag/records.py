"""Answers and what people said of them, kept in the data folder; nothing of it leaves this machine.

An answer is kept with all that is needed to judge it later: who was asked what, what was found, said and cited, and by
which model and prompt. Feedback is about one kept answer.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import NotFound
from rag.record.file import NAME, RecordFile
from rag.record.kept import (
    REASONS,
    CitedClause,
    Feedback,
    KeptAnswer,
    Rating,
    Reason,
    kept_answer,
    now,
)
from rag.record.retention import FOR_EVER
from rag.record.rows import COLUMNS, RATED, answer_from, feedback_from, row_of, storable
from rag.record.selection import Selection

__all__ = [
    "REASONS", "CitedClause", "Feedback", "KeptAnswer", "Rating", "Reason", "Records", "Removed", "Selection",
    "has_records", "kept_answer", "now",
]  # fmt: skip
PATIENCE_S = 10.0
_LEAST_OF_ID = 4
_AT_ONCE = 500
_INSERT = f"INSERT OR IGNORE INTO answers ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 - it holds constants of this package; values are bound


@dataclass(frozen=True, slots=True)
class Removed:
    """What was deleted."""

    answers: int
    ratings: int
    is_clean: bool
    """The words have left the file; otherwise they do as soon as another process that holds it lets go."""


class Records:
    """The records of one collection. One short transaction a call, so several processes may write."""

    def __init__(self, folder: Path, keep_days: int = FOR_EVER, patience_s: float = PATIENCE_S) -> None:
        """Open `folder/records.sqlite`, made when it is missing.

        Args:
            folder: The data folder.
            keep_days: Every call that writes also deletes what is older, see `rag.record.retention`.
            patience_s: How long to wait for another process that writes.

        Raises:
            CollectionMismatch: The file is something else, of another version, damaged, or the folder cannot be used.
            CollectionBusy: Another process holds the file for too long; any later call may raise it, too.
            DiskFull: There is no room to make it.
        """
        self._days = keep_days
        self._file = RecordFile(folder, keep_days, patience_s)

    def close(self) -> None:
        """Close the file."""
        self._file.db.close()

    def keep(self, answer: KeptAnswer) -> None:
        """Keep an answer, unless none is to be kept; one that is kept already stays as it is.

        Raises:
            DiskFull: There is no room; nothing was changed.
        """
        with self._file.writing():
            if self._days:
                self._file.db.execute(_INSERT, row_of(answer))

    def rate(self, feedback: Feedback) -> None:
        """Keep what a person said, and the answer that it is about.

        Raises:
            DiskFull: There is no room; nothing was changed.
        """
        with self._file.writing():
            self._file.db.execute(_INSERT, row_of(feedback.answer))
            self._file.db.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    feedback.answer.answer_id, feedback.person, feedback.at, feedback.rating, feedback.reason,
                    storable(feedback.words), feedback.handled_at,
                ),
            )  # fmt: skip

    def take_back(self, answer_id: str, person: str) -> None:
        """Forget what a person said of an answer; nothing happens when they said nothing. The answer stays."""
        with self._file.writing():
            self._file.db.execute(
                "DELETE FROM feedback WHERE answer_id = ? AND person = ?", (answer_id, person)
            )
        self._file.clear_log()

    def handle(self, answer_id: str, person: str, *, handled: bool = True) -> None:
        """Mark feedback as handled, or as open again."""
        with self._file.writing():
            self._file.db.execute(
                "UPDATE feedback SET handled_at = ? WHERE answer_id = ? AND person = ?",
                (now() if handled else None, answer_id, person),
            )

    def feedback(self, rating: Rating | None = None, *, only_open: bool = False) -> Iterator[Feedback]:
        """Yield what was said, oldest first.

        Args:
            rating: Only such; None for both.
            only_open: Leave out what was handled.
        """
        rows = self._file.rows(
            f"SELECT a.*, {RATED} FROM feedback f JOIN answers a USING (answer_id) WHERE (? IS NULL OR f.rating = ?) "  # noqa: S608 - it holds constants of this package; values are bound
            "AND (f.handled_at IS NULL OR NOT ?) ORDER BY f.at, f.rowid",
            (rating, rating, only_open),
        )
        return (feedback_from(row, answer_from(row)) for row in rows)

    def said_of(self, answer: KeptAnswer) -> list[Feedback]:
        """Return what was said of one answer, oldest first."""
        query = f"SELECT {RATED} FROM feedback f WHERE f.answer_id = ? ORDER BY f.at, f.rowid"  # noqa: S608 - it holds constants of this package; values are bound
        return [feedback_from(row, answer) for row in self._file.rows(query, (answer.answer_id,))]

    def answers(self, selection: Selection | None = None, limit: int | None = None) -> list[KeptAnswer]:
        """Return kept answers, newest first.

        Args:
            selection: What they must meet; None for all.
            limit: Most to return; None for no limit.
        """
        where, values = (selection or Selection()).where()
        query = f"SELECT a.* FROM answers a WHERE {where} ORDER BY a.at DESC, a.rowid DESC LIMIT ?"  # noqa: S608 - it holds constants of this package; values are bound
        return [answer_from(row) for row in self._file.rows(query, (*values, -1 if limit is None else limit))]

    def count(self, selection: Selection | None = None) -> int:
        """Return how many answers meet a selection; None for all."""
        where, values = (selection or Selection()).where()
        return self._number(f"SELECT count(*) FROM answers a WHERE {where}", values)  # noqa: S608 - it holds constants of this package; values are bound

    def oldest(self) -> str | None:
        """Return when the oldest answer was given, UTC, as ISO 8601; None without any."""
        found = self._file.rows("SELECT min(at) FROM answers")[0][0]
        return str(found) if found else None

    def answer(self, answer_id: str) -> KeptAnswer:
        """Return one answer by its id, or by the beginning of it that no other has.

        Raises:
            NotFound: There is none, or more than one.
        """
        rows = self._file.rows("SELECT * FROM answers WHERE answer_id = ?", (answer_id,))
        if not rows and len(answer_id) >= _LEAST_OF_ID:
            begins = "SELECT * FROM answers WHERE substr(answer_id, 1, length(?)) = ? ORDER BY at DESC"
            rows = self._file.rows(begins, (answer_id, answer_id))
        if not rows:
            raise NotFound(
                f"No answer {answer_id!r} is kept.",
                fix="policyqa answers",
                chinese=(f"没有保存回答 {answer_id!r}。", "policyqa answers"),
            )
        if len(rows) > 1:
            named = ", ".join(row["answer_id"] for row in rows[:6])
            raise NotFound(
                f"{len(rows)} answers begin with {answer_id!r}: {named}.",
                fix="give the whole id",
                chinese=(f"有 {len(rows)} 个回答以 {answer_id!r} 开头：{named}。", "请给出完整编号"),
            )
        return answer_from(rows[0])

    def delete(self, answer_ids: Iterable[str]) -> Removed:
        """Delete answers with what was said of them; ids that are not kept are passed over."""
        ids = list(dict.fromkeys(answer_ids))
        parts = [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]
        return self._removed(
            [(f"DELETE FROM answers WHERE answer_id IN ({','.join('?' * len(p))})", p) for p in parts]  # noqa: S608 - question marks only; values are bound
        )

    def forget(self, person: str) -> Removed:
        """Delete what a person asked, and what they said of anybody's answer."""
        tables = ("feedback", "answers")
        return self._removed([(f"DELETE FROM {table} WHERE person = ?", [person]) for table in tables])  # noqa: S608 - it holds constants of this package; values are bound

    def expire(self) -> Removed:
        """Delete what is too old to be kept."""
        return self._removed([])

    def _removed(self, statements: Sequence[tuple[str, Sequence[str]]]) -> Removed:
        before = self._sizes()
        with self._file.writing():
            for statement, values in statements:
                self._file.db.execute(statement, values)
        after = self._sizes()
        # A file that shrank shows less of what was in it than one with empty pages.
        gone = before != after
        return Removed(before[0] - after[0], before[1] - after[1], self._file.compact() if gone else True)

    def _sizes(self) -> tuple[int, int]:
        return self.count(), self._number("SELECT count(*) FROM feedback", ())

    def _number(self, query: str, values: Sequence[Any]) -> int:
        return int(self._file.rows(query, values)[0][0])


def has_records(folder: Path) -> bool:
    """Tell whether anything was ever kept for a collection."""
    return (folder / NAME).is_file()
