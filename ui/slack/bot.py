"""What becomes of a question that somebody put in Slack."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from rag.errors import PolicyQAError
from ui.labels import label
from ui.service import Service
from ui.slack.access.access import Access
from ui.slack.desk.answering import Answering
from ui.slack.desk.deadline import Deadline
from ui.slack.desk.desk import Desk
from ui.slack.desk.errands import Errands
from ui.slack.desk.ledger import Ledger, message_of
from ui.slack.desk.leftovers import Leftovers
from ui.slack.desk.offer import offer_row
from ui.slack.desk.task import Task
from ui.slack.desk.trouble import broken, log_bug, log_error, log_undelivered, trouble
from ui.slack.inquiry import Inquiry
from ui.slack.reply.failure import Undelivered

if TYPE_CHECKING:
    from ui.slack.reply.reply import Reply

_MANY_AHEAD = 5
"""From here on whoever asks is told how many are before them."""
_BETWEEN_PLACES_S = 3.0
"""Places in the line are not told more often: each one is a message of the workspace's budget."""
_LAST_WORDS_S = 4.0


class Bot:
    """Takes questions at once, answers them in turn; may be called by any thread. Logs name questions by their keys alone."""

    def __init__(
        self, service: Service, access: Access, ledger: Ledger, reply: Callable[[Inquiry], "Reply"], *,
        workers: int = 2,
    ) -> None:  # fmt: skip
        """Be ready for questions.

        Args:
            service: Answers, and keeps what it answered.
            access: Who may ask what.
            ledger: Left open; whoever made it closes it after `stop`.
            reply: Makes what speaks to the asker of one question.
            workers: How many answers are made at once; from 1.
        """
        self._access, self._ledger, self._reply = access, ledger, reply
        self._answering = Answering(service, access, ledger)
        self._tasks: dict[str, Task] = {}
        self._lock = threading.Lock()
        self._told_place_at = -_BETWEEN_PLACES_S
        self._stopping = threading.Event()
        # Apart, so that whoever is turned away a hundred times does not keep others from their first word.
        self._greetings, self._words = Errands("slack-greeting"), Errands("slack-word", workers=2)
        self._desk = Desk(self._work, workers=workers)
        self._leftovers = Leftovers(ledger, self._take_up)

    def receive(self, inquiry: Inquiry, *, admitted: bool = False) -> None:
        """Take a question unless its event was taken before; returns within milliseconds, the rest is said later.

        Args:
            inquiry: The question.
            admitted: `Access.refusal` let it in already, and counted it.

        Raises:
            PolicyQAError: It cannot be noted, so that nothing was taken and nobody told.
        """
        if self._ledger.take(inquiry):
            with self._told(inquiry):
                (self._queue if admitted else self._admit)(inquiry)

    def not_taken(self, inquiry: Inquiry, error: Exception) -> None:
        """Tell whoever asked that a question could not be taken, when it does not come again."""
        self._say(inquiry, trouble(error, inquiry.key, inquiry.lang))

    @property
    def waiting(self) -> int:
        """How many questions wait for their turn."""
        return self._desk.waiting

    def resume(self) -> None:
        """Answer what an earlier process left unfinished, or say that it is lost; from now on also what others leave."""
        self._leftovers.begin()

    def stop(self, grace_s: float = 10.0, words_s: float = _LAST_WORDS_S) -> None:
        """Finish what is being answered; say of the rest that it waits for the restart.

        Args:
            grace_s: For what is being answered, in seconds.
            words_s: For saying so, and whatever else is to be said; together they are the longest it takes.
        """
        end = Deadline(grace_s + words_s)
        end.begin()
        self._stopping.set()
        left = [self._tasks.get(inquiry.key) for inquiry in self._desk.stop(grace_s)]
        for task in filter(None, left):
            # Closed before: its asker deleted it.
            if task.is_closed:
                continue
            if task.close():
                self._leftovers.give_back(task.inquiry)
                said = label("slack.stopping", task.inquiry.lang)
                self._words.run(task.inquiry.key, partial(task.reply.say, said))
            else:
                task.ended.wait(end.left(words_s))
        self._greetings.stop(0)
        self._words.stop(end.left(words_s))
        self._leftovers.stop(end.left(words_s))

    def join(self, grace_s: float) -> None:
        """Wait so many seconds for answers that went on in spite of `stop`, so that they can be given back."""
        self._desk.stop(grace_s)

    def deleted(self, team: str, channel: str, ts: str, *, asked: bool = True) -> None:
        """Let go of a question that its asker deleted; an answer that stands there stays. Arguments and errors as `Ledger.withdrawn`."""
        with self._lock:
            tasks = list(self._tasks.values())
        for task in tasks:
            inquiry = task.inquiry
            is_it = (inquiry.team, inquiry.channel, message_of(inquiry)) == (team, channel, ts)
            if is_it and task.close():
                if self._desk.withdraw(inquiry):
                    self._drop(task)
                self._words.run(inquiry.key, task.withdraw)
        self._ledger.withdrawn(team, channel, ts, asked=asked)

    def edited(self, inquiry: Inquiry) -> None:
        """Answer a question that still waits in its new words; otherwise offer to, once a message. Errors as `receive`."""
        if self._ledger.edit(inquiry) == "offer":
            self._words.run(inquiry.key, partial(self._offer, inquiry))

    def again(self, inquiry: Inquiry) -> None:
        """Answer an edited question as it was offered; nothing happens when that was asked for before."""
        with self._told(inquiry):
            if accepted := self._ledger.accept(inquiry):
                self._admit(accepted)

    @contextmanager
    def _told(self, inquiry: Inquiry) -> Iterator[None]:
        """Whoever asked hears of it when their question cannot be taken, whatever the reason: it does not come again."""
        try:
            yield
        except PolicyQAError as error:
            log_error(inquiry.key, error)
            self._note(inquiry, self._ledger.finish)
            self._say(inquiry, trouble(error, inquiry.key, inquiry.lang))
        except Exception as error:
            log_bug(inquiry.key, error)
            self._note(inquiry, self._ledger.finish)
            self._say(inquiry, broken(inquiry.key, inquiry.lang))

    def _admit(self, inquiry: Inquiry) -> None:
        refusal = self._access.refusal(inquiry)
        if refusal is None:
            self._queue(inquiry)
        else:
            self._turn_away(inquiry, refusal)

    def _queue(self, inquiry: Inquiry) -> None:
        task = Task(inquiry, self._reply(inquiry))
        with self._lock:
            self._tasks[inquiry.key] = task
        if self._desk.submit(inquiry):
            if not self._greetings.run(inquiry.key, partial(self._greet, task)):
                task.greeted.set()
            return
        self._drop(task)
        if self._stopping.is_set():
            self._leftovers.give_back(inquiry)
            self._say(inquiry, label("slack.stopping", inquiry.lang))
        else:
            self._turn_away(inquiry, label("slack.queue_full", inquiry.lang))

    def _turn_away(self, inquiry: Inquiry, words: str) -> None:
        self._ledger.finish(inquiry)
        if words:
            self._say(inquiry, words)

    def _say(self, inquiry: Inquiry, words: str) -> None:
        self._words.run(inquiry.key, lambda: self._reply(inquiry).say(words))

    def _greet(self, task: Task) -> None:
        try:
            ahead = self._desk.ahead(task.inquiry)
            if task.is_closed:
                return
            # Of the few posts that a command allows, none is spent on this.
            if ahead >= _MANY_AHEAD and task.inquiry.way != "command" and self._may_tell_place():
                # By a reply of its own: this one is still to be answered.
                said = label("slack.queue_ahead", task.inquiry.lang).format(n=ahead)
                self._reply(task.inquiry).say(said)
            else:
                task.show_searching()
        finally:
            task.greeted.set()

    def _may_tell_place(self) -> bool:
        with self._lock:
            if is_due := time.monotonic() - self._told_place_at >= _BETWEEN_PLACES_S:
                self._told_place_at = time.monotonic()
            return is_due

    def _offer(self, inquiry: Inquiry) -> None:
        self._reply(inquiry).say(label("slack.edited", inquiry.lang), buttons=(offer_row(inquiry),))

    def _work(self, inquiry: Inquiry) -> None:
        task = self._tasks.get(inquiry.key)
        if task is None:
            return
        try:
            self._answering.answer(task)
        except Undelivered as error:
            log_undelivered(inquiry.key, error.word)
            if error.may_stand:
                # Twice is worse than a doubt that whoever asked can see for themselves.
                self._note(inquiry, self._ledger.finish)
            else:
                self._leftovers.give_back(inquiry)
        finally:
            self._drop(task)

    def _note(self, inquiry: Inquiry, note: Callable[[Inquiry], None]) -> None:
        try:
            note(inquiry)
        except PolicyQAError as error:
            log_error(inquiry.key, error)

    def _drop(self, task: Task) -> None:
        with self._lock:
            self._tasks.pop(task.inquiry.key, None)
        task.ended.set()

    def _take_up(self, inquiry: Inquiry, admitted: bool) -> None:
        with self._told(inquiry):
            if self._ledger.is_lost(inquiry):
                self._words.run(inquiry.key, partial(self._tell_lost, inquiry))
            else:
                (self._queue if admitted else self._admit)(inquiry)

    def _tell_lost(self, inquiry: Inquiry) -> None:
        try:
            self._reply(inquiry).say(label("slack.lost", inquiry.lang))
        finally:
            self._note(inquiry, self._ledger.finish)
