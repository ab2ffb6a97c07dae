"""How a reply appears in Slack, wherever the question came from."""

from collections.abc import Callable
from typing import Any, Protocol

from slack_sdk import WebClient

from rag.record.kept import KeptAnswer
from ui.slack.inquiry import Inquiry
from ui.slack.reply.budget import Budget
from ui.slack.reply.command import Whisper, Whispered
from ui.slack.reply.failure import Undelivered
from ui.slack.reply.line import Line
from ui.slack.reply.pace import Pace
from ui.slack.reply.presentation import Presentation
from ui.slack.reply.streamed import Streamed
from ui.slack.reply.thread import Thread
from ui.slack.reply.updated import Updated

__all__ = ["Reply", "Undelivered", "reply_to"]


class Reply(Protocol):
    """What is said to one question. Its methods may be called by several threads; nothing is said after the end."""

    def searching(self) -> None:
        """Show within two seconds that the search has begun; raises nothing."""

    def grow(self, settled: str) -> None:
        """Show what is known of the answer; may do nothing, raises nothing.

        Args:
            settled: All sentences that are checked so far, as the assistant gives them.
        """

    def earlier(self) -> tuple[str, str] | None:
        """Look for what an earlier process said to the question; raises nothing.

        Returns:
            The ts and the id of an answer that it brought whole; nothing is said then. None when there is none, or none is
            found; what it said otherwise is taken away.
        """

    def finish(self, kept: KeptAnswer, unkept: str = "") -> str:
        """Say everything, at most once.

        Args:
            kept: The answer.
            unkept: Why it is not kept; empty when it is.

        Returns:
            The ts of the (first) message; empty where Slack has none.

        Raises:
            Undelivered: Not all could be said, after all tries; nothing stands there as if it were the whole answer.
        """

    def say(self, text: str, *, buttons: tuple[dict[str, Any], ...] = ()) -> str:
        """Say something in place of an answer.

        Args:
            text: Plain text.
            buttons: Blocks of type `actions`.

        Returns:
            The ts of its message; empty where Slack has none.

        Raises:
            Undelivered: It could not be said, after all tries.
        """

    def withdraw(self) -> None:
        """Take away what was shown, as nobody waits for it any more; does nothing after the end, raises nothing."""


def reply_to(
    inquiry: Inquiry, client: WebClient, budget: Budget, *, web_url: str | None, person_group: bool = False,
    standing: str = "", posted: Callable[[str], None] = lambda ts: None,
) -> Reply:  # fmt: skip
    """Return the reply to a question; nothing is said yet.

    Args:
        inquiry: The question; one without a thread was asked by a command.
        client: With the token of the inquiry's workspace; it is copied, since only the budget says when to try again.
        budget: Of that workspace, the same for all replies there.
        web_url: Of the pages to which sources link; None when there are none.
        person_group: Whether there is a group of people who can be asked instead.
        standing: ts of what an earlier process began to say, whose place the answer takes; empty for nothing.
        posted: Told the ts of the message that grows, once it stands there.
    """
    line = Line(client, budget)
    if inquiry.response_url or inquiry.way == "command":
        whispered = Presentation(inquiry.lang, web_url, person_group, share=True)
        return Whispered(Whisper(line, inquiry), whispered)
    presentation = Presentation(inquiry.lang, web_url, person_group)
    thread, pace = Thread(line, inquiry), Pace(budget)
    return Streamed(Updated(thread, presentation, pace, posted), standing)
