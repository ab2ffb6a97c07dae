"""The tab on which questions are asked: the conversation, and the sources beside it."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from rag.text import Lang
from ui.labels import label
from ui.web.chat.conversation import View, again, respond, show
from ui.web.chat.feedback import THUMBS, FeedbackPanel, keeping, thumbs
from ui.web.chat.turn import Keep, Visit
from ui.web.frame import QUICK, SLOW, Section, Updates


class Chat(Section):
    """Widgets by name, and the handlers that fill them."""

    key = "chat"

    def build(self) -> None:
        """Lay out conversation and sources."""
        self.visit = gr.State(Visit())
        with gr.Row(elem_id="pq-main"):
            with gr.Column(scale=3, min_width=320, elem_id="pq-left"):
                self._conversation()
            with gr.Column(scale=2, min_width=320, elem_id="pq-right"):
                self.heading = gr.HTML(_heading("zh"))
                self.sources = gr.HTML(show(Visit(), "zh").sources, elem_id="pq-sources")

    def _conversation(self) -> None:
        self.chat = gr.Chatbot(
            show_label=False,
            label=label("conversation", "zh"),
            layout="bubble",
            height=None,
            buttons=[],
            latex_delimiters=[],
            allow_tags=False,
            feedback_options=THUMBS if self.service.recorder else None,
            placeholder=_placeholder("zh"),
            examples=[{"text": example} for example in self.service.examples],
            elem_id="pq-chat",
        )
        self.feedback = FeedbackPanel(self.service.recorder)
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
            self.retry = gr.Button(label("retry", "zh"), size="sm", interactive=False)
            self.copy = gr.Button(label("copy", "zh"), size="sm", interactive=False)
            self.new = gr.Button(label("new_chat", "zh"), size="sm", interactive=False)
        self.plain = gr.Textbox(visible="hidden", elem_id="pq-plain")

    def wire(self) -> None:
        """Join handlers to widgets."""
        lang = self.frame.lang
        shown = [
            self.chat, self.sources, self.plain, self.question, self.retry, self.copy, self.new, lang, *self.feedback.widgets,
        ]  # fmt: skip
        self.question.submit(self.ask, [self.question, self.visit, lang], shown, **SLOW)
        self.chat.example_select(self.example, [self.visit, lang], shown, **SLOW)
        self.retry.click(self.answer_again, [self.visit, lang], shown, **SLOW)
        self.question.stop(self.stop, [self.visit], None, **QUICK)
        self.new.click(self.start_anew, [self.visit, lang], shown, **QUICK)
        self.copy.click(None, [self.plain, lang], None, js="policyqaCopy", api_visibility="private")
        if self.service.recorder:
            self.feedback.wire(self.chat, self.visit, lang)
        lang.input(self.translate, [self.visit, lang], [*shown, self.heading], **QUICK)

    def ask(self, text: str, visit: Visit, lang: Lang, request: gr.Request) -> Iterator[Updates]:
        """Answer what was typed."""
        views = respond(self.service.assistant, visit, text, lang, self._keep(visit, request))
        yield from self._updates(views, lang, clear=True)

    def example(
        self, visit: Visit, lang: Lang, chosen: gr.SelectData, request: gr.Request
    ) -> Iterator[Updates]:
        """Answer an example."""
        views = respond(self.service.assistant, visit, chosen.value["text"], lang, self._keep(visit, request))
        yield from self._updates(views, lang, clear=True)

    def answer_again(self, visit: Visit, lang: Lang, request: gr.Request) -> Iterator[Updates]:
        """Answer the last question once more."""
        views = again(self.service.assistant, visit, lang, self._keep(visit, request))
        yield from self._updates(views, lang, clear=False)

    def _keep(self, visit: Visit, request: gr.Request) -> Keep | None:
        recorder = self.service.recorder
        return keeping(recorder, self.service.assistant, visit, request.cookies) if recorder else None

    def stop(self, visit: Visit) -> None:
        """End the answer in the making."""
        visit.stop()

    def start_anew(self, visit: Visit, lang: Lang) -> Updates:
        """Forget the conversation."""
        visit.turns.clear()
        return self._update(show(visit, lang), lang)

    def translate(self, visit: Visit, lang: Lang) -> Updates:
        """Show all words in the other language; answers stay in theirs."""
        return self._update(show(visit, lang), lang) | {
            self.heading: _heading(lang),
        }

    def _updates(self, views: Iterator[View], lang: Lang, *, clear: bool) -> Iterator[Updates]:
        """Send everything at the start and at the end, and in between only what has changed."""
        before: View | None = None
        for view in views:
            update = self._update(view, lang)
            if before is None and clear:
                update[self.question] = gr.update(**_question(view.running, lang), value="")
            if before and before.running and view.running:
                update = {self.chat: view.messages}
                if view.sources != before.sources:
                    update[self.sources] = view.sources
            yield update
            before = view

    def _update(self, view: View, lang: Lang) -> Updates:
        idle = not view.running
        return {
            self.chat: gr.update(value=view.messages, placeholder=_placeholder(lang), **thumbs(view)),
            self.sources: view.sources,
            self.plain: view.copy,
            self.question: gr.update(**_question(view.running, lang)),
            self.retry: gr.update(value=label("retry", lang), interactive=idle and bool(view.messages)),
            self.copy: gr.update(value=label("copy", lang), interactive=idle and bool(view.copy)),
            self.new: gr.update(value=label("new_chat", lang), interactive=idle and bool(view.messages)),
            self.frame.lang: gr.update(interactive=idle),
            **self.feedback.updates(view, lang),
        }


def _question(running: bool, lang: Lang) -> dict[str, Any]:
    """Return the state of the question field: it offers either to send or to stop."""
    return {
        "placeholder": label("ask_here", lang),
        "submit_btn": False if running else label("send", lang),
        "stop_btn": label("stop", lang) if running else False,
    }


def _heading(lang: Lang) -> str:
    return f"<h2>{label('sources', lang)}</h2>"


def _placeholder(lang: Lang) -> str:
    return f"## {label('app', lang)}\n{label('examples', lang)}"
