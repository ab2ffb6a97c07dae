"""The tab of the library: the list of documents, one document, or two side by side."""

import base64
import json
from typing import Any, NamedTuple

import gradio as gr
from gradio.processing_utils import save_file_to_cache

from rag.errors import NotFound
from rag.schema import Viewer
from rag.text import Lang
from ui.address import Place, place_of
from ui.web.frame import QUICK, SLOW, Section, Updates, Wording
from ui.web.reader.library import FACETS, ORDERS, Selection, choices, likely, selected
from ui.web.reader.sheet import is_drawable, sheet
from ui.web.reader.shelf import shelf
from ui.web.reader.view import View, crumbs, view_of
from ui.web.visitor import visitor_of

_ROWS = 50
"""Documents that are listed at once."""
_WENT = "policyqaWent"


class _Asked(NamedTuple):
    """The values of the widgets that every handler reads, in their order."""

    words: str
    bulletin: str
    region: str
    issuer: str
    year: str
    status: str
    order: str
    rows: int
    place: Place
    sent: int
    lang: Lang

    @property
    def selection(self) -> Selection:
        """What is to be listed."""
        chosen = {facet: str(getattr(self, facet) or "") for facet in FACETS}
        order = next((o for o in ORDERS if o == self.order), ORDERS[0])
        return Selection(self.words or "", chosen, order)


