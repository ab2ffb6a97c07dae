"""What the bot calls and hears in Slack, and the permission that each needs: the one table behind manifest and doctor."""

from collections.abc import Mapping
from types import MappingProxyType

PATH = "/slack/events"
"""Of the address to which Slack sends in HTTP mode: events, commands and clicks alike."""
_HISTORY = ("channels:history", "groups:history", "im:history")
"""By kind of channel."""
METHODS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "auth.test": (),
        "chat.postMessage": ("chat:write",),
        "chat.postEphemeral": ("chat:write",),
        "chat.update": ("chat:write",),
        "chat.delete": ("chat:write",),
        "chat.startStream": ("chat:write",),
        "chat.appendStream": ("chat:write",),
        "chat.stopStream": ("chat:write",),
        "assistant.threads.setStatus": ("chat:write",),
        "views.open": (),
        "chat.getPermalink": (),
        "conversations.history": _HISTORY,
        "conversations.replies": _HISTORY,
    }
)
"""Method of the Web API → scopes of the bot token; none for those that any token may call.

`doctor` alone calls `conversations.history`, for no message at all: it tells whether the bot is in a channel."""
EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "app_mention": "app_mentions:read",
        "message.im": "im:history",
        "message.channels": "channels:history",
        "message.groups": "groups:history",
    }
)
"""Event that Slack sends → scope of the bot token."""
FEATURES: Mapping[str, str] = MappingProxyType({"/policy": "commands", "pq_check": "commands"})
"""Command, and callback of the message shortcut → scope of the bot token."""
APP_METHODS: Mapping[str, str] = MappingProxyType({"apps.connections.open": "connections:write"})
"""Method of Socket Mode → scope of the app-level token."""
WHY: Mapping[str, str] = MappingProxyType(
    {
        "app_mentions:read": "questions by mention in a channel",
        "channels:history": "replies in threads of public channels",
        "chat:write": "answers",
        "commands": "/policy and the message shortcut",
        "groups:history": "replies in threads of private channels",
        "im:history": "direct messages",
    }
)
"""Scope → what does not work without it."""


def bot_scopes() -> frozenset[str]:
    """Return the scopes that the bot token needs, and no other."""
    called = (scope for scopes in METHODS.values() for scope in scopes)
    return frozenset((*called, *EVENTS.values(), *FEATURES.values()))
