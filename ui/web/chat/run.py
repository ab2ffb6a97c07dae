"""One answer in the making, read in a thread of its own; whoever looks on may come, go and come back."""

import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import cast

from rag.schema import Event
from ui.web.chat.gate import Gate

_TICK_S = 0.5
_GATHER_S = 0.03
_REST_S = 0.05


class Run:
    """One answer in the making.

    The assistant blocks while the model is silent. In a thread of its own it neither holds up the page nor its stop
    button, needs nobody who looks on, and uses and closes in one thread whatever it opens.
    """

    def __init__(
        self,
        start: Callable[[], Iterator[Event]],
        take: Callable[[Event], None],
        end: Callable[[Exception | None], None],
        gate: Gate,
    ) -> None:
        """Line up before the gate; nothing happens until `begin`.

        Args:
            start: Returns the assistant's iterator.
            take: Told of each event; not any more after `stop`.
            end: Told once, when all is over: why it failed, or None.
            gate: How many answers are made at once.
        """
        self._start, self._take, self._end = start, take, end
        self._told = threading.Condition()
        self._changes = 0
        self._is_over = False
        self.stopped = False
        """Whether the visitor has ended it."""
        self.closed = threading.Event()
        """Set as soon as the assistant's iterator is closed."""
        self._place = gate.line_up()

    def begin(self) -> None:
        """Make the answer as soon as the gate lets it in; to be called once."""
        try:
            threading.Thread(target=self._read, daemon=True, name="answer").start()
        except RuntimeError as error:
            # The machine lets this process have no more threads; nobody else may wait for this one's place.
            self._place.leave()
            self.closed.set()
            with self._told:
                self._finish(error)

    @property
    def position(self) -> int:
        """Place in the line of those who wait, from 1; 0 while the answer is being made."""
        return self._place.position

    def stop(self) -> None:
        """Take nothing more from now on, and close the iterator as soon as the model yields."""
        with self._told:
            if self._is_over:
                return
            self.stopped = True
            self._finish(None)
        self._place.leave()

    def changes(self) -> Iterator[None]:
        """Yield when something has happened, and every half second of silence, until all is over.

        After a silence at once; otherwise what happens within `_GATHER_S` of the last time is told together. Whoever takes
        longer than that to show it is left alone for as long again, at most `_REST_S`: many pages on one machine share it.
        """
        seen = -1
        while True:
            with self._told:
                self._told.wait_for(lambda: self._is_over or self._changes != seen, _TICK_S)  # noqa: B023
                seen = self._changes
                if self._is_over:
                    return
            began = time.monotonic()
            yield
            spent = time.monotonic() - began
            # A page redrawn for every word would be busy with nothing else.
            with self._told:
                self._told.wait_for(lambda: self._is_over, max(_GATHER_S - spent, min(spent, _REST_S)))

    def _read(self) -> None:
        failure: Exception | None = None
        self._place.wait()
        try:
            if not self.stopped:
                self._read_events()
        except Exception as error:  # told to whoever shows the answer
            failure = error
        self._place.leave()
        self.closed.set()
        with self._told:
            if not self._is_over:
                self._finish(failure)

    def _read_events(self) -> None:
        # The assistant promises that its iterator can be closed.
        with closing(cast("Generator[Event, None, None]", self._start())) as events:
            for event in events:
                with self._told:
                    if self.stopped:
                        return
                    self._take(event)
                    self._changes += 1
                    self._told.notify_all()

    def _finish(self, failure: Exception | None) -> None:
        self._end(failure)
        self._is_over = True
        self._told.notify_all()
