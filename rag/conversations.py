"""What a person asked in one go: named lists of kept answers, beside them in the data folder.

A conversation holds no words but its name. It loses each answer that is deleted or too old to be kept, and ends with
its last one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rag.record.file import RecordFile
from rag.record.kept import KeptAnswer, Rating, now
from rag.record.retention import FOR_EVER
from rag.record.rows import answer_from, storable
from rag.record.selection import folded

PATIENCE_S = 10.0
LONGEST_NAME = 80
_TO_UNDO = timedelta(days=1)
"""How long a deleted conversation can be brought back."""
_FIRST_QUESTION = """(SELECT a.question FROM conversation_turns t JOIN answers a USING (answer_id)
    WHERE t.conversation_id = c.conversation_id ORDER BY t.number LIMIT 1)"""
_SAYS = """(instr(folded(coalesce(c.name, '')), ?) OR EXISTS (
    SELECT 1 FROM conversation_turns t JOIN answers a USING (answer_id) WHERE t.conversation_id = c.conversation_id
    AND instr(folded(a.question || char(10) || a.text), ?)))"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One line of a person's history."""

    conversation_id: str
    name: str
    """As the person called it, else its first question; never empty."""
    at: str
    """Of its newest answer, UTC, as ISO 8601."""


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A kept answer of a conversation, and what the person said of it."""

    answer: KeptAnswer
    rating: Rating | None


class Conversations:
    """The conversations of one collection. One short transaction a call; nobody sees those of another person."""

    def __init__(self, folder: Path, keep_days: int = FOR_EVER, patience_s: float = PATIENCE_S) -> None:
        """Open `folder/records.sqlite`; arguments and errors as `rag.records.Records`."""
        self._file = RecordFile(folder, keep_days, patience_s)

    def close(self) -> None:
        """Close the file."""
        self._file.db.close()

    def add(self, conversation_id: str, person: str, answer_id: str, replaced: str = "") -> None:
        """Put a kept answer at the end of a conversation, which begins with its first one.

        Args:
            conversation_id: A random id; one of another person is left alone.
            person: Who asked.
            answer_id: Of an answer of this person; one that is not kept is passed over.
            replaced: answer_id of the turn in whose place it stands; empty for none. That answer stays kept.
        """
        kept = "FROM answers WHERE answer_id = ? AND person = ?"
        with self._file.writing():
            self._purge()
            self._file.db.execute(
                f"INSERT OR IGNORE INTO conversations SELECT ?, person, NULL, at, NULL {kept}",
                (conversation_id, answer_id, person),
            )
            self._file.db.execute(
                f"""INSERT OR IGNORE INTO conversation_turns SELECT answer_id, ?,
                (SELECT coalesce(max(number), 0) + 1 FROM conversation_turns WHERE conversation_id = ?) {kept}
                AND EXISTS (SELECT 1 FROM conversations WHERE conversation_id = ? AND person = ?)""",  # noqa: S608 - it holds constants of this file; values are bound
                (conversation_id, conversation_id, answer_id, person, conversation_id, person),
            )
            mine = "conversation_id = ? AND person = ?"
            self._file.db.execute(
                f"UPDATE conversations SET at = ? WHERE {mine}",  # noqa: S608 - it holds constants of this file; values are bound
                (now(), conversation_id, person),
            )
            self._file.db.execute(
                "DELETE FROM conversation_turns WHERE answer_id = ? AND conversation_id IN "  # noqa: S608 - it holds constants of this file; values are bound
                f"(SELECT conversation_id FROM conversations WHERE {mine})",
                (replaced, conversation_id, person),
            )

    def of(self, person: str, words: str = "", limit: int = 200) -> list[Conversation]:
        """Return a person's conversations, newest first.

        Args:
            person: Whose.
            words: Each of them stands in the name, in a question or in an answer; empty for all.
            limit: Most to return.
        """
        looked_for = [folded(word) for word in words.split()]
        rows = self._file.rows(
            f"SELECT c.conversation_id, coalesce(c.name, {_FIRST_QUESTION}) AS name, c.at FROM conversations c "  # noqa: S608 - it holds constants of this file; values are bound
            f"WHERE c.person = ? AND c.deleted_at IS NULL {f'AND {_SAYS} ' * len(looked_for)}"
            "ORDER BY c.at DESC, c.rowid DESC LIMIT ?",
            (person, *(word for word in looked_for for _ in range(2)), limit),
        )
        return [Conversation(row["conversation_id"], row["name"], row["at"]) for row in rows]

    def turns(self, conversation_id: str, person: str) -> list[KeptTurn]:
        """Return what is still kept of a conversation, oldest first; empty when there is none of this person."""
        rows = self._file.rows(
            """SELECT a.*, f.rating AS said FROM conversation_turns t JOIN answers a USING (answer_id)
            JOIN conversations c USING (conversation_id)
            LEFT JOIN feedback f ON f.answer_id = a.answer_id AND f.person = c.person
            WHERE c.conversation_id = ? AND c.person = ? AND c.deleted_at IS NULL ORDER BY t.number""",
            (conversation_id, person),
        )
        return [KeptTurn(answer_from(row), row["said"]) for row in rows]

    def rename(self, conversation_id: str, person: str, name: str) -> None:
        """Call a conversation by another name; an empty one gives it its first question again."""
        short = storable(" ".join(name.split()))[:LONGEST_NAME]
        self._change("name = ?", [short or None], conversation_id, person)

    def delete(self, conversation_id: str, person: str) -> None:
        """Take a conversation out of the history; its answers stay kept. For a day it can be brought back."""
        with self._file.writing():
            self._purge()
        self._change("deleted_at = ?", [now()], conversation_id, person)

    def restore(self, conversation_id: str, person: str) -> None:
        """Bring a deleted conversation back; nothing happens when that is no longer possible."""
        self._change("deleted_at = NULL", [], conversation_id, person)

    def _change(self, what: str, values: Sequence[str | None], conversation_id: str, person: str) -> None:
        with self._file.writing():
            self._file.db.execute(
                f"UPDATE conversations SET {what} WHERE conversation_id = ? AND person = ?",  # noqa: S608 - it holds constants of this file; values are bound
                (*values, conversation_id, person),
            )

    def _purge(self) -> None:
        oldest = (datetime.now(UTC) - _TO_UNDO).isoformat(timespec="seconds")
        self._file.db.execute("DELETE FROM conversations WHERE deleted_at < ?", (oldest,))
