"""Short calls to Slack that nobody waits for."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock

_log = logging.getLogger(__name__)


class Errands:
    """A few threads that run them as they come; too many are dropped, since the people they are for would not read them."""

    def __init__(self, name: str, *, workers: int = 4, most_waiting: int = 300) -> None:
        """Start nothing yet.

        Args:
            name: Of its threads.
            workers: How many are run at once; from 1.
            most_waiting: Most that wait or run.
        """
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._most_waiting = most_waiting
        self._lock = Lock()
        self._open: set[Future[None]] = set()
        self._is_over = False

    def run(self, key: str, errand: Callable[[], object]) -> bool:
        """Run an errand soon; False when it was dropped.

        Args:
            key: Of the question that it is about, for the log.
            errand: What it raises is logged by its kind.
        """
        with self._lock:
            if self._is_over or len(self._open) >= self._most_waiting:
                _log.warning("%s: nothing was said, as too much is to be said", key)
                return False
            future = self._pool.submit(self._run, key, errand)
            self._open.add(future)
        future.add_done_callback(self._done)
        return True

    def stop(self, grace_s: float) -> None:
        """Take no more, wait so many seconds for those that are left, and drop the others."""
        until = time.monotonic() + grace_s
        with self._lock:
            self._is_over, left = True, set(self._open)
        wait(left, max(0.0, until - time.monotonic()))
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self, key: str, errand: Callable[[], object]) -> None:
        try:
            errand()
        except Exception as error:  # the next one needs the thread
            # The error's own words may hold the question.
            _log.warning("%s: could not be said (%s)", key, type(error).__name__)

    def _done(self, future: Future[None]) -> None:
        with self._lock:
            self._open.discard(future)
