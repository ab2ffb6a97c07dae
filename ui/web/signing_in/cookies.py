"""Cookies of the page's forms: the session, the tie between a form and its browser, the language."""

from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from starlette.requests import Request
from starlette.responses import Response

from rag.text import Lang

_HOST = "__Host-"
_SESSION, _FORM, _LANG, _ATTEMPT = "policyqa_session", "policyqa_form", "policyqa_lang", "policyqa_sign_on"
_KEPT_S = 97 * 24 * 3600
"""As long as a browser is known by a session that has ended; the session itself ends much earlier."""
_YEAR_S = 365 * 24 * 3600
_MOST_CHARS, _MOST_OF_ATTEMPT = 200, 4000
_ATTEMPT_S = 600


def is_secure(request: Request) -> bool:
    """Tell whether a request came by https; the server believes a proxy on this machine that says so."""
    return request.url.scheme in ("https", "wss")


def session_token(request: Request) -> str:
    """Return the token of the browser's session, which may have ended; empty for none."""
    return _found(request, _SESSION)


def set_session(response: Response, request: Request, token: str) -> None:
    """Give the browser its session."""
    _set(response, request, _SESSION, token, max_age=_KEPT_S)


def form_token(secret: str) -> str:
    """Return what a form carries; only who knows the cookie can know it.

    Args:
        secret: The token of the session, or what `form_cookie` gave.
    """
    return sha256(f"policyqa form {secret}".encode("utf-8", "replace")).hexdigest()


def form_cookie(request: Request) -> str:
    """Return what ties the form for signing in to this browser; a new one when the browser has none."""
    return _found(request, _FORM) or token_urlsafe(24)


def set_form_cookie(response: Response, request: Request, value: str) -> None:
    """Tie a form to the browser; no other site's page sends this cookie."""
    _set(response, request, _FORM, value, strict=True)


def fits(secret: str, sent: str) -> bool:
    """Tell whether a form was sent from where it was made."""
    return bool(secret) and compare_digest(form_token(secret).encode(), sent.encode("utf-8", "replace"))


def form_secret(request: Request) -> str:
    """Return what the browser's form is tied to; empty for nothing."""
    return _found(request, _FORM)


def attempt_text(request: Request) -> str:
    """Return what `set_attempt` gave; empty for nothing."""
    return _found(request, _ATTEMPT, _MOST_OF_ATTEMPT)


def set_attempt(response: Response, request: Request, value: str) -> None:
    """Let the browser keep its attempt at single sign-on, for ten minutes; it is sent when the provider leads back."""
    _set(response, request, _ATTEMPT, value, max_age=_ATTEMPT_S)


def forget_attempt(response: Response, request: Request) -> None:
    """Take it back: what it was good for can be done once."""
    _set(response, request, _ATTEMPT, "", max_age=0)


def language(request: Request) -> Lang:
    """Return the language of a form: chosen in its address, kept by the browser, or first of those that it prefers."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(_LANG)):
        if wanted in ("zh", "en"):
            return "zh" if wanted == "zh" else "en"
    for part in request.headers.get("accept-language", "").lower().split(","):
        if part.strip()[:2] in ("zh", "en"):
            return "zh" if part.strip().startswith("zh") else "en"
    return "zh"


def set_language(response: Response, lang: Lang) -> None:
    """Let the browser remember the language, also for the page, whose script reads it."""
    response.set_cookie(_LANG, lang, max_age=_YEAR_S, samesite="lax")


def _found(request: Request, name: str, most: int = _MOST_CHARS) -> str:
    # Over https only the name that no page of another host, and none without https, can set.
    return request.cookies.get((_HOST if is_secure(request) else "") + name, "")[:most]


def _set(
    response: Response,
    request: Request,
    name: str,
    value: str,
    *,
    max_age: int | None = None,
    strict: bool = False,
) -> None:
    secure = is_secure(request)
    response.set_cookie(
        (_HOST if secure else "") + name,
        value,
        max_age=max_age,
        secure=secure,
        httponly=True,
        samesite="strict" if strict else "lax",
    )
