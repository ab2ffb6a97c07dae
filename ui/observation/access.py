"""One line a request: method, path, status and seconds; no query, no id, nobody's address."""

import logging
import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)
_FREQUENT = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/assets/",
    "/static/",
    "/gradio_api/heartbeat/",
    "/theme.css",
)
"""Asked for many times a minute, or dozens of times for one page: shown at level debug."""
_WORD = re.compile(r"v?\d{0,2}|[a-z][a-z._-]{0,23}")
_KNOWN = 4
"""Parts of a path, the empty one before the first slash included, that the program names; what follows is somebody's."""
_SERVER_ERROR, _REFUSED = 500, 400


class AccessLog:
    """ASGI layer that logs each request at its end."""

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass a request on, and log what became of it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started, path = time.perf_counter(), scope["path"]
        status = _SERVER_ERROR

        async def watched(message: "Message") -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            seconds = round(time.perf_counter() - started, 3)
            fields = {"method": scope["method"], "path": shown(path), "status": status, "seconds": seconds}
            often = path.startswith(_FREQUENT) and status < _REFUSED
            _log.log(logging.DEBUG if often else logging.INFO, "request", extra={"fields": fields})


def shown(path: str) -> str:
    """Return a path with a star for each part that is no plain word: ids, names of files, and whatever anybody typed."""
    parts = path.split("/")
    known = [part if _WORD.fullmatch(part) else "*" for part in parts[:_KNOWN]]
    return "/".join([*known, "*"] if len(parts) > _KNOWN else known)
