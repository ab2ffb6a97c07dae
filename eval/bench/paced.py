"""A scripted model behind a real HTTP server on this machine, which writes at a fixed pace and notes when."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from eval.cases import Case
from eval.system.scripted import Honest
from rag.errors import EvaluationError

PIECE = 2
"""Characters that come at a time: about a token."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds on the clock of the server; the next piece is due when it is, however long the last took to send."""

    first: float = 0.3
    """From the prompt to the first piece."""
    piece: float = 0.02
    """From one piece to the next: 50 tokens a second."""


@dataclass(slots=True)
class Call:
    """When one prompt was there, and its answer; `time.perf_counter()`."""

    received: float
    first: float = 0.0
    last: float = 0.0


@dataclass(slots=True)
class PacedServer:
    """Answers `/api/chat` as Ollama does."""

    model: Honest
    pace: Pace
    url: str = ""
    calls: list[Call] = field(default_factory=list)
    """In the order of their prompts; answered to the end as soon as the answer has arrived."""


@contextmanager
def paced_server(cases: Sequence[Case], pace: Pace) -> Iterator[PacedServer]:
    """Serve the honest scripted model on a free port of the loopback until the block ends."""
    served = PacedServer(Honest(cases=list(cases)), pace)

    class Handler(_Chat):
        paced = served

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Chat(BaseHTTPRequestHandler):
    paced: PacedServer

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        call = Call(time.perf_counter())
        try:
            text = self.paced.model.answer([message["content"] for message in asked["messages"]])
        except EvaluationError as error:
            # A question of the product's own, as for completing a follow-up: it goes on without the model.
            self.send_error(400, error.message.encode("ascii", "replace").decode())
            return
        self.paced.calls.append(call)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.end_headers()
        self._write(text, call)

    def _write(self, text: str, call: Call) -> None:
        due = call.received + self.paced.pace.first
        for start in range(0, len(text), PIECE):
            time.sleep(max(0.0, due - time.perf_counter()))
            call.last = time.perf_counter()
            call.first = call.first or call.last
            self._send(text[start : start + PIECE], done=False)
            due += self.paced.pace.piece
        self._send("", done=True, done_reason="stop")

    def _send(self, words: str, **facts: Any) -> None:
        line = {"model": "scripted", "message": {"role": "assistant", "content": words}, **facts}
        self.wfile.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing on the terminal."""
