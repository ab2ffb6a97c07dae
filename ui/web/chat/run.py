"""One answer in the making, read in a thread of its own."""

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import cast

from rag.schema import Event

_TICK_S = 0.5
_GATHER_S = 0.08


class Run:
    """One answer in the making, read in a thread of its own.

    The assistant blocks while the model is silent. In its own thread it neither holds up the page nor its stop
    button, and everything that it opens is used and closed by one thread.
    """

    def __init__(self, start: Callable[[], Iterator[Event]]) -> None:
        self._start = start
        self._queue: queue.Queue[Event | BaseException | None] = queue.Queue()
        self._stopped = threading.Event()
        self.closed = threading.Event()
        """Set as soon as the assistant's iterator is closed."""
        threading.Thread(target=self._read, daemon=True, name="answer").start()

    @property
    def stopped(self) -> bool:
        """Whether the visitor has ended it."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Show nothing more from now on, and close the iterator as soon as the model yields."""
        self._stopped.set()
        self._queue.put(None)

    def batches(self) -> Iterator[list[Event]]:
        """Yield what has happened since the last time, an empty list every half second of silence.

        Raises:
            Exception: What the assistant raised.
        """
        while not self.stopped:
            try:
                waiting = [self._queue.get(timeout=_TICK_S)]
                # A page redrawn for every word would be busy with nothing else.
                self._stopped.wait(_GATHER_S)
                while not self._queue.empty():
                    waiting.append(self._queue.get())
            except queue.Empty:
                yield []
                continue
            batch = [item for item in waiting if item is not None and not isinstance(item, BaseException)]
            if batch and not self.stopped:
                yield batch
            for item in waiting:
                if isinstance(item, BaseException):
                    raise item
            if None in waiting:
                return

    def _read(self) -> None:
        try:
            # The assistant promises that its iterator can be closed.
            with closing(cast("Generator[Event, None, None]", self._start())) as events:
                for event in events:
                    if self.stopped:
                        break
                    self._queue.put(event)
        except Exception as error:  # carried to the thread that shows the answer, which raises it
            self._queue.put(error)
        self.closed.set()
        self._queue.put(None)
