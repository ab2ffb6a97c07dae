"""A layer over Gradio's pages: what they may load, and who is visiting."""

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from starlette.responses import Response

from ui.web.person import has_cookie, set_cookie
from ui.web.visitor import STATE, Visitor

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio evaluates the scripts of its own events, hence unsafe-eval; everything comes from this server.
_POLICY = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; form-action 'self'; base-uri 'self'; frame-ancestors 'self'"
_ELSEWHERE = re.compile(r"/gradio_api/(?:file[=/]\s*https?:|proxy=)", re.IGNORECASE)
"""Addresses at which Gradio would fetch from another host and hand on what it says, as a page of this one."""
_PREVIEW_TAGS = re.compile(rb"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>")


class Guard:
    """ASGI layer over Gradio's pages: they may load nothing from elsewhere, and carry no addresses of Gradio's site."""

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass one request on; a page is held back until it is whole, everything else streams."""
        if scope["type"] == "http" and _ELSEWHERE.match(scope["path"]):
            return await Response(status_code=404)(scope, receive, send)
        head: list[Message] = []
        body = bytearray()

        async def guarded(message: "Message") -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                head.append(message)
            elif head and message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    page = _PREVIEW_TAGS.sub(b"", bytes(body)).replace(b'lang="en"', b'lang="zh-CN"', 1)
                    page = _with_person(page, scope)
                    await send(
                        _with_headers(
                            head.pop(),
                            len(page),
                            new=not has_cookie(dict(scope["headers"]).get(b"cookie", b"")),
                        )
                    )
                    await send({"type": "http.response.body", "body": page})
            else:
                await send(message)

        return await self._app(scope, receive, guarded if scope["type"] == "http" else send)


def _is_page(message: "Message") -> bool:
    return any(
        name == b"content-type" and value.startswith(b"text/html") for name, value in message["headers"]
    )


def _with_person(page: bytes, scope: "Scope") -> bytes:
    """Tell the scripts of a page whose it is, by a name that means nothing, for what they keep in the browser."""
    visitor = (scope.get("state") or {}).get(STATE)
    if not isinstance(visitor, Visitor):
        return page
    owner = sha256(visitor.person.encode()).hexdigest()[:16]
    return page.replace(b"<head>", f'<head><meta name="policyqa-owner" content="{owner}">'.encode(), 1)


def _with_headers(message: "Message", length: int, *, new: bool) -> "Message":
    kept = [(name, value) for name, value in message["headers"] if name != b"content-length"]
    added = [
        (b"content-length", str(length).encode()),
        (b"content-security-policy", _POLICY.encode()),
        # With no-referrer a browser would not say either where a form of the page was sent from.
        (b"referrer-policy", b"same-origin"),
    ]
    if new:
        added.append((b"set-cookie", set_cookie()))
    return {**message, "headers": [*kept, *added]}
