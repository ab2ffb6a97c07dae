"""Socket Mode of the fake Slack: envelopes out, acknowledgements in; what is not acknowledged comes again."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

LATE_S = 3.0
"""After so long Slack takes an envelope for lost and sends it again."""


@dataclass
class Ack:
    """How an envelope was acknowledged."""

    envelope_id: str
    kind: str
    seconds: float
    payload: Any


@dataclass
class Envelope:
    """Something on its way to the bot."""

    envelope_id: str
    kind: str
    payload: dict[str, Any]
    attempt: int = 0
    reason: str = ""
    sent: float = 0.0
    connection: int = 0


@dataclass
class Socket:
    """All connections of one app. Everything runs in the loop of the server."""

    violations: list[str]
    acks: list[Ack] = field(default_factory=list)
    waiting: dict[str, Envelope] = field(default_factory=dict)
    """Not yet acknowledged, by envelope_id."""
    connections: list[tuple[int, web.WebSocketResponse]] = field(default_factory=list)
    opened: int = 0
    """Connections so far."""
    pings: int = 0
    late_s: float = LATE_S
    resend: bool = True
    """Send what was not acknowledged in time, or was on a connection that broke, again."""
    _tickets: set[str] = field(default_factory=set)
    _number: int = 0
    _timers: set[asyncio.Task[None]] = field(default_factory=set)

    def ticket(self) -> str:
        """Return a ticket for one connection."""
        self._number += 1
        self._tickets.add(ticket := f"ticket-{self._number}")
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection until either side ends it."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            self.violations.append(f"a connection with the used or unknown ticket {ticket!r}")
            return web.Response(status=401)
        self._tickets.discard(ticket)
        # The client pings in its own time; pongs are for it to be seen alive.
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self.opened += 1
        own = (self.opened, socket)
        self.connections.append(own)
        hello = {
            "type": "hello",
            "num_connections": len(self.connections),
            "connection_info": {"app_id": "A1"},
        }
        await socket.send_str(json.dumps(hello))
        for envelope in [one for one in self.waiting.values() if not one.sent]:
            await self._send(envelope)
        try:
            async for message in socket:
                await self._hear(socket, message.type, message.data)
        finally:
            if own in self.connections:
                self.connections.remove(own)
            await self._after(own[0])
        return socket

    async def deliver(self, envelope: Envelope) -> None:
        """Send an envelope to the newest connection, or keep it until there is one."""
        self.waiting[envelope.envelope_id] = envelope
        if self.connections:
            await self._send(envelope)

    async def disconnect(self, reason: str) -> None:
        """Say that the newest connection will end (`warning`, `refresh_requested`, `link_disabled`)."""
        _, socket = self.connections[-1]
        await socket.send_str(json.dumps({"type": "disconnect", "reason": reason, "debug_info": {}}))

    async def drop(self) -> None:
        """Cut all connections without a word."""
        for _, socket in list(self.connections):
            transport = socket._req.transport if socket._req else None
            if transport:
                transport.abort()

    async def say(self, text: str) -> None:
        """Send any text to the newest connection."""
        await self.connections[-1][1].send_str(text)

    async def close(self) -> None:
        """End all."""
        for timer in self._timers:
            timer.cancel()
        for _, socket in list(self.connections):
            await socket.close()

    async def _send(self, envelope: Envelope) -> None:
        number, socket = self.connections[-1]
        envelope.sent, envelope.connection = time.monotonic(), number
        body: dict[str, Any] = {
            "envelope_id": envelope.envelope_id,
            "type": envelope.kind,
            "payload": envelope.payload,
            "accepts_response_payload": envelope.kind != "events_api",
        }
        if envelope.kind == "events_api":
            body |= {"retry_attempt": envelope.attempt, "retry_reason": envelope.reason}
        try:
            await socket.send_str(json.dumps(body))
        except ConnectionError:
            envelope.sent = 0.0
            return
        timer = asyncio.create_task(self._watch(envelope, envelope.attempt))
        self._timers.add(timer)
        timer.add_done_callback(self._timers.discard)

    async def _watch(self, envelope: Envelope, attempt: int) -> None:
        await asyncio.sleep(self.late_s)
        if envelope.envelope_id in self.waiting and envelope.attempt == attempt and envelope.sent:
            self.violations.append(
                f"{envelope.kind} {envelope.envelope_id} not acknowledged in {self.late_s} s"
            )
            await self._again(envelope, "timeout")

    async def _after(self, number: int) -> None:
        lost = [one for one in self.waiting.values() if one.connection == number and one.sent]
        for envelope in lost:
            envelope.sent = 0.0
            await self._again(envelope, "connection_failed")

    async def _again(self, envelope: Envelope, reason: str) -> None:
        # Slack repeats events; a command or a click that went wrong is for the person to repeat.
        if not self.resend or envelope.kind != "events_api" or envelope.attempt >= 3:
            self.waiting.pop(envelope.envelope_id, None)
            return
        envelope.attempt, envelope.reason, envelope.sent = envelope.attempt + 1, reason, 0.0
        if self.connections:
            await self._send(envelope)

    async def _hear(self, socket: web.WebSocketResponse, kind: WSMsgType, data: Any) -> None:
        if kind == WSMsgType.PING:
            self.pings += 1
            await socket.pong(data)
        elif kind == WSMsgType.TEXT:
            self._acknowledge(data)
        elif kind != WSMsgType.PONG:
            self.violations.append(f"an unexpected frame: {kind.name}")

    def _acknowledge(self, data: str) -> None:
        try:
            said = json.loads(data)
            envelope_id = said["envelope_id"]
        except (ValueError, KeyError, TypeError):
            self.violations.append(f"no acknowledgement: {data[:200]!r}")
            return
        envelope = self.waiting.pop(envelope_id, None)
        if envelope is None:
            # One that came again may be acknowledged twice.
            if not any(ack.envelope_id == envelope_id for ack in self.acks):
                self.violations.append(f"the unknown envelope {envelope_id!r} was acknowledged")
            return
        seconds = time.monotonic() - envelope.sent
        self.acks.append(Ack(envelope_id, envelope.kind, seconds, said.get("payload")))
