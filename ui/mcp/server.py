"""The protocol's server: tools for whoever asks, the same over every transport."""

import logging
from collections.abc import Callable
from typing import Any

from anyio import to_thread
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
)
from pydantic import ValidationError

from rag.errors import PolicyQAError
from rag.record.recorder import product_version
from ui.api.answers import Answers
from ui.api.refusal import broken
from ui.api.running import Running
from ui.mcp.arguments import Asking
from ui.mcp.asking import ask
from ui.mcp.errors import no_such_tool, refused, wrong_arguments
from ui.mcp.reading import Reading
from ui.mcp.results import Told
from ui.mcp.tools import INSTRUCTIONS, TOOLS, listed
from ui.service import Service
from ui.web.visitor import Visitor

Context = ServerRequestContext[Any, Any]
Asker = Callable[[Context, str], Visitor]
"""Returns who calls a tool that needs a scope; raises AccessRefused when they may not."""
_log = logging.getLogger(__name__)


def mcp_server(service: Service, running: Running, asker: Asker) -> Server[Any]:
    """Return a server of the protocol, to be run over a transport.

    Args:
        service: Its assistant counts these questions as those of the way "mcp".
        running: Bounds the answers in the making.
        asker: Asked at every call, as the transport knows it.
    """
    desk = _Desk(service, running, asker)
    server: Server[Any] = Server(
        "policyqa",
        version=product_version(),
        title="政策问答 · Policy Q&A",
        instructions=INSTRUCTIONS,
        on_list_tools=desk.list,
        on_call_tool=desk.call,
    )
    # Its spans would hold names that a client made up; the steps of an answer are traced by the assistant.
    server.middleware.clear()
    return server


class _Desk:
    """Answers what clients send."""

    def __init__(self, service: Service, running: Running, asker: Asker) -> None:
        self._answers, self._asker = Answers(service, running, "mcp"), asker
        self._reading = reading = Reading(service.assistant, service.web_url)
        self._tools: dict[str, Callable[..., Told]] = {
            "search": reading.search,
            "show": reading.show,
            "documents": reading.documents,
        }

    async def list(self, context: Context, params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[*listed()])

    async def call(self, context: Context, params: CallToolRequestParams) -> CallToolResult:
        try:
            told = await self._told(context, params)
        except PolicyQAError as error:
            return refused(error)
        except Exception:
            _log.exception("the tool %s has failed", params.name if params.name in TOOLS else "?")
            return refused(broken())
        return CallToolResult(
            content=[TextContent(type="text", text=told.text)], structured_content=told.shape
        )

    async def _told(self, context: Context, params: CallToolRequestParams) -> Told:
        if (tool := TOOLS.get(params.name)) is None:
            raise no_such_tool(params.name[:50], ", ".join(TOOLS))
        visitor = self._asker(context, tool.scope)
        try:
            arguments = tool.arguments.model_validate(params.arguments or {})
        except ValidationError as error:
            raise wrong_arguments(error) from error
        if isinstance(arguments, Asking):

            async def report(seconds: float, doing: str) -> None:
                await context.session.report_progress(round(seconds, 2), message=doing)

            return await ask(arguments, visitor, self._answers, self._reading, report)
        return await to_thread.run_sync(self._tools[tool.name], arguments, visitor.viewer)
