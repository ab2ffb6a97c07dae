"""Who a visitor is as long as there are no accounts: a random id that the browser keeps."""

import re
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from secrets import token_hex

COOKIE = "policyqa_person"
_FORM = re.compile("[0-9a-f]{16}")
_YEAR_S = 365 * 24 * 3600


def person_of(cookies: Mapping[str, str]) -> str | None:
    """Return the id among a request's cookies; None when there is none, or one that was not given out here."""
    found = cookies.get(COOKIE, "")
    return found if _FORM.fullmatch(found) else None


def new_person() -> str:
    """Return an id that nobody has."""
    return token_hex(8)


def has_cookie(header: bytes) -> bool:
    """Tell whether a Cookie header names a person."""
    try:
        return COOKIE in SimpleCookie(header.decode("latin-1"))
    except CookieError:
        return False


def set_cookie() -> bytes:
    """Return a Set-Cookie header that gives a browser a new id."""
    return f"{COOKIE}={new_person()}; Path=/; Max-Age={_YEAR_S}; HttpOnly; SameSite=Lax".encode()
