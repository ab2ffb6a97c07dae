"""Where questions wait for their turn: bounded, fair between people, and in order within a conversation."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from ui.slack.desk.trouble import log_bug
from ui.slack.inquiry import Inquiry


@dataclass(frozen=True, slots=True)
class _Place:
    """A question in line."""

    round: int
    """A person's next question belongs to the next round; whoever asks anew begins in the present one."""
    number: int
    """In order of arrival."""
    inquiry: Inquiry

    @property
    def rank(self) -> tuple[int, int]:
        return self.round, self.number


class Desk:
    """Has questions worked on by a few threads, so many at once.

    Whoever asks ten questions gets the first of them answered in turn with the first ones of others, the second with
    their second ones; nobody waits for ever. Questions of one conversation are worked on one after the other as they came.
    """

    def __init__(self, work: Callable[[Inquiry], None], *, workers: int = 2, most_waiting: int = 200) -> None:
        """Start the threads.

        Args:
            work: Answers one question; what it raises is logged and ends nothing.
            workers: How many questions are worked on at once; from 1.
            most_waiting: Longest line of those not yet begun; from 1.
        """
        self._work, self._most_waiting = work, most_waiting
        self._moved = threading.Condition()
        self._waiting: list[_Place] = []
        self._running: dict[str, _Place] = {}
        self._rounds: dict[str, int] = {}
        self._round = 0
        self._numbers = itertools.count()
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._serve, daemon=True, name=f"slack-desk-{n + 1}")
            for n in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, inquiry: Inquiry) -> bool:
        """Put a question in line; False when that is full or the desk is closed."""
        with self._moved:
            if self._stopping or len(self._waiting) >= self._most_waiting:
                return False
            theirs = max(self._round, self._rounds.get(inquiry.person, -1) + 1)
            self._rounds[inquiry.person] = theirs
            self._waiting.append(_Place(theirs, next(self._numbers), inquiry))
            self._moved.notify()
            return True

    @property
    def waiting(self) -> int:
        """How many questions wait for their turn."""
        with self._moved:
            return len(self._waiting)

    def ahead(self, inquiry: Inquiry) -> int:
        """Return how many questions are before one that waits, those being answered included; 0 when it does not wait."""
        with self._moved:
            mine = self._find(inquiry)
            if mine is None:
                return 0
            return len(self._running) + sum(place.rank < mine.rank for place in self._waiting)

    def withdraw(self, inquiry: Inquiry) -> bool:
        """Take a question out of the line; False when it does not wait there."""
        with self._moved:
            mine = self._find(inquiry)
            if mine is None:
                return False
            self._waiting.remove(mine)
            # It may have held back the next one of its conversation.
            self._moved.notify()
            return True

    def stop(self, grace_s: float) -> list[Inquiry]:
        """Begin nothing more, wait for what is being worked on, and end the threads.

        Args:
            grace_s: How long to wait, in seconds.

        Returns:
            What is not finished, as it came; work that goes on in spite of it ends by itself, or with the process.
        """
        until = time.monotonic() + grace_s
        with self._moved:
            self._stopping = True
            self._moved.notify_all()
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        with self._moved:
            left = sorted((*self._running.values(), *self._waiting), key=lambda place: place.number)
            self._waiting.clear()
        return [place.inquiry for place in left]

    def _find(self, inquiry: Inquiry) -> _Place | None:
        return next((place for place in self._waiting if place.inquiry.key == inquiry.key), None)

    def _serve(self) -> None:
        while (place := self._next()) is not None:
            try:
                self._work(place.inquiry)
            except BaseException as error:  # nothing stands above a thread, and the next question needs it
                log_bug(place.inquiry.key, error)
            finally:
                self._leave(place)

    def _next(self) -> _Place | None:
        with self._moved:
            self._moved.wait_for(lambda: self._stopping or self._first() is not None)
            place = None if self._stopping else self._first()
            if place is not None:
                self._waiting.remove(place)
                self._running[place.inquiry.conversation] = place
                self._round = max(self._round, place.round)
            return place

    def _first(self) -> _Place | None:
        # The earliest of each conversation, unless that is busy.
        heads: dict[str, _Place] = {}
        for place in self._waiting:
            heads.setdefault(place.inquiry.conversation, place)
        free = [place for conversation, place in heads.items() if conversation not in self._running]
        return min(free, key=lambda place: place.rank, default=None)

    def _leave(self, place: _Place) -> None:
        with self._moved:
            del self._running[place.inquiry.conversation]
            # Whoever's round is over is as good as somebody new.
            self._rounds = {who: theirs for who, theirs in self._rounds.items() if theirs >= self._round}
            self._moved.notify_all()
