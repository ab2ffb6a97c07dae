"""Buttons, modals and the message shortcut, joined to Slack: acknowledged at once, done afterwards."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from threading import Lock
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from rag.errors import NotFound, PolicyQAError
from ui.labels import label
from ui.service import Service
from ui.slack.access.access import Access
from ui.slack.bot import Bot
from ui.slack.button.checking import SHORTCUT, Checking
from ui.slack.button.counter import Counter
from ui.slack.button.press import (
    Press,
    press_of,
    press_of_shortcut,
    press_of_submission,
)
from ui.slack.button.speech import Speech
from ui.slack.desk.errands import Errands
from ui.slack.desk.ledger import Ledger
from ui.slack.inbound.incoming import plain_text
from ui.slack.message import Message
from ui.slack.reply.budget import Budget
from ui.slack.reply.failure import SlackFailure
from ui.slack.reply.line import Line
from ui.slack.shape.buttons import AGAIN, PERSON, RATE_DOWN, RATE_UP, SHARE, SHOW
from ui.slack.shape.modal import REASON, WORDS

_LOG = logging.getLogger(__name__)
_REMEMBERED = 1000
Work = Callable[[Press, Speech], None]


def register_actions(
    app: App, bot: Bot, service: Service, access: Access, ledger: Ledger, budget: Budget | None = None,
    errands: Errands | None = None,
) -> None:  # fmt: skip
    """Listen to all buttons of the bot's messages, to its modals and its message shortcut.

    Args:
        app: Of slack-bolt; its client is used.
        bot: Answers edited questions again, and messages that are checked.
        service: Records, collection and address of the web page.
        access: Who sees what in which channel.
        ledger: Knows edited questions.
        budget: Calls of the workspace, shared with the bot's replies; None for one of its own.
        errands: Does the work, so that the app's threads are free to acknowledge; left open. None lets those threads do it.
    """
    counter = Counter(service, access)
    listening = _Listening(budget or Budget(), errands)
    for action, work in (
        (RATE_UP, lambda press, speech: counter.rate(press, speech, "up")),
        (RATE_DOWN, lambda press, speech: counter.rate(press, speech, "down")),
        (SHOW, counter.show),
        (PERSON, counter.ask_person),
        (SHARE, counter.share),
        (AGAIN, partial(_again, bot, ledger)),
    ):
        app.action(action)(listening.to_button(work))
    app.view(REASON)(listening.to_reason(counter))
    app.shortcut(SHORTCUT)(listening.to_shortcut(bot, access))


class _Listening:
    """Makes listeners of work: one that acknowledges first, takes each press once, and says in words what went wrong."""

    def __init__(self, budget: Budget, errands: Errands | None) -> None:
        self._budget, self._errands = budget, errands
        self._lock = Lock()
        self._seen: OrderedDict[str, None] = OrderedDict()

    def to_button(self, work: Work) -> Callable[..., None]:
        def pressed(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
            ack()
            self._do(press_of(body), client, work)

        return pressed

    def to_reason(self, counter: Counter) -> Callable[..., None]:
        def sent(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
            ack()
            values = body["view"]["state"]["values"]
            chosen = _value(values, REASON).get("selected_option") or {}
            words = str(_value(values, WORDS).get("value") or "")
            press = press_of_submission(body)
            self._do(
                press,
                client,
                lambda press, speech: counter.explain(press, speech, chosen.get("value"), words),
            )

        return sent

    def to_shortcut(self, bot: Bot, access: Access) -> Callable[..., None]:
        def used(ack: Ack, body: dict[str, Any], client: WebClient, context: BoltContext) -> None:
            ack()
            bot_user = context.bot_user_id or ""
            checking = Checking(bot, access, lambda text: plain_text(text, bot_user))
            self._do(
                press_of_shortcut(body), client, lambda press, speech: checking.check(press, speech, bot_user)
            )

        return used

    def _do(self, press: Press, client: WebClient, work: Work) -> None:
        if not self._is_new(press):
            return
        speech = Speech(Line(client, self._budget), press)

        def told() -> None:
            with _told(press, speech):
                work(press, speech)

        if self._errands is None:
            told()
        else:
            self._errands.run(f"{press.team}:{press.channel}:{press.ts}", told)

    def _is_new(self, press: Press) -> bool:
        """Slack delivers a press again when the connection breaks before it is acknowledged."""
        if not press.trigger:
            return True
        with self._lock:
            if press.trigger in self._seen:
                return False
            self._seen[press.trigger] = None
            if len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
        return True


def _again(bot: Bot, ledger: Ledger, press: Press, speech: Speech) -> None:
    """Answer an edited question again, for who asked it."""
    inquiry = ledger.inquiry_of(press.team, press.channel, press.value)
    if inquiry is None:
        speech.whisper(Message(label("slack.again_gone", press.lang)))
    elif inquiry.user != press.user:
        speech.whisper(Message(label("slack.again_not_yours", press.lang)))
    else:
        bot.again(inquiry)


@contextmanager
def _told(press: Press, speech: Speech) -> Iterator[None]:
    """Tell the presser what was not done."""
    try:
        yield
    except NotFound:
        speech.whisper(Message(label("slack.not_kept", press.lang)))
    except PolicyQAError as error:
        _LOG.warning("a button could not do its work: %s", type(error).__name__)
        speech.whisper(Message(label("slack.not_done", press.lang)))
    except SlackFailure as failure:
        _LOG.warning("Slack did not take what a button posts: %s", failure.word)
        unsure = failure.kind == "unsure"
        speech.whisper(Message(label("slack.unsure" if unsure else "slack.not_posted", press.lang)))
    except Exception:
        # Whoever pressed would wait for ever; bolt's own handler logs it, as `Errands` does.
        speech.whisper(Message(label("slack.not_done", press.lang)))
        raise


def _value(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return (values.get(name) or {}).get(name) or {}
