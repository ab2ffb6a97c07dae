"""Lines of the audit log about what is done with a collection: saved, brought back, taken out."""

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from rag.errors import CollectionError
from ui.account.file import operator

Note = Callable[[str, str], None]
"""Adds a line about what somebody does: `what` and `about` of `noted`."""
_log = logging.getLogger(__name__)


def noted(data: Path | None, what: str, about: str, *, who: str | None = None, address: str = "") -> None:
    """Add a line to the audit log where people have accounts; one that cannot be written is a warning in the log.

    Args:
        data: The data folder, None for that of the settings; nothing is made in it.
        what: As of `rag.accounts.Accounts.audit`.
        about: What was taken and where to, by ids, names and paths; never a question, an answer or a clause.
        who: Name of the account; None for whoever runs the command.
        address: Of the visitor; empty on the machine itself.
    """
    from rag.accounts import has_accounts, open_accounts  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    settings = load_settings(data)
    if not has_accounts(settings.data):
        return
    try:
        with closing(open_accounts(settings)) as accounts:
            accounts.audit(operator() if who is None else who, what, address, about=about)
    except CollectionError as error:
        # A backup, above all, is made although the disk is full.
        _log.warning("not in the audit log: %s %s: %s", what, about, error.message)


def note_documents(
    note: Note, *, added: Sequence[str], changed: Sequence[str], removed: Sequence[str]
) -> None:
    """Add a line for the documents that came, one for those that changed and one for those that went, by their titles."""
    for what, titles in (("added", added), ("changed", changed), ("removed", removed)):
        if titles:
            note(f"document_{what}", f"{len(titles)}: {'、'.join(titles)}")
