"""Brings a whole reply to its place: all of its messages, once, or none of it as if it were whole."""

from collections import deque
from collections.abc import Sequence

from ui.slack.message import Message
from ui.slack.reply.failure import SlackFailure, Undelivered
from ui.slack.reply.fitting import fitted, halved, plain
from ui.slack.reply.place import Place
from ui.slack.reply.presentation import Presentation


class Delivery:
    """One reply on its way."""

    def __init__(self, place: Place, presentation: Presentation, ts: str = "") -> None:
        """Deliver at a place.

        Args:
            place: Where to.
            presentation: The few words that are said when something went wrong.
            ts: Of the message whose place the first one takes; empty when nothing stands there yet.
        """
        self._place = place
        self._presentation = presentation
        self._ts = ts
        self._placed: list[str] = []
        self._waiting: deque[Message] = deque()

    def deliver(self, messages: Sequence[Message]) -> str:
        """Put all messages in their place.

        Args:
            messages: At least one.

        Returns:
            The ts of the first one.

        Raises:
            Undelivered: Not all could be said. What stood there before, and what was said in part, is taken away, or says
                that it is incomplete.
        """
        self._waiting.extend(part for message in messages for part in fitted(message))
        try:
            while self._waiting:
                self._next()
        except SlackFailure as failure:
            standing = [*self._placed, *([self._ts] if self._ts and not self._placed else [])]
            self._place.withdraw(standing, self._presentation.incomplete())
            raise Undelivered(failure.word, may_stand=failure.kind == "unsure") from None
        return self._placed[0]

    def _next(self) -> None:
        try:
            placed = self._put(self._waiting[0])
        except SlackFailure as failure:
            if not self._eased(failure):
                raise
            return
        self._waiting.popleft()
        self._placed.append(placed)

    def _put(self, message: Message) -> str:
        is_last = len(self._waiting) == 1
        if self._ts and not self._placed:
            self._place.change(self._ts, message, is_last=is_last)
            return self._ts
        return self._place.post(message, len(self._placed), is_last=is_last)

    def _eased(self, failure: SlackFailure) -> bool:
        """Change what comes next so that it may pass; return False when nothing helps."""
        message = self._waiting[0]
        if failure.kind == "blocks" and message.blocks:
            self._replace(fitted(plain(message)))
        elif failure.kind == "long" and (halves := halved(message)):
            self._replace(halves)
        elif failure.kind == "metadata" and self._place.tagged:
            self._place.tagged = False
        elif failure.kind in ("gone", "stream") and self._ts and not self._placed:
            self._begin_anew()
        else:
            return False
        return True

    def _begin_anew(self) -> None:
        """Leave a message that cannot be changed any more; what is left of it must not pass for the answer."""
        if not self._place.remove(self._ts):
            self._waiting.appendleft(self._presentation.begun_anew())
        self._ts = ""

    def _replace(self, parts: Sequence[Message]) -> None:
        self._waiting.popleft()
        self._waiting.extendleft(reversed(parts))
