"""One person's account: who it is, what they may do, and which documents exist for them."""

import json
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from rag.errors import AccountError
from rag.schema import Viewer

Role = Literal["reader", "editor", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Each may do what those before it may."""
_GROUP = re.compile(r"[\w.\-]{1,60}")
_EVERYBODY = "public"


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account."""

    name: str
    """As it is shown; compared as `rag.account.name.folded`."""
    role: Role
    groups: frozenset[str]
    """Groups whose documents this person sees besides the public ones, spelled as in `Document.visibility`."""
    disabled: bool
    created_at: str
    """UTC, ISO 8601."""
    external: bool
    """Signs in elsewhere (single sign-on, a proxy) and has no password here."""
    account_id: str
    """Random; stays when the name changes, and is never given to another."""
    signed_in_at: str | None = None
    """UTC, ISO 8601; None for never."""

    @property
    def viewer(self) -> Viewer:
        """Who asks, for every call that retrieves."""
        return Viewer(self.groups, frozenset(ROLES[: ROLES.index(self.role) + 1]))

    @property
    def person(self) -> str:
        """The id under which records and conversations are kept; it tells nobody's name."""
        return f"user:{self.account_id}"


def account_from(row: sqlite3.Row) -> Account:
    """Make an account from its row."""
    return Account(
        row["name"],
        row["role"],
        frozenset(json.loads(row["groups"])),
        bool(row["disabled"]),
        row["created_at"],
        row["password"] is None,
        row["account_id"],
        row["signed_in_at"],
    )


def is_group(text: str) -> bool:
    """Tell whether a document can be limited to a group of this name."""
    return _GROUP.fullmatch(text) is not None and text != _EVERYBODY


def check_groups(groups: Iterable[str]) -> frozenset[str]:
    """Return the groups.

    Raises:
        AccountError: One of them cannot be the visibility of a document.
    """
    found = frozenset(groups)
    for group in sorted(found):
        if not is_group(group):
            raise AccountError(
                f"{group!r} cannot be the name of a group.",
                fix="write it as in the visibility of documents: letters, digits, . _ - (everybody sees public ones)",
                chinese=(
                    f"{group!r} 不能用作组名。",
                    "按文件的可见范围书写：文字、数字、. _ -（public 人人可见）",
                ),
            )
    return found


def check_role(role: str) -> Role:
    """Return the role.

    Raises:
        AccountError: There is none of this name.
    """
    for known in ROLES:
        if role == known:
            return known
    named = ", ".join(ROLES)
    raise AccountError(
        f"There is no role {role!r}.",
        fix=f"use one of {named}",
        chinese=(f"没有角色 {role!r}。", f"请用 {named}"),
    )
