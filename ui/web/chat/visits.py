"""The conversations that are open or in the making, by person: they outlive a lost connection and a page loaded anew."""

import threading
import time
from collections.abc import Callable
from typing import Literal

from ui.frequency import Frequency
from ui.web.chat.gate import Gate
from ui.web.chat.turn import Visit

Refusal = Literal["busy_here", "busy_elsewhere", "full", "too_often"]
"""Why a question is not taken: this conversation is being answered, the person's others are, too many people wait, the
person has asked too many within a minute."""
RUNNING_EACH = 2
_KEPT_S = 3600.0
_AT_REST = 200
_WAITING = 200
_RESUMED_S = 1800.0
"""How long after its last use a conversation is shown again in a new tab."""


class Visits:
    """What the page holds of its visitors' conversations; shared by all, each found only by its own person."""

    def __init__(self, gate: Gate, clock: Callable[[], float] = time.monotonic, a_minute: int = 0) -> None:
        """Begin with none.

        Args:
            gate: How many answers are made at once.
            clock: Seconds that never go back.
            a_minute: Most questions of one person in a minute; 0 for no limit.
        """
        self.gate = gate
        self.a_minute = a_minute
        self._clock = clock
        self._asked = Frequency(clock)
        self._lock = threading.Lock()
        self._open: dict[tuple[str, str], tuple[Visit, float]] = {}

    def adopt(self, person: str, visit: Visit) -> None:
        """Hold a conversation from now on, or mark it as used."""
        with self._lock:
            self._hold(person, visit)

    def find(self, person: str, conversation: str) -> Visit | None:
        """Return a conversation that is held of this person; None when it is not."""
        with self._lock:
            held = self._open.get((person, conversation))
            return held[0] if held else None

    def running(self, person: str) -> list[Visit]:
        """Return the conversations of a person in which an answer is in the making, the latest begun last."""
        with self._lock:
            return self._running(person)

    def being_answered(self, person: str) -> frozenset[str]:
        """Return the ids of a person's conversations in which an answer is in the making."""
        return frozenset(visit.conversation for visit in self.running(person))

    def last(self, person: str) -> Visit | None:
        """Return what a new tab of this person shows: what is being answered, else what was used lately; or None."""
        with self._lock:
            if running := self._running(person):
                return running[-1]
            mine = [
                (at, visit)
                for (owner, _), (visit, at) in self._open.items()
                if owner == person and visit.turns and self._clock() - at < _RESUMED_S
            ]
            return max(mine, key=lambda pair: pair[0])[1] if mine else None

    def drop(self, person: str, conversation: str) -> None:
        """Let go of a conversation, and end what is in the making in it."""
        with self._lock:
            held = self._open.pop((person, conversation), None)
        if held:
            held[0].stop()

    def start(self, person: str, visit: Visit, begin: Callable[[], None]) -> Refusal | None:
        """Begin an answer unless there are too many.

        Args:
            person: Who asks.
            visit: The conversation.
            begin: Puts the question to the assistant; returns at once.

        Returns:
            Why it was not begun; None when it was.
        """
        with self._lock:
            self._hold(person, visit)
            if visit.run:
                return "busy_here"
            if len(self._running(person)) >= RUNNING_EACH:
                return "busy_elsewhere"
            if self.gate.waiting >= _WAITING:
                return "full"
            if self._wait_s(person):
                return "too_often"
            begin()
            self._asked.count(person)
            return None

    def wait_s(self, person: str) -> float:
        """Return how long until a person may ask again, in seconds; 0 when it is now."""
        with self._lock:
            return self._wait_s(person)

    def _wait_s(self, person: str) -> float:
        return self._asked.wait_s(person, self.a_minute) if self.a_minute else 0.0

    def _running(self, person: str) -> list[Visit]:
        return [visit for (owner, _), (visit, _) in self._open.items() if owner == person and visit.run]

    def _hold(self, person: str, visit: Visit) -> None:
        key = (person, visit.conversation)
        self._open.pop(key, None)
        self._open[key] = (visit, self._clock())
        resting = [(k, at) for k, (v, at) in self._open.items() if v.run is None and k != key]
        too_many = len(resting) - _AT_REST
        for number, (k, at) in enumerate(resting):
            if number < too_many or self._clock() - at > _KEPT_S:
                del self._open[k]
