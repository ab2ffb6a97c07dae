"""The Web API of the fake Slack over HTTP: who may call what, in which form, how often."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from fake_slack_checks import REQUEST_BYTES
from fake_slack_faults import Fault, Faults, Limits
from fake_slack_messages import Messages, Refused
from fake_slack_socket import Socket
from fake_slack_surfaces import ResponseUrl, Surfaces, Trigger

BOT_TOKEN, APP_TOKEN = "xoxb-fake-bot", "xapp-fake-app"
_HISTORY = {"C": "channels:history", "G": "groups:history", "D": "im:history"}
_READ = {"C": "channels:read", "G": "groups:read", "D": "im:read"}
SCOPES = frozenset({"app_mentions:read", "chat:write", "commands", *_HISTORY.values()})
"""What the bot is granted, and no more; a test may add others."""
# Methods that read take arguments as a form only; these take JSON as well.
_JSON = {
    "auth.test", "apps.connections.open", "chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete",
    "chat.startStream", "chat.appendStream", "chat.stopStream", "assistant.threads.setStatus",
    "views.open", "views.update", "views.push",
}  # fmt: skip
__all__ = ["APP_TOKEN", "BOT_TOKEN", "Call", "ResponseUrl", "Trigger", "WebApi"]
_OBJECTS = ("blocks", "view", "metadata", "attachments")


@dataclass
class Call:
    """One call of the Web API and what came of it."""

    method: str
    args: dict[str, Any]
    at: float
    """time.monotonic() of its arrival."""
    size: int
    """Bytes of its body."""
    outcome: str = "ok"
    """`ok`, the error, the status, or what went wrong on the way."""


class WebApi(Surfaces):
    """Everything the bot can call. Runs in the loop of the server."""

    def __init__(
        self, messages: Messages, socket: Socket, faults: Faults, limits: Limits, violations: list[str]
    ) -> None:
        super().__init__(messages, violations)
        self.socket, self.faults, self.limits = socket, faults, limits
        self.base = ""
        self.scopes = set(SCOPES)
        self.unknown_methods: set[str] = set()
        self.log: list[Call] = []
        self.users: dict[str, dict[str, Any]] = {}
        self.channels: dict[str, dict[str, Any]] = {}
        self.usergroups: list[dict[str, Any]] = []
        self.hang_s = 60.0
        self.posted: Callable[[str, dict[str, Any]], None] = lambda channel, message: None
        m = messages
        self._methods: dict[
            str, tuple[Callable[[dict[str, Any]], dict[str, Any]], Callable[[str], set[str]]]
        ] = {
            "chat.postMessage": (m.post, _always("chat:write")),
            "chat.postEphemeral": (m.post_ephemeral, _always("chat:write")),
            "chat.update": (m.update, _always("chat:write")),
            "chat.delete": (m.delete, _always("chat:write")),
            "chat.startStream": (m.start_stream, _always("chat:write")),
            "chat.appendStream": (m.append_stream, _always("chat:write")),
            "chat.stopStream": (m.stop_stream, _always("chat:write")),
            "chat.getPermalink": (m.permalink, _always()),
            "assistant.threads.setStatus": (m.set_status, _always("chat:write")),
            "conversations.replies": (m.replies, lambda c: {_HISTORY.get(c[:1], "")}),
            "conversations.history": (m.history, lambda c: {_HISTORY.get(c[:1], "")}),
            "conversations.info": (self._channel_info, lambda c: {_READ.get(c[:1], "")}),
            "views.open": (self._open_view, _always()),
            "views.push": (self._open_view, _always()),
            "views.update": (self._update_view, _always()),
            "users.info": (self._user_info, _always("users:read")),
            "bots.info": (self._bot_info, _always("users:read")),
            "usergroups.list": (lambda args: {"usergroups": self.usergroups}, _always("usergroups:read")),
            "auth.test": (self._auth_test, _always()),
            "apps.connections.open": (self._connect, _always()),
        }

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Answer one call of a method."""
        method = request.match_info["method"]
        raw = await request.read()
        args = await self._arguments(request, method, raw)
        call = Call(method, args, time.monotonic(), len(raw))
        self.log.append(call)
        if call.size > REQUEST_BYTES:
            return self._too_large(call)
        fault = self.faults.next_for(method)
        if fault and (early := await self._misbehave(request, fault, call)) is not None:
            return early
        verdict, seconds = self.limits.admit(method, str(args.get("channel", "")))
        if verdict != "yes":
            if verdict == "disobeyed":
                self.violations.append(f"{method} called again before Retry-After had passed")
            return self._too_many(call, seconds)
        answer = self._answer(method, args, request, call)
        if fault and fault.how == "lost":
            call.outcome = "lost"
            await self._hang(request)
        return web.json_response(answer, headers={"X-OAuth-Scopes": ",".join(sorted(self.scopes))})

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """Take what is posted to a response_url."""
        raw = await request.read()
        call = Call("response_url", {}, time.monotonic(), len(raw))
        self.log.append(call)
        if call.size > REQUEST_BYTES:
            return self._too_large(call)
        fault = self.faults.next_for("response_url")
        if fault and (early := await self._misbehave(request, fault, call)) is not None:
            return early
        place = self.response_urls.get(request.match_info["key"])
        try:
            call.args.update(json.loads(raw.decode("utf-8")))
        except ValueError:
            self.violations.append("a post to a response_url that is no JSON in UTF-8")
            return web.Response(status=400, text="invalid_payload")
        if place is None or time.monotonic() - place.at > self.limits.minute_s * 30:
            call.outcome = "expired_url"
        elif len(place.posts) >= 5:
            call.outcome = "used_url"
            self.violations.append("more than five posts to one response_url")
        else:
            call.outcome = self._show(place, call.args)
        if call.outcome != "ok":
            status = 404 if call.outcome.endswith("_url") else 400
            return web.json_response({"ok": False, "error": call.outcome}, status=status)
        if fault and fault.how == "lost":
            await self._hang(request)
        return web.Response(text="ok")

    async def _arguments(self, request: web.Request, method: str, raw: bytes) -> dict[str, Any]:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            self.violations.append(f"{method}: a body that is not UTF-8")
            return {}
        if request.content_type != "application/json":
            args = dict(await request.post())
            return {k: json.loads(str(v)) if k in _OBJECTS else str(v) for k, v in args.items()}
        if method not in _JSON:
            self.violations.append(f"{method} takes no JSON")
        if request.charset is None:
            self.violations.append(f"{method}: JSON without a charset")
        return dict(json.loads(text)) if text else {}

    async def _misbehave(self, request: web.Request, fault: Fault, call: Call) -> web.StreamResponse | None:
        if fault.how == "lost":
            return None
        call.outcome = str(fault.how)
        if fault.how == "timeout":
            await self._hang(request)
        elif fault.how == 429:
            self.limits.hold(call.method, fault.retry_after or 1)
            return self._too_many(call, fault.retry_after or 1)
        elif isinstance(fault.how, int):
            return web.Response(status=fault.how, text="<html>an error page</html>", content_type="text/html")
        elif fault.how != "drop":
            return web.json_response({"ok": False, "error": fault.how})
        if request.transport:
            request.transport.abort()
        return web.Response(status=500)

    async def _hang(self, request: web.Request) -> None:
        until = time.monotonic() + self.hang_s
        while time.monotonic() < until and request.transport and not request.transport.is_closing():
            await asyncio.sleep(0.02)

    def _too_large(self, call: Call) -> web.Response:
        call.outcome = "413"
        self.violations.append(f"{call.method}: a body of {call.size} bytes, most are {REQUEST_BYTES}")
        return web.Response(status=413, text="<html>too large</html>", content_type="text/html")

    def _too_many(self, call: Call, seconds: int) -> web.Response:
        call.outcome = "429"
        body = {"ok": False, "error": "ratelimited"}
        return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})

    def _answer(self, method: str, args: dict[str, Any], request: web.Request, call: Call) -> dict[str, Any]:
        try:
            run = self._permitted(method, args, request.headers.get("Authorization", ""))
            done = run(args)
        except Refused as refused:
            call.outcome = refused.error
            if refused.fault:
                self.violations.append(f"{method}: {refused.error}: {refused.fault}")
            return {"ok": False, "error": refused.error, **refused.more}
        if method in ("chat.postMessage", "chat.startStream", "chat.stopStream"):
            message = self.messages.find(done["channel"], done["ts"])
            if message and method != "chat.startStream":
                self.posted(done["channel"], dict(message))
        return {"ok": True, **done}

    def _permitted(
        self, method: str, args: dict[str, Any], authorization: str
    ) -> Callable[[dict[str, Any]], dict[str, Any]]:
        if method not in self._methods or method in self.unknown_methods:
            raise Refused("unknown_method", "" if method in self._methods else f"{method} is not known here")
        token = authorization.removeprefix("Bearer ")
        if "token" in args:
            raise Refused("invalid_auth", "a token among the arguments, where logs keep it")
        if not token:
            raise Refused("not_authed")
        if token != (APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN):
            raise Refused("not_allowed_token_type" if token in (APP_TOKEN, BOT_TOKEN) else "invalid_auth")
        run, needed = self._methods[method]
        if missing := needed(str(args.get("channel", ""))) - self.scopes:
            raise Refused("missing_scope", needed=",".join(missing), provided=",".join(sorted(self.scopes)))
        return run

    def _auth_test(self, args: dict[str, Any]) -> dict[str, Any]:
        m = self.messages
        return {"url": "https://example.slack.com/", "team": "Example", "user": "policyqa", "team_id": m.team, "user_id": m.bot_user, "bot_id": m.bot_id, "is_enterprise_install": False}  # fmt: skip

    def _connect(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"url": f"{self.base.replace('http', 'ws', 1)}/link/?ticket={self.socket.ticket()}&app_id=A1"}

    def _channel_info(self, args: dict[str, Any]) -> dict[str, Any]:
        channel = str(args.get("channel"))
        if channel in self.messages.closed_channels:
            raise Refused("channel_not_found")
        known = {"id": channel, "name": "office", "is_im": channel[:1] == "D", "is_private": channel[:1] != "C", "is_member": True}  # fmt: skip
        return {"channel": known | self.channels.get(channel, {})}

    def _user_info(self, args: dict[str, Any]) -> dict[str, Any]:
        user = str(args.get("user"))
        known = {"id": user, "team_id": self.messages.team, "is_bot": False, "locale": "zh-CN"}
        return {"user": known | self.users.get(user, {})}

    def _bot_info(self, args: dict[str, Any]) -> dict[str, Any]:
        m = self.messages
        return {"bot": {"id": m.bot_id, "user_id": m.bot_user, "app_id": "A1", "name": "policyqa"}}


def _always(*scopes: str) -> Callable[[str], set[str]]:
    return lambda channel: set(scopes)
