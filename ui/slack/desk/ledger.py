"""What was asked in Slack and what became of it: no event is answered twice, and no question is lost by a restart.

Kept in the data folder, readable after the process was killed at any moment. A question's words stay only until it is
answered, and as the history of its conversation for as long as answers are kept.
"""

import re
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from rag.record.rows import storable
from ui.slack.desk.ledger_file import LedgerFile
from ui.slack.desk.presses import Presses
from ui.slack.inquiry import Inquiry

Edit = Literal["offer", "taken", "none"]
"""An edited question is to be offered, was taken note of without a word, or needs nothing."""
RESUMED_S = 15 * 60.0
"""A question that is older when the bot comes back is not answered any more."""
_ATTEMPTS = 3
"""A question that ended the process so many times does not get another chance."""
_TURNS = 20
"""Most turns of a conversation that a question is understood by."""
_FIELDS = ("team", "channel", "user", "text", "way", "ts", "thread", "event_id", "response_url")
_UNFINISHED = "state IN ('waiting', 'running')"
_OF_MESSAGE = "team = ? AND channel = ? AND message = ?"


class Ledger:
    """The questions of one data folder; several threads and processes may use it at once."""

    def __init__(self, folder: Path, keep_days: int, *, clock: Callable[[], float] = time.time) -> None:
        """Open `folder/slack.sqlite`, made when it is missing.

        Args:
            folder: The data folder.
            keep_days: For how long the words of answered questions are kept; 0 only in memory, -1 for ever.
            clock: Seconds since 1970.

        Raises:
            CollectionMismatch: The file is something else, of another version, damaged, or the folder cannot be used.
            CollectionBusy: Another process holds the file for too long; any later call may raise it, too.
            DiskFull: There is no room; any later call that writes may raise it, too.
        """
        self._file = LedgerFile(folder, keep_days, clock)
        self._clock = clock
        self.presses = Presses(self._file, clock)
        """Presses on buttons, in the same file."""

    def close(self) -> None:
        """Close the file; what is not finished is left to the next one that opens it."""
        self._file.close()

    def take(self, inquiry: Inquiry) -> bool:
        """Take a question for this process; False when its event or its message was taken before, by whomever."""
        with self._file.writing():
            return self._insert(inquiry, "waiting")

    def _insert(self, inquiry: Inquiry, state: str) -> bool:
        values = {name: getattr(inquiry, name) for name in _FIELDS} | {
            "key": inquiry.key, "conversation": inquiry.conversation, "message": message_of(inquiry), "state": state,
            "text": storable(inquiry.text), "event_id": inquiry.event_id or None, "owner": self._file.owner,
            "at": self._clock(),
        }  # fmt: skip
        marks = ", ".join("?" * len(values))
        statement = f"INSERT OR IGNORE INTO questions ({', '.join(values)}) VALUES ({marks})"  # noqa: S608 - it holds constants of this folder; values are bound
        return self._file.change(statement, tuple(values.values())) == 1

    def unfinished(self) -> list[Inquiry]:
        """Take over what nobody answers any more, its process having ended or given it back; oldest first."""
        with self._file.writing():
            self._file.sweep()
            owners = self._file.rows(
                f"SELECT DISTINCT owner FROM questions WHERE {_UNFINISHED} AND owner != ''"  # noqa: S608 - it holds constants of this folder; values are bound
            )
            for owner in self._file.abandoned([row["owner"] for row in owners]):
                self._file.change("UPDATE questions SET owner = '' WHERE owner = ?", (owner,))
            rows = self._file.rows(
                f"SELECT * FROM questions WHERE {_UNFINISHED} AND owner = '' ORDER BY number"  # noqa: S608 - it holds constants of this folder; values are bound
            )
            self._file.change(
                f"UPDATE questions SET owner = ?, state = 'waiting' WHERE {_UNFINISHED} AND owner = ''",  # noqa: S608 - it holds constants of this folder; values are bound
                (self._file.owner,),
            )
        return [_inquiry(row) for row in rows]

    def is_lost(self, inquiry: Inquiry) -> bool:
        """Tell whether a question is too old to be answered now, or has failed too often."""
        rows = self._file.rows("SELECT at, attempts FROM questions WHERE key = ?", (inquiry.key,))
        return not rows or rows[0]["attempts"] >= _ATTEMPTS or self._clock() - rows[0]["at"] > RESUMED_S

    def begin(self, inquiry: Inquiry) -> Inquiry | None:
        """Begin to answer; returns the question in its newest words, None when it was withdrawn or begun before."""
        with self._file.writing():
            rows = self._file.rows(
                "UPDATE questions SET state = 'running', attempts = attempts + 1 "
                "WHERE key = ? AND state = 'waiting' AND owner = ? RETURNING *",
                (inquiry.key, self._file.owner),
            )
        return _inquiry(rows[0]) if rows else None

    def is_again(self, inquiry: Inquiry) -> bool:
        """Tell whether a question that was begun had been begun before, so that an answer may stand there."""
        rows = self._file.rows("SELECT attempts FROM questions WHERE key = ?", (inquiry.key,))
        return bool(rows) and rows[0]["attempts"] > 1

    def release(self, inquiry: Inquiry) -> None:
        """Give a question back that could not be answered now; `unfinished` returns it again."""
        with self._file.writing():
            self._file.change(
                f"UPDATE questions SET owner = '', state = 'waiting' WHERE key = ? AND {_UNFINISHED}",  # noqa: S608 - it holds constants of this folder; values are bound
                (inquiry.key,),
            )

    def posted(self, inquiry: Inquiry, ts: str) -> None:
        """Note that a provisional message stands there."""
        with self._file.writing():
            self._file.change("UPDATE questions SET posted_ts = ? WHERE key = ?", (ts, inquiry.key))

    def standing(self, inquiry: Inquiry) -> str:
        """Return the ts of the provisional message; empty when none was posted."""
        rows = self._file.rows("SELECT posted_ts FROM questions WHERE key = ?", (inquiry.key,))
        return str(rows[0]["posted_ts"] or "") if rows else ""

    def finish(self, inquiry: Inquiry, *, answer_id: str = "", ts: str = "", said: str = "") -> None:
        """Note that a question needs nothing more.

        Args:
            inquiry: The question.
            answer_id: Of its answer; empty without one.
            ts: Of the bot's message; empty when there is none, or none but the provisional one.
            said: The answer as the history of a later question holds it; empty to leave it out.
        """
        with self._file.writing(forgetting=self._file.keeps_nothing):
            self._file.change(
                f"INSERT OR REPLACE INTO {self._file.turns} SELECT key, number, conversation, message, ?, text, ? "  # noqa: S608 - it holds constants of this folder; values are bound
                "FROM questions WHERE key = ? AND text IS NOT NULL AND ?",
                (self._clock(), storable(said), inquiry.key, said != ""),
            )
            self._file.change(
                "UPDATE questions SET state = 'done', text = NULL, response_url = '', owner = '', answer_id = ?, "
                "reply_ts = coalesce(nullif(?, ''), posted_ts) WHERE key = ?",
                (answer_id, ts, inquiry.key),
            )

    def history(self, inquiry: Inquiry) -> tuple[tuple[str, str], ...]:
        """Return what was asked and answered in its conversation before its message, oldest first.

        An edited question that was answered again stands there in its newest words alone.
        """
        turns = self._file.turns
        rows = self._file.rows(
            f"SELECT question, said FROM {turns} AS t WHERE conversation = ? AND message < ? AND number = "  # noqa: S608 - it holds constants of this folder; values are bound
            f"(SELECT max(number) FROM {turns} AS u WHERE u.conversation = t.conversation AND u.message = t.message) "
            "ORDER BY message DESC LIMIT ?",
            (inquiry.conversation, message_of(inquiry), _TURNS),
        )
        return tuple((row["question"], row["said"]) for row in reversed(rows))

    def takes_part(self, team: str, channel: str, thread: str) -> bool:
        """Tell whether the bot was asked in a thread and answers or answered there."""
        query = f"SELECT 1 FROM questions WHERE conversation = ? AND ({_UNFINISHED} OR reply_ts != '' OR answer_id != '')"  # noqa: S608 - it holds constants of this folder; values are bound
        return bool(self._file.rows(f"{query} LIMIT 1", (f"{team}:{channel}:{thread}",)))

    def inquiry_of(self, team: str, channel: str, ts: str) -> Inquiry | None:
        """Return the question that a message asked; its text is empty once that is no longer kept. None for no question."""
        rows = self._file.rows(
            f"SELECT q.*, t.question FROM questions q LEFT JOIN {self._file.turns} t USING (key) WHERE q.key = ?",  # noqa: S608 - it holds constants of this folder; values are bound
            (f"{team}:{channel}:{ts}",),
        )
        return _inquiry(rows[0], rows[0]["question"] or "") if rows and rows[0]["user"] else None

    def withdrawn(self, team: str, channel: str, ts: str, *, asked: bool = True) -> None:
        """Forget the words of a message that its asker deleted.

        Args:
            team: Of the message.
            channel: Of the message.
            ts: Of the message.
            asked: It was meant for the bot, and is not to be taken if its own event comes only later; of any other message
                that asked nothing so far, nothing is noted.
        """
        message = (team, channel, ts)
        if not (asked or self._file.rows(f"SELECT 1 FROM questions WHERE {_OF_MESSAGE} LIMIT 1", message)):  # noqa: S608 - it holds constants of this folder; values are bound
            return
        with self._file.writing(forgetting=True):
            self._insert(Inquiry(team, channel, "", "", "thread", ts), "withdrawn")
            self._file.change(
                f"DELETE FROM {self._file.turns} WHERE key IN (SELECT key FROM questions WHERE {_OF_MESSAGE})",  # noqa: S608 - it holds constants of this folder; values are bound
                message,
            )
            self._file.change(
                "UPDATE questions SET text = NULL, response_url = '', owner = '', "  # noqa: S608 - it holds constants of this folder; values are bound
                f"state = CASE state WHEN 'done' THEN 'done' ELSE 'withdrawn' END WHERE {_OF_MESSAGE}",
                message,
            )

    def edit(self, inquiry: Inquiry) -> Edit:
        """Take note of a question's new words; one that waits is answered in them."""
        with self._file.writing():
            rows = self._file.rows(
                f"SELECT q.*, t.question FROM questions q LEFT JOIN {self._file.turns} t USING (key) "  # noqa: S608 - it holds constants of this folder; values are bound
                f"WHERE {_OF_MESSAGE.replace('message', 'q.message')} ORDER BY q.number",
                (inquiry.team, inquiry.channel, message_of(inquiry)),
            )
            newest = rows[-1] if rows else None
            if newest is None or not inquiry.text.strip() or not _is_open_to_edits(newest):
                return "none"
            if " ".join(inquiry.text.split()) == " ".join(
                (newest["text"] or newest["question"] or "").split()
            ):
                return "none"
            if newest["state"] in {"waiting", "offered"}:
                self._file.change(
                    "UPDATE questions SET text = ? WHERE key = ?", (storable(inquiry.text), newest["key"])
                )
                return "taken"
            return "offer" if self._insert(inquiry, "offered") else "none"

    def accept(self, inquiry: Inquiry) -> Inquiry | None:
        """Take an offered question, in its newest words; None when it was taken before or the offer has lapsed."""
        with self._file.writing():
            rows = self._file.rows(
                "UPDATE questions SET state = 'waiting', owner = ?, at = ? WHERE key = ? AND state = 'offered' RETURNING *",
                (self._file.owner, self._clock(), inquiry.key),
            )
        return _inquiry(rows[0]) if rows else None


def message_of(inquiry: Inquiry) -> str:
    """Return the ts of the message that asks, which an edited question shares with the one before the edit."""
    found = re.match(r"\d+\.\d+", inquiry.ts) if inquiry.way == "edit" else None
    return found.group() if found else inquiry.ts


def _is_open_to_edits(row: sqlite3.Row) -> bool:
    """A question that was turned away, or deleted, is not taken up again by an edit."""
    if row["state"] == "done":
        return bool(row["answer_id"] or row["reply_ts"])
    return bool(row["state"] != "withdrawn")


def _inquiry(row: sqlite3.Row, answered: str = "") -> Inquiry:
    values = {name: row[name] for name in _FIELDS}
    return Inquiry(**values | {"text": values["text"] or answered, "event_id": values["event_id"] or ""})
