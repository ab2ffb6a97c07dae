"""The part of the tab where files come in: a place to drop them, how far each is, and what to correct before it counts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from rag.errors import CorrectionError
from rag.text import Lang
from ui.account.trail import Note
from ui.web.files.batch import Batch
from ui.web.files.cards import cards
from ui.web.files.desk import Desk, Given
from ui.web.files.form import corrections, form
from ui.web.files.look import ACTS, FORM, Look
from ui.web.files.markup import word
from ui.web.frame import Updates

_TICK_S = 0.7


class Adding:
    """Its widgets, and what they show."""

    def __init__(self, desk: Desk) -> None:
        """Lay them out where they are to stand."""
        self._desk = desk
        with gr.Column(elem_id="pq-f-drop-area"):
            self.hint = gr.HTML(_hint("zh"), apply_default_css=False, elem_id="pq-f-hint")
            # Any type may be dropped: what cannot be read is told with what to do about it.
            self.drop = gr.File(
                file_count="multiple",
                label=word("drop", "zh"),
                show_label=False,
                height=118,
                elem_id="pq-f-drop",
            )
        with gr.Row(elem_id="pq-f-tools"):
            self.accept = gr.Button(
                word("accept_all", "zh", n=0), variant="primary", size="sm", visible=False
            )
            self.stop = gr.Button(word("stop", "zh"), size="sm", visible=False)
            self.clear = gr.Button(word("discard_all", "zh"), size="sm", visible=False)
        with gr.Row(elem_classes="pq-f-split"):
            with gr.Column(scale=3, min_width=300):
                self.cards = gr.HTML(
                    _empty("zh"), js_on_load=ACTS, apply_default_css=False, elem_id="pq-f-cards"
                )
            with gr.Column(scale=2, min_width=300, visible=False) as self.side:
                self.form = gr.HTML(js_on_load=FORM, apply_default_css=False, elem_id="pq-f-form")
        self.timer = gr.Timer(_TICK_S, active=False)
        self.widgets: list[Any] = [
            self.hint, self.drop, self.accept, self.stop, self.clear, self.cards, self.side, self.form, self.timer,
        ]  # fmt: skip

    def receive(self, sent: Sequence[dict[str, Any]] | None, person: str, look: Look, lang: Lang) -> Updates:
        """Take over what the browser has uploaded; the place to drop files is free again."""
        # Gradio has checked that each path is of its own uploads, but has changed the names in them.
        given = [
            Given(Path(one["path"]), one.get("orig_name") or Path(one["path"]).name) for one in sent or ()
        ]
        self._desk.receive(person, given)
        return {**self.view(person, look, lang), self.drop: None, self.timer: gr.Timer(active=True)}

    def view(self, person: str, look: Look, lang: Lang, *, words: bool = False) -> Updates:
        """Return what the widgets show.

        Args:
            person: Whose files.
            look: What is open; remembers what was sent.
            lang: Of the page.
            words: Everything, also what has not changed: the language is another one.
        """
        batch = self._desk.batch(person)
        # Asked first: what ends meanwhile is shown with the next tick.
        running = batch.running
        shown = cards(batch, lang) or _empty(lang)
        ready = sum(upload.stage == "found" for upload in batch.uploads)
        updates: Updates = {
            self.accept: gr.update(
                value=word("accept_all", lang, n=ready), visible=ready > 0, interactive=not running
            ),
            self.stop: gr.update(value=word("stop", lang), visible=running, interactive=not batch.stopping),
            self.clear: gr.update(
                value=word("discard_all", lang), visible=bool(batch.uploads), interactive=not running
            ),
            self.timer: gr.Timer(active=running),
        }
        if words or shown != look.sent:
            updates[self.cards] = look.sent = shown
        if words:
            updates[self.hint] = _hint(lang)
            updates[self.drop] = gr.update(label=word("drop", lang))
        if words or (look.upload and batch.draft(look.upload) is None):
            updates |= self._side(batch, look, lang)
        return updates

    def act(
        self, act: str, key: str, typed: dict[str, str], person: str, look: Look, lang: Lang, note: Note
    ) -> Updates:
        """Do what a button or a form of the cards says; one that is not of this tab does nothing."""
        batch = self._desk.batch(person)
        if act == "accept":
            batch.accept(key or None, note)
        elif act == "discard":
            batch.discard(key or None)
        elif act == "stop":
            batch.stop()
        elif act in ("edit", "close"):
            look.upload = key if act == "edit" else ""
        elif act == "save" and (trouble := self._save(batch, key, typed, lang)):
            return {self.form: trouble}
        elif act == "save":
            look.upload = ""
        form_follows = self._side(batch, look, lang) if act in ("edit", "close", "save") else {}
        return {**self.view(person, look, lang), **form_follows}

    def _save(self, batch: Batch, key: str, typed: dict[str, str], lang: Lang) -> str:
        """Keep what was typed with the draft; returns the form with the error when it cannot be."""
        draft = batch.draft(key)
        if draft is None or batch.running:
            return ""
        try:
            draft.correct(corrections(typed, draft.shown, draft.document))
        except CorrectionError as error:
            return form(key, draft.shown, draft.document, lang, typed=typed, error=error)
        return ""

    def _side(self, batch: Batch, look: Look, lang: Lang) -> Updates:
        draft = batch.draft(look.upload)
        if draft is None:
            look.upload = ""
            return {self.side: gr.update(visible=False), self.form: ""}
        return {
            self.side: gr.update(visible=True),
            self.form: form(look.upload, draft.shown, draft.document, lang),
        }


def _hint(lang: Lang) -> str:
    # A script gives these words to the button under them as its name.
    return f'<p aria-hidden="true"><b>{word("drop", lang)}</b><span>{word("drop_hint", lang)}</span></p>'


def _empty(lang: Lang) -> str:
    return f'<p class="pq-f-empty">{word("empty", lang)}</p>'
