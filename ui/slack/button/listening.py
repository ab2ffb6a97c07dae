"""Listeners for presses: each is noted and acknowledged at once, taken once, done afterwards, and told what went wrong."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from rag.errors import CollectionBusy, NotFound, PolicyQAError
from ui.labels import label
from ui.slack.button.press import Press
from ui.slack.button.speech import Speech
from ui.slack.desk.errands import Errands
from ui.slack.desk.ledger import RESUMED_S
from ui.slack.desk.presses import Presses
from ui.slack.desk.trouble import log_error
from ui.slack.message import Message
from ui.slack.reply.budget import Budget
from ui.slack.reply.failure import STOPPED, SlackFailure
from ui.slack.reply.line import Line

_LOG = logging.getLogger(__name__)
_KEPT = ("text", "user")
"""Of a message that is checked, all that is needed after a restart."""
Work = Callable[[Press, Speech], None]


class Listening:
    """Shared by all listeners of an app; may be used by several threads."""

    def __init__(self, client: WebClient, budget: Budget, presses: Presses, errands: Errands | None) -> None:
        """Arguments as `ui.slack.button.actions.register_actions`."""
        self._client, self._budget, self._presses, self._errands = client, budget, presses, errands
        self._asking: dict[str, Work] = {}

    def to(
        self, work: Work, read: Callable[[Mapping[str, Any]], Press], asks: str = ""
    ) -> Callable[..., None]:
        """Return a listener.

        Args:
            work: To be done at a press.
            read: Reads the payload.
            asks: Name of work that puts a question, which a restart does not lose; empty for other work.
        """
        if asks:
            self._asking[asks] = work

        def pressed(ack: Ack, body: dict[str, Any]) -> None:
            self.take(ack, read(body), work, asks)

        return pressed

    def take(self, ack: Ack, press: Press, work: Work, asks: str = "") -> None:
        """Note a press, acknowledge it, and let it be done; one that was taken before is acknowledged alone.

        Raises:
            PolicyQAError: It cannot be noted, or too much is to be done; nothing is acknowledged, and Slack tells whoever pressed.
        """
        if press.trigger and not self._presses.take(press.trigger, asks, _written(press) if asks else ""):
            ack()
            return
        if self._errands is None:
            ack()
            self._do(press, work, asks)
        elif self._errands.run(_name(press), lambda: self._do(press, work, asks)):
            ack()
        else:
            self._presses.give_back(press.trigger)
            raise CollectionBusy(
                "Too many presses wait.",
                fix="press again in a minute",
                chinese=("等待处理的点击太多。", "请一分钟后再点"),
            )

    def resume(self) -> None:
        """Do what an earlier process left that asks something, or say that it is lost."""
        for kind, body, age_s in self._presses.left():
            press, work = _read(body), self._asking.get(kind)
            if work is None or age_s > RESUMED_S:
                work = _tell_lost
            self._run(press, work, kind)

    def _run(self, press: Press, work: Work, asks: str) -> None:
        if self._errands is None:
            self._do(press, work, asks)
        else:
            self._errands.run(_name(press), lambda: self._do(press, work, asks))

    def _do(self, press: Press, work: Work, asks: str) -> None:
        speech = Speech(Line(self._client, self._budget), press)
        is_over = True
        try:
            with _told(press, speech):
                work(press, speech)
        except SlackFailure as failure:
            is_over = failure.word != STOPPED
            if is_over:
                raise
        finally:
            # What the end of the bot cut off stays noted, and is done after its next start.
            if asks and is_over:
                self._forget(press)

    def _forget(self, press: Press) -> None:
        try:
            self._presses.done(press.trigger)
        except PolicyQAError as error:
            log_error(_name(press), error)


def _tell_lost(press: Press, speech: Speech) -> None:
    speech.whisper(Message(label("slack.lost", press.lang)))


def _name(press: Press) -> str:
    return f"{press.team}:{press.channel}:{press.ts}"


def _written(press: Press) -> str:
    message = {name: press.message[name] for name in _KEPT if name in press.message}
    return json.dumps(asdict(replace(press, message=message)), ensure_ascii=False)


def _read(body: str) -> Press:
    return Press(**json.loads(body))


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
        if failure.word == STOPPED:
            raise
        _LOG.warning("Slack did not take what a button posts: %s", failure.word)
        unsure = failure.kind == "unsure"
        speech.whisper(Message(label("slack.unsure" if unsure else "slack.not_posted", press.lang)))
    except Exception:
        # Whoever pressed would wait for ever; bolt's own handler logs it, as `Errands` does.
        speech.whisper(Message(label("slack.not_done", press.lang)))
        raise
