"""Buttons, modals and the message shortcut, joined to Slack."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from slack_bolt import Ack, App

from ui.labels import label
from ui.service import Service
from ui.slack.access.access import Access
from ui.slack.bot import Bot
from ui.slack.button.checking import SHORTCUT, Checking
from ui.slack.button.counter import Counter
from ui.slack.button.listening import Listening
from ui.slack.button.press import Press, press_of, press_of_shortcut, press_of_submission
from ui.slack.button.speech import Speech
from ui.slack.desk.errands import Errands
from ui.slack.desk.ledger import Ledger
from ui.slack.inbound.incoming import plain_text
from ui.slack.message import Message
from ui.slack.reply.budget import Budget
from ui.slack.shape.buttons import AGAIN, PERSON, RATE_DOWN, RATE_UP, SHARE, SHOW
from ui.slack.shape.modal import REASON, WORDS


def register_actions(
    app: App, bot: Bot, service: Service, access: Access, ledger: Ledger, bot_user: str,
    budget: Budget | None = None, errands: Errands | None = None,
) -> Callable[[], None]:  # fmt: skip
    """Listen to all buttons of the bot's messages, to its modals and its message shortcut.

    Args:
        app: Of slack-bolt; its client is used.
        bot: Answers edited questions again, and messages that are checked.
        service: Records, collection and address of the web page.
        access: Who sees what in which channel.
        ledger: Knows edited questions, and which presses were taken.
        bot_user: The bot's own id.
        budget: Calls of the workspace, shared with the bot's replies; None for one of its own.
        errands: Does the work, so that the app's threads are free to acknowledge; left open. None lets those threads do it.

    Returns:
        What does the presses that an earlier process left and that ask something; to be called once.
    """
    counter = Counter(service, access)
    checking = Checking(bot, access, lambda text: plain_text(text, bot_user))
    listening = Listening(app.client, budget or Budget(), ledger.presses, errands)
    for action, work in (
        (RATE_UP, lambda press, speech: counter.rate(press, speech, "up")),
        (RATE_DOWN, lambda press, speech: counter.rate(press, speech, "down")),
        (SHOW, counter.show),
        (PERSON, counter.ask_person),
        (SHARE, counter.share),
    ):
        app.action(action)(listening.to(work, press_of))
    app.action(AGAIN)(listening.to(partial(_again, bot, ledger), press_of, AGAIN))
    app.view(REASON)(_to_reason(listening, counter))
    app.shortcut(SHORTCUT)(
        listening.to(
            lambda press, speech: checking.check(press, speech, bot_user), press_of_shortcut, SHORTCUT
        )
    )
    return listening.resume


def _to_reason(listening: Listening, counter: Counter) -> Callable[..., None]:
    def sent(ack: Ack, body: dict[str, Any]) -> None:
        values = body["view"]["state"]["values"]
        chosen = _value(values, REASON).get("selected_option") or {}
        words = str(_value(values, WORDS).get("value") or "")
        listening.take(
            ack,
            press_of_submission(body),
            lambda press, speech: counter.explain(press, speech, chosen.get("value"), words),
        )

    return sent


def _again(bot: Bot, ledger: Ledger, press: Press, speech: Speech) -> None:
    """Answer an edited question again, for who asked it."""
    inquiry = ledger.inquiry_of(press.team, press.channel, press.value)
    if inquiry is None:
        speech.whisper(Message(label("slack.again_gone", press.lang)))
    elif inquiry.user != press.user:
        speech.whisper(Message(label("slack.again_not_yours", press.lang)))
    else:
        bot.again(inquiry)


def _value(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return (values.get(name) or {}).get(name) or {}
