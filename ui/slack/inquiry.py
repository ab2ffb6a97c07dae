"""One question that somebody put in Slack."""

from dataclasses import dataclass
from typing import Literal

from rag.text import Lang, language_of

Way = Literal["direct", "mention", "thread", "command", "shortcut", "edit"]
"""A direct message, a mention in a channel, a reply in a thread of the bot, `/policy`, the message shortcut, an edited question."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question with all that is needed to answer it, also after a restart."""

    team: str
    """Workspace, `T…`."""
    channel: str
    """`C…` or `G…`; `D…` for a direct message."""
    user: str
    """Who asked, `U…` or `W…`."""
    text: str
    """The question as plain text: without the mention of the bot and without Slack's markup."""
    way: Way
    ts: str
    """Of the message that asks; for a command the id of its trigger, for an edit the message's own and when it was edited."""
    thread: str = ""
    """ts of the thread in which to answer; empty for a command, whose answer only its asker sees."""
    event_id: str = ""
    """Slack's id of the event, the same for each retry; empty where there is none."""
    response_url: str = ""
    """Where a command's answer goes; empty for all else."""

    @property
    def key(self) -> str:
        """What tells it from all others, whatever event brought it."""
        return f"{self.team}:{self.channel}:{self.ts}"

    @property
    def conversation(self) -> str:
        """Questions of one conversation are answered one after the other, with the earlier ones as history."""
        return f"{self.team}:{self.channel}:{self.thread or self.ts}"

    @property
    def person(self) -> str:
        """Under which the records know who asked: an id, nobody's name."""
        return f"slack:{self.team}:{self.user}"

    @property
    def lang(self) -> Lang:
        """The language asked in, in which everything is answered."""
        return language_of(self.text)
