"""The web page: who may be served, on which address, and what the pages may load."""

import ipaddress
import os
import re
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rag.errors import AccessRefused, PolicyQAError
from ui.web_chat import Assistant

if TYPE_CHECKING:
    import gradio as gr
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio evaluates the scripts of its own events, hence unsafe-eval; everything comes from this server.
_POLICY = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; form-action 'self'; base-uri 'self'"
_PREVIEW_TAGS = re.compile(rb"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>")


def build_page(assistant: Assistant, examples: Sequence[str] | None = None) -> "gr.Blocks":
    """Return the page as Gradio blocks, ready to be launched; needs seconds to import gradio.

    Args:
        assistant: Shared by all visitors.
        examples: Questions offered before the first one; None for six about the sample collection.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from ui import web_page  # noqa: PLC0415 - gradio takes seconds to import

    return web_page.build(assistant, web_page.EXAMPLES if examples is None else examples)


def serve(
    assistant: Assistant,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    allow_open: bool = False,
    examples: Sequence[str] | None = None,
    block: bool = True,
) -> "gr.Blocks":
    """Serve the page and print its address.

    Args:
        assistant: Shared by all visitors.
        host: Address to listen on.
        port: From 1 to 65535.
        allow_open: Serve other machines than this one, though nobody has to log in.
        examples: Questions offered before the first one; None for six about the sample collection.
        block: Return only when the server ends.

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
    page = build_page(assistant, examples)
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
