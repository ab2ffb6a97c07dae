"""Accounts of the people of an office: who may sign in, with what role and groups; sessions, keys and the audit log."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from rag.account.account import ROLES, Account, Role, check_role, is_group
from rag.account.audit import AuditLine
from rag.account.file import NAME
from rag.account.keys import SCOPES, Key, Scope, check_scopes, key_id_of
from rag.account.name import check_name, is_same_name
from rag.account.password import check_password
from rag.account.roster import Roster, told
from rag.account.sessions import Session
from rag.errors import AccountError
from rag.settings import Settings

__all__ = [
    "ROLES", "SCOPES", "Account", "Accounts", "AuditLine", "Key", "Role", "Scope", "Session", "check_password", "check_role",
    "check_scopes", "has_accounts", "is_same_name", "key_id_of", "open_accounts",
]  # fmt: skip
_BY_SIGN_ON = "sign-on"


class Accounts(Roster):
    """The accounts of one data folder, for all threads of a process; several processes may have them open.

    Methods that change something take `by`, who does it (the name of an account, `cli:` with a user of this machine), and
    `address`, from where: both stand in the audit log. Every method may raise `CollectionBusy`, `CollectionMismatch` and
    `DiskFull`, as the constructor.
    """

    def sign_in(self, name: str, password: str, *, address: str, token: str = "") -> Session:
        """Begin a session.

        Args:
            name: As it was typed.
            password: As it was typed.
            address: Of the visitor; attempts from one address slow each other down.
            token: Of the last session in this browser, also one that has ended, as its cookie still says; a browser that
                is known by it does not wait for what strangers tried under this name. Empty for none.

        Raises:
            SignInRefused: Name and password do not belong together, the account is disabled or signs in elsewhere, in the
                same words and the same time; or it is too soon after other attempts, and the password was not looked at.
        """
        return self._sign_in.begin(name, password, address, token)

    def confirm(self, account: Account, password: str, *, address: str, token: str = "") -> None:
        """Check the password of a person who is signed in, before something grave; raises as `sign_in`."""
        self._sign_in.confirm(account, password, address, token)

    def external(
        self, name: str, groups: Iterable[str] | None, *, role: Role | None = None, address: str = ""
    ) -> Session:
        """Begin a session for a person whom single sign-on or a trusted proxy names; arguments and errors as `signed_on`."""
        account = self.signed_on(name, groups, role=role, address=address)
        with self._file.writing():
            # An administrator may have been faster.
            _check_external(self._people.need(account.name))
            self._people.signed_in(account)
            self._log.add(account.name, "sign_in", _BY_SIGN_ON, address)
            return self._sessions.begin(account)

    def signed_on(
        self, name: str, groups: Iterable[str] | None, *, role: Role | None = None, address: str = ""
    ) -> Account:
        """Return the account of a person whom single sign-on or a trusted proxy names, made when there is none.

        Nothing is written when all is as it was, so it may be called at every request.

        Args:
            name: As it is told there.
            groups: All groups of the person; those that no document can be limited to are left out. None where groups are
                not told: they stay as an administrator has set them.
            role: None where it is not told: a new person is a reader, and later as an administrator has set it.
            address: Of the visitor.

        Raises:
            AccountError: The name cannot be one, belongs to an account with a password, or the account is disabled.
        """
        # Whole: cut or blank at its end it could be another person's.
        name = check_name(name)
        wanted = None if groups is None else frozenset(filter(is_group, groups))
        if self._people.row(name) is None:
            with self._file.writing():
                # Asked again: another request of the person may have been faster.
                if self._people.row(name) is None:
                    account = self._people.add(name, role or "reader", wanted or (), None)
                    self._log.add(_BY_SIGN_ON, "account_added", told(account), address)
        account = self._people.need(name)
        _check_external(account)
        if (wanted is not None and wanted != account.groups) or (role is not None and role != account.role):
            return self.change(account.name, role=role, groups=wanted, by=_BY_SIGN_ON, address=address)
        return account

    def session(self, token: str) -> Account | None:
        """Return whose session a token is for, as the account is now; None when it has ended or there was none."""
        return self._sessions.account(token)

    def sign_out(self, token: str, *, address: str = "") -> None:
        """End a session; nothing happens when it has ended or there was none."""
        account = self._sessions.account(token)
        with self._file.writing():
            if self._sessions.end(token) and account is not None:
                self._log.add(account.name, "sign_out", address=address)

    def sign_out_everywhere(self, name: str, *, keep: str = "", by: str = "", address: str = "") -> int:
        """End the sessions of an account but that of the token `keep`; return how many; raises AccountError as `find`."""
        with self._file.writing():
            account = self._people.need(name)
            count = self._sessions.end_all(account.account_id, keep)
            self._log.add(by, "sessions_ended", account.name, address)
        return count

    def add_key(
        self,
        account: Account,
        scopes: frozenset[Scope],
        expires: datetime | None,
        *,
        label: str = "",
        by: str = "",
        address: str = "",
    ) -> str:
        """Make a key with which a program asks on behalf of an account; return its text, which is kept nowhere.

        Args:
            account: Whose role and groups it has, as they are when it is used.
            scopes: What it may do of what the account may; at least one, and `admin` only for an admin.
            expires: From when on it is no longer one; None for never.
            label: What it is for, up to 100 characters.
            by: See the class.
            address: See the class.

        Raises:
            AccountError: A scope, the moment or the label cannot be; or the account is disabled or was removed.
        """
        with self._file.writing():
            present = self._people.need(account.name)
            _check_enabled(present)
            key, text = self._keys.add(present, scopes, expires, label)
            scope = " ".join(sorted(scopes))
            self._log.add(by, "key_added", f"{key.key_id} {present.name}: {scope}", address)
        return text

    def keys(self, account: Account | None = None) -> Sequence[Key]:
        """Return the keys of an account, oldest first, expired ones too; None for those of all."""
        return self._keys.of(None if account is None else account.account_id)

    def remove_key(self, key_id: str, *, by: str = "", address: str = "") -> Key:
        """End a key for good and return what is known of it; raises AccountError when there is none of this id."""
        with self._file.writing():
            key = self._keys.remove(key_id)
            self._log.add(by, "key_removed", f"{key.key_id} {key.account}", address)
        return key

    def key(self, text: str) -> tuple[Account, frozenset[Scope]] | None:
        """Return whose key a text is, as the account is now, and what it may do; None when it is none, or no longer."""
        return self._keys.find(text)

    def refuse_key(self, text: str, *, address: str) -> float:
        """Keep that somebody came with a text that is no key; a key that is one is never delayed by it.

        Args:
            text: As it was sent; only the id in it is kept.
            address: Of the visitor; attempts from one address are counted together, apart from those with passwords.

        Returns:
            The seconds for which the program is told to wait; 0 for none.
        """
        return self._sign_in.refuse_key(key_id_of(text), address)

    def audit(self, who: str, what: str, address: str = "", *, about: str = "") -> None:
        """Add a line to the audit log; never a question, an answer or a password.

        Args:
            who: Name of the account, `key:` with the id of a key, or `cli:` with a user of this machine.
            what: A word that stays the same: `document_added`, `document_changed`, `document_removed`, `export`, …
            address: Of the visitor; empty on the machine itself.
            about: The document, the format, …; cut after 300 characters.
        """
        with self._file.writing():
            self._log.add(who, what, about, address)

    def audit_log(self, since: date | None = None, until: date | None = None) -> Iterator[AuditLine]:
        """Yield the lines of some days of this machine's time, oldest first; None for no limit."""
        return self._log.lines(since, until)


def open_accounts(settings: Settings) -> Accounts:
    """Open the accounts of the data folder with the lifetimes of the settings; raises as `Accounts`."""
    return Accounts(
        settings.data,
        idle_s=settings.session_idle_hours * 3600,
        whole_s=settings.session_days * 24 * 3600,
        keep_audit_days=settings.keep_audit_days,
    )


def has_accounts(folder: Path) -> bool:
    """Tell whether a data folder has a file of accounts, without making one."""
    return (folder / NAME).is_file()


def _check_external(account: Account) -> None:
    _check_enabled(account)
    if not account.external:
        raise AccountError(
            f"{account.name} signs in with a password here.",
            fix=f"policyqa user change {account.name} --external",
            chinese=(
                f"{account.name} 在本系统用密码登录。",
                f"policyqa user change {account.name} --external",
            ),
        )


def _check_enabled(account: Account) -> None:
    if account.disabled:
        raise AccountError(
            f"The account {account.name} is disabled.",
            fix=f"policyqa user change {account.name} --enable",
            chinese=(f"用户 {account.name} 已停用。", f"policyqa user change {account.name} --enable"),
        )
