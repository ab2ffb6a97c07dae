"""The web page: who may be served, on which address, and what the pages may load."""

import ipaddress
import os
import re
import socket
from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from rag.errors import AccessRefused, PolicyQAError
from rag.record.recorder import Recorder
from rag.settings import load_settings
from ui.web_chat import PERSON, Assistant

if TYPE_CHECKING:
    import gradio as gr
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio evaluates the scripts of its own events, hence unsafe-eval; everything comes from this server.
_POLICY = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; form-action 'self'; base-uri 'self'"
_YEAR_S = 365 * 24 * 3600
_PREVIEW_TAGS = re.compile(rb"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>")


def build_page(
    assistant: Assistant, examples: Sequence[str] | None = None, records: Path | None = None
) -> "gr.Blocks":
    """Return the page as Gradio blocks, ready to be launched; needs seconds to import gradio.

    Args:
        assistant: Shared by all visitors.
        examples: Questions offered before the first one; None for six about the sample collection.
        records: The data folder in which answers and their ratings are kept; None keeps none and offers no thumbs.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from ui import web_page  # noqa: PLC0415 - gradio takes seconds to import

    # What is kept with an answer are the settings of this process, over the folder of the records.
    recorder = Recorder(load_settings(records), "web") if records else None
    return web_page.build(assistant, web_page.EXAMPLES if examples is None else examples, recorder)


def check_address(host: str, port: int, allow_open: bool) -> None:
    """Refuse an address before anything slow is started.

    Raises:
        AccessRefused: Another address than this machine's, without `allow_open`.
        PolicyQAError: The port is taken, or the address is not one of this machine's.
    """
    if not allow_open and not _is_loopback(host):
        raise AccessRefused(
            f"Serving {host} would let everyone who reaches this machine read the collection; the page has no login yet.",
            fix="leave out --host (the page is then served on 127.0.0.1), or add --allow-open",
        )
    _check_free(host, port)


def serve(
    assistant: Assistant,
    host: str = "127.0.0.1",
    port: int = 7860,
    allow_open: bool = False,
    *,
    examples: Sequence[str] | None = None,
    records: Path | None = None,
    block: bool = True,
) -> "gr.Blocks":
    """Serve the page and print its address.

    Args:
        assistant: Shared by all visitors.
        host: Address to listen on.
        port: From 1 to 65535.
        allow_open: Serve other machines than this one, though nobody has to log in.
        examples: Questions offered before the first one; None for six about the sample collection.
        records: The data folder in which answers and their ratings are kept; None keeps none and offers no thumbs.
        block: Return only when the server ends.

    Raises:
        AccessRefused: Another address than this machine's, without `allow_open`.
        PolicyQAError: The port is taken, or the address is not one of this machine's.
    """
    check_address(host, port, allow_open)
    page = build_page(assistant, examples, records)
    from ui.web_page import launch_options  # noqa: PLC0415 - gradio takes seconds to import

    page.launch(
        server_name=host,
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        app_kwargs={"middleware": [_middleware()]},
        **launch_options(),
    )
    shown = f"[{host}]" if ":" in host else host
    print(f"政策问答 · Policy Q&A: http://{shown}:{port}  (Ctrl-C 结束 / to stop)", flush=True)
    if block:
        page.block_thread()
    return page


class Guard:
    """ASGI layer over Gradio's pages: they may load nothing from elsewhere, and carry no addresses of Gradio's site."""

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass one request on; a page is held back until it is whole, everything else streams."""
        head: list[Message] = []
        body = bytearray()

        async def guarded(message: "Message") -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                head.append(message)
            elif head and message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    page = _PREVIEW_TAGS.sub(b"", bytes(body)).replace(b'lang="en"', b'lang="zh-CN"', 1)
                    await send(_with_headers(head.pop(), len(page), new=not _has_person(scope)))
                    await send({"type": "http.response.body", "body": page})
            else:
                await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


def _is_page(message: "Message") -> bool:
    return any(
        name == b"content-type" and value.startswith(b"text/html") for name, value in message["headers"]
    )


def _has_person(scope: "Scope") -> bool:
    try:
        cookies = SimpleCookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return False
    return PERSON in cookies


def _with_headers(message: "Message", length: int, *, new: bool) -> "Message":
    kept = [(name, value) for name, value in message["headers"] if name != b"content-length"]
    added = [
        (b"content-length", str(length).encode()),
        (b"content-security-policy", _POLICY.encode()),
        (b"referrer-policy", b"no-referrer"),
    ]
    if new:
        cookie = f"{PERSON}={token_hex(8)}; Path=/; Max-Age={_YEAR_S}; HttpOnly; SameSite=Lax"
        added.append((b"set-cookie", cookie.encode()))
    return {**message, "headers": [*kept, *added]}


def _middleware() -> Any:
    from starlette.middleware import Middleware  # noqa: PLC0415 - comes with gradio

    return Middleware(Guard)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _check_free(host: str, port: int) -> None:
    """Gradio tries the port on 127.0.0.1 only, and reports any failure as a range of ports."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise PolicyQAError(f"{host!r} is not an address of this machine.", fix="--host 127.0.0.1") from error
    except OverflowError as error:
        raise PolicyQAError(f"{port} is not a port.", fix="--port 7860") from error
    except OSError as error:
        raise PolicyQAError(
            f"Cannot listen on {host}, port {port}: {error.strerror}.", fix=f"--port {port + 1}"
        ) from error
