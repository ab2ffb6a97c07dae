"""The tab on which clauses are found while one types."""

from typing import Any

import gradio as gr

from rag.schema import Viewer
from rag.text import Lang
from ui.service import Service
from ui.web.filters.bar import FilterBar
from ui.web.filters.chosen import Chosen
from ui.web.frame import QUICK, Frame, Section, Updates, Wording
from ui.web.search.blank import blank, remembered
from ui.web.search.found import MOST, STEP, Wanted, find
from ui.web.search.results import results, said
from ui.web.visitor import visitor_of

# Scripts of the page tell these elements when typing pauses, and when a search has served its purpose (search.js).
_HEAR = """element.addEventListener("policyqa", (event) => trigger("select", event.detail));"""
# What the browser has kept is there only once the tab is opened, shortly after its elements.
_HEAR_AND_BEGIN = _HEAR + """setTimeout(() => trigger("select", {}), 100);"""


class Search(Section):
    """A box, the filters, and the hits below."""

    key = "search"

    def __init__(self, service: Service, frame: Frame) -> None:
        super().__init__(service, frame)
        self.bar = FilterBar(service, frame, self.key)

    def build(self) -> None:
        """Lay out box, filters and hits."""
        self.last = gr.State(Wanted())
        # Kept by the browser alone.
        self.recent = gr.BrowserState([], storage_key="policyqa-searches", secret="policyqa")  # noqa: S106 - the browser's own storage, readable there anyway
        with gr.Column(elem_id="pq-search"):
            self.box = gr.Textbox(
                lines=1, max_lines=1, show_label=False, elem_id="pq-search-box", **self._words("zh")
            )
            self.bar.build()
            with gr.Row(elem_id="pq-search-head"):
                self.said = gr.HTML(elem_id="pq-search-said")
                self.why = gr.Checkbox(
                    value=False,
                    label=self.word("why", "zh"),
                    interactive=True,
                    container=False,
                    visible=False,
                    elem_id="pq-search-why",
                )
            with gr.Column(elem_id="pq-search-found"):
                self.hits = gr.HTML(elem_id="pq-results")
                self.more = gr.Button(
                    self.word("more", "zh"), size="sm", visible=False, elem_id="pq-search-more"
                )
            self.typed = gr.HTML(js_on_load=_HEAR_AND_BEGIN, visible="hidden", elem_id="pq-search-typed")
            self.kept = gr.HTML(js_on_load=_HEAR, visible="hidden", elem_id="pq-search-kept")

    def wire(self) -> None:
        """Join handlers to widgets."""
        self.bar.wire()
        lang = self.frame.lang
        # One handler for all: the last event wins, so that no older result is shown over a newer one.
        gr.on(
            [self.typed.select, self.bar.chosen.change, self.more.click, lang.input],
            self.search,
            [self.box, self.bar.chosen, self.last, self.recent, lang],
            [self.last, self.said, self.why, self.hits, self.more],
            trigger_mode="always_last",
            **QUICK,
        )
        self.kept.select(self.keep, [self.recent], [self.recent], **QUICK)
        self.frame.worded.append(
            Wording(lambda language, _: {self.box: gr.update(**self._words(language))}, shown=[self.box])
        )

    def search(
        self,
        text: str,
        chosen: Chosen,
        last: Wanted,
        recent: object,
        lang: Lang,
        event: gr.EventData,
        request: gr.Request,
    ) -> Updates:
        """Show what there is for the words in the box."""
        wanted = Wanted((text or "").strip(), chosen, STEP, lang)
        if wanted.is_as(last):
            asks_more = event.target is not None and event.target._id == self.more._id
            wanted = Wanted(wanted.text, chosen, min(MOST, last.limit + STEP * asks_more), lang)
        return self._shown(wanted, recent, visitor_of(request).viewer)

    def _shown(self, wanted: Wanted, recent: object, viewer: Viewer) -> Updates:
        lang = wanted.lang
        why, more = {"label": self.word("why", lang)}, {"value": self.word("more", lang)}
        if not wanted.text:
            return {
                self.last: wanted,
                self.said: "",
                self.why: gr.update(visible=False, **why),
                self.hits: blank(self.service, remembered(recent, ""), lang, viewer),
                self.more: gr.update(visible=False, **more),
            }
        found = find(self.service.assistant, wanted, viewer)
        return {
            self.last: wanted,
            self.said: said(found, wanted),
            self.why: gr.update(visible=bool(found.hits), **why),
            self.hits: results(found, wanted),
            self.more: gr.update(visible=found.more, **more),
        }

    def keep(self, recent: object, kept: gr.EventData) -> list[str]:
        """Remember a search that was of use, or forget them all."""
        return remembered(recent, kept.text) if isinstance(kept.text, str) else []

    def _words(self, lang: Lang) -> dict[str, Any]:
        return {"label": self.word("box", lang), "placeholder": self.word("placeholder", lang)}
