"""A reply that grows by Slack's streaming methods, as threads allow."""

from threading import RLock
from typing import Any

from rag.record.kept import KeptAnswer
from ui.slack.reply.failure import SlackFailure
from ui.slack.reply.presentation import STREAM_CHARS
from ui.slack.reply.updated import Updated


class Streamed:
    """See `Reply`. Where a stream cannot begin, go on or end, the same message is updated instead."""

    def __init__(self, updated: Updated, standing: str = "") -> None:
        """Reply in a thread; nothing is said yet, or what stands there was begun by an earlier process."""
        self._thread, self._presentation, self._pace = updated.thread, updated.presentation, updated.pace
        self._updated = updated
        self._lock = RLock()
        self._ts = standing
        self._sent = ""
        # Begun, perhaps, without Slack telling its ts.
        self._is_adrift = False
        # Not known to the letter what it says.
        self._is_broken = bool(standing)

    def searching(self) -> None:
        """Show that the search has begun."""
        with self._lock:
            if not (self._ts or self._is_adrift):
                self._updated.searching()

    def grow(self, settled: str) -> None:
        """Stream what is new of the sentences so far, when it is time for it."""
        with self._lock:
            if self._is_broken:
                return
            if self._updated.ts or not (self._ts or self._thread.offers("chat.startStream")):
                self._updated.grow(settled)
                return
            text = self._presentation.streamed(settled)
            fits = text.startswith(self._sent) and len(self._sent) < len(text) <= STREAM_CHARS
            if fits and self._pace.spare():
                self._stream(text)

    def earlier(self) -> tuple[str, str] | None:
        """See `Reply`."""
        with self._lock:
            return self._updated.earlier(self._ts)

    def finish(self, kept: KeptAnswer, unkept: str = "") -> str:
        """End the stream with the rest and all that goes below it; or put the whole answer in its place. Return its ts."""
        self._thread.answer_id = kept.answer_id
        with self._lock:
            if not unkept and self._ended_whole(kept):
                self._updated.close()
                return self._ts
            self._leave_stream()
            return self._updated.finish(kept, unkept)

    def say(self, text: str, *, buttons: tuple[dict[str, Any], ...] = ()) -> str:
        """Say something in the place of an answer; return its ts."""
        with self._lock:
            self._leave_stream()
            return self._updated.say(text, buttons=buttons)

    def withdraw(self) -> None:
        """Take away what was shown, as nobody waits for it any more; does nothing after the end."""
        with self._lock:
            if not self._updated.is_over:
                self._leave_stream()
                self._updated.withdraw()

    def _stream(self, text: str) -> None:
        try:
            if self._ts:
                self._thread.append_stream(self._ts, text[len(self._sent) :])
            else:
                self._ts = self._thread.start_stream(text)
                self._updated.posted(self._ts)
            self._sent = text
        except SlackFailure as failure:
            if self._ts:
                self._not_appended(failure)
            else:
                self._not_started(failure)

    def _not_started(self, failure: SlackFailure) -> None:
        # Slack's limit of this method alone; the others are not held by it.
        self._thread.refused("chat.startStream", failure)
        self._is_adrift = self._is_broken = failure.kind == "unsure"

    def _not_appended(self, failure: SlackFailure) -> None:
        if failure.kind == "wait":
            self._pace.hold(failure.retry_after_s)
        elif failure.kind == "stream":
            # Slack ends a stream after some minutes.
            self._updated.ts, self._ts = self._ts, ""
        else:
            self._is_broken = failure.kind != "again"

    def _ended_whole(self, kept: KeptAnswer) -> bool:
        """End the stream so that it is the whole answer; return False when it is not, or not surely."""
        text, below = self._presentation.streamed(kept.text), self._presentation.below(kept)
        fits = text.startswith(self._sent) and len(text) <= STREAM_CHARS and len(below) == 1
        if not self._ts or self._is_broken or not fits:
            return False
        try:
            self._thread.stop_stream(self._ts, text[len(self._sent) :], below[0])
        except SlackFailure:
            return False
        return True

    def _leave_stream(self) -> None:
        """End the stream as it is, so that its message can be updated."""
        try:
            if self._is_adrift:
                self._updated.ts = self._thread.open_stream()
            elif self._ts:
                self._updated.ts = self._ts
                self._thread.stop_stream(self._ts)
        except SlackFailure:
            # It may be ended already; if it is not, the update says so.
            return
        finally:
            self._ts, self._is_adrift = "", False
