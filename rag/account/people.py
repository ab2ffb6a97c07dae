"""All accounts: found by name, added, changed and removed; an admin is always left."""

import json
import sqlite3
from collections.abc import Iterable
from secrets import token_hex

from rag.account.account import Account, Role, account_from, check_groups, check_role
from rag.account.file import AccountFile
from rag.account.name import MAX_CHARS, check_name, folded
from rag.errors import AccountError


class People:
    """The accounts of one file. What changes them runs only within a transaction of the file."""

    def __init__(self, file: AccountFile) -> None:
        """Keep them in this file."""
        self._file = file

    def all(self) -> list[Account]:
        """Return all accounts by name."""
        return [account_from(row) for row in self._file.rows("SELECT * FROM accounts ORDER BY folded")]

    def row(self, name: str) -> sqlite3.Row | None:
        """Return the row of a name as somebody typed it; None when nobody has it."""
        # NFKC makes of one character 18 at most; a text of any length may come from outside.
        typed = folded(name[: 4 * MAX_CHARS])
        return self._file.row(
            "SELECT * FROM accounts WHERE folded = ?", (typed.encode("utf-8", "replace").decode(),)
        )

    def need(self, name: str) -> Account:
        """Return the account of a name.

        Raises:
            AccountError: Nobody has it.
        """
        row = self.row(name)
        if row is None:
            shown = name[:MAX_CHARS]
            raise AccountError(
                f"There is no account {shown!r}.",
                fix="policyqa user list",
                chinese=(f"没有用户 {shown!r}。", "policyqa user list"),
            )
        return account_from(row)

    def add(self, name: str, role: str, groups: Iterable[str], password: str | None) -> Account:
        """Add an account and return it.

        Args:
            name: As it is to be shown.
            role: Of `ROLES`.
            groups: Whose documents the person sees.
            password: What `Passwords.hashed` returned; None for one who signs in elsewhere.

        Raises:
            AccountError: The name is taken or cannot be one; role or groups cannot be such; or nobody would be an admin.
        """
        shown, checked = check_name(name), check_role(role)
        self._check_free(shown)
        if password is not None and checked != "admin" and not self._admins():
            raise AccountError(
                "The first account must be that of an admin.",
                fix=f"policyqa user add {shown} --role admin",
                chinese=("第一个用户必须是管理员。", f"policyqa user add {shown} --role admin"),
            )
        values = (
            token_hex(8), shown, folded(shown), checked, json.dumps(sorted(check_groups(groups))), password, self._file.moment(),
        )  # fmt: skip
        self._file.change(
            "INSERT INTO accounts (account_id, name, folded, role, groups, password, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        return self.need(shown)

    def change(
        self,
        account: Account,
        name: str | None = None,
        role: Role | None = None,
        groups: Iterable[str] | None = None,
        disabled: bool | None = None,
    ) -> Account:
        """Change what is given, and return the account as it is now.

        Raises:
            AccountError: As `add`; or no admin would be left.
        """
        shown = account.name if name is None else check_name(name)
        if folded(shown) != folded(account.name):
            self._check_free(shown)
        self._file.change(
            "UPDATE accounts SET name = ?, folded = ?, role = ?, groups = ?, disabled = ? WHERE account_id = ?",
            (
                shown, folded(shown), account.role if role is None else check_role(role),
                json.dumps(sorted(account.groups if groups is None else check_groups(groups))),
                account.disabled if disabled is None else disabled, account.account_id,
            ),
        )  # fmt: skip
        self._check_admin_left(account)
        return self.need(shown)

    def set_password(self, account: Account, password: str | None) -> None:
        """Keep another password; None for a person who signs in elsewhere from now on."""
        self._file.change(
            "UPDATE accounts SET password = ? WHERE account_id = ?", (password, account.account_id)
        )

    def signed_in(self, account: Account) -> None:
        """Keep when a person signed in."""
        self._file.change(
            "UPDATE accounts SET signed_in_at = ? WHERE account_id = ?",
            (self._file.moment(), account.account_id),
        )

    def remove(self, account: Account) -> None:
        """Remove an account with its sessions and keys.

        Raises:
            AccountError: No admin would be left.
        """
        self._file.change("DELETE FROM accounts WHERE account_id = ?", (account.account_id,))
        self._check_admin_left(account)

    def _check_free(self, name: str) -> None:
        taken = self.row(name)
        if taken is not None:
            raise AccountError(
                f"The name {name!r} is taken by {taken['name']!r}.",
                fix="choose another",
                chinese=(f"用户名 {name!r} 已被 {taken['name']!r} 使用。", "请换一个"),
            )

    def _check_admin_left(self, before: Account) -> None:
        if before.role == "admin" and not before.disabled and not self._admins():
            raise AccountError(
                f"{before.name} is the last admin.",
                fix="make another account an admin first: policyqa user change NAME --role admin",
                chinese=(
                    f"{before.name} 是最后一位管理员。",
                    "先把另一位用户设为管理员：policyqa user change NAME --role admin",
                ),
            )

    def _admins(self) -> int:
        [row] = self._file.rows("SELECT count(*) AS n FROM accounts WHERE role = 'admin' AND NOT disabled")
        return int(row["n"])
