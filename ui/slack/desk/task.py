"""One question on its way to an answer, which several threads may want to end."""

import threading
import time
from typing import TYPE_CHECKING

from ui.slack.inquiry import Inquiry

if TYPE_CHECKING:
    from ui.slack.reply.reply import Reply

GREETING_S = 10.0
"""How long anything else waits for "searching…" to stand there."""
_FADED_S = 90.0
"""After two minutes Slack takes a status away."""


class Task:
    """Either its answer is posted or somebody ended it before that, never both."""

    def __init__(self, inquiry: Inquiry, reply: "Reply") -> None:
        """Take a question that waits for its turn."""
        self.inquiry, self.reply = inquiry, reply
        self.greeted = threading.Event()
        """Set once the asker was told something, or that could not be told."""
        self._searching_at: float | None = None
        self.ended = threading.Event()
        """Set once nothing is done for it any more."""
        self._lock = threading.Lock()
        self._is_closed = False
        self._is_posting = False

    def show_searching(self) -> None:
        """Tell the asker that somebody is searching, unless they were told just now or that is being done."""
        if self._searching_at is None or time.monotonic() - self._searching_at > _FADED_S:
            self._searching_at = time.monotonic()
            self.reply.searching()

    def withdraw(self) -> None:
        """Take away what was shown, once nobody shows anything more."""
        self.greeted.wait(GREETING_S)
        self.reply.withdraw()

    @property
    def is_closed(self) -> bool:
        """Whether nothing is to be posted any more."""
        return self._is_closed

    def close(self) -> bool:
        """Let nothing more be posted; False when that has begun already."""
        with self._lock:
            self._is_closed = not self._is_posting
            return self._is_closed

    def claim(self) -> bool:
        """Begin to post what ends it; False when it was closed."""
        with self._lock:
            self._is_posting = not self._is_closed
            return self._is_posting
