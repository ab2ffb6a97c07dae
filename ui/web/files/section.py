"""The tab on which editors keep the collection; to others it says why it offers nothing."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import gradio as gr

from rag.settings import load_settings
from rag.text import Lang
from ui.account.trail import Note, noted
from ui.web.files.adding import Adding
from ui.web.files.changed import Changed
from ui.web.files.desk import Desk
from ui.web.files.keeping import Keeping
from ui.web.files.look import Look
from ui.web.files.since import Span
from ui.web.frame import QUICK, SLOW, Section, Updates, Wording
from ui.web.visitor import doer, editor_of, may_edit, visitor_of


class Files(Section):
    """Three parts: adding, keeping, and what has changed."""

    key = "files"

    def build(self) -> None:
        """Lay out the parts, hidden until it is known who has come."""
        self.denied = gr.HTML(elem_id="pq-f-denied")
        self.parts: dict[str, gr.Tab] = {}
        if self.service.data is None:
            return
        settings = load_settings(self.service.data)
        desk = Desk(settings)
        self.look = gr.State(Look())
        with gr.Column(visible=False, elem_id="pq-files") as self.body, gr.Tabs(elem_id="pq-f-parts"):
            with gr.Tab(self.word("part_add", "zh"), id="add") as self.parts["add"]:
                self.adding = Adding(desk)
            with gr.Tab(self.word("part_held", "zh"), id="held") as self.parts["held"]:
                self.keeping = Keeping(desk, settings)
            with gr.Tab(self.word("part_since", "zh"), id="since") as self.parts["since"]:
                self.changed = Changed(settings.data)

    def wire(self) -> None:
        """Join handlers to widgets."""
        if self.service.data is None:
            self.frame.worded.append(
                Wording(lambda lang, _: {self.denied: self._denied("no_data", lang)}, shown=[self.denied])
            )
            return
        self._wire_adding()
        self._wire_others()
        every = [
            self.denied, self.body, *self.parts.values(), *self.adding.widgets, *self.keeping.widgets, *self.changed.widgets,
        ]  # fmt: skip
        self.frame.worded.append(Wording(self.translate, [self.look, self.changed.span], every))

    def _wire_adding(self) -> None:
        adding, given = self.adding, [self.look, self.frame.lang]
        # The whole record of each upload: only there is the name that it had.
        adding.drop.upload(self.receive, [adding.drop, *given], adding.widgets, preprocess=False, **QUICK)
        adding.timer.tick(self.tick, given, adding.widgets, **QUICK)
        for widget in (adding.cards, adding.form):
            widget.select(self.act, given, adding.widgets, **QUICK)
        for button, act in ((adding.accept, "accept"), (adding.stop, "stop"), (adding.clear, "discard")):
            button.click(self._pressed(act), given, adding.widgets, **QUICK)

    def _wire_others(self) -> None:
        keeping, changed, given = self.keeping, self.changed, [self.look, self.frame.lang]
        for widget in (keeping.list, keeping.last, keeping.form):
            widget.select(self.keep, given, keeping.widgets, **SLOW)
        keeping.find.change(
            self.search, [keeping.find, *given], [keeping.list], trigger_mode="always_last", **QUICK
        )
        self.parts["held"].select(self.list_sources, given, keeping.widgets, **QUICK)
        shown = [changed.span, self.frame.lang]
        changed.span.input(self.list_changes, shown, changed.widgets, **QUICK)
        changed.day.select(self.list_since, [self.frame.lang], changed.widgets, **QUICK)
        self.parts["since"].select(self.list_changes, shown, changed.widgets, **QUICK)

    def translate(self, lang: Lang, request: gr.Request, look: Look, span: Span | None) -> Updates:
        """Show everything in a language to an editor, and to anybody else that this tab is not for them."""
        viewer = visitor_of(request).viewer
        if not may_edit(viewer):
            return {self.denied: self._denied("denied", lang), self.body: gr.update(visible=False)}
        names: Updates = {
            tab: gr.update(label=self.word(f"part_{key}", lang)) for key, tab in self.parts.items()
        }
        return {
            **names,
            self.denied: "",
            self.body: gr.update(visible=True),
            **self.adding.view(_person(request), look, lang, words=True),
            **self.keeping.view(viewer, look, lang, words=True),
            **self.changed.view(span, viewer, lang, words=True),
        }

    def receive(
        self, sent: list[dict[str, Any]] | None, look: Look, lang: Lang, request: gr.Request
    ) -> Updates:
        """Take over what the browser has uploaded."""
        editor_of(request)
        return self.adding.receive(sent, _person(request), look, lang)

    def tick(self, look: Look, lang: Lang, request: gr.Request) -> Updates:
        """Show how far the files are."""
        editor_of(request)
        return self.adding.view(_person(request), look, lang)

    def act(self, look: Look, lang: Lang, told: gr.EventData, request: gr.Request) -> Updates:
        """Do what a button of a card says."""
        editor_of(request)
        return self.adding.act(
            told.act, told.key, told.typed, _person(request), look, lang, self._note(request)
        )

    def _pressed(self, act: str) -> Any:
        def pressed(look: Look, lang: Lang, request: gr.Request) -> Updates:
            editor_of(request)
            return self.adding.act(act, "", {}, _person(request), look, lang, self._note(request))

        return pressed

    def keep(self, look: Look, lang: Lang, told: gr.EventData, request: gr.Request) -> Iterator[Updates]:
        """Do what a button of the list says."""
        yield from self.keeping.act(
            told.act, told.key, told.typed, editor_of(request), look, lang, self._note(request)
        )

    def search(self, text: str | None, look: Look, lang: Lang, request: gr.Request) -> Updates:
        """Show the sources that fit what is typed."""
        return self.keeping.search(text or "", editor_of(request), look, lang)

    def list_sources(self, look: Look, lang: Lang, request: gr.Request) -> Updates:
        """Show the sources as they are now."""
        return self.keeping.view(editor_of(request), look, lang)

    def list_changes(self, span: Span | None, lang: Lang, request: gr.Request) -> Updates:
        """Show what has changed in a span."""
        return self.changed.view(span, editor_of(request), lang)

    def list_since(self, lang: Lang, told: gr.EventData, request: gr.Request) -> Updates:
        """Show what has changed from a day on."""
        return self.changed.from_day(str(told.typed.get("day", "")), editor_of(request), lang)

    def _note(self, request: gr.Request) -> Note:
        return partial(noted, self.service.data, **doer(request))

    def _denied(self, key: str, lang: Lang) -> str:
        return f'<p class="pq-f-empty" role="status">{self.word(key, lang)}</p>'


def _person(request: gr.Request) -> str:
    return visitor_of(request).person or str(request.session_hash)
