"""Where a request comes from, as the browser says: pages of other sites may send nothing here."""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers

_SAFE = ("GET", "HEAD", "OPTIONS")
_LONGEST = 2000


def is_foreign(method: str, headers: Headers, web_url: str | None) -> bool:
    """Tell whether a request that may change something was sent by a page of another site.

    Args:
        method: Of the request.
        headers: As sent. A program that is no browser sends none of those that are looked at, and has no cookie to misuse.
        web_url: Public address of the page, for a proxy that hides the name by which it is reached; None for none.
    """
    # A page of this site that only reads names no origin; one of another site would be given the answer by Gradio.
    if method in _SAFE and "origin" not in headers:
        return False
    if site := headers.get("sec-fetch-site"):
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    own = {headers.get("host", ""), urlsplit(web_url or "").netloc} - {""}
    return origin is not None and urlsplit(origin).netloc not in own


def is_own_name(headers: Headers, web_url: str | None) -> bool:
    """Tell whether a request names this machine, not a name of another site that was made to lead here (DNS rebinding).

    Args:
        headers: As sent; `Host` is looked at, and a program may leave it out.
        web_url: Public address of the page, under which a proxy may hand on; None for none.
    """
    try:
        name = urlsplit(f"//{headers.get('host', '')}").hostname or "localhost"
    except ValueError:
        return False
    # A name without a dot, as localhost or that of a container, is nobody's on the internet.
    if "." not in name or name.endswith(".localhost") or name == urlsplit(web_url or "").hostname:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def own_path(wanted: str | None) -> str:
    """Return where to go after signing in: a path of this server, with its query; `/` in place of anything else."""
    text = (wanted or "")[:_LONGEST]
    is_own = text.startswith("/") and not text.startswith("//") and "\\" not in text
    return text if is_own and text.isprintable() and " " not in text else "/"
