"""The line to one workspace: every call that a reply makes, within the workspace's budget."""

from collections.abc import Callable
from copy import copy
from http.client import HTTPException
from typing import TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from ui.slack.reply.budget import Budget
from ui.slack.reply.failure import SlackFailure, failure_of

T = TypeVar("T")
Call = Callable[[WebClient], SlackResponse]

_QUICK_S = 2
"""For what is only worth its while at once: a status, an update."""
_FINAL_S = 10
_PAUSES_S = (1.0, 2.0, 4.0, 8.0)
"""Between the tries of a call that has to succeed; one more try than pauses."""
_MOST_WAITS = 20


class Line:
    """Calls of Slack's Web API, tried once or until they succeed or nothing helps."""

    def __init__(self, client: WebClient, budget: Budget) -> None:
        """Use a client's token and address.

        Args:
            client: Left as it is.
            budget: Of its workspace.
        """
        self.budget = budget
        self.client = _patient(client, _FINAL_S)
        """For what `patiently` is given to do."""
        self._quick = _patient(client, _QUICK_S)

    def once(self, call: Call) -> SlackResponse:
        """Try a call once, with little patience. Whoever calls has asked the budget.

        Raises:
            SlackFailure: It was not done, or may not have been.
        """
        return self.attempt(lambda: call(self._quick))

    def attempt(self, work: Callable[[], T]) -> T:
        """Do something once. Whoever calls has asked the budget.

        Raises:
            SlackFailure: It was not done, or may not have been.
        """
        try:
            return work()
        except (SlackApiError, OSError, HTTPException) as error:
            raise failure_of(error) from None

    def final(self, call: Call) -> SlackResponse:
        """Claim room in the budget and make a call; wait as long as Slack says so.

        Raises:
            SlackFailure: Of any kind but `wait`, or Slack said `wait` time after time.
        """
        return self.patiently(lambda: call(self.client))

    def surely(self, call: Call) -> SlackResponse:
        """Make a call that does no harm when it is made twice, and try again what may pass.

        Raises:
            SlackFailure: After all tries, or of a kind that trying does not help.
        """
        return self.insist(lambda: self.final(call))

    def patiently(self, work: Callable[[], T]) -> T:
        """Claim room in the budget for any call, and once more each time when Slack says to wait.

        Raises:
            SlackFailure: Of any kind but `wait`, or Slack said `wait` time after time.
        """
        for _ in range(_MOST_WAITS):
            self.budget.claim()
            try:
                return self.attempt(work)
            except SlackFailure as failure:
                if failure.kind != "wait":
                    raise
                self.budget.hold(failure.retry_after_s)
        raise SlackFailure("closed", "ratelimited")

    def insist(self, work: Callable[[], T], kinds: tuple[str, ...] = ("again", "unsure")) -> T:
        """Try again what failed for a reason that may pass, with growing pauses.

        Args:
            work: Raises SlackFailure when it fails.
            kinds: Of failures after which it may be done again.

        Raises:
            SlackFailure: After all tries, or of another kind.
        """
        for pause_s in _PAUSES_S:
            try:
                return work()
            except SlackFailure as failure:
                if failure.kind not in kinds:
                    raise
                self.budget.pause(pause_s)
        return work()


def _patient(client: WebClient, seconds: int) -> WebClient:
    own = copy(client)
    own.timeout = min(client.timeout, seconds)
    # The SDK's handlers repeat a post after a broken connection, which may double it, and wait without regard to the budget.
    own.retry_handlers = []
    return own
