"""Commands about keys, with which programs ask on behalf of an account: `policyqa key COMMAND`."""

from typing import TYPE_CHECKING, Annotated

import typer

from ui.account.file import has_any, needed, operator
from ui.account.keys import end_of, key_line, key_shape
from ui.console import DataFlag, JsonFlag, add, emit, say, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.accounts import Key

app = typer.Typer(
    help="Keep the keys of programs that ask over HTTP.\n\n"
    "A key has the groups of its account, and of its rights those that its scopes name; DATA/accounts.sqlite holds only hashes.",
    short_help="Keep the keys of programs that ask over HTTP",
    no_args_is_help=True,
    rich_markup_mode=None,
)
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Of the account.")]


def register(root: typer.Typer) -> None:
    """Add these commands to the command line."""
    add(app, add=add_key, list=list_keys, remove=remove_key)
    root.add_typer(app, name="key")


def add_key(
    name: NameArgument,
    scope: Annotated[
        list[str],
        typer.Option(
            "--scope", metavar="SCOPE", help="ask, search, read, admin or metrics; can be repeated."
        ),
    ],
    expires: Annotated[
        str | None,
        typer.Option(
            "--expires", metavar="DATE", help="The first day on which it is none.", show_default=False
        ),
    ] = None,
    label: Annotated[
        str, typer.Option("--label", metavar="WORDS", help="What it is for.", show_default=False)
    ] = "",
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Make a key and print it; it is shown this once and kept nowhere.

    ask is for answers, search for the search, read for documents and clauses.

    Examples:
      policyqa key add lihua --scope ask
      policyqa key add lihua --scope ask --scope search --scope read
      policyqa key add lihua --scope ask --expires 2027-01-01 --label "Open WebUI"
    """
    from rag.accounts import check_scopes, key_id_of  # noqa: PLC0415

    scopes, until = check_scopes(scope), end_of(expires)
    with needed(data) as accounts:
        account = accounts.find(name)
        text = accounts.add_key(account, scopes, until, label=label, by=operator())
        [key] = [k for k in accounts.keys(account) if k.key_id == key_id_of(text)]
    if json:
        emit(key_shape(key) | {"key": text})
        return
    tell(f"已添加 added  {key_line(key)}\n请立即保存，不会再次显示。Keep it now; it is not shown again:")
    say(text)


def list_keys(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Of one account only.", show_default=False)
    ] = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """List the keys of an account, or of all, with scopes, end and last use.

    Examples:
      policyqa key list
      policyqa key list lihua --json
    """
    found: Sequence[Key] = ()
    if name is not None or has_any(data):
        with needed(data) as accounts:
            found = accounts.keys(accounts.find(name) if name is not None else None)
    if json:
        emit([key_shape(key) for key in found])
        return
    for key in found:
        say(key_line(key))
    say(f"{len(found)} 个密钥 keys")


def remove_key(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="Of the list.")],
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Remove a key; programs that use it are refused from now on.

    Examples:
      policyqa key remove 1f2e3d4c
    """
    with needed(data) as accounts:
        key = accounts.remove_key(key_id, by=operator())
    if json:
        emit(key_shape(key))
    else:
        say(f"已删除 removed  {key_line(key)}")
