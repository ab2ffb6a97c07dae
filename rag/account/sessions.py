"""Sessions: who is signed in, until when, and how that ends."""

import sqlite3
from contextlib import suppress
from dataclasses import dataclass

from rag.account.account import Account, account_from
from rag.account.file import AccountFile
from rag.account.token import new_token, token_hash
from rag.errors import CollectionError

IDLE_S = 12 * 3600.0
WHOLE_S = 7 * 24 * 3600.0
_KNOWN_S = 90 * 24 * 3600.0
"""For how long a browser is known by a session that has ended, see `rag.account.attempts`."""
_TOUCH_S = 60.0


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has just signed in."""

    token: str
    """For a cookie; shown nowhere, and kept only as a hash."""
    account: Account
    expires_at: float
    """Seconds since 1970, also when it is in use all the time."""


class Sessions:
    """The sessions of all accounts."""

    def __init__(self, file: AccountFile, idle_s: float, whole_s: float) -> None:
        """Keep them in the file of the accounts."""
        self._file, self._idle_s, self._whole_s = file, idle_s, whole_s

    def begin(self, account: Account) -> Session:
        """Begin a session; only within a transaction of the file."""
        token, now = new_token(), self._file.now()
        self._file.change("DELETE FROM sessions WHERE began_at < ?", (now - self._whole_s - _KNOWN_S,))
        self._file.change(
            "INSERT INTO sessions VALUES (?, ?, ?, ?, 0)", (token_hash(token), account.account_id, now, now)
        )
        return Session(token, account, now + self._whole_s)

    def account(self, token: str) -> Account | None:
        """Return whose session it is, as the account is now; None when it has ended or there was none."""
        row = self._row(token)
        now = self._file.now()
        if row is None or row["ended"] or row["disabled"]:
            return None
        if now - row["used_at"] > self._idle_s or now - row["began_at"] > self._whole_s:
            return None
        # Not at every request: reading needs no turn among writers.
        if abs(now - row["used_at"]) > min(_TOUCH_S, self._idle_s / 2):
            self._touch(row["token_hash"], now)
        return account_from(row)

    def _touch(self, hashed: str, now: float) -> None:
        # Whoever is signed in stays so while another writes for long, or the disk is full.
        with suppress(CollectionError), self._file.writing():
            self._file.change(
                "UPDATE sessions SET used_at = ? WHERE token_hash = ? AND NOT ended", (now, hashed)
            )

    def _row(self, token: str) -> sqlite3.Row | None:
        return self._file.row(
            "SELECT s.*, a.* FROM sessions s JOIN accounts a USING (account_id) WHERE s.token_hash = ?",
            (token_hash(token),),
        )

    def end(self, token: str) -> bool:
        """End one; False when it had ended or there was none. Only within a transaction of the file."""
        return (
            self._file.change(
                "UPDATE sessions SET ended = 1 WHERE token_hash = ? AND NOT ended", (token_hash(token),)
            )
            > 0
        )

    def end_all(self, account_id: str, but: str = "") -> int:
        """End those of an account, and return how many; only within a transaction of the file.

        Args:
            account_id: Whose.
            but: Token of one that goes on; empty for none.
        """
        return self._file.change(
            "UPDATE sessions SET ended = 1 WHERE account_id = ? AND NOT ended AND token_hash != ?",
            (account_id, token_hash(but)),
        )

    def end_of_all(self) -> int:
        """End those of everybody, and return how many; only within a transaction of the file."""
        return self._file.change("UPDATE sessions SET ended = 1 WHERE NOT ended")

    def browser(self, account_id: str, token: str) -> str | None:
        """Return what a browser is known by that was signed in to this account within the last 90 days; None otherwise."""
        row = self._row(token) if token else None
        return row["token_hash"] if row is not None and row["account_id"] == account_id else None
