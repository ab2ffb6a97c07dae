"""Clients of the tools: the SDK's own, in this process, over a pipe to `policyqa mcp`, and over HTTP on loopback."""

import sys
from contextlib import asynccontextmanager

from fake_assistant import FakeAssistant
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from rag.schema import Viewer
from ui.api.running import Running
from ui.mcp.server import mcp_server
from ui.service import Service
from ui.web.visitor import Visitor

_START = "import offline; offline.cut_off(); from ui.cli import main; main()"


def in_process(assistant=None, *, running=None, person="", web_url=None):
    """Return a client of tools over an assistant, asked with no group."""
    service = Service(assistant or FakeAssistant(), web_url=web_url)
    return Client(mcp_server(service, running or Running(), lambda *_: Visitor(person, Viewer())))


def over_stdio(environment, data, mode="auto"):
    """Return a client that starts `policyqa mcp`."""
    arguments = ["-c", _START, "mcp", "--data", str(data)]
    started = StdioServerParameters(
        command=sys.executable, args=arguments, env=environment | {"POLICYQA_LLM": "none"}
    )
    return Client(started, mode=mode)


@asynccontextmanager
async def over_http(address, key=None, mode="auto"):
    """Yield a client of a server, with a key or without."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    async with (
        create_mcp_http_client(headers=headers) as http,
        Client(streamable_http_client(f"{address}/mcp", http_client=http), mode=mode) as client,
    ):
        yield client


async def call(client, name, /, **arguments):
    """Call a tool; return whether it failed, its text and its structured content."""
    result = await client.call_tool(name, arguments)
    return result.is_error, result.content[0].text, result.structured_content
