"""The tools at `/mcp` of the page's server, over streamable HTTP without sessions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.requests import Request
from starlette.routing import Route

from rag.errors import PolicyQAError
from ui.api.refusal import RequestRefused, refusal
from ui.api.route import BODY_BYTES, check_sender
from ui.api.running import Running
from ui.mcp.server import Context, mcp_server
from ui.observation.observed import Observed
from ui.service import Service
from ui.web.visitor import Visitor, scoped

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send


def add_mcp(app: "FastAPI", service: Service, running: Running | None = None) -> None:
    """Add the tools at `/mcp`; they answer as long as the application's lifespan runs.

    Args:
        app: To be called before a page is mounted at `/`, which takes every path that is left.
        service: What the page has.
        running: Bounds the answers in the making, together with those of the API; None for bounds of its own.
    """
    assistant = service.assistant
    if isinstance(assistant, Observed):
        service = replace(service, assistant=cast("Any", assistant.by("mcp")))
    door = _Door(service, running or Running(service.questions_a_minute))
    for path in ("/mcp", "/mcp/"):
        app.router.routes.append(Route(path, door, include_in_schema=False))
    around = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(running_app: Any) -> AsyncIterator[Any]:
        async with door.open(), around(running_app) as state:
            yield state

    app.router.lifespan_context = lifespan


class _Door:
    """Looks at a request before the protocol does."""

    def __init__(self, service: Service, running: Running) -> None:
        self._web_url = service.web_url
        self._server = mcp_server(service, running, _asker)
        self._sessions: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        # A manager runs once, an application may be started again.
        self._sessions = StreamableHTTPSessionManager(
            # Which names are this server's, and which pages may send, is settled by `check_sender`, as for the API.
            self._server, stateless=True, max_request_body_size=BODY_BYTES,
        )  # fmt: skip
        try:
            async with self._sessions.run():
                yield
        finally:
            self._sessions = None

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer one request, in JSON or, when there is progress to tell, as events."""
        request = Request(scope, receive)
        try:
            check_sender(request, self._web_url)
            if request.method != "POST":
                raise _post_only()
            if self._sessions is None:
                raise _closed()
        except PolicyQAError as error:
            await refusal(request, error)(scope, receive, send)
            return
        await self._sessions.handle_request(scope, receive, send)


def _asker(context: Context, scope: str) -> Visitor:
    return scoped(cast("Request", context.request), scope)


def _post_only() -> RequestRefused:
    return RequestRefused(
        405,
        "/mcp takes POST only.",
        fix="connect with a client of the Model Context Protocol (streamable HTTP)",
        chinese=("/mcp 只接受 POST。", "请用 MCP 客户端（streamable HTTP）连接"),
        headers={"allow": "POST"},
    )


def _closed() -> RequestRefused:
    return RequestRefused(
        503,
        "The server is starting or ending.",
        fix="try again",
        chinese=("服务器正在启动或结束。", "请再试一次"),
    )
