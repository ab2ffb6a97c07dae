"""When everything has to have ended."""

import time


class Deadline:
    """One time for all that is to be ended one after the other."""

    def __init__(self, seconds: float) -> None:
        """Take so many seconds from `begin` on."""
        self._seconds, self._until = seconds, 0.0

    def begin(self) -> None:
        """Start to count."""
        self._until = time.monotonic() + self._seconds

    def left(self, most: float, *, later: float = 0.0) -> float:
        """Return how many seconds something may still take; at most `most`, and 0 when there are none.

        Args:
            most: What it is given when there is time enough.
            later: Seconds to be kept for what is ended after it.
        """
        return max(0.0, min(most, self._until - later - time.monotonic()))
