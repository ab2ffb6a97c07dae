"""How one question is answered: from the assistant's stream to the kept record and the reply in Slack."""

import logging
from collections.abc import Generator
from contextlib import closing
from secrets import token_hex
from typing import cast

from rag.errors import PolicyQAError
from rag.record.kept import Circumstances, KeptAnswer, kept_answer
from rag.schema import Answer, Event, Question, Settled, Viewer
from ui.labels import label
from ui.service import Service
from ui.slack.access.access import Access
from ui.slack.desk.ledger import Ledger
from ui.slack.desk.task import GREETING_S, Task
from ui.slack.desk.trouble import broken, log_bug, log_error, trouble
from ui.slack.inquiry import Inquiry
from ui.slack.reply.failure import Undelivered

_log = logging.getLogger(__name__)


class Answering:
    """Answers one question at a time in as many threads as call it."""

    def __init__(self, service: Service, access: Access, ledger: Ledger) -> None:
        """Take what the bot has; arguments as `ui.slack.bot.Bot`."""
        self._service, self._access, self._ledger = service, access, ledger

    def answer(self, task: Task) -> None:
        """Answer a question, or say why that cannot be done; nothing is posted for a task that was closed.

        Raises:
            Undelivered: Nothing could be said.
        """
        inquiry = task.inquiry
        try:
            begun = self._ledger.begin(inquiry)
            if begun and task.greeted.is_set():
                # It may have waited long, and been told its place.
                task.show_searching()
            made = self._made(task, begun) if begun and not self._stood(task, begun) else None
        except PolicyQAError as error:
            log_error(inquiry.key, error)
            self._fail(task, trouble(error, inquiry.key, inquiry.lang))
        except Exception as error:  # whoever asked has to hear of it, whatever it is
            log_bug(inquiry.key, error)
            self._fail(task, broken(inquiry.key, inquiry.lang))
        else:
            if made and task.claim():
                self._post(task, *made)

    def _stood(self, task: Task, inquiry: Inquiry) -> bool:
        """Tell whether an earlier process brought the answer, and was killed before it could note that."""
        if not self._ledger.is_again(inquiry):
            return False
        task.greeted.wait(GREETING_S)
        found = task.reply.earlier()
        if found is None:
            return False
        self._finish(inquiry, ts=found[0], answer_id=found[1])
        return True

    def _made(self, task: Task, inquiry: Inquiry) -> tuple[Question, Answer, Viewer] | None:
        """Return an answer with what it was made from; None when nobody wants it any more."""
        filters = self._access.filters(inquiry)
        as_of = filters.pop("as_of", None)
        question = Question(inquiry.text, self._ledger.history(inquiry), filters, as_of)
        viewer = self._access.viewer(inquiry)
        answer, settled = None, ""
        # The assistant promises that its iterator can be closed, which stops the model.
        stream = cast("Generator[Event, None, None]", self._service.assistant.stream(question, viewer))
        with closing(stream) as events:
            for event in events:
                if task.is_closed:
                    return None
                if isinstance(event, Settled):
                    settled += event.text
                    self._grow(task, settled)
                elif isinstance(event, Answer):
                    answer = event
        if answer is None:
            raise RuntimeError("the stream ended without an answer")
        return question, answer, viewer

    def _grow(self, task: Task, settled: str) -> None:
        task.greeted.wait(GREETING_S)
        task.reply.grow(settled)

    def _post(self, task: Task, question: Question, answer: Answer, viewer: Viewer) -> None:
        inquiry = task.inquiry
        try:
            kept, unkept = self._kept(inquiry, question, answer, viewer)
            task.greeted.wait(GREETING_S)
            ts = task.reply.finish(kept, unkept)
        except Undelivered:
            raise
        except Exception as error:  # whoever asked has to hear of it, whatever it is
            log_bug(inquiry.key, error)
            self._finish(inquiry, ts=task.reply.say(broken(inquiry.key, inquiry.lang)))
        else:
            self._finish(inquiry, answer_id=kept.answer_id, ts=ts, said=answer.as_turn)

    def _kept(
        self, inquiry: Inquiry, question: Question, answer: Answer, viewer: Viewer
    ) -> tuple[KeptAnswer, str]:
        recorder, assistant = self._service.recorder, self._service.assistant
        if recorder is None:
            groups = tuple(sorted(viewer.groups))
            return kept_answer(
                token_hex(8), inquiry.person, question, answer, Circumstances("slack", groups)
            ), ""
        kept = recorder.record(
            question, answer, person=inquiry.person, viewer=viewer,
            document=lambda document_id: assistant.document(document_id, viewer),
        )  # fmt: skip
        if why := recorder.keep(kept):
            _log.error("%s was answered, and the answer not kept: %s %s", inquiry.key, why.message, why.fix)
        return kept, label("slack.unkept_reason", inquiry.lang) if why else ""

    def _fail(self, task: Task, words: str) -> None:
        if task.claim():
            task.greeted.wait(GREETING_S)
            self._finish(task.inquiry, ts=task.reply.say(words))

    def _finish(self, inquiry: Inquiry, *, ts: str, answer_id: str = "", said: str = "") -> None:
        try:
            self._ledger.finish(inquiry, answer_id=answer_id, ts=ts, said=said)
        except PolicyQAError as error:
            # It stands there; saying that something failed would be a second reply.
            log_error(inquiry.key, error)
