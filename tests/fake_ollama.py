"""An Ollama server on a loopback port, which replays recorded replies."""

import json
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

RECORDINGS = Path(__file__).parent / "data" / "ollama"


@cache
def recorded(file: str, label: str) -> dict[str, Any]:
    exchanges = json.loads((RECORDINGS / f"{file}.json").read_text(encoding="utf-8"))["exchanges"]
    return next(exchange for exchange in exchanges if exchange["label"] == label)


def reply(*lines: str, status: int = 200, **fields: str) -> dict[str, Any]:
    """A reply that was not recorded, in the shape of those that were."""
    return {
        "response": {"status": status, "content_type": "application/x-ndjson", "lines": list(lines)} | fields
    }


def chunk(content: str, **fields: Any) -> str:
    """One line of a chat; `thinking` goes into the message, all else beside it."""
    message = {"role": "assistant", "content": content}
    if "thinking" in fields:
        message["thinking"] = fields.pop("thinking")
    return json.dumps({"model": "m", "message": message, "done": False} | fields, ensure_ascii=False) + "\n"


def installed(*names: str) -> dict[str, Any]:
    return reply(json.dumps({"models": [{"name": name} for name in names]}))


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    json: Any


class FakeOllama:
    """Replays `routes` by path; an unlisted path is a plain-text 404, as from the real server.

    With `endless` a chat's lines are sent again and again until the client hangs up, which sets `hung_up`.
    With `stall_after` the chat falls silent after so many lines (0: before the status line).
    With `reads_s` it reads each prompt for so long before a word, one after the other and also when nobody listens
    any more, as the real server does.
    """

    chat = "/api/chat"

    def __init__(
        self,
        routes: dict[str, dict[str, Any]],
        *,
        endless=False,
        stall_after: int | None = None,
        reads_s: float = 0.0,
        port: int = 0,
    ):
        self.routes = {
            "/api/tags": recorded("models", "tags"),
            "/api/version": recorded("models", "version"),
            "/api/show": recorded("models", "smollm2"),
            "/api/ps": reply('{"models": []}'),
        } | routes
        self.endless = endless
        self.stall_after = stall_after
        self.reads_s, self.port = reads_s, port
        self._slot = Lock()
        self.requests: list[Request] = []
        self.hung_up = Event()
        self.stopped = Event()

    def __enter__(self) -> "FakeOllama":
        fake = self

        class Handler(_Replay):
            server_side = fake

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def read_prompt(self) -> None:
        if self.reads_s:
            with self._slot:
                self.stopped.wait(self.reads_s)

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]


class _Replay(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_side: FakeOllama

    def do_POST(self) -> None:
        fake = self.server_side
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Request(
            self.command,
            self.path,
            {name.lower(): value for name, value in self.headers.items()},
            json.loads(body) if body else None,
        )
        fake.requests.append(request)
        exchange = fake.routes.get(self.path) or recorded("refusals", "unknown path")
        if "recv" in exchange:
            self.wfile.write("".join(exchange["recv"]).encode())
            self.close_connection = True
            return
        try:
            chat = self.path == fake.chat
            if chat:
                fake.read_prompt()
            self._send(exchange["response"], chat=chat)
        except OSError:
            fake.hung_up.set()
            self.close_connection = True

    do_GET = do_POST

    def _send(self, response: dict[str, Any], *, chat: bool) -> None:
        fake = self.server_side
        if chat and fake.stall_after == 0:
            fake.stopped.wait()
        self.send_response(response["status"])
        self.send_header("Content-Type", response["content_type"])
        self.send_header("Transfer-Encoding", "chunked")
        if "location" in response:
            self.send_header("Location", response["location"])
        self.end_headers()
        for number, line in enumerate(response["lines"], start=1):
            self._send_chunk(line)
            if chat and fake.stall_after == number:
                fake.stopped.wait()
        while chat and fake.endless and not fake.stopped.wait(0.005):
            self._send_chunk(response["lines"][0])
        self.wfile.write(b"0\r\n\r\n")

    def _send_chunk(self, line: str) -> None:
        data = line.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def log_message(self, format: str, *args: object) -> None:
        pass
