"""What the bot does with what Slack sends: take it, acknowledge it, and hand it on in order."""

import logging
import threading
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Protocol

from slack_bolt import Ack, App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError

from rag.errors import PolicyQAError
from ui.labels import label
from ui.slack.desk.trouble import log_error
from ui.slack.inbound import incoming
from ui.slack.inquiry import Inquiry

_log = logging.getLogger(__name__)
_PATIENCE_S = 0.6
"""How long an acknowledgement waits until a question is kept; without it Slack sends the same again, and nothing else does."""
_RETRY_LATER = 503
_RETRIES = "3"
"""So often Slack sends an event again: at once, after a minute and after five."""


class Receiver(Protocol):
    """What the listeners need of the bot; each call returns soon, and what it raises was not taken and may come again."""

    def receive(self, inquiry: Inquiry) -> None:
        """Take a question, unless it was taken before."""

    def not_taken(self, inquiry: Inquiry, error: Exception) -> None:
        """Learn that a question could not be taken, and why; it does not come again."""

    def edited(self, inquiry: Inquiry) -> None:
        """Learn that a question was given other words."""

    def deleted(self, team: str, channel: str, ts: str, *, asked: bool) -> None:
        """Learn that a message was deleted, and whether it was meant for the bot."""


class Inbox:
    """Hands what came in to the bot, one after the other in the order it came, in a thread of its own."""

    def __init__(self) -> None:
        """Start empty."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="slack-inbox")
        self._closed = threading.Event()

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is taken."""
        return self._closed.is_set()

    def hand(self, work: Callable[[], object]) -> None:
        """Let something be done in its turn, and wait a moment for it.

        Args:
            work: What it raises within that moment is raised here; after that it is logged.

        Raises:
            TimeoutError: It is still to be done, and the end of the process may keep it from being done.
            RuntimeError: The inbox is closed.
        """
        done: Future[object] = self._thread.submit(work)
        try:
            done.result(_PATIENCE_S)
        except TimeoutError:
            if not done.done():
                done.add_done_callback(_log_failure)
            raise

    def post(self, work: Callable[[], object]) -> None:
        """Let something be done in its turn, without waiting; what it raises is logged."""
        self._thread.submit(work).add_done_callback(_log_failure)

    def close(self, grace_s: float = 10.0) -> None:
        """Take nothing more, and return when what was taken is handed over, or after so many seconds."""
        self._closed.set()
        last = self._thread.submit(lambda: None)
        self._thread.shutdown(wait=False)
        if wait((last,), grace_s).done:
            # Nothing is left to do, and no thread either.
            self._thread.shutdown()


def register(app: App, bot: Receiver, takes_part: incoming.TakesPart, inbox: Inbox) -> None:
    """Let an app hand questions, edits and deletions to the bot; what it does not know is acknowledged and forgotten.

    Args:
        app: Made with `raise_error_for_unhandled_request`, or Bolt writes what it does not know into the log, words and all.
        bot: Told by the thread of the inbox.
        takes_part: Whether a thread is one of the bot's, by team, channel and ts.
        inbox: Closed by whoever made it; after that nothing is acknowledged, and Slack sends it again.
    """

    @app.middleware
    def take(
        body: dict[str, Any],
        context: BoltContext,
        request: BoltRequest,
        ack: Ack,
        next: Callable[[], BoltResponse],
    ) -> BoltResponse:
        listener = _listener(body)
        if inbox.is_closed:
            return BoltResponse(status=_RETRY_LATER)
        if listener is None:
            return next()
        try:
            is_last = bool(body.get("command")) or _RETRIES in request.headers.get("x-slack-retry-num", ())
            return listener(_Taken(body, context.bot_user_id or "", ack, bot, takes_part, inbox, is_last))
        except Exception as error:
            _log_failed(error)
            # Not acknowledged: an event comes again, and whoever clicked or typed is told by Slack that it failed.
            return BoltResponse(status=_RETRY_LATER)

    @app.error
    def forget(error: Exception, request: BoltRequest) -> BoltResponse:
        if isinstance(error, BoltUnhandledRequestError):
            return BoltResponse(status=200)
        _log_failed(error)
        return BoltResponse(status=500)


class _Taken:
    """One request of Slack and everything that is needed to deal with it."""

    def __init__(
        self,
        body: incoming.Body,
        bot_user: str,
        ack: Ack,
        bot: Receiver,
        takes_part: incoming.TakesPart,
        inbox: Inbox,
        is_last: bool,
    ) -> None:
        self.body, self.bot_user, self.ack = body, bot_user, ack
        self.bot, self.takes_part, self._inbox = bot, takes_part, inbox
        self._is_last = is_last

    def receive(self, inquiry: Inquiry) -> None:
        try:
            self.bot.receive(inquiry)
        except Exception as error:
            if self._is_last:
                self.bot.not_taken(inquiry, error)
            raise

    def hand(self, work: Callable[[], object]) -> BoltResponse:
        self._inbox.hand(work)
        return self.ack()


def _listener(body: Mapping[str, Any]) -> Callable[[_Taken], BoltResponse] | None:
    if body.get("type") == "event_callback":
        event = body.get("event") or {}
        if event.get("type") == "app_mention":
            return _on_message
        return _MESSAGES.get(event.get("subtype"), _on_message) if event.get("type") == "message" else None
    return _on_command if body.get("command") == incoming.COMMAND else None


def _on_message(taken: _Taken) -> BoltResponse:
    def receive() -> None:
        # Read in the thread of the inbox: whether a thread is the bot's depends on what came before.
        inquiry = incoming.inquiry_from(taken.body, taken.bot_user, taken.takes_part)
        if inquiry is not None:
            taken.receive(inquiry)

    return taken.hand(receive)


def _on_changed(taken: _Taken) -> BoltResponse:
    if incoming.deleted(taken.body):
        return _on_deleted(taken)
    inquiry = incoming.edited(taken.body, taken.bot_user)
    return taken.hand(lambda: taken.bot.edited(inquiry)) if inquiry else taken.ack()


def _on_deleted(taken: _Taken) -> BoltResponse:
    gone = incoming.deleted(taken.body)
    if gone is None:
        return taken.ack()

    def let_go() -> None:
        asked = gone.asked(taken.body, taken.bot_user, taken.takes_part)
        taken.bot.deleted(gone.team, gone.channel, gone.ts, asked=asked)

    return taken.hand(let_go)


def _on_command(taken: _Taken) -> BoltResponse:
    inquiry = incoming.command_inquiry(taken.body, taken.bot_user)
    if incoming.is_help(inquiry.text):
        both = (label("slack.how_to", lang).format(command=incoming.COMMAND) for lang in ("zh", "en"))
        return taken.ack(text="\n\n".join(both), response_type="ephemeral")
    return taken.hand(lambda: taken.receive(inquiry))


_MESSAGES: Mapping[str | None, Callable[[_Taken], BoltResponse]] = {
    "message_changed": _on_changed,
    "message_deleted": _on_deleted,
}


def _log_failed(error: BaseException) -> None:
    """Log what failed and where, without a word of a question, which the words of an error may hold."""
    if isinstance(error, TimeoutError):
        _log.warning(
            "A request of Slack could not be noted in time, as another process holds the data folder or its disk is slow; "
            "it was not acknowledged, and Slack sends it again"
        )
        return
    if isinstance(error, PolicyQAError):
        log_error("a request of Slack", error)
        return
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("A request of Slack broke off with %s\n%s", type(error).__name__, frames)


def _log_failure(done: Future[object]) -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        _log_failed(error)
