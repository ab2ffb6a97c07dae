"""A new password, asked twice on the terminal or read from stdin; never an argument, which every user of the machine sees."""

import sys
from typing import Annotated

import typer

from ui.console import tell

StdinFlag = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of stdin.")
]
_TRIES = 3


def new_password(*, stdin: bool) -> str:
    """Return a password that is good enough.

    Args:
        stdin: Read it from there; otherwise it is asked for twice, without being shown.

    Raises:
        AccountError: It is too weak.
        BadParameter: There is no terminal to ask on.
        Abort: Both were not the same, several times.
    """
    from rag.accounts import check_password  # noqa: PLC0415

    if stdin:
        typed = sys.stdin.readline().rstrip("\r\n")
        check_password(typed)
        return typed
    if not sys.stdin.isatty():
        raise typer.BadParameter(
            "add --password-stdin: there is no terminal on which to ask for the password"
        )
    for _ in range(_TRIES):
        password: str = typer.prompt("新密码 new password", hide_input=True, err=True)
        check_password(password)
        if typer.prompt("再次输入 again", hide_input=True, err=True) == password:
            return password
        tell("两次输入不一致。They are not the same.")
    raise typer.Abort
