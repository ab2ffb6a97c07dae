"""Slack's requests over HTTP, for those who have a public address; each is checked for Slack's signature."""

import re
import socket
import threading
import time
from collections.abc import Callable

import uvicorn
from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rag.errors import PolicyQAError
from ui.slack.setup.scopes import PATH

_TIME = re.compile(r"[0-9]{1,12}")
_MOST_BYTES = 1024 * 1024
_FIX = "choose an address of this machine (--host) and a port that is free (--port)"
_START_S = 10.0
_END_S = 3


def listen(app: App, host: str, port: int) -> Callable[[], None]:
    """Let an app be reached over HTTP.

    Args:
        app: Gets what comes with Slack's signature; made with the signing secret.
        host: Address of this machine.
        port: From 1 to 65535.

    Returns:
        What ends it; it returns when requests that came in are answered, at latest after a few seconds.

    Raises:
        PolicyQAError: The address cannot be listened on.
    """
    return listen_to(_asgi(app), host, port, "slack-http", _FIX)


def listen_to(
    app: Starlette, host: str, port: int, name: str, fix: str, *, end_s: int = _END_S
) -> Callable[[], None]:
    """Serve an application in a thread of its own.

    Args:
        app: Serves.
        host: As `listen`, as are what is returned and raised.
        port: As `listen`.
        name: Of the thread.
        fix: Of the error.
        end_s: For requests that came in, when it is ended.
    """
    bound = _bound(host, port, fix)
    config = uvicorn.Config(
        app,
        # No line a request: addresses and paths are of no use, and a broken request would be quoted.
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=end_s,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, name=name, daemon=True)
    thread.start()
    until = time.monotonic() + _START_S
    while not server.started and thread.is_alive() and time.monotonic() < until:
        time.sleep(0.01)

    def end() -> None:
        server.should_exit = True
        thread.join(end_s + 2)
        bound.close()

    return end


def _asgi(app: App) -> Starlette:
    async def take(request: Request) -> Response:
        if not _TIME.fullmatch(request.headers.get("x-slack-request-timestamp", "")):
            # Bolt takes it for a number without a look.
            return Response(status_code=401)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                return Response(status_code=413)
        try:
            asked = to_bolt_request(request, bytes(body))
        except ValueError:
            # Not UTF-8, or said to be JSON and is none: nothing that Slack would have signed.
            return Response(status_code=400)
        # In a thread: taking a question may wait for a moment, and the next one need not wait with it.
        return to_starlette_response(await run_in_threadpool(app.dispatch, asked))

    return Starlette(routes=[Route(PATH, take, methods=["POST"])])


def _bound(host: str, port: int, fix: str) -> socket.socket:
    name = host.strip("[]")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            name, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
        except OSError:
            bound.close()
            raise
    except OSError as error:
        raise PolicyQAError(
            f"Cannot listen on {host}:{port} ({error.strerror or error}).",
            fix=fix,
            chinese=(
                f"无法监听 {host}:{port}（{error.strerror or error}）。",
                "换一个地址或端口，或结束占用它的程序",
            ),
        ) from error
    return bound
