"""Which kept answers are meant: by day, verdict, rating, model, cited document, words, person."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from rag.record.kept import Rating
from rag.schema import Verdict
from rag.text import bare, loose

_CITES = "EXISTS (SELECT 1 FROM json_each(a.citations) WHERE instr(loose(json_extract(value, '$.title')), ?))"
_RATED = "EXISTS (SELECT 1 FROM feedback f WHERE f.answer_id = a.answer_id AND f.rating = ?)"
_SAYS = "instr(folded(a.question || char(10) || a.text), ?)"


@dataclass(frozen=True, slots=True)
class Selection:
    """What an answer must meet; an empty one is met by all."""

    since: date | None = None
    """First day, in the time of this machine."""
    until: date | None = None
    """Last day."""
    verdict: Verdict | None = None
    rating: Rating | None = None
    """At least one person said so."""
    model: str | None = None
    """Part of the model's name."""
    document: str | None = None
    """Part of the title of a cited document; quotation marks and width make no difference."""
    words: str | None = None
    """Each of them stands in the question or in the answer; case and width make no difference."""
    person: str | None = None

    def where(self) -> tuple[str, list[Any]]:
        """Return the condition on the table `answers a`, and its values."""
        conditions: list[tuple[str, Any]] = [
            ("a.at >= ?", moment(self.since) if self.since else None),
            ("a.at < ?", moment(self.until + timedelta(days=1)) if self.until else None),
            ("a.verdict = ?", self.verdict),
            (_RATED, self.rating),
            ("instr(folded(a.model), ?)", folded(self.model) if self.model else None),
            (_CITES, loose(self.document) if self.document else None),
            *((_SAYS, folded(word)) for word in (self.words or "").split()),
            ("a.person = ?", self.person),
        ]
        given = [(condition, value) for condition, value in conditions if value is not None]
        return " AND ".join(c for c, _ in given) or "1", [value for _, value in given]


def moment(day: date) -> str:
    """Return the beginning of a day of this machine as answers are dated: UTC, ISO 8601."""
    return datetime.combine(day, time.min).astimezone().astimezone(UTC).isoformat(timespec="seconds")


def folded(text: str) -> str:
    """Return a text as words are looked for in it."""
    return bare(text).casefold()


def add_functions(db: sqlite3.Connection) -> None:
    """Make known to a connection what `Selection.where` calls."""
    db.create_function("folded", 1, folded, deterministic=True)
    db.create_function("loose", 1, loose, deterministic=True)
