"""Keys: for programs that ask on behalf of an account."""

import json
import re
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Literal, get_args

from rag.account.account import Account, account_from
from rag.account.file import AccountFile
from rag.account.name import check_name
from rag.account.token import new_token, token_hash
from rag.errors import AccountError, CollectionError

Scope = Literal["ask", "search", "read", "admin", "metrics"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
PREFIX = "policyqa_"
"""Tells people, and programs that look for secrets in files, what a key is; its id follows."""
_FORM = re.compile(f"{PREFIX}([0-9a-f]{{8}})_")
_TOUCH_S = 60.0
_QUERY = (
    "SELECT k.key_id, k.label, k.scopes, k.created_at AS made_at, k.expires_at, k.used_at, a.* "
    "FROM keys k JOIN accounts a USING (account_id)"
)


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key; its text is not."""

    key_id: str
    account: str
    """Name of the account."""
    label: str
    """What it is for; may be empty."""
    scopes: frozenset[Scope]
    created_at: float
    """Seconds since 1970, as the others."""
    expires_at: float | None
    """None for never."""
    used_at: float | None
    """To the minute; None for never."""


class Keys:
    """The keys of all accounts."""

    def __init__(self, file: AccountFile) -> None:
        """Keep them in the file of the accounts."""
        self._file = file

    def add(
        self, account: Account, scopes: frozenset[Scope], expires: datetime | None, label: str
    ) -> tuple[Key, str]:
        """Make a key and return it with its text; only within a transaction of the file.

        Raises:
            AccountError: There is no such scope, or none; the account may not give it; or the day is past.
        """
        self._check(account, scopes, expires)
        until = expires.timestamp() if expires else None
        key_id, now = token_hex(4), self._file.now()
        text = f"{PREFIX}{key_id}_{new_token()}"
        key = Key(key_id, account.name, check_name(label) if label else "", scopes, now, until, None)
        self._file.change(
            "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
            (
                key.key_id,
                token_hash(text),
                account.account_id,
                key.label,
                json.dumps(sorted(scopes)),
                now,
                until,
            ),
        )
        return key, text

    def _check(self, account: Account, scopes: frozenset[Scope], expires: datetime | None) -> None:
        check_scopes(scopes)
        if "admin" in scopes and account.role != "admin":
            raise AccountError(
                f"{account.name} is no admin and cannot have a key with the scope admin.",
                fix="leave the scope out, or change the role of the account",
                chinese=(
                    f"{account.name} 不是管理员，不能有 admin 范围的密钥。",
                    "去掉该范围，或更改用户的角色",
                ),
            )
        if expires is not None and expires.timestamp() <= self._file.now():
            raise AccountError(
                f"The key would have expired on {expires:%Y-%m-%d}.",
                fix="choose a later day",
                chinese=(f"密钥在 {expires:%Y-%m-%d} 已过期。", "请选以后的日期"),
            )

    def find(self, text: str) -> tuple[Account, frozenset[Scope]] | None:
        """Return whose key it is, and what it may do now; None when it is not one, or no longer."""
        row = self._row("k.key_hash = ?", token_hash(text)) if text.startswith(PREFIX) else None
        now = self._file.now()
        if row is None or row["disabled"] or (row["expires_at"] is not None and now >= row["expires_at"]):
            return None
        if row["used_at"] is None or abs(now - row["used_at"]) > _TOUCH_S:
            # A key goes on working while another writes for long, or the disk is full.
            with suppress(CollectionError), self._file.writing():
                self._file.change("UPDATE keys SET used_at = ? WHERE key_id = ?", (now, row["key_id"]))
        account, scopes = account_from(row), frozenset[Scope](json.loads(row["scopes"]))
        return account, scopes if account.role == "admin" else scopes - {"admin"}

    def of(self, account_id: str | None) -> list[Key]:
        """Return the keys of an account, expired ones too, oldest first; None for those of all."""
        rows = self._file.rows(
            f"{_QUERY} WHERE ? IS NULL OR k.account_id = ? ORDER BY k.created_at, k.rowid",
            (account_id, account_id),
        )
        return [_key_from(row) for row in rows]

    def remove(self, key_id: str) -> Key:
        """End a key for good and return what is known of it; only within a transaction of the file.

        Raises:
            AccountError: There is none of this id.
        """
        row = self._row("k.key_id = ?", key_id)
        if row is None:
            raise AccountError(
                f"There is no key {key_id!r}.",
                fix="policyqa key list",
                chinese=(f"没有密钥 {key_id!r}。", "policyqa key list"),
            )
        self._file.change("DELETE FROM keys WHERE key_id = ?", (key_id,))
        return _key_from(row)

    def end_all(self, account_id: str) -> int:
        """End those of an account for good, and return how many; only within a transaction of the file."""
        return self._file.change("DELETE FROM keys WHERE account_id = ?", (account_id,))

    def end_of_all(self) -> int:
        """End those of everybody for good, and return how many; only within a transaction of the file."""
        return self._file.change("DELETE FROM keys")

    def _row(self, condition: str, value: str) -> sqlite3.Row | None:
        return self._file.row(f"{_QUERY} WHERE {condition}", (value,))


def key_id_of(text: str) -> str:
    """Return the id that stands in a key, for a log; empty when it has none. It does not tell whether there is such a key."""
    found = _FORM.match(text)
    return found[1] if found else ""


def check_scopes(scopes: Iterable[str]) -> frozenset[Scope]:
    """Return the scopes.

    Raises:
        AccountError: There is no such scope, or none is given.
    """
    given = set(scopes)
    unknown = sorted(given - set(SCOPES))
    if unknown or not given:
        named = ", ".join(SCOPES)
        raise AccountError(
            f"There is no scope {unknown[0]!r}." if unknown else "A key needs a scope.",
            fix=f"use some of {named}",
            chinese=(
                f"没有权限范围 {unknown[0]!r}。" if unknown else "密钥需要权限范围。",
                f"请选用 {named}",
            ),
        )
    return frozenset(scope for scope in SCOPES if scope in given)


def _key_from(row: sqlite3.Row) -> Key:
    return Key(
        row["key_id"],
        row["name"],
        row["label"],
        frozenset(json.loads(row["scopes"])),
        row["made_at"],
        row["expires_at"],
        row["used_at"],
    )
