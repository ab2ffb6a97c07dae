"""Whether a Chroma server is asked: after a failure it is left alone, and tried again beside the questions."""

import logging
import time
from collections.abc import Callable
from threading import Lock, Thread

from chromadb.api.models.Collection import Collection

from rag.errors import CollectionError

PAUSE_S = 5.0
"""Between two attempts to reach a server that has failed."""
_log = logging.getLogger(__name__)


class Circuit:
    """One reader's way to its collection; no question waits for a server that is known to be down."""

    def __init__(self, connect: Callable[[], Collection]) -> None:
        """Connect for the first time; a failure is remembered, not raised.

        Args:
            connect: Opens the collection; raises CollectionError.
        """
        self._connect = connect
        self._lock = Lock()
        self._collection: Collection | None = None
        self._trying: Thread | None = None
        self._tried_at = 0.0
        self._error: CollectionError | None = None
        self._try()

    @property
    def error(self) -> CollectionError | None:
        """Why the server is left alone; None while it is asked."""
        return self._error

    def collection(self) -> Collection | None:
        """Return the collection; None while the server is left alone, which is tried again from time to time."""
        with self._lock:
            waits = self._trying is not None or time.monotonic() < self._tried_at + PAUSE_S
            if self._collection is None and not waits:
                self._trying = Thread(target=self._try, daemon=True, name="chroma")
                self._trying.start()
            return self._collection

    def failed(self, error: CollectionError) -> None:
        """Leave the server alone from now on."""
        with self._lock:
            self._tried_at = time.monotonic()
            if self._collection is not None or self._error is None:
                _log.warning("search goes on without the Chroma server: %s Fix: %s", error.message, error.fix)
            self._collection, self._error = None, error

    def _try(self) -> None:
        try:
            found = self._connect()
        except CollectionError as error:
            self.failed(error)
        else:
            with self._lock:
                if self._error is not None:
                    _log.warning("the Chroma server answers again")
                self._collection, self._error = found, None
        finally:
            self._trying = None
