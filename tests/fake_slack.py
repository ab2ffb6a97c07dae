"""A Slack of our own on this machine: Web API, Socket Mode and the people who write in it.

It checks what it receives and keeps what is wrong in `violations`; the fixture `slack` fails a test that leaves any.
Only loopback; the server runs in a thread of its own.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from http.client import HTTPConnection
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import fake_slack_events as events
import pytest
from aiohttp import web
from fake_slack_faults import Fault, Faults, Limits
from fake_slack_messages import Messages
from fake_slack_people import BOT, BOT_ID, TEAM, People
from fake_slack_socket import Ack, Envelope, Socket
from fake_slack_web import APP_TOKEN, BOT_TOKEN, Call, WebApi

__all__ = ["APP_TOKEN", "BOT", "BOT_TOKEN", "SECRET", "FakeSlack", "slack"]
SECRET = "fake-signing-secret"


class FakeSlack(People):
    """A workspace `T1` with the bot `UBOT`. Channels and users exist as soon as they are named."""

    team, bot, bot_id = TEAM, BOT, BOT_ID

    def __init__(self, minute_s: float = 60.0) -> None:
        """Start nothing yet; `minute_s` seconds pass for a minute of the rate limits."""
        self.violations: list[str] = []
        self.faults, self.limits = Faults(), Limits(minute_s)
        self.store = Messages(TEAM, BOT, BOT_ID)
        self.store.faults = self.violations
        self.socket = Socket(self.violations)
        self.api = WebApi(self.store, self.socket, self.faults, self.limits, self.violations)
        self.api.posted = self._echo
        self.echo = True
        """Send the bot its own messages as events, as Slack does."""
        self.http: tuple[str, str] | None = None
        """Address and signing secret of a bot in HTTP mode; None for Socket Mode."""
        self.http_acks: list[Ack] = []
        self._number = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake-slack", daemon=True)

    def __enter__(self) -> "FakeSlack":
        self._thread.start()
        self._run(self._serve())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    @property
    def url(self) -> str:
        """What `WebClient(base_url=…)` needs."""
        return f"{self.api.base}/api/"

    @property
    def log(self) -> list[Call]:
        """All calls with their time, size and outcome."""
        return self.api.log

    @property
    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        """All calls as (method, arguments), refused ones included."""
        return [(call.method, call.args) for call in self.api.log]

    @property
    def messages(self) -> dict[str, list[dict[str, Any]]]:
        """All messages by channel, oldest first: `text`, `blocks`, `thread_ts`, `user`, `bot_id`, `streaming`, `was` (earlier texts)."""
        return self.store.by_channel

    @property
    def acks(self) -> list[Ack]:
        """How envelopes were acknowledged, with the seconds that it took."""
        return self.socket.acks

    def posted(self, channel: str, thread: str | None = None) -> list[dict[str, Any]]:
        """Return the bot's messages in a channel or in one of its threads."""
        own = [m for m in self.messages[channel] if m.get("bot_id") == BOT_ID]
        return [m for m in own if thread is None or m.get("thread_ts") == thread]

    def called(self, method: str) -> list[dict[str, Any]]:
        """Return the arguments of all calls of a method."""
        return [call.args for call in self.api.log if call.method == method]

    # How it misbehaves.

    def fail(self, method: str, how: str | int, times: int = 1, retry_after: int | None = None) -> None:
        """Let the next calls go wrong.

        Args:
            method: Such as `chat.update`, `response_url`, or `*` for any.
            how: A Slack error (`invalid_blocks`), an HTTP status (429, 500), `timeout` (not done, no answer), `lost` (done, no answer), `drop` (connection cut).
            times: For how many calls.
            retry_after: Seconds of the Retry-After of a 429.
        """
        self.faults.waiting[method].append(Fault(how, times, retry_after))

    def fail_often(self, share: float, kinds: tuple[str | int, ...], methods: tuple[str, ...]) -> None:
        """Let this share of the calls of these methods go wrong, at random but the same in each run."""
        self.faults.share, self.faults.kinds, self.faults.methods = share, kinds, methods

    def refuse_method(self, method: str) -> None:
        """Know a method no more, as a workspace without it."""
        self.api.unknown_methods.add(method)

    def close_stream(self, channel: str, ts: str) -> None:
        """End a stream as Slack does with one that takes too long."""
        self._call(lambda: self.store.close_stream(channel, ts))

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask for a new connection, as Slack does every few hours."""
        self._run(self.socket.disconnect(reason))

    def drop(self) -> None:
        """Cut the connection without a word."""
        self._run(self.socket.drop())

    def wait(self, done: Callable[[], Any], timeout_s: float = 10.0) -> Any:
        """Wait until something is so, and return it; fail when it is not in time."""
        until = time.monotonic() + timeout_s
        while not (found := done()):
            assert time.monotonic() < until, f"waited {timeout_s} s in vain; violations: {self.violations}"
            time.sleep(0.01)
        return found

    def wait_connected(self, timeout_s: float = 10.0) -> None:
        """Wait until the bot holds a connection."""
        self.wait(lambda: self.socket.connections, timeout_s)

    def _send(self, kind: str, payload: dict[str, Any]) -> str:
        envelope_id = f"envelope-{self._next()}"
        if self.http:
            self._post(kind, payload, envelope_id)
        else:
            self._run(self.socket.deliver(Envelope(envelope_id, kind, payload)))
        return envelope_id

    def _post(self, kind: str, payload: dict[str, Any], envelope_id: str) -> None:
        url, secret = self.http or ("", "")
        body, content_type = events.http_form(kind, payload)
        began = time.monotonic()
        headers = {"Content-Type": content_type} | events.signed(body, secret)
        place = urlsplit(url)
        with contextlib.closing(HTTPConnection(str(place.hostname), place.port, timeout=10)) as connection:
            connection.request("POST", place.path, body.encode(), headers)
            done = connection.getresponse()
            answer = done.status, done.read().decode()
        self.http_acks.append(Ack(envelope_id, kind, time.monotonic() - began, answer))

    def _echo(self, channel: str, message: dict[str, Any]) -> None:
        if self.echo and self.socket.connections:
            body = events.event_body(
                TEAM, BOT, events.message_event(channel, message), f"Ev{self._next():06d}"
            )
            envelope = Envelope(f"envelope-{self._next()}", "events_api", body)
            task = self._loop.create_task(self.socket.deliver(envelope))
            self.socket._timers.add(task)
            task.add_done_callback(self.socket._timers.discard)

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _run(self, work: Awaitable[Any]) -> Any:
        async def awaited() -> Any:
            return await work

        return asyncio.run_coroutine_threadsafe(awaited(), self._loop).result(10)

    def _call(self, work: Callable[[], Any]) -> Any:
        async def called() -> Any:
            return work()

        return self._run(called())

    async def _serve(self) -> None:
        app = web.Application(client_max_size=2**22)
        app.router.add_post("/api/{method}", self.api.call)
        app.router.add_post("/response/{key}", self.api.respond)
        app.router.add_get("/link/", self.socket.serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.api.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _end(self) -> None:
        self.api.hang_s = 0.0
        await self.socket.close()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._runner.cleanup(), 5)


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """A fake Slack; the test fails when something that it received was against Slack's rules."""
    with FakeSlack() as fake:
        yield fake
    assert fake.violations == [], "against Slack's rules"
