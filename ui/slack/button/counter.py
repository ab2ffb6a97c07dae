"""What the buttons below an answer do: rate it, show its clauses, share it, ask a person.

All of it is read from the records, so that a button works after a restart as before. Whoever calls acknowledged the press.
"""

import threading

from rag.record.kept import REASONS, Feedback, KeptAnswer, Rating, Reason
from rag.text import language_of
from ui.labels import label
from ui.service import Service
from ui.slack.access.access import Access
from ui.slack.button.face import is_whole, offers, shown_anew
from ui.slack.button.notice import request_message, shared_messages
from ui.slack.button.once import Once
from ui.slack.button.press import Press
from ui.slack.button.shelf import Shelf
from ui.slack.button.speech import Speech
from ui.slack.message import Message
from ui.slack.reply.failure import SlackFailure
from ui.slack.shape.buttons import PERSON, SHARE
from ui.slack.shape.modal import (
    LONGEST_WORDS,
    clauses_message,
    clauses_modal,
    reason_modal,
)

_ASKED, _SHARED = "person", "share"
"""What is done once an answer."""
_RATED: dict[Rating | None, str] = {"up": "rated_up", "down": "rated_down", None: "rating_gone"}


class Counter:
    """Shared by all presses; may be used by several threads. Each method raises PolicyQAError, NotFound for an answer that is not kept."""

    def __init__(self, service: Service, access: Access) -> None:
        """Open nothing yet."""
        self._service, self._access = service, access
        self._shelf = Shelf(service, access)
        self._once = Once(service.data)
        self._rating = threading.Lock()

    def rate(self, press: Press, speech: Speech, thumb: Rating) -> None:
        """Keep what the presser thinks of an answer, or take it back when it is pressed again."""
        kept = self._shelf.answer(press)
        recorder, person = self._shelf.recorder, press.inquiry.person
        # Two quick presses are one after the other.
        with self._rating:
            rated = None if recorder.rating(kept, person) == thumb else thumb
            if rated is None:
                recorder.take_back(kept.answer_id, person)
            else:
                recorder.rate(Feedback(kept, person, rated))
        lang = language_of(kept.question)
        is_asked = rated == "down" and speech.open(reason_modal(kept.question, lang, press.metadata))
        is_seen = press.is_private and self._redraw(kept, press, speech, rated)
        if not (is_asked or is_seen):
            speech.whisper(Message(label(f"slack.{_RATED[rated]}", lang)))

    def explain(self, press: Press, speech: Speech, reason: str | None, words: str) -> None:
        """Add to a thumbs-down why; nothing changes when neither a reason nor words are given.

        Args:
            press: That opened the modal.
            speech: To the presser.
            reason: One of REASONS; anything else is none.
            words: The presser's own, cut to LONGEST_WORDS; empty for none.
        """
        words = words.strip()[:LONGEST_WORDS]
        chosen: Reason | None = next((known for known in REASONS if known == reason), None)
        if chosen is None and not words:
            return
        kept = self._shelf.answer(press)
        self._shelf.recorder.rate(Feedback(kept, press.inquiry.person, "down", chosen or "other", words))
        speech.whisper(Message(label("slack.reason_noted", language_of(kept.question))))

    def show(self, press: Press, speech: Speech) -> None:
        """Show the cited clauses in full in a modal, else as a message to the presser alone."""
        kept = self._shelf.answer(press)
        lang = language_of(kept.question)
        clauses = self._shelf.cited(kept, press)
        if not clauses:
            speech.whisper(Message(label("slack.no_clauses", lang)))
        elif not speech.open(clauses_modal(clauses, lang)):
            speech.whisper_here(clauses_message(clauses, lang))

    def ask_person(self, press: Press, speech: Speech) -> None:
        """Ask the channel's group of people, once an answer: in its thread, for a command in the channel."""
        kept = self._shelf.answer(press)
        lang = language_of(kept.question)
        group = self._access.group_to_ask(press.channel)
        if group is None:
            speech.whisper(Message(label("slack.person_off", lang)))
        elif not self._once.claim(_ASKED, kept.answer_id):
            speech.whisper(Message(label("slack.person_done", lang)))
        else:
            request = request_message(kept, press.user, group, speech.link())
            self._post(
                press,
                speech,
                (_ASKED, kept),
                (request,),
                "" if press.is_ephemeral else press.thread or press.ts,
            )

    def share(self, press: Press, speech: Speech) -> None:
        """Post the answer to a command in the channel, once, if everyone there may see what it cites."""
        kept = self._shelf.answer(press)
        lang = language_of(kept.question)
        if not self._shelf.is_open_here(kept, press):
            speech.whisper(Message(label("slack.share_hidden", lang)))
        elif not self._once.claim(_SHARED, kept.answer_id):
            speech.whisper(Message(label("slack.share_done", lang)))
        else:
            person = self._access.group_to_ask(press.channel) is not None
            messages = shared_messages(kept, press.user, person=person, web_url=self._service.web_url)
            self._post(press, speech, (_SHARED, kept), messages, "")

    def _post(
        self,
        press: Press,
        speech: Speech,
        done: tuple[str, KeptAnswer],
        messages: tuple[Message, ...],
        thread: str,
    ) -> None:
        """Post what is posted once; the button goes when it stands there, and can be pressed again when it does not."""
        what, kept = done
        try:
            speech.publish(messages, thread)
        except SlackFailure:
            self._once.release(what, kept.answer_id)
            raise
        self._redraw(kept, press, speech, self._shelf.recorder.rating(kept, press.inquiry.person))

    def _redraw(self, kept: KeptAnswer, press: Press, speech: Speech, rated: Rating | None) -> bool:
        if press.message and not is_whole(press):
            return False
        has_group = self._access.group_to_ask(press.channel) is not None
        message = shown_anew(
            kept, press, rated,
            person=(offers(press, PERSON) if press.message else has_group) and not self._once.is_done(_ASKED, kept.answer_id),
            share=(offers(press, SHARE) if press.message else press.is_ephemeral) and not self._once.is_done(_SHARED, kept.answer_id),
            web_url=self._service.web_url,
        )  # fmt: skip
        return speech.redraw(message)
