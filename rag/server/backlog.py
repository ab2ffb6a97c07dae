"""What this process has left on a model server's hands, so that a wait can be explained."""

import time
from collections.abc import Callable
from itertools import count
from threading import Lock
from typing import Literal

Wait = Literal["server_abandoned", "server_others", "server_first_word"]
"""Why there is no word yet: the server reads on in a question that was given up; it answers others; it loads or reads."""


class Backlog:
    """The requests of one model: which wait for their first word, and which were given up before it.

    A server that is hung up on while it reads a prompt reads on to its end, and every later request queues behind.
    """

    def __init__(self, keep_s: float = 600.0, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with an idle server.

        Args:
            keep_s: How long, in seconds, a request that was given up may keep the server busy.
            clock: Counts seconds.
        """
        self._keep_s, self._clock = keep_s, clock
        self._numbers = count()
        self._open: set[int] = set()
        self._abandoned: dict[int, float] = {}
        self._lock = Lock()

    def sent(self) -> int:
        """Note that a request goes out; return its number."""
        with self._lock:
            number = next(self._numbers)
            self._open.add(number)
            return number

    def began(self, number: int) -> None:
        """Note the first word of a request: whatever was given up before it was sent is done with."""
        with self._lock:
            self._abandoned = {n: since for n, since in self._abandoned.items() if n > number}

    def over(self, number: int, *, abandoned: bool) -> None:
        """Note that nobody reads a request any more; `abandoned` when it had no word yet and the server may read on."""
        with self._lock:
            self._open.discard(number)
            if abandoned:
                self._abandoned[number] = self._clock()

    def wait(self, number: int) -> Wait:
        """Tell why a request has no word yet, as far as this process knows."""
        with self._lock:
            young = self._clock() - self._keep_s
            self._abandoned = {n: since for n, since in self._abandoned.items() if since > young}
            if any(n < number for n in self._abandoned):
                return "server_abandoned"
            return "server_others" if any(n < number for n in self._open) else "server_first_word"
