"""When the next update of one message is due."""

from ui.slack.reply.budget import Budget, Share

_FIRST_S = 0.5
"""An answer that is complete within this time is posted at once, without having grown."""
_BETWEEN_S = 1.0


class Pace:
    """At most about one update a second, what came in between gathered, and no more than the budget spares."""

    def __init__(self, budget: Budget) -> None:
        """Begin with a reply."""
        self._budget = budget
        self._due = budget.now() + _FIRST_S
        self._share: Share | None = None

    def spare(self) -> bool:
        """Count an update and return True, or return False when it is to be left out."""
        # Only from here on is something kept free for its end: those that wait in a queue would leave nothing to the others.
        self._share = self._share or self._budget.running()
        now = self._budget.now()
        if now < self._due or not self._share.spare():
            return False
        self._due = now + _BETWEEN_S
        return True

    def hold(self, seconds: float) -> None:
        """Let nothing pass for so long, as Slack said."""
        self._budget.hold(seconds)

    def end(self) -> None:
        """Give back what was kept."""
        if self._share:
            self._share.end()
