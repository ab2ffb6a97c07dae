"""Thumbs under each answer: what they do to the records, and the panel that asks what was wrong."""

from contextlib import closing
from typing import Any

from rag.errors import PolicyQAError
from rag.record.recorder import Recorder
from rag.records import REASONS, Feedback, Rating, Reason
from rag.schema import Document
from rag.text import Lang
from ui.labels import label, named
from ui.service import Assistant
from ui.web.chat.conversation import View, show
from ui.web.chat.turn import Keep, Turn, Visit
from ui.web.person import new_person
from ui.web.sources.text import shown
from ui.web.visitor import Visitor, visitor_of

THUMBS = ("Like", "Dislike")
"""The names by which Gradio draws thumbs."""
_THUMB: dict[Rating | None, str | None] = {"up": "Like", "down": "Dislike", None: None}
_LONGEST_WORDS = 2000
_UNFINISHED = PolicyQAError(
    "This answer did not come to its end and is not kept.",
    "Ask again, and rate the whole answer.",
    chinese=("这个回答没有写完，没有保存。", "请重新提问，再评价完整的回答。"),
)


def keeping(recorder: Recorder, assistant: Assistant, visit: Visit, visitor: Visitor) -> Keep:
    """Return what stores the answers of a visitor as soon as they stand."""
    person = asker(visitor, visit)

    def document(document_id: str) -> Document:
        return assistant.document(document_id, visitor.viewer)

    def keep(turn: Turn) -> None:
        if turn.answer is not None:
            turn.kept = recorder.record(
                turn.asked, turn.answer, answer_id=turn.key, person=person, seconds=turn.seconds,
                document=document,
            )  # fmt: skip
            turn.unkept = recorder.keep(turn.kept) or _put_in_order(recorder, visit, turn, person)

    return keep


def _put_in_order(recorder: Recorder, visit: Visit, turn: Turn, person: str) -> PolicyQAError | None:
    """Put a stored answer into its conversation; returns why that did not work, None when all is well."""
    try:
        with closing(recorder.conversations()) as conversations:
            conversations.add(visit.conversation, person, turn.key, turn.replaces)
    except PolicyQAError as error:
        return error
    return None


def press(recorder: Recorder, visit: Visit, number: int, pressed: Rating | None, person: str) -> None:
    """Rate an answer.

    Args:
        recorder: Of the page.
        visit: Of the person.
        number: Of the turn, from 0; of one without an answer, because it was stopped, say, it is told that none is kept.
        pressed: The thumb, which is kept at once; None takes the rating back.
        person: The person's random id.
    """
    if not 0 <= number < len(visit.turns):
        return
    if visit.turns[number].answer is None:
        visit.panel, visit.rated, visit.trouble = "closed", None, _UNFINISHED
        return
    visit.rated = visit.turns[number]
    _rate(recorder, visit, visit.rated, pressed, person)


def explain(recorder: Recorder, visit: Visit, reason: Reason | None, words: str, person: str) -> None:
    """Add a reason to the thumbs-down that the panel is about; without one, nothing changes but the panel."""
    if visit.rated and visit.rated.rating == "down":
        _rate(recorder, visit, visit.rated, "down", person, reason, words.strip()[:_LONGEST_WORDS])


def take_back(recorder: Recorder, visit: Visit, person: str) -> None:
    """Forget the rating that the panel is about; the answer stays among the records."""
    if visit.rated:
        _rate(recorder, visit, visit.rated, None, person)


def asker(visitor: Visitor, visit: Visit) -> str:
    """Return the id of the person, or that of the visit when there are no accounts and the browser keeps no cookies."""
    if visitor.person:
        return visitor.person
    visit.person = visit.person or new_person()
    return visit.person


def thumbs(view: View) -> dict[str, Any]:
    """Return what the conversation needs to show which thumbs are pressed."""
    return {"feedback_value": [_THUMB[rating] for rating in view.ratings]}


def _rate(
    recorder: Recorder,
    visit: Visit,
    turn: Turn,
    rating: Rating | None,
    person: str,
    reason: Reason | None = None,
    words: str = "",
) -> None:
    visit.trouble = None
    if turn.answer is None:
        return
    try:
        if rating is None:
            recorder.take_back(turn.key, person)
        else:
            # One that was not stored, or has been deleted meanwhile, is stored for the sake of its rating.
            turn.kept = turn.kept or recorder.record(
                turn.asked, turn.answer, answer_id=turn.key, person=person
            )
            recorder.rate(Feedback(turn.kept, person, rating, reason, words))
    except PolicyQAError as error:
        visit.trouble = error
        return
    turn.rating = rating
    explained = reason is not None or words != ""
    visit.panel = "closed" if rating is None else "reason" if rating == "down" and not explained else "thanks"


