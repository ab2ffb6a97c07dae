"""The command that serves assistants on this machine."""

from typing import Annotated

import typer

from ui.console import DataFlag, add, emit


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    add(app, mcp)


def mcp(
    data: DataFlag = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print what assistants are told of the tools, and end.")
    ] = False,
) -> None:
    """Serve the tools search, show, ask and documents to an assistant program; it starts this command itself.

    Messages of the Model Context Protocol come on stdin and go to stdout. Set-up, also over HTTP: docs/mcp.md.

    Examples:
      policyqa mcp
      policyqa mcp --data /srv/policyqa
      policyqa mcp --json
    """
    if json:
        from ui.mcp.tools import INSTRUCTIONS, listed  # noqa: PLC0415

        tools = [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in listed()]
        emit({"instructions": INSTRUCTIONS, "tools": tools})
        return
    from rag.catalog import Catalog  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    settings = load_settings(data)
    # What an administrator can mend is told before anything slow is started.
    Catalog(settings.data).close()
    from rag.assistant import build_assistant  # noqa: PLC0415
    from ui.mcp.stdio import serve_stdio  # noqa: PLC0415
    from ui.observation.process import observing  # noqa: PLC0415

    with observing(settings):
        serve_stdio(build_assistant(settings, serving=True))
