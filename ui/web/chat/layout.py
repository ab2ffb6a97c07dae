"""The widgets of the conversation, and what they show for a view of it."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from rag.text import Lang
from ui.labels import label
from ui.service import Service
from ui.web.chat.conversation import View
from ui.web.chat.exports import ExportBar
from ui.web.chat.feedback import THUMBS, FeedbackPanel, thumbs
from ui.web.chat.history import Tab
from ui.web.chat.quotes import quote_notes
from ui.web.filters.bar import FilterBar
from ui.web.filters.inferred import inferred_chips
from ui.web.frame import Frame, Updates, Wording
from ui.web.sources.pane import SourcesPane
from ui.web.sources.text import shown

# A script of the page dispatches these events; a handler in Python hears them as `select`.
_HEAR = """element.addEventListener("policyqa", (event) => trigger("select", event.detail));"""


class Layout:
    """Widgets by name."""

    def __init__(self, service: Service, frame: Frame) -> None:
        self._service, self._frame = service, frame

    def build(self, examples: Sequence[str], *, with_history: bool) -> None:
        """Lay out the list of conversations, the conversation, and its sources.

        Args:
            examples: Questions offered before the first one.
            with_history: Whether there is anything to list.
        """
        with gr.Row(elem_id="pq-main"):
            if with_history:
                with gr.Column(scale=0, min_width=220, elem_id="pq-history"):
                    self._history()
            with gr.Column(scale=3, min_width=320, elem_id="pq-left"):
                self._conversation(examples, with_history=with_history)
            with gr.Column(scale=2, min_width=320, elem_id="pq-right"):
                self.pane = SourcesPane(self._service, self._frame)
                self.pane.build()
        self.plain = gr.Textbox(visible="hidden", elem_id="pq-plain")
        self.quotes = gr.HTML(visible="hidden", elem_id="pq-quotes")
        self.remembered = gr.Textbox(visible="hidden", elem_id="pq-remembered")
        self.again = gr.HTML(js_on_load=_HEAR, visible="hidden", elem_id="pq-again")
        self.mark = gr.HTML(js_on_load=_HEAR, visible="hidden", elem_id="pq-mark")
        self.outputs: list[Any] = [
            self.chat, self.pane.cards, self.plain, self.quotes, self.remembered, self.question, self.retry, self.edit,
            self.copy, self.new, self.said, self.inferred, self.mark, *self.feedback.widgets,
        ]  # fmt: skip
        if with_history:
            self.outputs.append(self.list)
            worded = [self.search, self.head, self.handle]
            self._frame.worded.append(Wording(lambda lang, _: self._words(lang), shown=worded))

    def _history(self) -> None:
        self.head = gr.HTML(_head("zh"), elem_id="pq-history-head")
        self.search = gr.Textbox(
            show_label=False,
            label=label("chat.find", "zh"),
            placeholder=label("chat.find", "zh"),
            max_lines=1,
            container=False,
            elem_id="pq-history-search",
        )
        self.list = gr.HTML(js_on_load=_HEAR, elem_id="pq-history-list")

    def _conversation(self, examples: Sequence[str], *, with_history: bool) -> None:
        self.chat = gr.Chatbot(
            show_label=False,
            label=label("conversation", "zh"),
            layout="bubble",
            height=None,
            buttons=[],
            latex_delimiters=[],
            allow_tags=False,
            feedback_options=THUMBS if self._service.recorder else None,
            placeholder=_placeholder("zh"),
            examples=[{"text": example} for example in examples],
            elem_id="pq-chat",
        )
        self.feedback = FeedbackPanel(self._service.recorder)
        self.inferred = gr.HTML(elem_id="pq-inferred")
        self.said = gr.HTML(js_on_load=_HEAR, elem_id="pq-said")
        self.filters = FilterBar(self._service, self._frame, "chat")
        self.filters.build()
        self.question = gr.Textbox(
            show_label=False,
            label=label("question", "zh"),
            placeholder=label("ask_here", "zh"),
            lines=1,
            max_lines=6,
            autofocus=True,
            submit_btn=label("send", "zh"),
            stop_btn=False,
            elem_id="pq-question",
        )
        with gr.Row(elem_id="pq-tools"):
            if with_history:
                self.handle = gr.HTML(_handle("zh"), elem_id="pq-drawer-handle")
            self.retry = gr.Button(label("retry", "zh"), size="sm", interactive=False)
            self.edit = gr.Button(label("chat.edit", "zh"), size="sm", interactive=False)
            self.copy = gr.Button(label("copy", "zh"), size="sm", interactive=False)
            self.new = gr.Button(label("new_chat", "zh"), size="sm", interactive=False, elem_id="pq-new")
            self.exports = ExportBar(self._service, self._frame)
            self.exports.build()

    def updates(self, view: View, tab: Tab, more: dict[Any, dict[str, Any]]) -> Updates:
        """Return what the widgets show for a view.

        Args:
            view: Of the tab's conversation.
            tab: Whose language it is, and whether the last question is being edited.
            more: Further properties of some of the widgets.
        """
        lang, idle = tab.lang, not view.running
        properties: dict[Any, dict[str, Any]] = {
            self.chat: {"value": view.messages, "placeholder": _placeholder(lang), **thumbs(view)},
            self.pane.cards: {"value": view.sources},
            self.plain: {"value": view.copy},
            self.quotes: {"value": quote_notes(tab.visit, lang)},
            self.remembered: {"value": tab.visit.conversation if tab.visit.turns else ""},
            self.question: _question(view.running, lang),
            self.retry: {"value": label("retry", lang), "interactive": idle and bool(view.messages)},
            self.edit: {"value": label("chat.edit", lang), "interactive": idle and bool(view.messages)},
            self.copy: {"value": label("copy", lang), "interactive": idle and bool(view.copy)},
            self.new: {"value": label("new_chat", lang), "interactive": bool(view.messages)},
            self.said: {
                "value": _notice(tab.refused) if tab.refused else _editing(lang) if tab.editing else ""
            },
            self.inferred: {"value": self._read_from(tab)},
        }
        updates: Updates = {
            widget: gr.update(**values | more.get(widget, {})) for widget, values in properties.items()
        }
        return updates | self.feedback.updates(view, lang)

    def progress(self, view: View, sent: Updates) -> Updates:
        """Return what was sent last with what changes while an answer is in the making.

        Gradio sends only differences, and its page applies them to values that may still wait to be shown: a property that
        the next message leaves out would be lost. Hence all messages of one stream have the same widgets and properties.
        """
        return sent | {
            self.chat: {**sent[self.chat], "value": view.messages},
            self.pane.cards: {**sent[self.pane.cards], "value": view.sources},
        }

    def _words(self, lang: Lang) -> Updates:
        name = label("chat.find", lang)
        return {
            self.head: _head(lang),
            self.handle: _handle(lang),
            self.search: gr.update(label=name, placeholder=name),
        }

    def _read_from(self, tab: Tab) -> str:
        """Return what was read from the last question, to be taken off."""
        last = tab.visit.turns[-1] if tab.visit.turns else None
        return inferred_chips(last.answer.retrieval.filters, tab.lang, "chat") if last and last.answer else ""


def _question(running: bool, lang: Lang) -> dict[str, Any]:
    """Return the state of the question field: it offers either to send or to stop."""
    return {
        "placeholder": label("ask_here", lang),
        "label": label("question", lang),
        "submit_btn": False if running else label("send", lang),
        "stop_btn": label("stop", lang) if running else False,
    }


def _head(lang: Lang) -> str:
    return (
        f"<h2>{label('chat.history', lang)}</h2>"
        f'<button type="button" class="pq-history-close" data-pq-drawer="close" aria-label="{label("chat.close", lang)}">×</button>'
    )


def _handle(lang: Lang) -> str:
    return (
        '<button type="button" class="pq-drawer-handle" data-pq-drawer="open" aria-expanded="false" '
        f'aria-controls="pq-history">{label("chat.open_history", lang)}</button>'
    )


def _notice(text: str) -> str:
    return f'<p class="pq-notice-line" role="alert">{shown(text)}</p>'


def _editing(lang: Lang) -> str:
    return (
        f'<p class="pq-notice-line" role="status">{label("chat.editing", lang)}'
        f'<button type="button" data-pq-keep>{label("chat.keep", lang)}</button></p>'
    )


def _placeholder(lang: Lang) -> str:
    return f"## {label('app', lang)}\n{label('examples', lang)}"
