"""The messages that the fake Slack keeps."""

import time
from collections import defaultdict
from typing import Any


class Store:
    """All messages of a workspace. Changed by one thread only."""

    def __init__(self, team: str, bot_user: str, bot_id: str) -> None:
        self.team, self.bot_user, self.bot_id = team, bot_user, bot_id
        self.by_channel: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.deleted: set[tuple[str, str]] = set()
        self.ephemeral: list[dict[str, Any]] = []
        self.status: list[dict[str, Any]] = []
        self.mentions: list[tuple[str, str]] = []
        self.closed_channels: set[str] = set()
        self.stream_life_s = 300.0
        self.faults: list[str] = []
        """What was taken, and should not have been sent."""
        self._number = 0

    def new_ts(self) -> str:
        """Return a ts that is larger than all before."""
        self._number += 1
        return f"{int(time.time())}.{self._number:06d}"

    def find(self, channel: str, ts: str) -> dict[str, Any] | None:
        """Return a message; None when there is none (any more)."""
        return next((one for one in self.by_channel[channel] if one["ts"] == ts), None)

    def in_thread(self, channel: str, thread: str) -> list[dict[str, Any]]:
        """Return a thread's messages, the first one included."""
        own = [m for m in self.by_channel[channel] if thread in (m["ts"], m.get("thread_ts"))]
        return sorted(own, key=lambda m: tuple(map(int, m["ts"].split("."))))

    def add(self, channel: str, **message: Any) -> dict[str, Any]:
        """Add a message as it is; a ts is given to one without."""
        message.setdefault("ts", self.new_ts())
        self.by_channel[channel].append(message)
        return message

    def remove(self, channel: str, ts: str) -> dict[str, Any] | None:
        """Remove a message, whoever wrote it; return it, None when there was none."""
        found = self.find(channel, ts)
        if found:
            self.by_channel[channel].remove(found)
            self.deleted.add((channel, ts))
        return found

    def close_stream(self, channel: str, ts: str) -> None:
        """End a stream as Slack does with one that takes too long: what it holds stays."""
        message = self.find(channel, ts)
        assert message and message.get("streaming"), f"no stream at {ts}"
        message["streaming"] = False
