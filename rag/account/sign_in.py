"""Signing in by name and password: the same words and the same time for an unknown name and a wrong password."""

import sqlite3
from collections.abc import Mapping

from rag.account.account import Account, account_from
from rag.account.attempts import Attempts
from rag.account.audit import AuditLog
from rag.account.file import AccountFile
from rag.account.name import MAX_CHARS, folded
from rag.account.password import Passwords
from rag.account.people import People
from rag.account.sessions import Session, Sessions
from rag.errors import SignInRefused


class SignIn:
    """Looks at names and passwords."""

    def __init__(
        self, file: AccountFile, people: People, sessions: Sessions, passwords: Passwords, audit: AuditLog
    ) -> None:
        """Look at those of one file."""
        self._file, self._people, self._sessions = file, people, sessions
        self._passwords, self._audit = passwords, audit
        self._attempts = Attempts(file)

    def begin(self, name: str, password: str, address: str, token: str) -> Session:
        """Begin a session; arguments and errors as `rag.accounts.Accounts.sign_in`."""
        row, counters = self._look(name, password, address, token)
        renewed = self._passwords.hashed(password) if self._passwords.is_outdated(row["password"]) else None
        with self._file.writing(forgetting=renewed is not None):
            account = self._still(row)
            if account is not None:
                self._attempts.succeed(counters)
                if renewed is not None:
                    self._people.set_password(account, renewed)
                self._people.signed_in(account)
                self._audit.add(account.name, "sign_in", address=address)
                return self._sessions.begin(account)
        raise SignInRefused(self._attempts.wait(counters), checked=True)

    def confirm(self, account: Account, password: str, address: str, token: str) -> None:
        """Check the password of a person who is signed in; raises as `begin`."""
        _, counters = self._look(account.name, password, address, token)
        with self._file.writing():
            self._attempts.succeed(counters)

    def refuse_key(self, key_id: str, address: str) -> float:
        """Count a key that is none; arguments and result as `rag.accounts.Accounts.refuse_key`."""
        counters = self._attempts.of_keys(address)
        # While a program has to wait, its attempts cost no turn among writers and no line of the log.
        if (wait := self._attempts.wait(counters)) > 0:
            return wait
        self._attempts.begin(counters)
        with self._file.writing():
            self._audit.add("", "key_refused", key_id, address)
        return self._attempts.wait(counters)

    def forget(self, name: str) -> None:
        """Forget failed attempts under a name; only within a transaction of the file."""
        self._attempts.forget(folded(name))

    def _look(
        self, name: str, password: str, address: str, token: str
    ) -> tuple[sqlite3.Row, Mapping[str, str]]:
        row = self._people.row(name)
        browser = self._sessions.browser(row["account_id"], token) if row is not None else None
        counters = self._attempts.counters(folded(name[: 4 * MAX_CHARS]), address, browser)
        wait = self._attempts.begin(counters)
        if wait:
            raise SignInRefused(wait, checked=False)
        kept = row["password"] if row is not None and not row["disabled"] else None
        if self._passwords.fits(password, kept) and row is not None:
            return row, counters
        with self._file.writing():
            # Not what was typed when nobody has this name: it may be a password in the wrong field.
            self._audit.add("", "sign_in_refused", row["name"] if row is not None else "", address)
        raise SignInRefused(self._attempts.wait(counters), checked=True)

    def _still(self, row: sqlite3.Row) -> Account | None:
        """Return the account unless it was disabled, or its password changed, while the password was looked at."""
        now = self._file.row(
            "SELECT * FROM accounts WHERE account_id = ? AND NOT disabled", (row["account_id"],)
        )
        return account_from(now) if now is not None and now["password"] == row["password"] else None
