"""The audit log: who signed in, who was refused, and who changed or took out what; never a question's text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rag.account.file import AccountFile
from rag.record.retention import FOR_EVER
from rag.record.rows import storable
from rag.record.selection import moment

_MOST_CHARS = 300
_DAY_S = 86400.0
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One thing that happened."""

    number: int
    """Counts up; a number that is missing between two others was deleted by hand."""
    at: str
    """UTC, ISO 8601."""
    who: str
    """Name of the account, `cli:` with a user of this machine, or empty for a stranger."""
    what: str
    """`sign_in`, `sign_out`, `sign_in_refused`, `account_added`, `key_removed`, `document_changed`, `export`, `backup`, `restored`, …"""
    about: str
    """Which account, key or document, and what of it; empty when there is nothing to add."""
    address: str
    """Of the visitor; empty on the machine itself."""


class AuditLog:
    """Lines that are added, and deleted only when they are old enough; the tables refuse anything else."""

    def __init__(self, file: AccountFile, keep_days: int) -> None:
        """Keep lines for so many days; 0 keeps none, `FOR_EVER` all."""
        self._file, self._days = file, keep_days

    def add(self, who: str, what: str, about: str = "", address: str = "") -> None:
        """Add a line; only within a transaction of the file, that of the change which it tells."""
        if not self._days:
            return
        values = (storable(text)[:_MOST_CHARS] for text in (who, what, about, address))
        self._file.change(
            "INSERT INTO audit (at, who, what, about, address) VALUES (?, ?, ?, ?, ?)",
            (self._file.moment(), *values),
        )
        if self._days != FOR_EVER:
            self._expire()

    def _expire(self) -> None:
        oldest = self._file.moment(self._file.now() - self._days * _DAY_S)
        if self._file.row("SELECT 1 FROM audit WHERE at < ? LIMIT 1", (oldest,)):
            self._file.change("INSERT OR REPLACE INTO meta VALUES ('audit_from', ?)", (oldest,))
            self._file.change("DELETE FROM audit WHERE at < ?", (oldest,))

    def lines(self, since: date | None, until: date | None) -> Iterator[AuditLine]:
        """Yield the lines of some days of this machine's time, oldest first; None for no limit."""
        first = moment(since) if since else ""
        end = moment(until + timedelta(days=1)) if until else "~"
        number = 0
        # In parts, since the log of a year need not fit into memory.
        while rows := self._file.rows(
            "SELECT * FROM audit WHERE at >= ? AND at < ? AND number > ? ORDER BY number LIMIT ?",
            (first, end, number, _AT_ONCE),
        ):
            yield from (AuditLine(*row) for row in rows)
            number = rows[-1]["number"]
