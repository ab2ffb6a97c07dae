"""The message shortcut "check against the policies": what a message says or asks, answered below it or to who wants to know."""

from collections.abc import Callable
from dataclasses import replace

from rag.text import Lang
from ui.labels import label
from ui.slack.access.access import Access
from ui.slack.bot import Bot
from ui.slack.button.claim import LONGEST_CHARS, question_of
from ui.slack.button.notice import quoted, said
from ui.slack.button.press import Press
from ui.slack.button.speech import Speech
from ui.slack.inquiry import Inquiry
from ui.slack.message import Message
from ui.slack.reply.failure import STOPPED, SlackFailure

_DIRECT = "D"
"""Stands for any direct message to the bot."""
SHORTCUT = "pq_check"
"""callback_id of the message shortcut, as the app's manifest names it."""


class Checking:
    """Hands messages to the bot as questions."""

    def __init__(self, bot: Bot, access: Access, plain: Callable[[str], str]) -> None:
        """Take parts that are ready.

        Args:
            bot: Answers.
            access: Who may ask.
            plain: A text of Slack without its markup.
        """
        self._bot, self._access, self._plain = bot, access, plain

    def check(self, press: Press, speech: Speech, bot_user: str) -> None:
        """Ask the bot about a message: in its thread where the bot may answer, else in a direct message to the presser.

        Raises:
            SlackFailure: Neither can be written.
        """
        text = self._plain(str(press.message.get("text") or "")).strip()
        question = question_of(text)
        if bot_user and press.message.get("user") == bot_user:
            speech.whisper(Message(label("slack.check_own", press.lang)))
        elif not question:
            speech.whisper(Message(label("slack.check_no_text", press.lang)))
        else:
            here = Inquiry(
                press.team, press.channel, press.user, question, "shortcut", press.ts, press.thread or press.ts,
                press.trigger,
            )  # fmt: skip
            self._ask(here, text, speech)

    def _ask(self, here: Inquiry, text: str, speech: Speech) -> None:
        """Say where the answer will stand, and why, and ask in the name of that message; or why nobody is asked."""
        direct = replace(here, channel=_DIRECT)
        closed = self._access.forbids(direct)
        is_here = self._access.forbids(here) is None
        # Before anything is said to all, and counted at once: whoever presses ten times would fill the channel with it.
        refusal = self._access.refusal(here if is_here or closed is not None else direct)
        if refusal is not None:
            _tell(speech, refusal)
        elif is_here and (ts := self._begin(here, text, speech)):
            # A question of its own, also on a message that was asked or checked before.
            self._bot.receive(replace(here, ts=ts), admitted=True)
        elif closed is None:
            head = label("slack.check_direct", here.lang) + _note(text, here.lang)
            channel, ts = speech.direct(Message(head, (said(head), quoted(text, here.lang))))
            self._bot.receive(replace(here, channel=channel, ts=ts, thread=ts), admitted=True)
        else:
            _tell(speech, closed)

    def _begin(self, here: Inquiry, text: str, speech: Speech) -> str:
        """Say in the thread who wants to know; returns the ts, empty where the bot cannot write."""
        intro = label("slack.check_intro", here.lang).format(user=f"<@{here.user}>") + _note(text, here.lang)
        try:
            # Posting tells whether the bot is in the channel, and needs no permission to read about channels.
            return speech.post(Message(intro, (said(intro),)), here.thread)
        except SlackFailure as failure:
            if failure.kind != "closed" or failure.word == STOPPED:
                raise
        return ""


def _tell(speech: Speech, refusal: str) -> None:
    if refusal:
        speech.whisper(Message(refusal))


def _note(text: str, lang: Lang) -> str:
    return label("slack.check_cut", lang).format(n=LONGEST_CHARS) if len(text) > LONGEST_CHARS else ""
