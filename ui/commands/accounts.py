"""Commands about the people of an office: `policyqa user COMMAND`, and that of the audit log."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ui.account.file import has_any, needed, opened, operator, tell_unused
from ui.account.prompt import StdinFlag, new_password
from ui.account.shapes import account_line, account_shape
from ui.commands import account_audit
from ui.console import DataFlag, JsonFlag, add, emit, say, tell

if TYPE_CHECKING:
    from rag.accounts import Account

app = typer.Typer(
    help="Keep the accounts of the people who may sign in.\n\nThey are in DATA/accounts.sqlite, passwords only as argon2 hashes.",
    short_help="Keep the accounts of those who may sign in",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_ROLE = "reader asks; editor also changes the collection; admin also keeps accounts."
NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="Width and case of letters make no difference.")
]
GroupFlag = Annotated[
    list[str] | None,
    typer.Option("--group", metavar="GROUP", help="Sees its documents; can be repeated.", show_default=False),
]


def register(root: typer.Typer) -> None:
    """Add these commands to the command line."""
    add(app, add=add_user, list=list_users, change=change_user, password=give_password, remove=remove_user)
    root.add_typer(app, name="user")
    account_audit.register(root)


def add_user(
    name: NameArgument,
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help=_ROLE)] = "reader",
    group: GroupFlag = None,
    external: Annotated[
        bool, typer.Option("--external", help="Signs in elsewhere (single sign-on), without a password.")
    ] = False,
    password_stdin: StdinFlag = False,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Add an account; the password is asked for twice and has at least 10 characters.

    The first one must be an admin. A group is spelled as in the visibility of documents (policyqa documents --json).

    Examples:
      policyqa user add 王芳 --role admin
      policyqa user add lihua --role editor --group 法规处 --group 办公室
      policyqa user add lihua --password-stdin < password.txt
      policyqa user add lihua@example.org --external --group 法规处
    """
    if external and password_stdin:
        raise typer.BadParameter("--external and --password-stdin exclude each other")
    password = None if external else new_password(stdin=password_stdin)
    with opened(data) as accounts:
        account = accounts.add(name, role=role, groups=group or (), password=password, by=operator())
    _print("已添加 added", account, json)
    tell_unused(account, data)


def list_users(data: DataFlag = None, json: JsonFlag = False) -> None:
    """List the accounts with role, groups and last sign-in.

    Examples:
      policyqa user list
      policyqa user list --json
    """
    found: Sequence[Account] = ()
    if has_any(data):
        with opened(data) as accounts:
            found = accounts.list()
    if json:
        emit([account_shape(account) for account in found])
        return
    for account in found:
        say(account_line(account))
    say(f"{len(found)} 个用户 accounts")


def change_user(
    name: NameArgument,
    new_name: Annotated[
        str | None,
        typer.Option(
            "--name", metavar="NAME", help="Another name; answers and keys stay.", show_default=False
        ),
    ] = None,
    role: Annotated[
        str | None, typer.Option("--role", metavar="ROLE", help=_ROLE, show_default=False)
    ] = None,
    group: GroupFlag = None,
    no_groups: Annotated[bool, typer.Option("--no-groups", help="Sees only public documents.")] = False,
    disabled: Annotated[
        bool | None,
        typer.Option(
            "--disable/--enable",
            help="Keep out, ending sessions and keys at once; or let in again.",
            show_default=False,
        ),
    ] = None,
    external: Annotated[
        bool, typer.Option("--external", help="Signs in elsewhere from now on; the password is forgotten.")
    ] = False,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Change an account; it holds from the person's next click on.

    --group names all groups of the person, not only more. The last admin stays one.

    Examples:
      policyqa user change lihua --role editor
      policyqa user change lihua --group 法规处 --group 办公室
      policyqa user change lihua --disable
    """
    from rag.accounts import check_role  # noqa: PLC0415

    if group and no_groups:
        raise typer.BadParameter("--group and --no-groups exclude each other")
    if not (new_name or role or group or no_groups or external or disabled is not None):
        raise typer.BadParameter("say what to change: --name, --role, --group, --disable, …")
    with needed(data) as accounts:
        account = accounts.change(
            name,
            new_name=new_name,
            role=check_role(role) if role else None,
            groups=() if no_groups else group,
            disabled=disabled,
            external=external,
            by=operator(),
        )
    _print("已更改 changed", account, json)
    if group:
        tell_unused(account, data)


def give_password(
    name: NameArgument,
    password_stdin: StdinFlag = False,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Give an account another password; all its sessions end.

    Examples:
      policyqa user password lihua
      policyqa user password lihua --password-stdin < password.txt
    """
    with needed(data) as accounts:
        # Before anything is typed.
        accounts.find(name)
        account = accounts.set_password(name, new_password(stdin=password_stdin), by=operator())
    _print("已更改密码 new password", account, json)


def remove_user(
    name: NameArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> int:
    """Remove an account with its sessions and keys; the answers it was given stay, under an id without a name.

    Examples:
      policyqa user remove lihua
      policyqa user remove lihua --yes
    """
    if not (yes or sys.stdin.isatty()):
        raise typer.BadParameter("add --yes: there is no terminal on which to confirm it")
    with needed(data) as accounts:
        found = accounts.find(name)
        if not yes:
            tell(account_line(found))
            if not typer.confirm("删除此用户，无法恢复 remove it for good", err=True):
                tell("没有删除 nothing was removed")
                return 1
        account = accounts.remove(found.name, by=operator())
    _print("已删除 removed", account, json)
    return 0


def _print(what: str, account: "Account", json: bool) -> None:
    if json:
        emit(account_shape(account))
    else:
        say(f"{what}  {account_line(account)}")
