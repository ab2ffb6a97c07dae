"""Who is really at the other end of a connection, before a proxy's headers say whom it stands for."""

import os
from typing import TYPE_CHECKING

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PEER = "policyqa_peer"
"""Under which a request carries the address of the other end; missing where this layer was left out."""


class Peer:
    """ASGI layer, the outermost: keeps the peer, then believes `X-Forwarded-*` as uvicorn does, which itself must not."""

    def __init__(self, app: "ASGIApp") -> None:
        # Of uvicorn: the machine's own proxy where nothing else is said.
        hosts = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
        self._app = ProxyHeadersMiddleware(app, trusted_hosts=hosts)  # type: ignore[arg-type]

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass a request on."""
        client = scope.get("client")
        kept = {**scope, PEER: client[0] if client else ""}
        await self._app(kept, receive, send)  # type: ignore[arg-type]
