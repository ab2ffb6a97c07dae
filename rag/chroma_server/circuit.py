"""Whether a Chroma server is asked: after a failure it is left alone, and looked at again beside the questions."""

import logging
import time
from collections.abc import Callable
from threading import Lock, Thread

from chromadb.api.models.Collection import Collection

from rag.errors import PolicyQAError

PAUSE_S = 5.0
"""Between two attempts to reach a server that has failed."""
CHECK_S = 60.0
"""Between two looks whether a server that answers still has the collection."""
SLOW_S = 1.0
"""Of a question to a server that is too slow, when so many in a row were."""
_SLOW_IN_A_ROW = 2
_log = logging.getLogger(__name__)


class Circuit:
    """One reader's way to its collection; no question waits for a server that is known to be down."""

    def __init__(self, connect: Callable[[], Collection]) -> None:
        """Connect for the first time; a failure is remembered, not raised.

        Args:
            connect: Opens the collection; raises PolicyQAError.
        """
        self._connect = connect
        self._lock = Lock()
        self._collection: Collection | None = None
        self._trying: Thread | None = None
        self._tried_at = 0.0
        self._error: PolicyQAError | None = None
        self._slow = 0
        """Questions in a row that took longer than `SLOW_S`."""
        self._try()

    @property
    def error(self) -> PolicyQAError | None:
        """Why the server is left alone; None while it is asked."""
        return self._error

    def collection(self) -> Collection | None:
        """Return the collection; None while the server is left alone. From time to time it is opened again, beside this."""
        with self._lock:
            pause = PAUSE_S if self._collection is None else CHECK_S
            if self._trying is None and time.monotonic() >= self._tried_at + pause:
                self._trying = Thread(target=self._try, daemon=True, name="chroma")
                self._trying.start()
            return self._collection

    def is_too_slow(self, seconds: float) -> bool:
        """Count a question that the server has answered; tell whether it was too slow for so many in a row."""
        with self._lock:
            self._slow = self._slow + 1 if seconds > SLOW_S else 0
            return self._slow >= _SLOW_IN_A_ROW

    def failed(self, error: PolicyQAError) -> None:
        """Leave the server alone from now on."""
        with self._lock:
            self._tried_at = time.monotonic()
            if self._collection is not None or type(error) is not type(self._error):
                _log.warning("search goes on without the Chroma server: %s Fix: %s", error.message, error.fix)
            self._collection, self._error = None, error

    def _try(self) -> None:
        started = time.monotonic()
        try:
            found = self._connect()
        except PolicyQAError as error:
            self.failed(error)
        else:
            with self._lock:
                if self._slow >= _SLOW_IN_A_ROW:
                    if time.monotonic() - started > SLOW_S:
                        # It would be as slow for a question.
                        self._tried_at = time.monotonic()
                        return
                    self._slow = _SLOW_IN_A_ROW - 1
                if self._error is not None:
                    _log.warning("the Chroma server answers again")
                self._collection, self._error, self._tried_at = found, None, time.monotonic()
        finally:
            self._trying = None