class Reader(Section):
    """Widgets by name, and the handlers that fill them."""

    key = "reader"

    def build(self) -> None:
        """Lay out the list and, hidden at first, the text."""
        self.place, self.rows, self.sent = gr.State(Place()), gr.State(_ROWS), gr.State(0)
        with gr.Column(elem_id="pq-reader"):
            self.bar = gr.HTML(elem_id="pq-r-bar", apply_default_css=False)
            with gr.Column(elem_id="pq-r-library") as self.library:
                with gr.Row(elem_id="pq-r-filters"):
                    self._filters()
                self.list = gr.HTML(elem_id="pq-r-list", apply_default_css=False)
                self.more = gr.Button(size="sm", visible=False, elem_id="pq-r-more")
            self.text = gr.HTML(
                elem_id="pq-r-text",
                visible=False,
                apply_default_css=False,
                js_on_load="policyqaReader(element, server)",
                server_functions=[self._original(), self._page()],
            )
            self.went = gr.Textbox(visible="hidden", elem_id="pq-r-went")

    def _filters(self) -> None:
        self.words = gr.Textbox(
            label=self.word("words", "zh"), placeholder=self.word("words_hint", "zh"), elem_id="pq-r-words"
        )
        self.facets = {
            facet: gr.Dropdown(
                [(self.word("all", "zh"), "")],
                value="",
                label=self.word(facet, "zh"),
                min_width=120,
                elem_id=f"pq-r-{facet}",
            )
            for facet in FACETS
        }
        self.order = gr.Dropdown(
            self._orders("zh"),
            value=ORDERS[0],
            label=self.word("order", "zh"),
            min_width=120,
            elem_id="pq-r-order",
        )

    def _orders(self, lang: Lang) -> list[tuple[str, str]]:
        return [(self.word(f"order_{order}", lang), order) for order in ORDERS]

    def wire(self) -> None:
        """Join handlers to widgets."""
        asked = [
            self.words, *self.facets.values(), self.order, self.rows, self.place, self.sent, self.frame.lang,
        ]  # fmt: skip
        listed = [self.list, self.more, self.rows, *self.facets.values()]
        shown = [
            *listed,
            self.bar,
            self.library,
            self.text,
            self.went,
            self.place,
            self.sent,
            self.frame.tabs,
        ]
        # One handler for all, of which only the last call counts; the tab's, for what has changed while another was in front.
        gr.on(
            [self.words.change, *(w.input for w in (*self.facets.values(), self.order)), self.frame.tabs.select],
            self.find, asked, listed, trigger_mode="always_last", **QUICK,
        )  # fmt: skip
        self.more.click(self.find_more, asked, listed, **QUICK)
        went = self.frame.opened.select(self.follow, asked, shown, **SLOW)
        went.then(None, [self.went], None, js=_WENT, api_visibility="private")
        static = [self.words, self.order]
        worded = [w for w in shown if w is not self.frame.tabs]
        self.frame.worded.append(Wording(self.translate, asked[:-1], [*worded, *static], arrives=True))

        def join(page: gr.Blocks) -> None:
            here = page.load(self.arrive, asked, [*shown, *static], js="policyqaInLanguage", **SLOW)
            here.then(None, [self.went], None, js=_WENT, api_visibility="private")

        self.frame.arrived.append(join)

    def find(self, request: gr.Request, *values: Any) -> Updates:
        """List what fits now, from the beginning."""
        return self._listed(_Asked(*values)._replace(rows=_ROWS), visitor_of(request).viewer)

    def find_more(self, request: gr.Request, *values: Any) -> Updates:
        """List fifty more."""
        asked = _Asked(*values)
        return self._listed(asked._replace(rows=asked.rows + _ROWS), visitor_of(request).viewer)

    def follow(self, chosen: gr.EventData, request: gr.Request, *values: Any) -> Updates:
        """Open what a link on the page leads to."""
        asked = _Asked(*values)
        viewer = visitor_of(request).viewer
        return self._opened(asked, place_of(chosen._data or {}), viewer) | self.frame.show(self.key)

    def arrive(self, request: gr.Request, *values: Any) -> Updates:
        """Fill the list when the page is loaded, and open what its address names."""
        asked, viewer = _Asked(*values), visitor_of(request).viewer
        place, named = place_of(request.query_params), self._named(asked.lang)
        if "doc" not in request.query_params:
            return self._listed(asked, viewer) | {self.went: ""} | named
        return self._opened(asked, place, viewer) | self.frame.show(self.key) | named

    def translate(self, lang: Lang, request: gr.Request, *values: Any) -> Updates:
        """Show all words around the texts in the other language."""
        asked, viewer = _Asked._make((*values, lang)), visitor_of(request).viewer
        again = self._opened(asked._replace(sent=0), asked.place, viewer) | {self.went: ""}
        return again | self._listed(asked, viewer) | self._named(lang)

    def _named(self, lang: Lang) -> Updates:
        return {
            self.words: gr.update(label=self.word("words", lang), placeholder=self.word("words_hint", lang)),
            self.order: gr.update(label=self.word("order", lang), choices=self._orders(lang)),
        }

    def _opened(self, asked: _Asked, place: Place, viewer: Viewer) -> Updates:
        view = view_of(self.service.assistant, place, asked.lang, viewer, self.service.web_url)
        mark = hash(view.html)
        updates: Updates = {
            self.bar: crumbs(view, asked.lang),
            self.library: gr.update(visible=not view.html),
            self.text: gr.update(visible=bool(view.html))
            # The same text again would be laid out anew, and the visitor would lose his place in it.
            | ({"value": view.html} if mark != asked.sent else {}),
            self.place: view.place,
            self.sent: mark,
            self.went: _went(view),
        }
        return updates if view.html else updates | self._listed(asked._replace(place=view.place), viewer)

    def _listed(self, asked: _Asked, viewer: Viewer) -> Updates:
        assistant, lang = self.service.assistant, asked.lang
        documents, counts = assistant.documents(viewer), assistant.clause_counts(viewer)
        beside = None
        if asked.place.other == "":
            beside = next((d for d in documents if d.document_id == asked.place.document_id), None)
        if beside:
            documents = [d for d in documents if d is not beside]
        selection = asked.selection
        found = selected(documents, selection)
        html = f'<p class="pq-r-total" role="status">{self.word("total", lang, n=len(found))}</p>'
        if beside and selection == Selection(order=selection.order, chosen=dict.fromkeys(FACETS, "")):
            near = shelf(likely(beside, documents), counts, lang, "title", beside)
            html = f"<h3>{self.word('likely', lang)}</h3>{near}<h3>{self.word('everything', lang)}</h3>{html}"
        html += shelf(found[: asked.rows], counts, lang, selection.order, beside)
        rest = len(found) - asked.rows
        offered = choices(documents, selection, lang)
        return {
            self.list: html,
            self.more: gr.update(visible=rest > 0, value=self.word("more", lang, n=max(rest, 0))),
            self.rows: asked.rows,
            **{
                widget: gr.update(choices=offered[facet], label=self.word(facet, lang))
                for facet, widget in self.facets.items()
            },
        }

    def _original(self) -> Any:
        def original_file(document_id: str, request: gr.Request) -> str | None:
            kept = self._edition(document_id, visitor_of(request).viewer)
            return save_file_to_cache(kept, self.text.GRADIO_CACHE) if kept else None

        return original_file

    def _page(self) -> Any:
        def page_picture(asked: dict[str, Any], request: gr.Request) -> str | None:
            kept = self._edition(asked.get("doc"), visitor_of(request).viewer)
            number = asked.get("page")
            drawn = sheet(kept, number) if kept and is_drawable(kept) and isinstance(number, int) else None
            return f"data:image/png;base64,{base64.b64encode(drawn).decode()}" if drawn else None

        return page_picture

    def _edition(self, document_id: Any, viewer: Viewer) -> Any:
        try:
            return self.service.assistant.edition(str(document_id), viewer).original
        except NotFound:
            return None


def _went(view: View) -> str:
    """Return what the script of the page needs to show a place: its address, and what to mark."""
    place = view.place
    key = "+".join(filter(None, (place.document_id, place.other)))
    return json.dumps({"address": place.address, "shown": key if view.html else "", "focus": view.focus})
