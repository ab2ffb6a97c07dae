"""The tools for an assistant program on this machine: messages on stdin and stdout, logs on stderr."""

import os
import signal
from typing import TYPE_CHECKING, Any

import anyio
from mcp.server.stdio import stdio_server

from rag.record.recorder import Recorder
from ui.api.running import Running
from ui.mcp.server import Context, mcp_server
from ui.observation.meter import Meter
from ui.observation.observed import Observed
from ui.service import Service
from ui.web.visitor import Visitor

if TYPE_CHECKING:
    from rag.assistant import Assistant


_INTERRUPTED = 130


def serve_stdio(assistant: "Assistant") -> None:
    """Serve until stdin ends; Ctrl-C ends the process.

    Args:
        assistant: Asked with the eyes of whoever has the data folder at hand, as on the command line.
    """
    settings = assistant.settings
    observed: Any = Observed(assistant, Meter(), "mcp", with_questions=settings.log_questions)
    service = Service(observed, settings.data, Recorder(settings, "mcp"), web_url=settings.web_url)

    def asker(context: Context, scope: str) -> Visitor:
        return Visitor("", assistant.owner)

    server = mcp_server(service, Running(), asker)

    async def serve() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    # The loop would wait for the thread that reads stdin, and so for whoever pressed the keys.
    signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    anyio.run(serve)
