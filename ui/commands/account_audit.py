"""The command that prints the audit log."""

from typing import TYPE_CHECKING, Annotated

import typer

from ui.account.file import has_any, opened
from ui.account.shapes import audit_line, audit_shape
from ui.console import DataFlag, JsonFlag, add, emit, say
from ui.record.choice import SinceFlag, UntilFlag, day_of

if TYPE_CHECKING:
    from rag.accounts import AuditLine


def register(root: typer.Typer) -> None:
    """Add this command to the command line."""
    add(root, audit)


def audit(
    since: SinceFlag = None,
    until: UntilFlag = None,
    who: Annotated[
        str | None,
        typer.Option("--who", metavar="NAME", help="Only what this account did.", show_default=False),
    ] = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Print who signed in, was refused, changed or exported what; never a question.

    Oldest first, from DATA/accounts.sqlite. Lines are kept for POLICYQA_KEEP_AUDIT_DAYS days and cannot be changed.
    A stranger who was refused has no name, and what was typed is not kept.

    Examples:
      policyqa audit
      policyqa audit --since 2024-01-31 --who lihua
      policyqa audit --json
    """
    from rag.accounts import is_same_name  # noqa: PLC0415

    first, last = day_of(since), day_of(until)
    found: list[AuditLine] = []
    if has_any(data):
        with opened(data) as accounts:
            found = [x for x in accounts.audit_log(first, last) if who is None or is_same_name(x.who, who)]
    if json:
        emit([audit_shape(line) for line in found])
        return
    for line in found:
        say(audit_line(line))
    say(f"{len(found)} 行 lines")
