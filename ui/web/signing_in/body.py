"""The body of a request: read whole up to a limit, looked into, and given once more to whom it is for."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import Receive


async def whole(receive: "Receive", most: int) -> bytes | None:
    """Return the body of a request; None when it is larger than so many bytes, and then it is not read to its end."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > most:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def replayed(body: bytes, receive: "Receive") -> Callable[[], Awaitable[MutableMapping[str, Any]]]:
    """Return what gives the body once more, and then whatever follows."""
    waiting = [body]

    async def again() -> MutableMapping[str, Any]:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again


def tab_of(body: bytes) -> str:
    """Return which tab a call of the page comes from; empty for what is no such call."""
    try:
        found = json.loads(body) if body else None
    except (ValueError, RecursionError):
        return ""
    tab = found.get("session_hash") if isinstance(found, dict) else None
    return tab if isinstance(tab, str) else ""
