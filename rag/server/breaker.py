"""Whether a model's server is asked at all: after failures it is left alone, and one question tries it again after a pause."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from rag.errors import ModelError
from rag.server.failure import Address, failure

IN_A_ROW = 3
"""Failures in a row after which the server is left alone: one may be the question's, two a coincidence."""
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 60.0
_AT_ONCE = frozenset({"no_server"})
"""Nobody listens; the next question would meet the same."""
_ALIVE = frozenset({"too_long", "unfinished", "thoughts"})
"""What a server that works says of one question."""
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Call:
    """One request that was let through."""

    is_probe: bool
    """It tries a server that was left alone."""
    answers: Callable[[], None]
    """Called at the first word of a probe."""
    heard: bool = False
    """A word has come."""

    def hear(self) -> None:
        """Note a word; to be called by whoever reads the answer."""
        if self.is_probe and not self.heard:
            self.answers()
        self.heard = True


class Breaker:
    """Shared by all who ask one server; several threads may ask at once.

    A server is left alone after `IN_A_ROW` failures in a row, at once when nobody listens there or when it keeps silent
    over an earlier question for longer than it is known to need. After a pause one question is let through: its first word ends the
    matter, a failure before it doubles the pause. Who gives up has not failed.
    """

    def __init__(self, timeout_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with a server that is trusted.

        Args:
            timeout_s: The silence, in seconds, that is a failure; a request with less patience never tries the server out.
            clock: Seconds that never go back.
        """
        self._timeout_s, self._clock = timeout_s, clock
        self._lock = Lock()
        self._failures = 0
        self._pause_s = 0.0
        self._until = 0.0
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Whether the server is left alone, or just being tried out."""
        with self._lock:
            return self._pause_s > 0

    @contextmanager
    def call(self, at: Address, timeout_s: float, *, stuck: bool = False) -> Iterator[Call]:
        """Let a request through, and learn from how it ends.

        Args:
            at: Who is asked.
            timeout_s: The request's own patience.
            stuck: Whether the server keeps silent over an earlier request.

        Raises:
            ModelUnavailable: The server is left alone; its code is `resting`.
        """
        hurried = timeout_s < self._timeout_s
        call = self._admitted(at, hurried, stuck)
        try:
            yield call
        except ModelError as error:
            if error.code in _ALIVE:
                self._worked(at)
            elif hurried and error.code == "silent":
                self._given_up(call, at)
            else:
                self._failed(call, error)
            raise
        except BaseException:
            self._given_up(call, at)
            raise
        self._worked(at)

    def _admitted(self, at: Address, hurried: bool, stuck: bool) -> Call:
        with self._lock:
            if not self._pause_s:
                if not stuck:
                    return Call(is_probe=False, answers=lambda: self._answers(at))
                self._trip(f"{at.url} keeps silent over an earlier question")
            elif not hurried and not self._probing and self._clock() >= self._until:
                self._probing = True
                return Call(is_probe=True, answers=lambda: self._answers(at))
            raise failure("resting", at)

    def _answers(self, at: Address) -> None:
        with self._lock:
            if self._pause_s:
                _log.warning("the model server at %s answers again", at.url)
            self._pause_s, self._probing = 0.0, False

    def _worked(self, at: Address) -> None:
        self._answers(at)
        with self._lock:
            # Not at a first word: a model may break off after it each time.
            self._failures = 0

    def _given_up(self, call: Call, at: Address) -> None:
        if call.heard:
            self._worked(at)
        elif call.is_probe:
            with self._lock:
                self._probing = False
                self._until = self._clock() + self._pause_s

    def _failed(self, call: Call, error: ModelError) -> None:
        with self._lock:
            self._failures += 1
            if call.is_probe and not call.heard:
                self._probing = False
                self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
                self._until = self._clock() + self._pause_s
            elif not self._pause_s and (error.code in _AT_ONCE or self._failures >= IN_A_ROW):
                self._trip(f"{error.message} {error.fix}")

    def _trip(self, why: str) -> None:
        self._pause_s = FIRST_PAUSE_S
        self._until = self._clock() + self._pause_s
        _log.warning("the model server is left alone for a time, answers are extracts: %s", why)
