"""Answers and what people said of them, kept in the data folder; nothing of it leaves this machine.

An answer is kept with all that is needed to judge it later: who was asked what, what was found, said and cited, and by
which model and prompt. Feedback is about one kept answer.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast, get_args

from rag.catalog.disk import no_room_told, opened, transaction
from rag.errors import CollectionMismatch
from rag.schema import Answer, Question, Verdict

Rating = Literal["up", "down"]
Reason = Literal["wrong", "incomplete", "wrong_clause", "should_refuse", "should_answer", "other"]
REASONS: tuple[Reason, ...] = get_args(Reason)
FORMAT = "1"
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE answers (
    answer_id TEXT PRIMARY KEY, at TEXT NOT NULL, person TEXT NOT NULL, question TEXT NOT NULL, history TEXT NOT NULL,
    filters TEXT NOT NULL, as_of TEXT, verdict TEXT NOT NULL, text TEXT NOT NULL, citations TEXT NOT NULL, found TEXT NOT NULL,
    model TEXT NOT NULL, prompt_version TEXT NOT NULL);
CREATE TABLE feedback (
    answer_id TEXT NOT NULL REFERENCES answers(answer_id) ON DELETE CASCADE, person TEXT NOT NULL, at TEXT NOT NULL,
    rating TEXT NOT NULL CHECK (rating IN ('up', 'down')), reason TEXT, words TEXT NOT NULL, handled_at TEXT,
    PRIMARY KEY (answer_id, person));
CREATE INDEX answers_at ON answers(at);
CREATE INDEX feedback_at ON feedback(at)"""


