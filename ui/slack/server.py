"""The Slack bot as a process: connected to Slack by Socket Mode or reached by HTTP, until it is stopped."""

import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from types import FrameType
from typing import Any, TypeVar
from urllib.error import URLError

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.http_retry import (
    HttpRequest,
    HttpResponse,
    RateLimitErrorRetryHandler,
    RetryHandler,
    RetryState,
)

from rag.errors import PolicyQAError
from rag.settings import Settings
from ui.service import Service
from ui.slack.access.access import Access
from ui.slack.bot import Bot
from ui.slack.button.actions import register_actions
from ui.slack.desk.deadline import Deadline
from ui.slack.desk.errands import Errands
from ui.slack.desk.ledger import Ledger
from ui.slack.desk.trouble import log_error
from ui.slack.inbound.connection import connect
from ui.slack.inbound.listeners import Inbox, register
from ui.slack.inquiry import Inquiry
from ui.slack.reply.budget import Budget
from ui.slack.reply.failure import STOPPED, SlackFailure
from ui.slack.reply.reply import Reply, reply_to
from ui.slack.setup.tokens import calling, require, secret, web_client

_T = TypeVar("_T")
Figures = Callable[[Callable[[], int]], Callable[[], None]]
_STOP_S = 15.0
"""For the whole stop; whoever stops containers and units waits twenty seconds (deploy/)."""
_GRACE_S, _WORDS_S, _HANDING_S, _JOIN_S = 8.0, 3.0, 2.0, 0.5
"""Of these for running answers, for last words, for what was taken and not yet handed on, and for giving up."""
_LISTENERS = 5
_WITH_MODEL, _WITHOUT_MODEL = 4, 16


def serve(
    service: Service,
    settings: Settings,
    access: Access,
    *,
    http: tuple[str, int] | None = None,
    figures: Figures | None = None,
    ready: Callable[[], None] | None = None,
) -> None:
    """Answer questions until the process is told to end (SIGTERM, Ctrl-C); a second signal ends it at once.

    Args:
        service: What answers.
        settings: With the tokens, and Slack's address.
        access: Who may ask what.
        http: Host and port to listen on; None for Socket Mode.
        figures: Told how to count the questions that wait, serves the figures and returns what ends that; None for nothing.
        ready: Called once, when questions can come in.

    Raises:
        SettingsError: A token is missing.
        SlackRefused: Slack refuses a token, or cannot be reached.
        PolicyQAError: The address cannot be listened on, or the data folder not be used.
    """
    with _stop_signal() as stopped, ExitStack() as stack:
        bot = stack.enter_context(running(service, settings, access, http=http))
        if figures is not None:
            stack.callback(figures(lambda: bot.waiting))
        if ready is not None:
            ready()
        # A wait without end would keep Ctrl-C from being noticed on Windows.
        while not stopped.wait(1.0):
            pass


