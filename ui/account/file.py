"""The accounts of a command: the file of the `--data` flag, and who runs the command."""

import getpass
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ui.console import open_catalog, tell

if TYPE_CHECKING:
    from rag.accounts import Account, Accounts


@contextmanager
def opened(data: Path | None) -> "Iterator[Accounts]":
    """Open the accounts of the `--data` flag or of the settings, made when there are none; raises as `Accounts`."""
    from rag.accounts import open_accounts  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    with closing(open_accounts(load_settings(data))) as accounts:
        yield accounts


@contextmanager
def needed(data: Path | None) -> "Iterator[Accounts]":
    """Open the accounts where there must be some.

    Raises:
        AccountError: Nobody has an account; no file is made.
    """
    from rag.errors import AccountError  # noqa: PLC0415

    if has_any(data):
        with opened(data) as accounts:
            yield accounts
        return
    fix = "policyqa user add NAME --role admin"
    raise AccountError("Nobody has an account.", fix=fix, chinese=("还没有任何用户。", fix))


def has_any(data: Path | None) -> bool:
    """Tell whether the folder of the `--data` flag or of the settings has accounts, without making any file."""
    from rag.accounts import has_accounts  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    return has_accounts(load_settings(data).data)


def operator() -> str:
    """Return who runs the command, for the audit log."""
    # A container may run as a user who has no name.
    with suppress(KeyError, OSError):
        return f"cli:{getpass.getuser()}"
    return f"cli:{os.getuid()}"


def tell_unused(account: "Account", data: Path | None) -> None:
    """Say which groups of an account no document is limited to, as one that was misspelled."""
    from rag.errors import CollectionError  # noqa: PLC0415

    if not account.groups:
        return
    # Accounts may be made before the collection.
    with suppress(CollectionError):
        known = {d.visibility for d in open_catalog(data).documents()}
        for group in sorted(account.groups - known):
            tell(f"注意：还没有限定给此组的文件。No document is limited to this group yet: {group}")