@dataclass(frozen=True, slots=True)
class CitedClause:
    """A citation of a kept answer."""

    clause_id: str
    title: str
    locator: str
    quote: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was shown."""

    answer_id: str
    at: str
    """When, UTC, as ISO 8601."""
    person: str
    """A random id; nobody's name."""
    question: str
    history: tuple[tuple[str, str], ...]
    filters: dict[str, str]
    """As the person gave them."""
    as_of: str | None
    verdict: Verdict
    text: str
    citations: tuple[CitedClause, ...]
    found: tuple[str, ...]
    """clause_ids of what the search found, best first."""
    model: str
    prompt_version: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person said of one answer; a second word of the same person replaces the first."""

    answer: KeptAnswer
    person: str
    rating: Rating
    reason: Reason | None = None
    words: str = ""
    at: str = field(default_factory=lambda: now())
    handled_at: str | None = None
    """When somebody made something of it; None while it is open."""


def kept_answer(answer_id: str, person: str, question: Question, answer: Answer) -> KeptAnswer:
    """Return an answer in the shape in which it is kept, with the present time."""
    return KeptAnswer(
        answer_id, now(), person, question.text, question.history, dict(question.filters), question.as_of,
        answer.verdict, answer.text,
        tuple(CitedClause(c.clause_id, c.title, c.locator, c.quote) for c in answer.citations),
        tuple(hit.clause.clause_id for hit in answer.retrieval.hits), answer.model, answer.prompt_version,
    )  # fmt: skip


def now() -> str:
    """Return the present time, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Records:
    """The records of one collection. One short transaction a call, so several processes may write."""

    def __init__(self, folder: Path) -> None:
        """Open `folder/records.sqlite`, made when it is missing.

        Raises:
            CollectionMismatch: The file is something else, of another version, or the folder cannot be used.
            DiskFull: There is no room to make it.
        """
        self._folder = folder
        path = folder / "records.sqlite"
        self._db = opened(path)
        try:
            with no_room_told(folder):
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA foreign_keys=ON")
                self._prepare(path)
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise CollectionMismatch(
                f"{path} cannot be read as records of policyqa ({error}).",
                fix=f"move {path} away; a new one is made",
            ) from error
        except BaseException:
            self._db.close()
            raise

    def _prepare(self, path: Path) -> None:
        with transaction(self._db, self._folder):
            if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                for statement in _TABLES.strip().split(";\n"):
                    self._db.execute(statement)
                self._db.execute("INSERT INTO meta VALUES ('format', ?)", (FORMAT,))
            found = self._db.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        if found is None or found["value"] != FORMAT:
            raise CollectionMismatch(
                f"{path} has format {found and found['value']}; this version reads {FORMAT}.",
                fix="use the version that wrote it",
            )

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def keep(self, answer: KeptAnswer) -> None:
        """Keep an answer; one that is kept already stays as it is.

        Raises:
            DiskFull: There is no room; nothing was changed.
        """
        with transaction(self._db, self._folder):
            self._insert(answer)

    def rate(self, feedback: Feedback) -> None:
        """Keep what a person said, and the answer that it is about.

        Raises:
            DiskFull: There is no room; nothing was changed.
        """
        with transaction(self._db, self._folder):
            self._insert(feedback.answer)
            self._db.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    feedback.answer.answer_id, feedback.person, feedback.at, feedback.rating, feedback.reason,
                    feedback.words, feedback.handled_at,
                ),
            )  # fmt: skip

    def take_back(self, answer_id: str, person: str) -> None:
        """Forget what a person said of an answer, and the answer with the last word on it; nothing happens without any.

        Answers are kept for the sake of feedback only.
        """
        with transaction(self._db, self._folder):
            self._db.execute("DELETE FROM feedback WHERE answer_id = ? AND person = ?", (answer_id, person))
            self._db.execute(
                "DELETE FROM answers WHERE answer_id = ? AND answer_id NOT IN (SELECT answer_id FROM feedback)",
                (answer_id,),
            )

    def handle(self, answer_id: str, person: str, *, handled: bool = True) -> None:
        """Mark feedback as handled, or as open again."""
        with transaction(self._db, self._folder):
            self._db.execute(
                "UPDATE feedback SET handled_at = ? WHERE answer_id = ? AND person = ?",
                (now() if handled else None, answer_id, person),
            )

    def feedback(self, rating: Rating | None = None, *, only_open: bool = False) -> Iterator[Feedback]:
        """Yield what was said, oldest first.

        Args:
            rating: Only such; None for both.
            only_open: Leave out what was handled.
        """
        rows = self._db.execute(
            "SELECT a.*, f.person AS rater, f.at AS rated_at, f.rating, f.reason, f.words, f.handled_at "
            "FROM feedback f JOIN answers a USING (answer_id) WHERE (? IS NULL OR f.rating = ?) "
            "AND (f.handled_at IS NULL OR NOT ?) ORDER BY f.at, f.rowid",
            (rating, rating, only_open),
        )
        for row in rows.fetchall():
            yield Feedback(
                _answer_from(row), row["rater"], row["rating"], row["reason"], row["words"], row["rated_at"], row["handled_at"]
            )  # fmt: skip

    def _insert(self, answer: KeptAnswer) -> None:
        fields = asdict(answer)
        for name in ("history", "filters", "citations", "found"):
            fields[name] = json.dumps(fields[name], ensure_ascii=False)
        marks = ", ".join("?" * len(fields))
        self._db.execute(f"INSERT OR IGNORE INTO answers VALUES ({marks})", tuple(fields.values()))


def has_records(folder: Path) -> bool:
    """Tell whether anything was ever kept for a collection."""
    return (folder / "records.sqlite").is_file()


def _answer_from(row: sqlite3.Row) -> KeptAnswer:
    return KeptAnswer(
        row["answer_id"], row["at"], row["person"], row["question"],
        tuple((user, said) for user, said in json.loads(row["history"])), json.loads(row["filters"]), row["as_of"],
        cast("Verdict", row["verdict"]), row["text"],
        tuple(CitedClause(**c) for c in json.loads(row["citations"])), tuple(json.loads(row["found"])),
        row["model"], row["prompt_version"],
    )  # fmt: skip
