"""Where the messages of one reply go."""

from collections.abc import Sequence
from typing import Protocol

from ui.slack.message import Message


class Place(Protocol):
    """A thread, a direct conversation, or what only one person sees."""

    tagged: bool
    """Whether messages carry metadata by which they are found again."""

    def post(self, message: Message, part: int, *, is_last: bool) -> str:
        """Post a message once, however often that has to be tried.

        Args:
            message: Within Slack's limits.
            part: Which message of the reply it is, from 0 on.
            is_last: Whether it completes the reply.

        Returns:
            Its ts.

        Raises:
            SlackFailure: After all tries; of kind `unsure` when it may stand there all the same.
        """

    def change(self, ts: str, message: Message, *, is_last: bool) -> None:
        """Put a message in the place of another one; arguments as `post`.

        Raises:
            SlackFailure: After all tries.
        """

    def remove(self, ts: str) -> bool:
        """Take a message away; return False when it still stands there."""

    def withdraw(self, placed: Sequence[str], note: Message) -> None:
        """Take away messages that are not the whole answer, or mark them with a note where that cannot be; raises nothing."""
