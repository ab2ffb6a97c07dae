"""One message to Slack."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted at once; within all of Slack's limits."""

    text: str
    """The whole as mrkdwn, for notifications and for clients that show no blocks; what the message shrinks to when Slack refuses its blocks."""
    blocks: tuple[dict[str, Any], ...] = ()
    """Block Kit; empty for a message of text alone."""
