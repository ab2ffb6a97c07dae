"""What this process has left on a model server's hands, so that a wait can be explained."""

import time
from collections.abc import Callable
from itertools import count
from threading import Lock
from typing import Literal

Wait = Literal["server_abandoned", "server_others", "server_first_word"]
"""Why there is no word yet: the server reads on in a question that was given up; it answers others; it loads or reads."""
_KEPT = 0.8
"""Share of the usual time that is kept when a first word comes sooner: a short prompt must not unlearn what a long one takes."""


class Backlog:
    """The requests of one model: which wait for their first word, and which were given up before it.

    A server that is hung up on while it reads a prompt reads on to its end, and every later request queues behind.
    """

    def __init__(
        self, keep_s: float = 600.0, clock: Callable[[], float] = time.monotonic, patience_s: float = 60.0
    ) -> None:
        """Start with an idle server.

        Args:
            keep_s: How long, in seconds, a request that was given up may keep the server busy.
            clock: Counts seconds.
            patience_s: Silence before a word that is nothing unusual, even of a server that loads its model.
        """
        self._keep_s, self._clock, self._patience_s = keep_s, clock, patience_s
        self._numbers = count()
        self._open: set[int] = set()
        self._abandoned: dict[int, float] = {}
        self._unheard: dict[int, float] = {}
        """When each request was sent that has no word yet, those that were given up included; by `_waited`, as `_heard`."""
        self._heard, self._usual_s = 0.0, 0.0
        self._waited_s, self._opened = 0.0, 0.0
        """Seconds in which a request was open, until `_opened`."""
        self._lock = Lock()

    def sent(self) -> int:
        """Note that a request goes out; return its number."""
        with self._lock:
            number = next(self._numbers)
            self._unheard[number] = self._waited()
            if not self._open:
                self._opened = self._clock()
            self._open.add(number)
            return number

    def began(self, number: int) -> None:
        """Note the first word of a request: whatever was given up before it was sent is done with."""
        with self._lock:
            self._abandoned = {n: since for n, since in self._abandoned.items() if n > number}
            now = self._waited()
            took_s = now - max(self._heard, self._unheard.pop(number, now))
            self._usual_s = max(took_s, _KEPT * self._usual_s)
            self._forget()
            self._heard = now

    def heard(self) -> None:
        """Note any further word, whoever it is for."""
        with self._lock:
            self._heard = self._waited()

    @property
    def is_stuck(self) -> bool:
        """Whether a request waits while the server says nothing to anybody, for longer than the patience and twice what it usually takes."""
        with self._lock:
            self._forget()
            if not self._unheard:
                return False
            silence_s = self._waited() - max(self._heard, min(self._unheard.values()))
            return silence_s > max(self._patience_s, 2 * self._usual_s)

    def over(self, number: int, *, abandoned: bool) -> None:
        """Note that nobody reads a request any more; `abandoned` when it had no word yet and the server may read on."""
        with self._lock:
            self._waited_s = self._waited()
            self._opened = self._clock()
            self._open.discard(number)
            if abandoned:
                self._abandoned[number] = self._clock()
            else:
                self._unheard.pop(number, None)

    def wait(self, number: int) -> Wait:
        """Tell why a request has no word yet, as far as this process knows."""
        with self._lock:
            self._forget()
            if any(n < number for n in self._abandoned):
                return "server_abandoned"
            return "server_others" if any(n < number for n in self._open) else "server_first_word"

    def _waited(self) -> float:
        """Return the seconds in which somebody has waited or read: the silence of a server that nobody asks says nothing."""
        return self._waited_s + (self._clock() - self._opened if self._open else 0.0)

    def _forget(self) -> None:
        """Let go of what was given up too long ago, and of its silence."""
        young = self._clock() - self._keep_s
        self._abandoned = {n: since for n, since in self._abandoned.items() if since > young}
        self._unheard = {n: at for n, at in self._unheard.items() if n in self._open or n in self._abandoned}
