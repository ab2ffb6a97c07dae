"""How many times a minute something may happen."""

import time
from collections import deque
from collections.abc import Callable

WINDOW_S = 60.0


class Frequency:
    """Counts by key over the last minute; not safe for several threads without a lock of theirs."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with nothing counted.

        Args:
            clock: Seconds that never go back.
        """
        self._clock = clock
        self._times: dict[str, deque[float]] = {}
        self._swept = clock()

    def wait_s(self, key: str, limit: int) -> float:
        """Return how long until one more is within the limit, in seconds; 0 when it is now.

        Args:
            key: What is counted.
            limit: Most in a minute; at least 1.
        """
        times = self._recent(key)
        return 0.0 if len(times) < limit else times[-limit] + WINDOW_S - self._clock()

    def count(self, key: str) -> None:
        """Count one."""
        self._times.setdefault(key, deque()).append(self._clock())
        self._sweep()

    def _recent(self, key: str) -> deque[float]:
        times = self._times.get(key, deque())
        while times and times[0] <= self._clock() - WINDOW_S:
            times.popleft()
        return times

    def _sweep(self) -> None:
        """Forget those that nothing was counted for, so that memory does not grow with everyone who ever asked."""
        if self._clock() - self._swept < WINDOW_S:
            return
        self._swept = self._clock()
        for key in [key for key in self._times if not self._recent(key)]:
            del self._times[key]
