"""What Slack sends: events, commands, clicks; and how it signs them."""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode


def channel_type(channel: str) -> str:
    """Return what Slack calls this kind of channel."""
    return {"D": "im", "G": "group"}.get(channel[:1], "channel")


def message_event(channel: str, message: dict[str, Any]) -> dict[str, Any]:
    """Return the event of a new message."""
    kept = {k: v for k, v in message.items() if k not in ("was", "started", "markdown", "streaming")}
    where = {"channel": channel, "channel_type": channel_type(channel), "event_ts": message["ts"]}
    return {"type": "message", **kept, **where}


def changed_event(channel: str, message: dict[str, Any], before: dict[str, Any], ts: str) -> dict[str, Any]:
    """Return the event of an edited message."""
    inner = {"type": "message", **message}
    old = {"type": "message", **before}
    event = {"type": "message", "subtype": "message_changed", "hidden": True, "message": inner}
    where = {"channel": channel, "channel_type": channel_type(channel), "ts": ts, "event_ts": ts}
    return event | {"previous_message": old} | where


def deleted_event(channel: str, before: dict[str, Any], ts: str) -> dict[str, Any]:
    """Return the event of a deleted message."""
    event = {"type": "message", "subtype": "message_deleted", "hidden": True, "deleted_ts": before["ts"]}
    where = {"channel": channel, "channel_type": channel_type(channel), "ts": ts, "event_ts": ts}
    return event | {"previous_message": {"type": "message", **before}} | where


def event_body(team: str, bot_user: str, event: dict[str, Any], event_id: str) -> dict[str, Any]:
    """Return what the Events API puts around an event."""
    authorization = {"team_id": team, "user_id": bot_user, "is_bot": True, "enterprise_id": None}
    return {
        "token": "unused",
        "team_id": team,
        "api_app_id": "A1",
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(time.time()),
        "authorizations": [authorization | {"is_enterprise_install": False}],
        "is_ext_shared_channel": False,
    }


def command_body(team: str, channel: str, user: str, text: str, **more: Any) -> dict[str, Any]:
    """Return the payload of `/policy TEXT`."""
    return {
        "token": "unused",
        "team_id": team,
        "team_domain": "example",
        "channel_id": channel,
        "channel_name": "directmessage" if channel.startswith("D") else "office",
        "user_id": user,
        "user_name": "someone",
        "command": "/policy",
        "text": text,
        "api_app_id": "A1",
        "is_enterprise_install": "false",
        **more,
    }


def action_body(team: str, channel: str, user: str, action: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the payload of a click on a button."""
    return {
        "type": "block_actions",
        "team": {"id": team, "domain": "example"},
        "user": {"id": user, "username": "someone", "team_id": team},
        "api_app_id": "A1",
        "token": "unused",
        "channel": {"id": channel, "name": "office"},
        "is_enterprise_install": False,
        "enterprise": None,
        "state": {"values": {}},
        "actions": [{"type": "button", "action_ts": f"{time.time():.6f}", **action}],
        **more,
    }


def shortcut_body(team: str, channel: str, user: str, message: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the payload of a message shortcut."""
    return {
        "type": "message_action",
        "token": "unused",
        "team": {"id": team, "domain": "example"},
        "user": {"id": user, "username": "someone", "team_id": team},
        "channel": {"id": channel, "name": "office"},
        "message_ts": message["ts"],
        "message": {"type": "message", **message},
        "is_enterprise_install": False,
        "enterprise": None,
        "action_ts": f"{time.time():.6f}",
        **more,
    }


def submission_body(team: str, user: str, view: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Return the payload of a modal that was sent off; `values` as `{block_id: {action_id: {...}}}`."""
    return {
        "type": "view_submission",
        "team": {"id": team, "domain": "example"},
        "user": {"id": user, "name": "someone", "team_id": team},
        "api_app_id": "A1",
        "token": "unused",
        "view": view | {"state": {"values": values}},
        "response_urls": [],
        "is_enterprise_install": False,
        "enterprise": None,
    }


def http_form(kind: str, payload: dict[str, Any]) -> tuple[str, str]:
    """Return body and content type as HTTP mode has them: events as JSON, commands and clicks as a form."""
    if kind == "events_api":
        return json.dumps(payload), "application/json"
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(form), "application/x-www-form-urlencoded"


def signed(body: str, secret: str, at: float | None = None) -> dict[str, str]:
    """Return the headers with which Slack signs a request; `at` in seconds since 1970, None for now."""
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
