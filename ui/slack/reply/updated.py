"""A reply that grows by updates of one message: wherever Slack streams nothing."""

from collections.abc import Callable
from threading import RLock
from typing import Any

from rag.record.kept import KeptAnswer
from ui.slack.message import Message
from ui.slack.reply.delivery import Delivery
from ui.slack.reply.failure import SlackFailure
from ui.slack.reply.pace import Pace
from ui.slack.reply.presentation import Presentation
from ui.slack.reply.search import whole_answer
from ui.slack.reply.thread import Thread

_STATUS_TRIES = 2


class Updated:
    """See `Reply`."""

    def __init__(
        self, thread: Thread, presentation: Presentation, pace: Pace, posted: Callable[[str], None]
    ) -> None:
        """Reply in a thread; nothing is said yet. `posted` is told the ts of the message that grows."""
        self.thread = thread
        self.presentation = presentation
        self.pace = pace
        self.posted = posted
        # "Searching" is said by another thread than the answer.
        self._lock = RLock()
        self._shown: Message | None = None
        self._is_quiet = False
        self.is_over = False
        """Whether all is said."""
        self.ts = ""
        """Of the message that grows; empty while there is none."""

    def searching(self) -> None:
        """Show that the search has begun: as a status or, where Slack shows none, as a message."""
        with self._lock:
            if self._is_quiet or self._shows_status() or self.ts:
                return
            if self.thread.line.budget.spare():
                self._show(self.presentation.searching())

    def grow(self, settled: str) -> None:
        """Show the sentences so far, when it is time for it."""
        with self._lock:
            if self._is_quiet:
                return
            message = self.presentation.growing(settled)
            if message != self._shown and self.pace.spare():
                self._show(message)

    def earlier(self, standing: str = "") -> tuple[str, str] | None:
        """See `Reply`; what stands at `standing` is left for the answer to come."""
        with self._lock:
            try:
                found = self.thread.said_before()
            except SlackFailure:
                return None
            if answered := whole_answer(found):
                self.close()
                return answered
            for ts in found.keys() - {standing, self.ts}:
                self.thread.remove(ts)
            return None

    def finish(self, kept: KeptAnswer, unkept: str = "") -> str:
        """Put the whole answer in the place of what was shown of it; return its ts."""
        self.thread.answer_id = kept.answer_id
        return self._end(self.presentation.whole(kept, unkept))

    def say(self, text: str, *, buttons: tuple[dict[str, Any], ...] = ()) -> str:
        """Say something in the place of an answer; return its ts."""
        return self._end((self.presentation.said(text, buttons),))

    def withdraw(self) -> None:
        """Take away what was shown, as nobody waits for it any more; does nothing after the end."""
        with self._lock:
            shown = "" if self.is_over else self._begun()
            self.close()
            if shown:
                self.thread.withdraw([shown], self.presentation.incomplete())

    def close(self) -> None:
        """Say nothing more, and give back what was kept for it."""
        self.is_over = self._is_quiet = True
        self.pace.end()

    def _end(self, messages: tuple[Message, ...]) -> str:
        with self._lock:
            self._is_quiet = True
            try:
                return Delivery(self.thread, self.presentation, self._begun()).deliver(messages)
            finally:
                self.close()

    def _begun(self) -> str:
        """Return the ts of what stands there of this reply, also when Slack did not say that it took it."""
        try:
            return self.ts or self.thread.standing(0)
        except SlackFailure:
            # Nothing more can be learned of a message that only said that more is to come.
            return ""

    def _shows_status(self) -> bool:
        for _ in range(_STATUS_TRIES):
            if not self.thread.offers("assistant.threads.setStatus"):
                return False
            try:
                self.thread.set_status(self.presentation.status)
            except SlackFailure as failure:
                self.thread.refused("assistant.threads.setStatus", failure)
                if failure.kind not in ("again", "unsure"):
                    return False
            else:
                return True
        return False

    def _show(self, message: Message) -> None:
        """Post or change the message that grows, tried once; the end says everything anyway."""
        try:
            if self.ts:
                self.thread.change_now(self.ts, message)
            else:
                self.ts = self.thread.post_now(message)
                self.posted(self.ts)
            self._shown = message
        except SlackFailure as failure:
            if failure.kind == "wait":
                self.pace.hold(failure.retry_after_s)
            # An update may be repeated; a post that may stand there, or whose place is closed, is left to the end.
            self._is_quiet = failure.kind not in ("wait", "again") and not (
                failure.kind == "unsure" and bool(self.ts)
            )
