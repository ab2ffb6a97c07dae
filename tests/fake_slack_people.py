"""What people do in the fake Slack: ask, edit, delete, click."""

import time
from collections.abc import Callable
from typing import Any

import fake_slack_events as events
from fake_slack_messages import Messages
from fake_slack_web import ResponseUrl, Trigger, WebApi

TEAM, BOT, BOT_ID = "T1", "UBOT", "BBOT"


class People:
    """The verbs of `FakeSlack`. They return at once; the bot's answers come later."""

    store: Messages
    api: WebApi
    _call: Callable[[Callable[[], Any]], Any]
    _send: Callable[[str, dict[str, Any]], str]
    _next: Callable[[], int]

    def ask(
        self,
        text: str,
        *,
        channel: str = "D1",
        user: str = "U1",
        thread: str | None = None,
        ts: str | None = None,
        **more: Any,
    ) -> str:
        """Write a message; return its ts. A mention in a channel comes as two events, as in Slack."""
        known = {
            "type": "message",
            "user": user,
            "text": text,
            "team": TEAM,
            "client_msg_id": f"m{time.monotonic_ns()}",
        }
        message = known | ({"thread_ts": thread} if thread else {}) | ({"ts": ts} if ts else {}) | more
        message = dict(self._call(lambda: self.store.add(channel, **message)))
        self.send_event(events.message_event(channel, message))
        if f"<@{BOT}>" in text and not channel.startswith("D"):
            mention = {k: v for k, v in message.items() if k not in ("subtype", "hidden")}
            self.send_event(mention | {"type": "app_mention", "channel": channel, "event_ts": message["ts"]})
        return str(message["ts"])

    def edit(self, channel: str, ts: str, text: str) -> None:
        """Change somebody's message."""
        message = self.store.find(channel, ts)
        assert message, f"no message {ts}"
        before, at = dict(message), self._call(self.store.new_ts)
        message.update(text=text, edited={"user": message["user"], "ts": at})
        self.send_event(events.changed_event(channel, dict(message), before, at))

    def delete(self, channel: str, ts: str) -> None:
        """Delete somebody's message."""
        before = self._call(lambda: self.store.remove(channel, ts))
        assert before, f"no message {ts}"
        self.send_event(events.deleted_event(channel, before, self._call(self.store.new_ts)))

    def command(self, text: str, *, channel: str = "C1", user: str = "U1", team: str = TEAM) -> ResponseUrl:
        """Type `/policy TEXT`; return where the answers arrive (`.shown`)."""
        _, place, more = self._answerable(channel, user)
        self._send("slash_commands", events.command_body(team, channel, user, text, **more))
        return place

    def press(
        self, channel: str, ts: str, action_id: str, value: str = "", *, user: str = "U1", **more: Any
    ) -> ResponseUrl:
        """Click a button of a message (of an ephemeral one, when no message has this ts)."""
        message = self.store.find(channel, ts)
        _, place, answerable = self._answerable(channel, user, ts if message else "")
        kind = {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": not message}
        seen = {"message": events.message_event(channel, message)} if message else {}
        body = events.action_body(TEAM, channel, user, {"action_id": action_id, "value": value}, container=kind, **seen, **answerable, **more)  # fmt: skip
        self._send("interactive", body)
        return place

    def shortcut(self, channel: str, ts: str, callback_id: str, *, user: str = "U1") -> ResponseUrl:
        """Use a message shortcut on a message."""
        message = self.store.find(channel, ts)
        assert message, f"no message {ts}"
        _, place, more = self._answerable(channel, user)
        self._send(
            "interactive", events.shortcut_body(TEAM, channel, user, message, callback_id=callback_id, **more)
        )
        return place

    def submit(self, view: dict[str, Any], values: dict[str, Any], *, user: str = "U1") -> str:
        """Send a modal off; return the envelope_id, whose acknowledgement may hold errors."""
        return self._send("interactive", events.submission_body(TEAM, user, view, values))

    def send_event(self, event: dict[str, Any], *, event_id: str = "", team: str = TEAM) -> str:
        """Send any event; return its event_id. The same event_id again is a retry."""
        event_id = event_id or f"Ev{self._next():06d}"
        self._send("events_api", events.event_body(team, BOT, event, event_id))
        return event_id

    def _answerable(
        self, channel: str, user: str, source: str = ""
    ) -> tuple[str, ResponseUrl, dict[str, str]]:
        key = f"r{self._next()}"
        place = ResponseUrl(channel, user, time.monotonic(), source)
        self.api.response_urls[key] = place
        self.api.triggers[f"{key}.trigger"] = Trigger(time.monotonic())
        return key, place, {"response_url": f"{self.api.base}/response/{key}", "trigger_id": f"{key}.trigger"}
