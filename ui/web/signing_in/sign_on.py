"""Single sign-on: out to the provider and back, with a session at the end."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from hmac import compare_digest
from secrets import token_urlsafe
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rag.account.sign_on import role_of
from rag.accounts import Accounts
from rag.errors import AccessRefused, PolicyQAError
from rag.settings import Settings
from ui.web.signing_in.cookies import (
    attempt_text,
    forget_attempt,
    language,
    session_token,
    set_attempt,
    set_language,
    set_session,
)
from ui.web.signing_in.desk import told
from ui.web.signing_in.origin import own_path
from ui.web.signing_in.provider import Attempt, Provider
from ui.web.signing_in.sheet import CALLBACK, SIGN_ON

_SEE_OTHER, _REFUSED = 303, 401


class SignOn:
    """Answers the two addresses of single sign-on."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings of a provider; it may be down."""
        self._settings, self._provider = settings, Provider(settings)

    async def answer(self, request: Request, accounts: Accounts) -> Response:
        """Return what the browser gets."""
        do: Callable[[Request, Accounts], Awaitable[Response]] = (
            self._begin if request.scope["path"] == SIGN_ON else self._end
        )
        try:
            return await do(request, accounts)
        except PolicyQAError as error:
            response = told(error, language(request), _REFUSED)
            forget_attempt(response, request)
            return response

    async def _begin(self, request: Request, _: Accounts) -> Response:
        to = own_path(request.query_params.get("next"))
        attempt = Attempt(token_urlsafe(24), token_urlsafe(24), token_urlsafe(48), to)
        response = RedirectResponse(
            await self._provider.address(attempt, self._callback(request)), _SEE_OTHER
        )
        response.headers["cache-control"] = "no-store"
        set_attempt(response, request, urlsafe_b64encode(json.dumps(attempt).encode()).decode())
        return response

    async def _end(self, request: Request, accounts: Accounts) -> Response:
        asked = request.query_params
        attempt = _attempt(attempt_text(request))
        if attempt is None or not compare_digest(attempt.state.encode(), asked.get("state", "").encode()):
            raise _stale()
        # RFC 9207: an answer of another provider.
        if asked.get("iss", self._settings.oidc_issuer or "").rstrip("/") != (
            self._settings.oidc_issuer or ""
        ).rstrip("/"):
            raise _stale()
        if "error" in asked or not asked.get("code"):
            raise _denied(asked.get("error", ""))
        person = await self._provider.person(attempt, asked["code"], self._callback(request))
        address = request.client.host if request.client else ""
        role = role_of(self._settings, person.groups)

        def begun() -> str:
            session = accounts.external(person.name, person.groups, role=role, address=address)
            # Whoever signs in as somebody else has left.
            accounts.sign_out(session_token(request), address=address)
            return session.token

        response = RedirectResponse(attempt.to, _SEE_OTHER)
        response.headers["cache-control"] = "no-store"
        set_session(response, request, await to_thread.run_sync(begun))
        set_language(response, language(request))
        forget_attempt(response, request)
        return response

    def _callback(self, request: Request) -> str:
        public = urlsplit(self._settings.web_url or "")
        base = f"{public.scheme}://{public.netloc}" if public.netloc else str(request.base_url).rstrip("/")
        return base + CALLBACK


def _attempt(text: str) -> Attempt | None:
    try:
        found = json.loads(urlsafe_b64decode(text.encode()))
        attempt = Attempt(*map(str, found)) if isinstance(found, list) else None
    except (ValueError, TypeError):
        return None
    return attempt._replace(to=own_path(attempt.to)) if attempt is not None and attempt.state else None


def _stale() -> AccessRefused:
    return AccessRefused(
        "This answer of the single sign-on belongs to no attempt to sign in from this browser, or was used before.",
        fix="sign in again, under the address at which the page is always reached",
        chinese=("单点登录的这一应答不属于本浏览器的登录请求，或已使用过。", "请用页面的常用地址重新登录"),
    )


def _denied(error: str) -> AccessRefused:
    why = error[:60] if error.isascii() and error.isprintable() else ""
    return AccessRefused(
        f"The single sign-on has let nobody in{f' ({why})' if why else ''}.",
        fix="sign in again, or ask the administrator for access",
        chinese=(f"单点登录未予通过{f'（{why}）' if why else ''}。", "请重新登录，或向管理员申请权限"),
    )
