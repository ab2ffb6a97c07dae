"""What the bot says and shows after a press: to the presser alone, to all in the channel, in a modal."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from http.client import HTTPException
from typing import Any, TypeVar

from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient, WebhookResponse

from ui.slack.button.press import Press
from ui.slack.message import Message
from ui.slack.reply.failure import SlackFailure, failure_of, webhook_failure
from ui.slack.reply.fitting import fitted, halved, plain
from ui.slack.reply.line import Call, Line

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
_WEBHOOK_S = 10
_NO_MEMBER = frozenset({"not_in_channel", "channel_not_found"})


class Speech:
    """One presser's line to Slack."""

    def __init__(self, line: Line, press: Press) -> None:
        """Say nothing yet."""
        self._line, self._press = line, press

    def whisper(self, message: Message) -> None:
        """Tell the presser alone, whichever way Slack allows; when none is, only the log knows."""
        try:
            self._whisper(message, *self._ways_here(), self._direct)
        except SlackFailure as failure:
            _LOG.warning("Slack did not take a word to whoever pressed a button: %s", failure.word)

    def whisper_here(self, message: Message) -> None:
        """Show the presser alone what only their channel may see, so that no direct message takes its place.

        Raises:
            SlackFailure: It is not shown; or, when the kind is `unsure`, it may be.
        """
        self._whisper(message, *self._ways_here())

    def publish(self, messages: Sequence[Message], thread: str = "") -> None:
        """Post to all in the channel, also where the bot is no member: everything or, as far as Slack allows, nothing.

        Args:
            messages: Parts of one; the later ones stand in the thread of the first. What Slack refuses as it is becomes
                simpler, and more messages where it is long.
            thread: ts of a thread in which all of them stand; empty for the channel itself.

        Raises:
            SlackFailure: Not all was posted, and what was is taken back; or, when the kind is `unsure`, the last may stand.
        """
        posted: list[str] = []
        try:
            for ts in _each(messages, lambda one: self._published(one, thread or next(iter(posted), ""))):
                posted.append(ts)
        except SlackFailure:
            # Half an answer must not stand there as if it were whole.
            for ts in filter(None, posted):
                self._remove(ts)
            raise

    def post(self, message: Message, thread: str) -> str:
        """Post one message to all, only where the bot is a member, tried once; returns its ts. Raises SlackFailure."""
        return self._posted(self._press.channel, message, thread)[1]

    def redraw(self, message: Message) -> bool:
        """Put a message, which has blocks, in the place of the pressed one; returns whether Slack took it."""
        press = self._press
        shown = fitted(message)[0]
        try:
            if press.is_ephemeral:
                self._respond(shown, replace_original=True)
            else:
                # Without "none", an update makes links of names and channels, which a post does not.
                self._line.once(
                    lambda client: client.chat_update(
                        channel=press.channel, ts=press.ts, text=shown.text, blocks=shown.blocks, parse="none",
                    )
                )  # fmt: skip
        except SlackFailure as failure:
            _LOG.info("a message with buttons stays as it is: %s", failure.word)
            return False
        return True

    def open(self, view: dict[str, Any]) -> bool:
        """Open a modal; returns whether Slack did, which it does not more than three seconds after the press."""
        try:
            self._line.once(lambda client: client.views_open(trigger_id=self._press.trigger, view=view))
        except SlackFailure as failure:
            _LOG.info("a modal was not opened: %s", failure.word)
            return False
        return True

    def link(self) -> str:
        """Return the address of the pressed message; empty when it has none."""
        press = self._press
        if press.is_ephemeral:
            return ""
        try:
            found = self._line.once(
                lambda client: client.chat_getPermalink(channel=press.channel, message_ts=press.ts)
            )
        except SlackFailure:
            return ""
        return str(found["permalink"])

    def direct(self, message: Message) -> tuple[str, str]:
        """Write the presser a direct message; returns its channel and ts. Raises SlackFailure."""
        return self._posted(self._press.user, message, "")

    def _ways_here(self) -> tuple[Callable[[Message], None], ...]:
        """How to reach the presser in the channel, the surer way first."""
        # The bot need not be a member where a command was typed.
        is_first = self._press.is_ephemeral
        return (self._answer, self._ephemeral) if is_first else (self._ephemeral, self._answer)

    def _whisper(self, message: Message, *ways: Callable[[Message], None]) -> None:
        for way in ways:
            is_last = way == ways[-1]
            try:
                for _ in _each((message,), way):
                    pass
            except SlackFailure as failure:
                # What may stand there is not said a second time.
                if is_last or failure.kind == "unsure":
                    raise
            else:
                return

    def _published(self, message: Message, thread: str) -> str:
        """Return the ts of a message; empty when it was posted where the bot is no member."""
        try:
            done = self._line.insist(
                lambda: self._line.final(_posting(self._press.channel, message, thread)), kinds=("again",)
            )
        except SlackFailure as failure:
            if failure.word not in _NO_MEMBER or not self._press.response_url:
                raise
        else:
            return str(done["ts"])
        self._respond(message, response_type="in_channel", replace_original=False)
        return ""

    def _posted(self, channel: str, message: Message, thread: str) -> tuple[str, str]:
        done, *_ = _each((message,), lambda one: self._line.final(_posting(channel, one, thread)))
        return str(done["channel"]), str(done["ts"])

    def _remove(self, ts: str) -> None:
        try:
            self._line.surely(lambda client: client.chat_delete(channel=self._press.channel, ts=ts))
        except SlackFailure as failure:
            _LOG.warning("a message that was posted in part still stands: %s", failure.word)

    def _ephemeral(self, message: Message) -> None:
        press = self._press

        def post(client: WebClient) -> Any:
            return client.chat_postEphemeral(
                channel=press.channel, user=press.user, text=message.text, blocks=message.blocks or None,
                thread_ts=press.thread or None,
            )  # fmt: skip

        self._line.final(post)

    def _answer(self, message: Message) -> None:
        self._respond(message, replace_original=False)

    def _direct(self, message: Message) -> None:
        self.direct(message)

    def _respond(self, message: Message, **how: Any) -> None:
        if not self._press.response_url:
            raise SlackFailure("spent", "no_response_url")
        webhook = WebhookClient(self._press.response_url, timeout=_WEBHOOK_S, retry_handlers=[])
        blocks: Sequence[dict[str, Any]] | None = message.blocks or None

        def send() -> WebhookResponse:
            try:
                answer = webhook.send(text=message.text, blocks=blocks, **how)
            except (OSError, HTTPException) as error:
                raise failure_of(error) from None
            if failure := webhook_failure(answer):
                raise failure
            return answer

        self._line.patiently(send)


def _posting(channel: str, message: Message, thread: str) -> Call:
    return lambda client: client.chat_postMessage(
        channel=channel, text=message.text, blocks=message.blocks or None, thread_ts=thread or None,
        unfurl_links=False, unfurl_media=False,
    )  # fmt: skip


def _each(messages: Iterable[Message], send: Callable[[Message], T]) -> Iterator[T]:
    """Send messages in turn and yield what Slack says; what it refuses is sent in simpler or shorter ones instead."""
    waiting = deque(messages)
    while waiting:
        message = waiting.popleft()
        first, *rest = fitted(message)
        if rest:
            waiting.extendleft(reversed((first, *rest)))
            continue
        try:
            said = send(first)
        except SlackFailure as failure:
            if not (simpler := _simpler(message, failure)):
                raise
            waiting.extendleft(reversed(simpler))
        else:
            yield said


def _simpler(message: Message, failure: SlackFailure) -> tuple[Message, ...]:
    """Return what may pass in place of a message that Slack refused, with all its words; empty when nothing helps."""
    if failure.kind == "blocks" and message.blocks:
        return fitted(plain(message))
    return halved(message) if failure.kind == "long" else ()