class FeedbackPanel:
    """The widgets below the conversation; hidden until somebody presses a thumb."""

    def __init__(self, recorder: Recorder | None) -> None:
        """Lay them out where they are to stand; without a recorder nothing is ever shown."""
        import gradio as gr  # noqa: PLC0415 - gradio takes seconds to import

        self._recorder = recorder
        with gr.Column(visible=False, elem_id="pq-feedback") as self.box:
            self.head = gr.HTML(elem_id="pq-feedback-head")
            self.reason = gr.Radio(
                _choices("zh"), show_label=False, label=label("what_is_wrong", "zh"), container=False
            )
            self.words = gr.Textbox(
                show_label=False, label=label("in_your_words", "zh"), placeholder=label("in_your_words", "zh"), lines=1,
                max_lines=4, max_length=_LONGEST_WORDS, container=False,
            )  # fmt: skip
            with gr.Row(elem_id="pq-feedback-tools"):
                self.send = gr.Button(label("give_reason", "zh"), size="sm", variant="primary")
                self.undo = gr.Button(label("take_back", "zh"), size="sm")
        self.widgets = [self.box, self.head, self.reason, self.words, self.send, self.undo]

    def updates(self, view: View, lang: Lang) -> dict[Any, Any]:
        """Return what the widgets show for a view."""
        import gradio as gr  # noqa: PLC0415

        asking = view.panel == "reason"
        said = label("what_is_wrong" if asking else "thanks", lang)
        trouble = (
            f'<p class="pq-warning">{shown(named("not_noted", view.trouble, lang))}</p>'
            if view.trouble
            else ""
        )
        words = {"label": label("in_your_words", lang), "placeholder": label("in_your_words", lang)}
        kept = {} if asking else {"value": None}
        return {
            self.box: gr.update(visible=view.panel != "closed" or bool(trouble)),
            self.head: trouble or f'<p role="status">{said}<span>{shown(view.about)}</span></p>',
            self.reason: gr.update(choices=_choices(lang), label=said, visible=asking, **kept),
            self.words: gr.update(visible=asking, **words, **({} if asking else {"value": ""})),
            self.send: gr.update(value=label("give_reason", lang), visible=asking),
            self.undo: gr.update(value=label("take_back", lang), visible=view.panel != "closed"),
        }

    def wire(self, chat: Any, visit: Any, lang: Any) -> None:
        """Join the thumbs of a conversation and the panel's buttons to the records."""
        import gradio as gr  # noqa: PLC0415

        recorder = self._recorder
        if recorder is None:
            raise RuntimeError("there are no records to join the thumbs to")

        def updated(current: Visit, language: Lang) -> dict[Any, Any]:
            view = show(current, language)
            return {chat: gr.update(**thumbs(view)), **self.updates(view, language)}

        def pressed(
            current: Visit, language: Lang, thumb: gr.LikeData, request: gr.Request
        ) -> dict[Any, Any]:
            # Gradio sends True, False, or an empty text when a pressed thumb is pressed again.
            rating: Rating | None = "up" if thumb.liked is True else "down" if thumb.liked is False else None
            press(recorder, current, _turn(thumb.index), rating, asker(visitor_of(request), current))
            return updated(current, language)

        def explained(
            current: Visit, language: Lang, reason: Reason | None, words: str, request: gr.Request
        ) -> dict[Any, Any]:
            explain(recorder, current, reason or "other", words, asker(visitor_of(request), current))
            return updated(current, language)

        def undone(current: Visit, language: Lang, request: gr.Request) -> dict[Any, Any]:
            take_back(recorder, current, asker(visitor_of(request), current))
            return updated(current, language)

        quick = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        outputs = [chat, *self.widgets]
        chat.like(pressed, [visit, lang], outputs, **quick)
        self.send.click(explained, [visit, lang, self.reason, self.words], outputs, **quick)
        self.words.submit(explained, [visit, lang, self.reason, self.words], outputs, **quick)
        self.undo.click(undone, [visit, lang], outputs, **quick)


def _choices(lang: Lang) -> list[tuple[str, str]]:
    return [(label(reason, lang), reason) for reason in REASONS]


def _turn(index: int | tuple[int, int]) -> int:
    """Return the number of the turn to which a bubble belongs: each turn has two."""
    return (index if isinstance(index, int) else index[0]) // 2
