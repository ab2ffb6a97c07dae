"""Who may ask the Slack bot what, how often, and which documents exist for them."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from rag.schema import Document, Viewer
from rag.text import bare, loose
from ui.frequency import Frequency
from ui.labels import label
from ui.slack.access.rules import Rules
from ui.slack.inquiry import Inquiry

_ROLES = frozenset({"reader"})
_TOLD_PER_MINUTE = 3
"""Refusals said to one person; a script that floods the bot is not answered each time."""


@dataclass(frozen=True, slots=True)
class ChannelViewer(Viewer):
    """Everyone in one channel: they see what the channel was given, and nothing else exists for them."""

    documents: frozenset[str] = frozenset()
    """Ids and titles in the form in which titles are compared."""
    sources: frozenset[str] = frozenset()
    """Names of source files, in that form; without documents and sources, all."""
    public: bool = True
    """Whether public documents exist too."""

    def sees(self, document: Document) -> bool:
        """Tell whether a document exists in this channel."""
        # A class with slots is made anew by the decorator, which super() without arguments does not know.
        return Viewer.sees(self, document) and self._is_given(document)

    def _is_given(self, document: Document) -> bool:
        if document.visibility == "public" and not self.public:
            return False
        if not (self.documents or self.sources):
            return True
        named = {document.document_id, loose(document.title)} & self.documents
        return bool(named) or loose(document.source) in self.sources


class Access:
    """Answers for all inquiries of a process; several threads may ask at once."""

    def __init__(self, rules: Rules, *, clock: Callable[[], float] = time.monotonic, home: str = "") -> None:
        """Begin with nothing counted.

        Args:
            rules: What the administrator allows.
            clock: Seconds that never go back.
            home: Workspace of the token, which is the only one when the rules name none; empty admits any.
        """
        self._rules = rules
        self._home = home
        self._questions, self._refusals = Frequency(clock), Frequency(clock)
        self._lock = threading.Lock()

    def refusal(self, inquiry: Inquiry) -> str | None:
        """Say why a question is not answered, in the language it was asked in; None counts it and admits it.

        Empty when nothing is to be said: the question comes from another workspace, or its asker was just told several times.
        """
        if not self._knows(inquiry.team):
            return ""
        with self._lock:
            said = self._forbidden(inquiry) or self._too_many(inquiry)
            if said is None:
                for key in self._counted(inquiry):
                    self._questions.count(key)
                return None
            asker = f"{inquiry.team} {inquiry.user}"
            if self._refusals.wait_s(asker, _TOLD_PER_MINUTE):
                return ""
            self._refusals.count(asker)
            return said

    def forbids(self, inquiry: Inquiry) -> str | None:
        """Say why nobody is answered there at all, empty for in silence; None when they are. Counts nothing."""
        return self._forbidden(inquiry) if self._knows(inquiry.team) else ""

    def viewer(self, inquiry: Inquiry) -> Viewer:
        """Return with whose eyes the collection is searched: those of the channel; of the public in direct messages."""
        rules = self._rules.channel(inquiry.channel)
        return ChannelViewer(
            frozenset(rules.groups),
            _ROLES,
            frozenset(map(loose, rules.documents)) | frozenset(map(bare, rules.documents)),
            frozenset(map(loose, rules.sources)),
            rules.public,
        )

    def filters(self, inquiry: Inquiry) -> dict[str, str]:
        """Return the filters of the channel; none for most."""
        return dict(self._rules.channel(inquiry.channel).filters)

    def group_to_ask(self, channel: str) -> str | None:
        """Return the Slack id of the user group that "ask a person" mentions; None offers no such button.

        Direct messages have none: whoever is mentioned there cannot read them.
        """
        if channel.startswith("D"):
            return None
        return self._rules.channel(channel).person_group or self._rules.person_group

    def _knows(self, team: str) -> bool:
        if self._rules.allowed_workspaces is not None:
            return team in self._rules.allowed_workspaces
        return self._home in ("", team)

    def _forbidden(self, inquiry: Inquiry) -> str | None:
        rules = self._rules
        if not rules.allows_user(inquiry.user):
            return label("slack.refused_user", inquiry.lang)
        if inquiry.way == "command" and not rules.command:
            return label("slack.refused_command", inquiry.lang)
        if inquiry.channel.startswith("D"):
            # A command is seen by its asker alone, also between two other people: no message to the bot.
            closed = inquiry.way != "command" and not rules.direct_messages
            return label("slack.refused_direct", inquiry.lang) if closed else None
        if not rules.allows_channel(inquiry.channel):
            way_out = "refused_channel_direct" if rules.direct_messages else "refused_channel"
            return label(f"slack.{way_out}", inquiry.lang)
        return None

    def _too_many(self, inquiry: Inquiry) -> str | None:
        for (key, limit), word in zip(
            self._counted(inquiry).items(), ("slow_user", "slow_channel"), strict=False
        ):
            if wait := self._questions.wait_s(key, limit):
                return label(f"slack.{word}", inquiry.lang).format(n=limit, s=math.ceil(wait))
        return None

    def _counted(self, inquiry: Inquiry) -> dict[str, int]:
        """What one question counts for, with its limit: the person first, then the channel, which a direct message has not."""
        limits = self._rules.limits
        counted = {f"{inquiry.team} {inquiry.user}": limits.user_per_minute}
        if not inquiry.channel.startswith("D"):
            own = self._rules.channel(inquiry.channel).channel_per_minute
            counted[f"{inquiry.team} {inquiry.channel}"] = own or limits.channel_per_minute
        return counted
