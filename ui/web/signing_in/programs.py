"""The doors for programs: which paths they are, the key that a request carries, and refusals as JSON."""

import json
from math import ceil
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from rag.accounts import Accounts
from rag.errors import KeyRefused, PolicyQAError
from rag.text import Lang
from ui.web.visitor import Visitor, by_key

if TYPE_CHECKING:
    from starlette.types import Scope

_PREFIXES = ("/api/", "/v1/", "/mcp/", "/metrics/")
_EXACT = frozenset(prefix.rstrip("/") for prefix in _PREFIXES)
_HEALTH = frozenset({"/healthz", "/readyz"})
_UNAUTHORIZED = 401


def is_for_programs(path: str) -> bool:
    """Tell whether a key opens a path; the page's own paths are opened by none."""
    return path in _EXACT or path.startswith(_PREFIXES)


def is_health(scope: "Scope") -> bool:
    """Tell whether it is asked whether the server lives; anybody may, also while the accounts cannot be read."""
    return scope["type"] == "http" and scope["path"] in _HEALTH and scope["method"] in ("GET", "HEAD")


def sent_key(request: Request) -> str | None:
    """Return the key that a request carries; None without one, also where a proxy sends its own kind of password along."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None


def visitor_by_key(accounts: Accounts, request: Request, text: str) -> Visitor:
    """Return whose key it is.

    Raises:
        KeyRefused: It is none, or no longer.
    """
    found = accounts.key(text)
    if found is None:
        wait_s = accounts.refuse_key(text, address=request.client.host if request.client else "")
        raise KeyRefused(wait_s, sent=True)
    account, scopes = found
    return by_key(account, scopes)


def refused(request: Request, error: PolicyQAError, status: int) -> Response:
    """Return a refusal for a program, `{"error": {"message", "fix"}}`, in Chinese where it asks for that."""
    prefers = request.headers.get("accept-language", "").strip().lower()
    lang: Lang = "zh" if prefers.startswith("zh") else "en"
    message, fix = error.words(lang)
    body = json.dumps({"error": {"message": message, "fix": fix}}, ensure_ascii=False)
    headers = {"cache-control": "no-store", "vary": "accept-language"}
    if status == _UNAUTHORIZED:
        sent = isinstance(error, KeyRefused) and error.sent
        headers["www-authenticate"] = 'Bearer error="invalid_token"' if sent else "Bearer"
    if isinstance(error, KeyRefused) and error.wait_s:
        headers["retry-after"] = str(ceil(error.wait_s))
    return Response(body, status, headers, media_type="application/json")
