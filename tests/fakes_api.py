"""The API beside a fake assistant: in this process, and on a port of loopback."""

import threading
from contextlib import contextmanager

import uvicorn
from fake_assistant import FakeAssistant, answer_to
from starlette.testclient import TestClient

from rag.schema import Delta, Settled, Stage, Viewer
from ui.service import Service
from ui.web.visitor import STATE, Visitor


class Checking(FakeAssistant):
    """Tells each sentence as checked, as an assistant does whose model writes."""

    def _stream(self, question):
        yield Stage("search")
        answer = answer_to(question.text, self.search(question))
        told = "这一句后来没有通过。" if "换掉" in question.text else answer.text
        for sentence in told.split("\n\n"):
            yield Delta(sentence[:5])
            yield Settled(sentence + "\n\n")
        yield answer


class Held(FakeAssistant):
    """Writes nothing until it is let."""

    def __init__(self):
        super().__init__()
        self.let = threading.Event()
        self.asked_now = threading.Semaphore(0)

    def _stream(self, question):
        yield Stage("search")
        self.asked_now.release()
        self.let.wait(20)
        yield from super()._stream(question)


class As:
    """The layer that knows who asks: puts a visitor into each request."""

    def __init__(self, app, visitor):
        self.app, self.visitor = app, visitor

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            scope = {**scope, "state": {**scope.get("state", {}), STATE: self.visitor}}
        await self.app(scope, receive, send)


def visitor(*scopes, groups=(), person="user:1"):
    """A visitor with a key of these scopes; with none, a person at a browser."""
    return Visitor(person, Viewer(frozenset(groups)), "lihua", scopes=frozenset(scopes) or None)


def client(app):
    return TestClient(app, base_url="http://127.0.0.1:7860")


def service(assistant=None, **how):
    return Service(assistant or FakeAssistant(), **how)


@contextmanager
def serving(app, lifespan="off"):
    """Serve an application on a free port, with "on" its lifespan too, and yield its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", ws="none", lifespan=lifespan))
    started = threading.Event()
    startup = server.startup

    async def told(sockets=None):
        await startup(sockets)
        started.set()

    server.startup = told
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert started.wait(20)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)


def events(text):
    """Return the (name, data) of server-sent events."""
    found = []
    for block in text.split("\n\n"):
        lines = [line.partition(": ") for line in block.split("\n") if line and not line.startswith(":")]
        if lines:
            fields = {name: value for name, _, value in lines}
            found.append((fields.get("event", ""), fields["data"]))
    return found
