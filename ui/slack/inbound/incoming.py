"""What Slack sends, read as questions: who asks what, where, and whether it is meant for the bot at all."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from ui.slack.inquiry import Inquiry, Way

COMMAND = "/policy"
Body = Mapping[str, Any]
TakesPart = Callable[[str, str, str], bool]
"""Team, channel, ts of a thread → whether the bot answers or answered there."""
# A file's comment and a reply that is shown in the channel too are messages like any other; all other subtypes are notices.
_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})
_HELP = frozenset({"", "help", "?", "？", "帮助", "幫助", "用法", "usage"})
_ANGLE = re.compile(r"<([^<>\n]*)>")
# Marks of Slack's editor around words. Beside a letter or digit of ASCII they belong to the text: 3*4*5, file_name_2.
_MARKS = tuple(
    re.compile(rf"(?<![A-Za-z0-9{mark}]){mark}(?=\S)([^{mark}\n]+?)(?<=\S){mark}(?![A-Za-z0-9{mark}])")
    for mark in (re.escape("*"), "_", "~")
)
_CODE = re.compile(r"(`{3}|`)(.+?)\1", re.DOTALL)
_QUOTE = re.compile(r"^&gt;[ \t]?", re.MULTILINE)
_SPACES = re.compile(r"[^\S\n]+")


def plain_text(slack_text: str, bot_user: str) -> str:
    """Return a message's words without Slack's markup.

    Args:
        slack_text: `text` of a message: mentions and links in angle brackets, `&lt;`, marks for bold and the like.
        bot_user: The bot's own id; its mention is left out. Others stand as `@name` where Slack says the name.

    Returns:
        Plain text in the lines that it was written in; empty when nothing else was written.
    """
    text = _QUOTE.sub("", slack_text)
    text = _CODE.sub(r"\2", text)
    for mark in _MARKS:
        text = mark.sub(r"\1", text)
    text = _ANGLE.sub(lambda found: _angle(found.group(1), bot_user), text)
    # Once only: whoever writes &amp;lt; means &lt;.
    text = unescape(text).replace("\0", "")
    lines = (_SPACES.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _angle(inside: str, bot_user: str) -> str:
    target, _, shown = inside.partition("|")
    if target.startswith("@"):
        name = shown.removeprefix("@")
        # A space, so that the words around it do not become one.
        return " " if target[1:] == bot_user or not name else f"@{name}"
    if target.startswith("#"):
        return f"#{shown}" if shown else " "
    if target.startswith("!"):
        return shown or f"@{target[1:].split('^')[0]}"
    return shown or target.removeprefix("mailto:")


def is_help(text: str) -> bool:
    """Tell whether somebody typed the command alone, or asks how it is used."""
    return text.strip().casefold() in _HELP


def inquiry_from(body: Body, bot_user: str, takes_part: TakesPart) -> Inquiry | None:
    """Read the event of a new message or of a mention.

    A mention in a channel comes as both; the two have one key.

    Args:
        body: What the Events API sends, with the event in it.
        bot_user: The bot's own id.
        takes_part: Asked for replies in threads of channels.

    Returns:
        The question; None for what is none or is not meant for the bot: notices, messages of bots and its own, empty ones.
    """
    event: Body = body["event"]
    if event.get("hidden") or event.get("subtype") not in _SUBTYPES or not _is_person(event, bot_user):
        return None
    raw, channel, ts = (
        str(event.get("text") or ""),
        str(event.get("channel") or ""),
        str(event.get("ts") or ""),
    )
    text = plain_text(raw, bot_user)
    team = _team(event, body)
    thread = str(event.get("thread_ts") or ts)
    if not (text and channel and ts):
        return None
    way = _way(event, raw, bot_user, lambda: takes_part(team, channel, thread))
    if way is None:
        return None
    return Inquiry(team, channel, str(event["user"]), text, way, ts, thread, str(body.get("event_id") or ""))


def _way(event: Body, raw: str, bot_user: str, takes_part: Callable[[], bool]) -> Way | None:
    if _is_direct(event):
        return "direct"
    called = event.get("type") == "app_mention" or _mentions(raw, bot_user)
    replies = event.get("thread_ts") not in (None, event.get("ts"))
    # People who talk to each other in a thread of the bot are not interrupted.
    if replies and (called or not raw.lstrip().startswith("<@")) and takes_part():
        return "thread"
    return "mention" if called else None


def edited(body: Body, bot_user: str) -> Inquiry | None:
    """Read the event of a changed message; None when no person changed its words."""
    event: Body = body["event"]
    message: Body = event.get("message") or {}
    before: Body = event.get("previous_message") or {}
    at = (message.get("edited") or {}).get("ts")
    # Slack also changes messages itself: it unfurls links, counts replies.
    if not at or message.get("text") == before.get("text") or not _is_person(message, bot_user):
        return None
    text = plain_text(str(message.get("text") or ""), bot_user)
    ts, channel = str(message["ts"]), str(event["channel"])
    thread = str(message.get("thread_ts") or ts)
    where = _team(message, body), channel, str(message["user"])
    return Inquiry(*where, text, "edit", f"{ts}/{at}", thread, str(body.get("event_id") or ""))


@dataclass(frozen=True, slots=True)
class Deletion:
    """A message that its author deleted."""

    team: str
    channel: str
    ts: str
    message: Body
    """As it stood; empty when Slack does not say."""

    def asked(self, body: Body, bot_user: str, takes_part: TakesPart) -> bool:
        """Tell whether it was a question to the bot, or may have been as Slack does not say; arguments as `inquiry_from`."""
        if not self.message.get("text"):
            return True
        event = {k: v for k, v in self.message.items() if k != "hidden"} | {
            name: body["event"][name] for name in ("channel", "channel_type") if name in body["event"]
        }
        return inquiry_from({**body, "event": event}, bot_user, takes_part) is not None


def deleted(body: Body) -> Deletion | None:
    """Read the event of a deleted message; None when it tells of none."""
    event: Body = body["event"]
    before: Body = event.get("previous_message") or {}
    ts = event.get("deleted_ts")
    # Of a message with replies a tombstone is left, which is a change.
    if (
        event.get("subtype") == "message_changed"
        and (event.get("message") or {}).get("subtype") == "tombstone"
    ):
        ts = event["message"].get("ts")
    if not ts or before.get("bot_id"):
        return None
    return Deletion(_team(before, body), str(event["channel"]), str(ts), before)


def command_inquiry(body: Body, bot_user: str) -> Inquiry:
    """Read `/policy QUESTION`; its trigger tells it from all others, as it has no message."""
    text = plain_text(str(body.get("text") or ""), bot_user)
    where = str(body["team_id"]), str(body["channel_id"]), str(body["user_id"])
    return Inquiry(*where, text, "command", str(body["trigger_id"]), response_url=str(body["response_url"]))


def _is_person(message: Body, bot_user: str) -> bool:
    user = message.get("user")
    return bool(user) and user not in (bot_user, "USLACKBOT") and not message.get("bot_id")


def _is_direct(event: Body) -> bool:
    return event.get("channel_type") == "im" or str(event.get("channel", "")).startswith("D")


def _mentions(raw: str, bot_user: str) -> bool:
    return f"<@{bot_user}>" in raw or f"<@{bot_user}|" in raw


def _team(message: Body, body: Body) -> str:
    """Of the author: in a channel shared between companies it is not always the one that the bot belongs to."""
    return str(message.get("user_team") or message.get("team") or body.get("team_id") or "")
