"""A layer in front of the whole page: where people have accounts, nothing is served to anybody who is not signed in."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from rag.accounts import Account, Accounts
from rag.errors import PolicyQAError
from ui.web.signing_in.cookies import form_token, session_token
from ui.web.signing_in.desk import Desk, refusal, sign_in_first
from ui.web.signing_in.origin import is_foreign
from ui.web.signing_in.roll import Roll
from ui.web.signing_in.sheet import PASSWORD, SIGN_IN, SIGN_OUT, STYLE_PATH, style
from ui.web.signing_in.tabs import Tabs
from ui.web.visitor import STATE, Visitor, may_edit, signed_in

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

T = TypeVar("T")
_FORMS = (SIGN_IN, SIGN_OUT, PASSWORD)
_START = "/gradio_api/startup-events"
_UPLOAD = "/gradio_api/upload"
_HEARTBEAT = "/gradio_api/heartbeat/"
_PUBLIC = ("/assets/", "/static/")
"""The same for everybody, and may be kept by the browser; still served only to who is signed in."""
_FORM_BYTES, _CALL_BYTES = 16 * 1024, 16 * 1024 * 1024
_FORMS_AT_ONCE, _LOOKS_AT_ONCE = 8, 32


class SignInLayer:
    """ASGI layer; without accounts it passes everything on."""

    def __init__(self, app: "ASGIApp", roll: Roll, web_url: str | None = None) -> None:
        self._app, self._roll, self._web_url = app, roll, web_url
        self._tabs = Tabs()
        self._has_started = False
        # Whoever tries many passwords must not keep others from being looked up.
        self._forms, self._looks = CapacityLimiter(_FORMS_AT_ONCE), CapacityLimiter(_LOOKS_AT_ONCE)

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer a request, or pass it on with its visitor."""
        if scope["type"] not in ("http", "websocket") or self._is_start(scope):
            return await self._app(scope, receive, send)
        try:
            is_on = self._roll.is_on
            accounts = self._roll.accounts
            if scope["type"] == "websocket":
                # The page has none.
                return await (self._app(scope, receive, send) if not is_on else _close(send))
            request = Request(scope, receive)
            if not is_on:
                response: Response | None = RedirectResponse("/", 303) if request.url.path in _FORMS else None
                visitor = None
            else:
                response, visitor = await self._looked_at(request, accounts)
        except PolicyQAError as error:
            return await PlainTextResponse(f"{error}\n", 503)(scope, receive, send)
        if response is not None:
            return await response(scope, receive, send)
        if visitor is not None:
            return await self._pass_on(scope, receive, send, visitor)
        return await self._app(scope, receive, send)

    def _is_start(self, scope: "Scope") -> bool:
        """Tell whether it is the first call, with which Gradio starts its own queue; it tells nothing."""
        if self._has_started or scope["type"] != "http" or scope["path"] != _START:
            return False
        self._has_started = True
        return True

    async def _looked_at(
        self, request: Request, accounts: Accounts | None
    ) -> tuple[Response | None, Visitor | None]:
        path = request.url.path
        if path == STYLE_PATH:
            return Response(style(), headers={"cache-control": "max-age=300"}, media_type="text/css"), None
        if accounts is None:
            return refusal(503, "nobody has an account"), None
        if is_foreign(request.method, request.headers, self._web_url):
            return refusal(403, "sent by another site"), None
        token = session_token(request)
        account = await self._run(self._looks, lambda: accounts.session(token) if token else None)
        if path in _FORMS:
            return await self._form(accounts, account, request), None
        if account is None:
            return sign_in_first(request), None
        visitor = signed_in(account, form_token(token))
        if request.method == "POST" and path.startswith(_UPLOAD) and not may_edit(visitor.viewer):
            return refusal(403, "only an editor may upload"), None
        return None, visitor

    async def _form(self, accounts: Accounts, account: Account | None, request: Request) -> Response:
        body = await _whole(request.receive, _FORM_BYTES)
        if body is None:
            return refusal(413, "too large")
        return await self._run(self._forms, lambda: Desk(accounts, account, request, body).answer())

    @staticmethod
    async def _run(limiter: CapacityLimiter, do: Callable[[], T]) -> T:
        return await to_thread.run_sync(do, limiter=limiter)

    async def _pass_on(self, scope: "Scope", receive: "Receive", send: "Send", visitor: Visitor) -> None:
        """Hand a request on, unless it comes from a tab in which another person was signed in."""
        headers = Headers(scope=scope)
        tab = Request(scope).query_params.get("session_hash")
        replayed = receive
        if scope["path"].startswith(_HEARTBEAT):
            tab = scope["path"].removeprefix(_HEARTBEAT).partition("/")[0]
        if scope["method"] == "POST" and not headers.get("content-type", "").lower().startswith("multipart/"):
            body = await _whole(receive, _CALL_BYTES)
            if body is None:
                return await refusal(413, "too large")(scope, receive, send)
            tab, replayed = _tab(body) or tab, _replay(body, receive)
        if tab and not self._tabs.claim(tab, visitor.person):
            return await refusal(401, "another person has signed in")(scope, receive, send)
        is_public = scope["path"].startswith(_PUBLIC)

        async def unkept(message: "Message") -> None:
            await send(message if is_public else _unkept(message))

        state: dict[str, Any] = {**scope.get("state", {}), STATE: visitor}
        return await self._app({**scope, "state": state}, replayed, unkept)


def _unkept(message: "Message") -> "Message":
    """Forbid the browser to keep what was made for one person."""
    if message["type"] != "http.response.start":
        return message
    kept = [(name, value) for name, value in message["headers"] if name.lower() != b"cache-control"]
    return {**message, "headers": [*kept, (b"cache-control", b"no-store")]}


async def _whole(receive: "Receive", most: int) -> bytes | None:
    """Return the body of a request; None when it is larger than so many bytes, and then it is not read to its end."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: "Receive") -> Callable[[], Awaitable[MutableMapping[str, Any]]]:
    """Return what gives the body once more, and then whatever follows."""
    waiting = [body]

    async def again() -> MutableMapping[str, Any]:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again


def _tab(body: bytes) -> str:
    """Return which tab a call of the page comes from; empty for what is no such call."""
    try:
        found = json.loads(body) if body else None
    except (ValueError, RecursionError):
        return ""
    tab = found.get("session_hash") if isinstance(found, dict) else None
    return tab if isinstance(tab, str) else ""


async def _close(send: "Send") -> None:
    await send({"type": "websocket.close", "code": 1008})
