"""How often one workspace lets itself be called: one budget, shared by all answers that are being written for it."""

import time
from collections import deque
from collections.abc import Callable
from math import inf
from threading import Lock
from types import TracebackType
from weakref import WeakSet

_WINDOW_S = 60.0
_BURST = 5.0
"""Updates that an answer may make one right after the other, when it has made none for a while."""
_AT_LEAST_S = 0.01


class Share:
    """What one answer in the making has of the budget: one message kept free for its end, and its part of the updates."""

    def __init__(self, budget: "Budget", now: float) -> None:
        """Begin with a burst of updates in hand; made by `Budget.running`."""
        self._budget = budget
        self._filled_at = now
        self._tokens = _BURST

    def __enter__(self) -> "Share":
        """Begin an answer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, whatever came of it."""
        self.end()

    def spare(self) -> bool:
        """Count one update and return True, or return False when it is to be left out."""
        return self._budget.spare(self)

    def end(self) -> None:
        """Give the share back; may be called again."""
        self._budget.ended(self)

    def take(self, now: float, per_minute: float) -> bool:
        """Take one update of this answer's own; the budget calls it under its lock.

        Args:
            now: Of the budget's clock.
            per_minute: Updates that each answer may make now.
        """
        burst = min(_BURST, max(1.0, per_minute / 4))
        # A bucket with this rate and this depth never gives more than `per_minute` in any minute, and never runs dry for long.
        filled = self._tokens + (now - self._filled_at) * max(per_minute - burst, 0.0) / _WINDOW_S
        self._tokens, self._filled_at = min(burst, filled), now
        if self._tokens < 1.0 or per_minute < 1.0:
            return False
        self._tokens -= 1.0
        return True


class Budget:
    """Calls of the last minute. Final messages go before updates, and of those none that an answer may still need for its end.

    Made once a workspace; may be used by several threads. It also remembers what Slack does not offer there.
    """

    def __init__(
        self,
        per_minute: int = 40,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        """Start with nothing counted.

        Args:
            per_minute: Most calls in any 60 seconds; at least 1.
            clock: Seconds that never go back.
            wait: Returns after so many seconds of that clock.

        Raises:
            ValueError: `per_minute` is below 1.
        """
        if per_minute < 1:
            raise ValueError(f"per_minute must be at least 1, got {per_minute}")
        self._per_minute = per_minute
        self._clock = clock
        self._wait = wait
        self._lock = Lock()
        self._counted: deque[float] = deque()
        self._held_until = -inf
        self._waiting: deque[object] = deque()
        # Weak, so that an answer that was dropped without a word keeps nothing from the others.
        self._shares: WeakSet[Share] = WeakSet()
        self._missing: dict[str, float] = {}

    def running(self) -> Share:
        """Keep one final message free for an answer in the making, until the share ends or the `with` block does."""
        with self._lock:
            share = Share(self, self._clock())
            self._shares.add(share)
            return share

    def ended(self, share: Share) -> None:
        """Take back what was kept for an answer."""
        with self._lock:
            self._shares.discard(share)

    def spare(self, share: Share | None = None) -> bool:
        """Count one update and return True, or return False when there is no room for it now.

        There is none while Slack said to wait, while a final message waits for its turn, when what is left is kept for the
        ends of running answers, or when this answer has had its part.

        Args:
            share: Of the answer that is updated; None for what belongs to none.
        """
        with self._lock:
            now = self._clock()
            self._forget(now)
            free = self._per_minute - len(self._counted) - len(self._shares)
            if now < self._held_until or self._waiting or free < 1:
                return False
            each = (self._per_minute - len(self._shares)) / max(1, len(self._shares))
            if share is not None and not share.take(now, each):
                return False
            self._counted.append(now)
            return True

    def claim(self) -> None:
        """Wait for room, first come, first served, and count one call: for what has to be said."""
        ticket = object()
        with self._lock:
            self._waiting.append(ticket)
        try:
            while (delay_s := self._turn(ticket)) > 0:
                self._wait(delay_s)
        except BaseException:
            # Interrupted while it waited: those behind it must not wait for it.
            with self._lock:
                self._waiting.remove(ticket)
            raise

    def hold(self, seconds: float) -> None:
        """Let nothing pass for so long, as Slack's Retry-After demands; an earlier, longer hold stays."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)

    def pause(self, seconds: float) -> None:
        """Wait before something is tried again."""
        self._wait(seconds)

    def now(self) -> float:
        """Return the time of the budget's clock, in seconds."""
        return self._clock()

    def lacks(self, feature: str, seconds: float = inf) -> None:
        """Remember that Slack does not offer something in this workspace.

        Args:
            feature: Name of a method.
            seconds: For how long it is not to be tried again; for ever when not said.
        """
        with self._lock:
            self._missing[feature] = self._clock() + seconds

    def offers(self, feature: str) -> bool:
        """Tell whether a method may be tried in this workspace."""
        with self._lock:
            return self._clock() >= self._missing.get(feature, -inf)

    def _turn(self, ticket: object) -> float:
        """Count the call of a ticket whose turn it is and return 0; else return the seconds until it may be."""
        with self._lock:
            now = self._clock()
            self._forget(now)
            before = self._waiting.index(ticket)
            # The call that has to be a minute old before this one may be made, after those that wait before it.
            nth = len(self._counted) - self._per_minute + before
            aged = self._counted[min(nth, len(self._counted) - 1)] if nth >= 0 and self._counted else -inf
            full_s = aged + _WINDOW_S - now
            delay_s = max(full_s, self._held_until - now)
            if before or delay_s > 0:
                return max(delay_s, _AT_LEAST_S)
            self._waiting.popleft()
            self._counted.append(now)
            return 0.0

    def _forget(self, now: float) -> None:
        while self._counted and self._counted[0] <= now - _WINDOW_S:
            self._counted.popleft()
