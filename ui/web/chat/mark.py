"""Which picture of a conversation a tab got last: pictures that overtake each other on their way are noticed in the browser."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape


class Mark:
    """Marks the whole pictures of one tab, and tells what it has done and which question it has taken."""

    def __init__(self) -> None:
        self._drawing = threading.Lock()
        self._last = 0
        self._done = 0
        self._taken = ""

    def __deepcopy__(self, memo: object) -> "Mark":
        # Gradio copies the values with which a session begins.
        return Mark()

    def done(self, taken: str = "") -> None:
        """Note that a question has come, or that the tab has turned to another conversation.

        Args:
            taken: The question; empty when it was refused, and stays in its field, or when there was none.
        """
        self._done += 1
        self._taken = taken

    def is_last(self, mark: str) -> bool:
        """Tell whether a picture that the browser shows, by its mark, is the one that was drawn last."""
        with self._drawing:
            return mark == str(self._last)

    @contextmanager
    def drawing(self) -> Iterator[str]:
        """Give the mark of a picture that is drawn inside, as HTML for the script; one with a higher mark is never older."""
        with self._drawing:
            # Of the clock: it must not begin anew with the server.
            self._last = max(self._last + 1, time.time_ns() // 1000)
            yield f'<i data-mark="{self._last}" data-done="{self._done}" data-taken="{escape(self._taken)}"></i>'
