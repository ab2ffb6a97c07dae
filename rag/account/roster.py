"""Accounts as an administrator keeps them: added, changed, given passwords, removed; every change is in the audit log."""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from argon2 import PasswordHasher

from rag.account.account import Account, Role
from rag.account.audit import AuditLog
from rag.account.file import AccountFile
from rag.account.keys import Keys
from rag.account.password import Passwords
from rag.account.people import People
from rag.account.sessions import IDLE_S, WHOLE_S, Sessions
from rag.account.sign_in import SignIn

KEEP_AUDIT_DAYS = 365


class Roster:
    """The accounts of one data folder, see `rag.accounts.Accounts`."""

    def __init__(
        self,
        folder: Path,
        *,
        idle_s: float = IDLE_S,
        whole_s: float = WHOLE_S,
        keep_audit_days: int = KEEP_AUDIT_DAYS,
        patience_s: float = 5.0,
        clock: Callable[[], float] = time.time,
        hasher: PasswordHasher | None = None,
    ) -> None:
        """Open `folder/accounts.sqlite`, made when it is missing, for its owner alone to read.

        Args:
            folder: The data folder.
            idle_s: After so many seconds without a request a session ends.
            whole_s: After so many seconds it ends in any case.
            keep_audit_days: For how long lines of the audit log are kept; 0 keeps none, -1 all for ever.
            patience_s: How long to wait for another process that writes.
            clock: Seconds since 1970.
            hasher: Of passwords; None for the parameters that its library advises.

        Raises:
            CollectionMismatch: The file is something else, of another version, damaged, or the folder cannot be used.
            CollectionBusy: Another process holds the file for too long.
            DiskFull: There is no room.
        """
        self._file = AccountFile(folder, clock, patience_s)
        self._people, self._keys = People(self._file), Keys(self._file)
        self._sessions = Sessions(self._file, idle_s, whole_s)
        self._log = AuditLog(self._file, keep_audit_days)
        self._passwords = Passwords(hasher)
        self._sign_in = SignIn(self._file, self._people, self._sessions, self._passwords, self._log)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def any(self) -> bool:
        """Tell whether anybody has an account; with nobody, nobody can sign in."""
        return self._file.row("SELECT 1 FROM accounts LIMIT 1") is not None

    def list(self) -> Sequence[Account]:
        """Return all accounts by name."""
        return self._people.all()

    def find(self, name: str) -> Account:
        """Return the account of a name, however it is written; raises AccountError when nobody has it."""
        return self._people.need(name)

    def add(
        self,
        name: str,
        *,
        role: str = "reader",
        groups: Iterable[str] = (),
        password: str | None,
        by: str = "",
        address: str = "",
    ) -> Account:
        """Add an account and return it.

        Args:
            name: As it is to be shown; names that differ in width or case only are one.
            role: Of `ROLES`.
            groups: Whose documents the person sees besides the public ones, spelled as in `Document.visibility`.
            password: The first one; None for a person who signs in elsewhere.
            by: See the class.
            address: See the class.

        Raises:
            AccountError: The name is taken, the first account is no admin's, the password is too weak, …
        """
        kept = None if password is None else self._passwords.hashed(password)
        with self._file.writing():
            account = self._people.add(name, role, groups, kept)
            self._log.add(by, "account_added", told(account), address)
        return account

    def change(
        self,
        name: str,
        *,
        new_name: str | None = None,
        role: Role | None = None,
        groups: Iterable[str] | None = None,
        disabled: bool | None = None,
        external: bool = False,
        by: str = "",
        address: str = "",
    ) -> Account:
        """Change what is given, and return the account as it is now; it holds at the next request of the person.

        Disabling ends all sessions and keys of the account for good; enabling brings none of them back.

        Args:
            name: Whose.
            new_name: Another name; its sessions, keys and answers stay.
            role: Another role.
            groups: All groups, not only more.
            disabled: True keeps the person out; False lets them in again.
            external: The person signs in elsewhere from now on; the password is forgotten and all sessions end.
            by: See the class.
            address: See the class.

        Raises:
            AccountError: Nobody has the name, the new one is taken, no admin would be left, …
        """
        with self._file.writing(forgetting=external):
            before = self._people.need(name)
            account = self._people.change(before, new_name, role, groups, disabled)
            if external and not before.external:
                self._people.set_password(before, None)
            if disabled or (external and not before.external):
                self._sessions.end_all(account.account_id)
            if disabled:
                self._keys.end_all(account.account_id)
            account = self._people.need(account.name)
            if account != before:
                self._log.add(by, "account_changed", f"{told(before)} → {told(account)}", address)
        return account

    def set_password(
        self, name: str, password: str, *, keep: str = "", by: str = "", address: str = ""
    ) -> Account:
        """Give an account another password; all its sessions end, its keys stay. An external one signs in here from now on.

        Args:
            name: Whose.
            password: The new one.
            keep: Token of the session that goes on, for a person who does it themselves; empty for none.
            by: See the class.
            address: See the class.

        Raises:
            AccountError: Nobody has the name, or the password is too weak.
        """
        kept = self._passwords.hashed(password)
        with self._file.writing(forgetting=True):
            account = self._people.need(name)
            self._people.set_password(account, kept)
            self._sessions.end_all(account.account_id, keep)
            self._sign_in.forget(account.name)
            self._log.add(by, "password_changed", account.name, address)
            return self._people.need(name)

    def remove(self, name: str, *, by: str = "", address: str = "") -> Account:
        """Remove an account with its sessions and keys, and return what it was; raises AccountError as `change`."""
        with self._file.writing(forgetting=True):
            account = self._people.need(name)
            self._people.remove(account)
            self._log.add(by, "account_removed", told(account), address)
        return account

    def restored(self, source: str, *, end_keys: bool = False, by: str = "") -> int:
        """Take over accounts as they were at a backup: all sessions end, since some had ended before it was brought back.

        Args:
            source: The backup, for the audit log.
            end_keys: All keys end for good too; else those that were removed since the backup work again.
            by: See the class.

        Returns:
            How many keys there are now.
        """
        with self._file.writing():
            self._sessions.end_of_all()
            ended = f"; {self._keys.end_of_all()} keys ended" if end_keys else ""
            self._log.add(by, "restored", f"{source}{ended}")
        return len(self._keys.of(None))


def told(account: Account) -> str:
    """Return what an account is, for the audit log."""
    parts = [account.name, account.role, *sorted(account.groups)]
    return " ".join(parts + ["external"] * account.external + ["disabled"] * account.disabled)