@contextmanager
def running(
    service: Service, settings: Settings, access: Access, *, http: tuple[str, int] | None = None
) -> Iterator[Bot]:
    """Answer questions as long as the block runs; at its end nothing is taken any more, and what runs is finished or released.

    Raises:
        SettingsError: A token is missing.
        SlackRefused: Slack refuses a token, or cannot be reached.
        PolicyQAError: The address cannot be listened on, or the data folder not be used.
    """
    require(settings, http is not None)
    client = web_client(settings)(secret(settings.slack_bot_token))
    client.retry_handlers = retry_handlers()
    stop = Deadline(_STOP_S)
    with ExitStack() as stack:
        app, bot_user = _app(client, settings, stack)
        ledger = Ledger(service.data or settings.data, settings.keep_answers_days)
        stack.callback(ledger.close)
        ended = threading.Event()
        budget = Budget(wait=partial(_patience, ended))

        def reply(inquiry: Inquiry) -> Reply:
            return reply_to(
                inquiry, client, budget, web_url=settings.web_url,
                person_group=access.group_to_ask(inquiry.channel) is not None,
                standing=_tried(inquiry, ledger.standing) or "",
                posted=lambda ts: _tried(inquiry, ledger.posted, ts),
            )  # fmt: skip

        # A model answers a few at once; without one, answers are quick.
        workers = _WITH_MODEL if service.assistant.notice("zh") is None else _WITHOUT_MODEL
        bot = Bot(service, access, ledger, reply, workers=workers)
        # What still waits for Slack after the stop gives up, and is noted before the ledger closes.
        stack.callback(lambda: bot.join(stop.left(_JOIN_S)))
        stack.callback(ended.set)
        stack.callback(lambda: bot.stop(stop.left(_GRACE_S, later=_WORDS_S + _JOIN_S), _WORDS_S))
        inbox = Inbox()
        stack.callback(lambda: inbox.close(stop.left(_HANDING_S)))
        register(app, bot, ledger.takes_part, inbox)
        presses = Errands("slack-press", workers=_LISTENERS)
        stack.callback(lambda: presses.stop(stop.left(_WORDS_S)))
        resume = register_actions(app, bot, service, access, ledger, bot_user, budget, presses)
        if http is None:
            with calling("apps.connections.open", settings):
                stack.callback(connect(app, secret(settings.slack_app_token)))
        else:
            from ui.slack.inbound.http import listen  # noqa: PLC0415 - the web server is needed in this mode only

            stack.callback(listen(app, *http))
        # Before anything that comes in from now on, whose turn is after it.
        inbox.post(bot.resume)
        inbox.post(resume)
        stack.callback(stop.begin)
        yield bot


def _patience(ended: threading.Event, seconds: float) -> None:
    """Wait, unless all is over.

    Raises:
        SlackFailure: It is.
    """
    if ended.wait(seconds):
        raise SlackFailure("closed", STOPPED)


def _tried(inquiry: Inquiry, work: Callable[..., _T], *more: str) -> _T | None:
    """Return what the ledger says of a question; None when it cannot say it: an answer is worth more than a note of it."""
    try:
        return work(inquiry, *more)
    except PolicyQAError as error:
        log_error(inquiry.key, error)
        return None


def _app(client: WebClient, settings: Settings, stack: ExitStack) -> tuple[App, str]:
    """Return an app and the bot's own id in Slack."""
    # Never below INFO, also where everything else is logged in full: the debug lines of Bolt hold whole questions.
    logger = logging.getLogger("ui.slack.bolt")
    logger.setLevel(max(logging.INFO, logger.getEffectiveLevel()))
    listeners = ThreadPoolExecutor(_LISTENERS, thread_name_prefix="slack-listener")
    stack.callback(listeners.shutdown)
    with calling("auth.test", settings):
        bot_user = str(client.auth_test().get("user_id") or "")
    app = App(
        name="policyqa",
        client=client,
        signing_secret=secret(settings.slack_signing_secret),
        logger=logger,
        listener_executor=listeners,
        raise_error_for_unhandled_request=True,
    )
    return app, bot_user


def retry_handlers() -> list[RetryHandler]:
    """Return what tries a call of Slack again where that cannot do it twice; Slack's own handlers also repeat what may have been done."""
    return [_NotConnectedRetryHandler(), RateLimitErrorRetryHandler()]


class _NotConnectedRetryHandler(RetryHandler):
    """Tries again when Slack was not reached. A connection that broke later may have carried the message, which would be doubled."""

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        reason = error.reason if isinstance(error, URLError) else None
        return isinstance(reason, ConnectionRefusedError | socket.gaierror)


@contextmanager
def _stop_signal() -> Iterator[threading.Event]:
    """Turn the first SIGTERM or Ctrl-C into an event; the next one does what it always did."""
    stopped = threading.Event()
    before: dict[int, Any] = {}

    def restore() -> None:
        for name, handler in before.items():
            signal.signal(name, handler)

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()
        restore()

    for name in (signal.SIGTERM, signal.SIGINT):
        before[name] = signal.signal(name, stop)
    try:
        yield stopped
    finally:
        restore()
