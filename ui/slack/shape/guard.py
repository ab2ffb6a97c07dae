"""What keeps a text from calling, naming or leading to anything in Slack, in mrkdwn as in Markdown."""

import re

from ui.export.sheet import cleaned

BREAK = "\u200b"
"""A zero-width space: nobody sees it, and nothing that Slack knows by its spelling goes over it."""
_SPELLED = re.compile(r"[@#:](?=\S)|(?<![0-9A-Za-z])[Ww]{3}\.(?=\S)|(?<=[0-9A-Za-z])\.(?=[A-Za-z])")
"""Beginnings of @here, #general, :smile: and https:, www., example.org: each told by one character behind it at most, so that
a text that grows keeps what was shown of it."""


def guarded(text: str) -> str:
    """Return a text without control characters and marks of direction, in which no name, emoji code or address is known."""
    return _SPELLED.sub(lambda found: found[0] + BREAK, cleaned(text))
