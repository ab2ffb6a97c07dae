"""A reply to a command: only whoever asked sees it, through the command's response_url."""

from collections.abc import Sequence
from threading import RLock
from typing import Any

from slack_sdk.webhook import WebhookClient

from rag.record.kept import KeptAnswer
from ui.labels import label
from ui.slack.inquiry import Inquiry
from ui.slack.message import Message
from ui.slack.reply.delivery import Delivery
from ui.slack.reply.failure import SlackFailure, webhook_failure
from ui.slack.reply.line import Line
from ui.slack.reply.presentation import Presentation

_MOST_POSTS = 5
_FIRST = "original"
_FURTHER = "further"


class Whisper:
    """What one person sees where they typed a command; see `Place`. Messages there have no ts."""

    def __init__(self, line: Line, inquiry: Inquiry) -> None:
        """Answer an inquiry's command; without a response_url, as an ephemeral message."""
        self._line = line
        self._asked = inquiry
        client = line.client
        self._hook = WebhookClient(
            inquiry.response_url,
            timeout=client.timeout,
            ssl=client.ssl,
            proxy=client.proxy,
            retry_handlers=[],
        )
        self._posts_left = _MOST_POSTS if inquiry.response_url else 0
        self._is_doubtful = False
        self.tagged = False

    def begin(self, message: Message) -> None:
        """Show a first message, tried once.

        Raises:
            SlackFailure: It is not shown; or, when the kind is `unsure`, it may be.
        """
        self._line.attempt(lambda: self._send(message, replaces=False))

    def post(self, message: Message, part: int, *, is_last: bool) -> str:
        """Show one more message; see `Place`. One that may have been shown is not sent again."""
        # The last post is kept to complete the answer or, if that fails, to say so: the bot may be no member of the channel.
        reserve = 0 if is_last else 1
        self._line.insist(lambda: self._through(message, replaces=False, reserve=reserve), kinds=("again",))
        return _FURTHER if part else _FIRST

    def change(self, ts: str, message: Message, *, is_last: bool) -> None:
        """Put a message in the place of the first one where Slack does that, else below it; see `Place`.

        One that may have been shown is not sent again: below the first one it would stand twice.
        """
        self._line.insist(lambda: self._through(message, replaces=True), kinds=("again",))

    def remove(self, ts: str) -> bool:
        """Return False: what was shown stays, or is replaced."""
        return False

    def withdraw(self, placed: Sequence[str], note: Message) -> None:
        """Say that what was shown is not all; see `Place`."""
        only_first = list(placed) == [_FIRST]
        try:
            self._through(note, replaces=only_first)
        except SlackFailure:
            return

    def _through(self, message: Message, *, replaces: bool, reserve: int = 0) -> None:
        """Send through the response_url or, when it takes no more, as an ephemeral message, for which the bot must be in the channel."""
        try:
            if self._posts_left > reserve:
                self._line.patiently(lambda: self._send(message, replaces=replaces))
                self._is_doubtful = False
                return
        except SlackFailure as failure:
            self._is_doubtful |= failure.kind == "unsure"
            if failure.kind != "spent":
                raise
            self._posts_left = 0
        if self._is_doubtful:
            # It may be shown already, and what only one person sees cannot be looked for.
            raise SlackFailure("unsure", "timeout")
        at = self._asked
        self._line.final(
            lambda c: c.chat_postEphemeral(
                channel=at.channel, user=at.user, text=message.text, blocks=list(message.blocks) or None
            )
        )

    def _send(self, message: Message, *, replaces: bool) -> None:
        self._posts_left -= 1
        response = self._hook.send(
            text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=replaces,
            unfurl_links=False, unfurl_media=False,
        )  # fmt: skip
        failure = webhook_failure(response)
        if failure is None:
            return
        if failure.kind in ("wait", "unsure"):
            # Answered, but not taken.
            self._posts_left += 1
        raise failure


class Whispered:
    """See `Reply`: a first word, then the whole answer; it does not grow, as Slack takes five posts in half an hour.

    The answer is sent as a replacement, of which Slack makes a message of its own: the first word has to hold when it stays.
    """

    def __init__(self, whisper: Whisper, presentation: Presentation) -> None:
        """Reply to a command; nothing is said yet."""
        self._whisper = whisper
        self._presentation = presentation
        self._lock = RLock()
        self._begun = ""
        self._is_over = False

    def searching(self) -> None:
        """Say that the search has begun."""
        with self._lock:
            if self._begun or self._is_over:
                return
            try:
                self._whisper.begin(Message(label("slack.searching_apart", self._presentation.lang)))
            except SlackFailure as failure:
                self._begun = _FIRST if failure.kind == "unsure" else ""
            else:
                self._begun = _FIRST

    def grow(self, settled: str) -> None:
        """Show nothing yet."""

    def earlier(self) -> None:
        """Return None: what only one person sees cannot be looked for."""

    def finish(self, kept: KeptAnswer, unkept: str = "") -> str:
        """Show the whole answer; return an empty string, as there is no ts."""
        return self._end(self._presentation.whole(kept, unkept))

    def say(self, text: str, *, buttons: tuple[dict[str, Any], ...] = ()) -> str:
        """Say something instead of an answer; return an empty string, as there is no ts."""
        return self._end((self._presentation.said(text, buttons),))

    def withdraw(self) -> None:
        """Say nothing more; nobody can take back a command."""
        with self._lock:
            self._is_over = True

    def _end(self, messages: tuple[Message, ...]) -> str:
        with self._lock:
            self._is_over = True
            Delivery(self._whisper, self._presentation, self._begun).deliver(messages)
            return ""
