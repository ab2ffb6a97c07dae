"""Short calls to Slack that nobody waits for."""

import logging
import time
from collections import deque
from collections.abc import Callable
from threading import Condition, Thread

_log = logging.getLogger(__name__)
_ENDING_S = 0.2
"""For threads that have nothing to do, to end."""
_Errand = tuple[str, Callable[[], object]]


class Errands:
    """A few threads that run them as they come; too many are dropped, since the people they are for would not read them.

    The threads end with the process: one that waits for Slack does not keep it from ending.
    """

    def __init__(self, name: str, *, workers: int = 4, most_waiting: int = 300) -> None:
        """Start the threads.

        Args:
            name: Of its threads.
            workers: How many are run at once; from 1.
            most_waiting: Most that wait or run.
        """
        self._most_waiting = most_waiting
        self._moved = Condition()
        self._waiting: deque[_Errand] = deque()
        self._running = 0
        self._is_over = False
        self._threads = [
            Thread(target=self._serve, daemon=True, name=f"{name}_{number}") for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def run(self, key: str, errand: Callable[[], object]) -> bool:
        """Run an errand soon; False when it was dropped.

        Args:
            key: Of the question that it is about, for the log.
            errand: What it raises is logged by its kind.
        """
        with self._moved:
            if self._is_over or len(self._waiting) + self._running >= self._most_waiting:
                _log.warning("%s: nothing was said, as too much is to be said", key)
                return False
            self._waiting.append((key, errand))
            self._moved.notify()
            return True

    def stop(self, grace_s: float) -> None:
        """Take no more, wait so many seconds for those that are left, and drop the others."""
        until = time.monotonic() + grace_s
        with self._moved:
            self._is_over = True
            self._moved.notify_all()
            while (self._waiting or self._running) and (rest := until - time.monotonic()) > 0:
                self._moved.wait(rest)
            self._waiting.clear()
        until = max(until, time.monotonic() + _ENDING_S)
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _serve(self) -> None:
        while (one := self._next()) is not None:
            key, errand = one
            try:
                errand()
            except Exception as error:  # the next one needs the thread
                # The error's own words may hold the question.
                _log.warning("%s: could not be said (%s)", key, type(error).__name__)
            # Nothing of a question is held until the next one comes.
            del one, errand
            with self._moved:
                self._running -= 1
                self._moved.notify_all()

    def _next(self) -> _Errand | None:
        with self._moved:
            self._moved.wait_for(lambda: self._waiting or self._is_over)
            if not self._waiting:
                return None
            self._running += 1
            return self._waiting.popleft()
