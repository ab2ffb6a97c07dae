"""The answers in the making: not too many at once, and each ends when nobody waits for it."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from math import ceil

from rag.schema import Event
from ui.api.refusal import RequestRefused
from ui.frequency import Frequency
from ui.web.chat.gate import Gate
from ui.web.chat.run import Run
from ui.web.chat.visits import RUNNING_EACH

AT_ONCE = 32
_TICK_S = 1.0
_RETRY_S = 5


class Running:
    """All answers of the API that are in the making; shared by all requests."""

    def __init__(self, a_minute: int = 0, at_once: int = AT_ONCE, each: int = RUNNING_EACH) -> None:
        """Begin with none.

        Args:
            a_minute: Most questions of one person in a minute; 0 for no limit.
            at_once: Most answers at once, from 1.
            each: Most answers at once for one person, from 1.
        """
        self._a_minute, self._at_once, self._each = a_minute, at_once, each
        self._gate = Gate(at_once)
        self._asked = Frequency()
        self._lock = threading.Lock()
        self._runs: list[tuple[str, Run]] = []

    @property
    def count(self) -> int:
        """How many there are now."""
        with self._lock:
            return len(self._present())

    def begin(self, person: str, start: Callable[[], Iterator[Event]]) -> "Answering":
        """Begin an answer; to be called within an event loop.

        Args:
            person: Who asks; empty for those who are not told apart.
            start: Returns the assistant's iterator; called and read in a thread of its own.

        Raises:
            RequestRefused: There are too many.
        """
        with self._lock:
            present = self._present()
            self._check(person, present)
            answering = Answering(start, self._gate)
            answering.run.begin()
            self._runs = [*present, (person, answering.run)]
            self._asked.count(person)
        return answering

    def _check(self, person: str, present: list[tuple[str, Run]]) -> None:
        if len(present) >= self._at_once:
            raise _wait(_RETRY_S, "Too many answers are being written.", "正在撰写的回答太多。")
        if sum(p == person for p, _ in present) >= self._each:
            n = self._each
            raise _wait(_RETRY_S, f"{n} of your answers are being written.", f"您已有 {n} 个回答正在撰写。")
        if self._a_minute and (wait_s := self._asked.wait_s(person, self._a_minute)):
            n = self._a_minute
            raise _wait(
                ceil(wait_s), f"You have asked {n} questions in a minute.", f"您一分钟内已问 {n} 个问题。"
            )

    def _present(self) -> list[tuple[str, Run]]:
        # One that nobody waits for any more counts until the model has let go of it.
        return [(person, run) for person, run in self._runs if not run.closed.is_set()]


class Answering:
    """One answer in the making, for a coroutine."""

    def __init__(self, start: Callable[[], Iterator[Event]], gate: Gate) -> None:
        """Make it ready; `run` has to be begun."""
        loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Event | Exception | None] = asyncio.Queue()

        def put(item: Event | Exception | None) -> None:
            loop.call_soon_threadsafe(self._queue.put_nowait, item)

        self.run = Run(start, put, put, gate)

    async def events(self) -> AsyncGenerator[Event | None]:
        """Yield what happens, and None after each second of silence; closing it stops the model.

        Raises:
            PolicyQAError: The answer failed.
        """
        try:
            while True:
                try:
                    item = await asyncio.wait_for(self._queue.get(), _TICK_S)
                except TimeoutError:
                    yield None
                    continue
                if isinstance(item, Exception):
                    raise item
                if item is None:
                    return
                yield item
        finally:
            self.run.stop()


def _wait(seconds: int, english: str, chinese: str) -> RequestRefused:
    return RequestRefused(
        429,
        english,
        fix=f"ask again in {seconds} seconds",
        chinese=(chinese, f"请在 {seconds} 秒后再问"),
        headers={"retry-after": str(seconds)},
    )
