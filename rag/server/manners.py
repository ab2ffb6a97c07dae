"""How an httpx client of a model's server behaves."""

import ssl
from functools import cache
from typing import Any

import httpx
from pydantic import SecretStr

from rag.server.destination import is_near


def manners(url: str, timeout: httpx.Timeout | float, key: SecretStr | None) -> dict[str, Any]:
    """Return the keyword arguments of a client.

    Args:
        url: Of the server.
        timeout: In seconds.
        key: That the server asks for; None for none.
    """
    # Neither a redirect nor a proxy named in the environment may carry local traffic outside.
    outside = not is_near(url)
    return {
        "timeout": timeout,
        "headers": {"Authorization": f"Bearer {key.get_secret_value()}"} if key else None,
        "follow_redirects": False,
        "trust_env": outside,
        "verify": _certificates(outside),
    }


@cache
def _certificates(trust_env: bool) -> ssl.SSLContext:
    """Return the authorities that are trusted; to read them takes 20 ms, also for a client that needs none."""
    return httpx.create_ssl_context(trust_env=trust_env)
