"""A layer in front of the whole page: where people have accounts, nothing is served to anybody who is not signed in."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rag.accounts import Account, Accounts
from rag.errors import KeyRefused, PolicyQAError
from rag.settings import Settings
from ui.web.signing_in.body import replayed, tab_of, whole
from ui.web.signing_in.cookies import form_token, session_token
from ui.web.signing_in.desk import Desk, refusal, sign_in_first
from ui.web.signing_in.header import ProxyHeader
from ui.web.signing_in.origin import is_foreign, is_own_name
from ui.web.signing_in.programs import is_for_programs, is_health, refused, sent_key, visitor_by_key
from ui.web.signing_in.refusals import ASKED_BYTES, foreign, too_large, trouble, unknown_name
from ui.web.signing_in.roll import Roll
from ui.web.signing_in.sheet import CALLBACK, PASSWORD, SIGN_IN, SIGN_ON, SIGN_OUT, STYLE_PATH, style
from ui.web.signing_in.tabs import Tabs
from ui.web.visitor import OPEN, STATE, Visitor, may_edit, signed_in, viewer_from

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ui.web.signing_in.sign_on import SignOn

T = TypeVar("T")
_FORMS = (SIGN_IN, SIGN_OUT, PASSWORD)
_UPLOAD = "/gradio_api/upload"
_HEARTBEAT = "/gradio_api/heartbeat/"
_PUBLIC = ("/assets/", "/static/")
"""The same for everybody, and may be kept by the browser; still served only to who is signed in."""
_FORM_BYTES, _CALL_BYTES = 16 * 1024, 16 * 1024 * 1024
_FORMS_AT_ONCE, _LOOKS_AT_ONCE = 8, 32


class SignInLayer:
    """ASGI layer; without accounts it passes everything on, marked as looked at."""

    def __init__(
        self, app: "ASGIApp", roll: Roll, web_url: str | None = None, *, is_local: bool = False
    ) -> None:
        self._app, self._roll, self._web_url, self._is_local = app, roll, web_url, is_local
        settings, self._tabs = roll.settings, Tabs()
        self._sign_on = _sign_on(settings) if settings is not None and settings.oidc_issuer else None
        self._header = ProxyHeader(settings) if settings is not None and settings.proxy_user_header else None
        # Whoever tries many passwords must not keep others from being looked up.
        self._forms, self._looks = CapacityLimiter(_FORMS_AT_ONCE), CapacityLimiter(_LOOKS_AT_ONCE)

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer a request, or pass it on with its visitor."""
        if scope["type"] not in ("http", "websocket") or is_health(scope):
            return await self._app(scope, receive, send)
        request = Request(scope, receive) if scope["type"] == "http" else None
        try:
            is_on = self._roll.is_on
            accounts = self._roll.accounts
            if request is None:
                # The page has none.
                return await (
                    self._app(_marked(scope, OPEN, True), receive, send) if not is_on else _close(send)
                )
            if not is_on:
                response, visitor = self._open(request), None
            elif is_for_programs(scope["path"]):
                response, visitor = await self._program(request, accounts)
            else:
                response, visitor = await self._looked_at(request, accounts)
        except PolicyQAError as error:
            return await trouble(request, error)(scope, receive, send)
        if response is not None:
            return await response(scope, receive, send)
        if visitor is not None:
            return await self._pass_on(scope, receive, send, visitor)
        return await self._app(_marked(scope, OPEN, True), receive, send)

    def _open(self, request: Request) -> Response | None:
        """Return what a request gets where nobody has to sign in; None for what it asks for.

        Raises:
            AccessRefused: Only this machine is served, and the request goes to a name that is not its own.
        """
        if self._is_local and not is_own_name(request.headers, self._web_url):
            raise unknown_name()
        if request.scope["path"] in _FORMS:
            return RedirectResponse("/", 303)
        # A page of another site could have this machine's browser ask as its owner.
        if self._is_foreign(request):
            raise foreign()
        if _is_upload(request) and not may_edit(viewer_from(request.client.host if request.client else None)):
            return refusal(403, "only an editor may upload")
        return None

    async def _program(
        self, request: Request, accounts: Accounts | None
    ) -> tuple[Response | None, Visitor | None]:
        """Look at the key of a program, or at the session of a person whose browser asks for the same."""
        if accounts is None:
            return refused(request, KeyRefused(sent=False), 401), None
        key = sent_key(request)
        if key is None and self._is_foreign(request):
            return refused(request, foreign(), 403), None
        account, token = await self._account(request, accounts)
        try:
            if key is not None:
                return None, await self._run(self._looks, lambda: visitor_by_key(accounts, request, key))
            if account is None:
                raise KeyRefused(sent=False)
        except KeyRefused as error:
            return refused(request, error, 401), None
        return None, signed_in(account, form_token(token))

    async def _account(self, request: Request, accounts: Accounts) -> tuple[Account | None, str]:
        """Return who sends a request, with the token of their session; without one whom the proxy names."""
        if (header := self._header) is not None and (named := header.named(request)) is not None:
            address = request.client.host if request.client else ""
            return await self._run(self._looks, lambda: header.account(accounts, named, address)), ""
        token = session_token(request)
        return await self._run(self._looks, lambda: accounts.session(token) if token else None), token

    def _is_foreign(self, request: Request) -> bool:
        return is_foreign(request.method, request.headers, self._web_url)

    async def _looked_at(
        self, request: Request, accounts: Accounts | None
    ) -> tuple[Response | None, Visitor | None]:
        path = request.scope["path"]
        if path == STYLE_PATH:
            return Response(style(), headers={"cache-control": "max-age=300"}, media_type="text/css"), None
        if accounts is None:
            return refusal(503, "nobody has an account"), None
        if self._is_foreign(request):
            return refusal(403, "sent by another site"), None
        if self._sign_on is not None and path in (SIGN_ON, CALLBACK):
            return await self._sign_on.answer(request, accounts), None
        account, token = await self._account(request, accounts)
        if path in _FORMS:
            return await self._form(accounts, account, request), None
        if account is None:
            return sign_in_first(request), None
        visitor = signed_in(account, form_token(token))
        if _is_upload(request) and not may_edit(visitor.viewer):
            return refusal(403, "only an editor may upload"), None
        return None, visitor

    async def _form(self, accounts: Accounts, account: Account | None, request: Request) -> Response:
        body = await whole(request.receive, _FORM_BYTES)
        if body is None:
            return refusal(413, "too large")
        desk = Desk(accounts, account, request, body, sign_on=self._sign_on is not None)
        return await self._run(self._forms, desk.answer)

    @staticmethod
    async def _run(limiter: CapacityLimiter, do: Callable[[], T]) -> T:
        return await to_thread.run_sync(do, limiter=limiter)

    async def _pass_on(self, scope: "Scope", receive: "Receive", send: "Send", visitor: Visitor) -> None:
        """Hand a request on, unless it comes from a tab in which another person was signed in."""
        is_program = is_for_programs(scope["path"])
        tab = Request(scope).query_params.get("session_hash")
        again = receive
        if scope["path"].startswith(_HEARTBEAT):
            tab = scope["path"].removeprefix(_HEARTBEAT).partition("/")[0]
        if is_program or (scope["method"] == "POST" and not _is_upload(Request(scope))):
            body = await whole(receive, ASKED_BYTES if is_program else _CALL_BYTES)
            if body is None:
                return await too_large(Request(scope), is_program)(scope, receive, send)
            again = replayed(body, receive)
            if not is_program:
                # Large ones take seconds to read.
                tab = await self._run(self._looks, lambda: tab_of(body)) or tab
        # What a program calls by the name of the page's tabs is none.
        if tab and not is_program and not self._tabs.claim(tab, visitor.person):
            return await refusal(401, "another person has signed in")(scope, receive, send)
        is_public = scope["path"].startswith(_PUBLIC)

        async def unkept(message: "Message") -> None:
            await send(message if is_public else _unkept(message))

        return await self._app(_marked(scope, STATE, visitor), again, unkept)


def _sign_on(settings: Settings) -> "SignOn":
    from ui.web.signing_in.sign_on import SignOn  # noqa: PLC0415 - its library takes long where nobody needs it

    return SignOn(settings)


def _marked(scope: "Scope", name: str, value: Any) -> "Scope":
    """Return the scope of a request with what was found; whatever stood there under the two names is gone."""
    state = {key: kept for key, kept in (scope.get("state") or {}).items() if key not in (STATE, OPEN)}
    return {**scope, "state": {**state, name: value}}


def _is_upload(request: Request) -> bool:
    sent = request.headers.get("content-type", "").lower()
    is_file = sent.startswith("multipart/") or request.scope["path"].startswith(_UPLOAD)
    return request.method == "POST" and is_file


def _unkept(message: "Message") -> "Message":
    """Forbid the browser to keep what was made for one person."""
    if message["type"] != "http.response.start":
        return message
    kept = [(name, value) for name, value in message["headers"] if name.lower() != b"cache-control"]
    return {**message, "headers": [*kept, (b"cache-control", b"no-store")]}


async def _close(send: "Send") -> None:
    await send({"type": "websocket.close", "code": 1008})
