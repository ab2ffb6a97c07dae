"""The pane beside the conversation, and what its buttons do."""

from typing import Any

import gradio as gr

from rag.text import Lang
from ui.labels import label
from ui.service import Service
from ui.web.chat.turn import Visit
from ui.web.frame import Frame, Wording
from ui.web.sources.neighbours import neighbour
from ui.web.sources.turns import conversation_sources
from ui.web.visitor import visitor_of


class SourcesPane:
    """The heading and the cards; whoever holds the conversation fills `cards` with `conversation_sources`."""

    def __init__(self, service: Service, frame: Frame) -> None:
        self._service, self._frame = service, frame

    def build(self) -> None:
        """Lay out the widgets where they are to stand."""

        # The name by which the page's script calls it; Gradio marks the function, which a bound method does not allow.
        def neighbouring(wanted: dict[str, Any], request: gr.Request) -> dict[str, str]:
            return neighbour(self._service.assistant, wanted, visitor_of(request).viewer)

        self.heading = gr.HTML(_heading("zh"), elem_id="pq-sources-heading")
        self.cards = gr.HTML(
            conversation_sources(Visit(), "zh"),
            js_on_load="policyqaSources(element, server);",
            server_functions=[neighbouring],
            elem_id="pq-sources",
        )
        self.widgets: list[Any] = [self.heading, self.cards]

    def wire(self) -> None:
        """Join the heading to the language; the cards are filled with the conversation."""
        self._frame.worded.append(
            Wording(lambda lang, _: {self.heading: _heading(lang)}, shown=[self.heading])
        )


def _heading(lang: Lang) -> str:
    return f"<h2>{label('sources.heading', lang)}</h2>"
