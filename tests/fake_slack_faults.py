"""How the fake Slack misbehaves, and how often it lets itself be called."""

import random
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

# Calls a minute, by method; Slack's tiers 1 to 4 and its special limits.
PER_MINUTE = {
    "auth.test": 300,
    "apps.connections.open": 20,
    "chat.postMessage": 300,
    "chat.postEphemeral": 100,
    "chat.update": 50,
    "chat.delete": 50,
    "chat.startStream": 20,
    "chat.appendStream": 100,
    "chat.stopStream": 20,
    "chat.getPermalink": 300,
    "assistant.threads.setStatus": 300,
    "conversations.replies": 50,
    "conversations.history": 50,
    "conversations.info": 50,
    "conversations.members": 100,
    "views.open": 100,
    "views.update": 100,
    "views.push": 100,
    "users.info": 100,
    "bots.info": 50,
    "usergroups.list": 20,
    "response_url": 300,
}
POST_BURST = 5
"""Messages that a channel takes at once; after them one a second."""
_ON_ITS_WAY_S = 0.3
"""A call that was sent before the 429 arrived disobeys nothing."""


@dataclass
class Fault:
    """What happens to the next calls of a method."""

    how: str | int
    """A Slack error such as `invalid_blocks`; an HTTP status; `timeout` (not done, no answer), `lost` (done, no answer), `drop` (connection cut)."""
    times: int
    retry_after: int | None = None
    """Seconds, for status 429."""


@dataclass
class Faults:
    """Faults in waiting, and a share of faults at random."""

    waiting: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    share: float = 0.0
    kinds: tuple[str | int, ...] = ()
    dice: random.Random = field(default_factory=lambda: random.Random(0))
    methods: tuple[str, ...] = ()

    def next_for(self, method: str) -> Fault | None:
        """Return what is to go wrong with this call; None for nothing."""
        for name in (method, "*"):
            if self.waiting[name]:
                fault = self.waiting[name][0]
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting[name].popleft()
                return fault
        if self.share and method in self.methods and self.dice.random() < self.share:
            return Fault(self.dice.choice(self.kinds), 1, retry_after=1)
        return None


class Limits:
    """Slack's rate limits, by method and, for posts, by channel."""

    def __init__(self, minute_s: float = 60.0) -> None:
        """Let `minute_s` seconds pass for a minute, so that a long test need not be as long as its limits; a Retry-After shrinks alike."""
        self.per_minute = dict(PER_MINUTE)
        self.minute_s = minute_s
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._posts: dict[str, tuple[float, float]] = {}
        self._held: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    @property
    def second_s(self) -> float:
        """What passes for a second."""
        return self.minute_s / 60

    def admit(self, method: str, channel: str) -> tuple[Literal["yes", "later", "disobeyed"], int]:
        """Count a call; return whether it may be and, if not, in how many seconds."""
        now = time.monotonic()
        with self._lock:
            for key in (method, f"{method} {channel}"):
                since, until = self._held.get(key, (0.0, 0.0))
                if now < until:
                    rest = int((until - now) / self.second_s) + 1
                    return ("disobeyed" if now > since + _ON_ITS_WAY_S else "later"), rest
            if wait := self._wait(method, channel, now):
                seconds = max(1, round(wait / self.second_s + 0.5))
                key = f"{method} {channel}" if method == "chat.postMessage" else method
                self._held[key] = (now, now + seconds * self.second_s * 0.95)
                return "later", seconds
        return "yes", 0

    def hold(self, method: str, seconds: float) -> None:
        """Let a method rest, as an answer 429 demands."""
        with self._lock:
            now = time.monotonic()
            self._held[method] = (now, now + seconds * self.second_s * 0.95)

    def _wait(self, method: str, channel: str, now: float) -> float:
        calls = self._calls[method]
        while calls and calls[0] <= now - self.minute_s:
            calls.popleft()
        if len(calls) >= self.per_minute.get(method, 100):
            return calls[0] + self.minute_s - now
        if method == "chat.postMessage":
            tokens, last = self._posts.get(channel, (float(POST_BURST), now))
            tokens = min(POST_BURST, tokens + (now - last) / self.second_s)
            if tokens < 1:
                return (1 - tokens) * self.second_s
            self._posts[channel] = (tokens - 1, now)
        calls.append(now)
        return 0.0
