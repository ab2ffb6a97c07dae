"""A press on one of the bot's buttons, as Slack reports it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rag.text import Lang, language_of
from ui.slack.inquiry import Inquiry, Way

_CARRIED = ("channel", "value", "ts", "thread", "response_url", "is_ephemeral", "lang")
"""What a modal gives back of the press that opened it."""


@dataclass(frozen=True, slots=True)
class Press:
    """Who pressed what, and where the message with the button stands."""

    team: str
    channel: str
    user: str
    value: str
    """Of the button: mostly the id of an answer."""
    ts: str
    """Of the message with the button."""
    thread: str = ""
    """ts of the thread in which it stands; empty outside of one."""
    trigger: str = ""
    """Opens one modal, within three seconds."""
    response_url: str = ""
    """Takes five messages within half an hour, also where the bot is no member."""
    is_ephemeral: bool = False
    """Only the presser sees the message; it was the answer to a command."""
    lang: Lang = "zh"
    """Of the message's buttons."""
    message: Mapping[str, Any] = field(default_factory=dict)
    """As it stands; empty when Slack does not say, as of an ephemeral one."""

    @property
    def is_private(self) -> bool:
        """Nobody but the presser sees the message."""
        return self.is_ephemeral or self.channel.startswith("D")

    @property
    def inquiry(self) -> Inquiry:
        """The press as if the presser had asked there, which decides who sees what and who rates."""
        way: Way = "command" if self.is_ephemeral else "direct" if self.channel.startswith("D") else "mention"
        return Inquiry(self.team, self.channel, self.user, "", way, self.ts, self.thread)

    @property
    def metadata(self) -> str:
        """What a modal is given, for `press_of_submission`; less than 1,000 characters."""
        return json.dumps({name: getattr(self, name) for name in _CARRIED}, ensure_ascii=False)


def press_of(body: Mapping[str, Any]) -> Press:
    """Read the payload of a click (`block_actions`)."""
    container = body.get("container") or {}
    message = body.get("message") or {}
    action = body["actions"][0]
    return Press(
        _team(body),
        (body.get("channel") or {}).get("id") or container.get("channel_id") or "",
        body["user"]["id"],
        str(action.get("value") or ""),
        str(container.get("message_ts") or message.get("ts") or ""),
        str(container.get("thread_ts") or message.get("thread_ts") or ""),
        str(body.get("trigger_id") or ""),
        str(body.get("response_url") or ""),
        bool(container.get("is_ephemeral")),
        _language(action, message),
        message,
    )


def press_of_submission(body: Mapping[str, Any]) -> Press:
    """Read the payload of a modal that was sent off, which a press had opened."""
    carried = json.loads(body["view"]["private_metadata"])
    return Press(_team(body), user=body["user"]["id"], **{name: carried[name] for name in _CARRIED})


def press_of_shortcut(body: Mapping[str, Any]) -> Press:
    """Read the payload of a message shortcut; `value` stays empty."""
    message = body.get("message") or {}
    ts = str(body.get("message_ts") or message.get("ts") or "")
    return Press(
        _team(body), body["channel"]["id"], body["user"]["id"], "", ts, str(message.get("thread_ts") or ""),
        str(body.get("trigger_id") or ""), str(body.get("response_url") or ""), message=message,
        lang=language_of(str(message.get("text") or "")),
    )  # fmt: skip


def _team(body: Mapping[str, Any]) -> str:
    # An app installed for a whole organisation gets no team, but that of the user.
    return str((body.get("team") or {}).get("id") or body["user"].get("team_id") or "")


def _language(action: Mapping[str, Any], message: Mapping[str, Any]) -> Lang:
    """Tell by the words of the buttons: a thumb alone has none."""
    rows = [block for block in message.get("blocks") or [] if block.get("type") == "actions"]
    buttons = [action, *(element for row in rows for element in row.get("elements") or [])]
    said = " ".join(str((button.get("text") or {}).get("text") or "") for button in buttons)
    return language_of(said if any(c.isalpha() for c in said) else str(message.get("text") or "中文"))
