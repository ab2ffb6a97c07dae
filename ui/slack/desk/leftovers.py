"""Questions that nobody answers any more: their process has ended, or Slack did not take the answer."""

import threading
from collections.abc import Callable

from rag.errors import PolicyQAError
from ui.slack.desk.ledger import Ledger
from ui.slack.desk.trouble import log_error
from ui.slack.inquiry import Inquiry

_LOOK_AGAIN_S = 60.0


class Leftovers:
    """Given back by this process, or left by another one, and taken up from time to time."""

    def __init__(self, ledger: Ledger, take_up: Callable[[Inquiry, bool], None]) -> None:
        """Look for nothing yet.

        Args:
            ledger: Knows what is unfinished.
            take_up: Is given each question, and whether this process admitted and counted it before.
        """
        self._ledger, self._take_up = ledger, take_up
        self._handing = threading.Lock()
        self._released: set[str] = set()
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._look_again, daemon=True, name="slack-watch")

    def begin(self) -> None:
        """Take up what there is, and from now on what is left."""
        self._take_over()
        self._watch.start()

    def stop(self, grace_s: float) -> None:
        """Look no more; wait so many seconds for the thread."""
        self._stopping.set()
        if self._watch.is_alive():
            self._watch.join(grace_s)

    def give_back(self, inquiry: Inquiry) -> None:
        """Leave a question that could not be answered now; failures are logged."""
        with self._handing:
            self._released.add(inquiry.key)
            try:
                self._ledger.release(inquiry)
            except PolicyQAError as error:
                log_error(inquiry.key, error)

    def _look_again(self) -> None:
        while not self._stopping.wait(_LOOK_AGAIN_S):
            self._take_over()

    def _take_over(self) -> None:
        try:
            # At once: what is given back meanwhile is found the next time, and what is not found never comes again.
            with self._handing:
                left = self._ledger.unfinished()
                admitted, self._released = self._released, set()
        except PolicyQAError as error:
            log_error("what was left unfinished", error)
            return
        for inquiry in left:
            self._take_up(inquiry, inquiry.key in admitted)
