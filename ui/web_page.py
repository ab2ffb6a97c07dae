"""The widgets of the page and what happens on each click; imports gradio, which takes seconds."""

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from typing import Any

import gradio as gr

from rag.record.recorder import Recorder
from rag.text import Lang
from ui.labels import label
from ui.web_chat import Assistant, View, again, respond, show
from ui.web_feedback import THUMBS, FeedbackPanel, keeping, thumbs
from ui.web_turn import Keep, Visit

EXAMPLES = (
    "北京市数据知识产权登记证书的有效期是多久？期满怎么续展？",
    "无线充电设备的新规定从什么时候起施行？在此之前生产的设备还能用吗？",
    "贵州省大数据发展专项资金不得用于哪些支出？",
    "长春市哪些数据不得进行交易？",
    "“数据要素×”三年行动计划提出到2026年底要达到什么目标？",
    "In which frequency band may chargers for electric vehicles of up to 22 kW work?",
)
"""Questions about the sample collection that it answers."""

ANSWERS_AT_ONCE = 32
_LANGUAGES: list[tuple[str, Lang]] = [("中文", "zh"), ("English", "en")]
Updates = dict[Any, Any]


def build(
    assistant: Assistant, examples: Sequence[str] = EXAMPLES, recorder: Recorder | None = None
) -> gr.Blocks:
    """Lay out the page over an assistant.

    Args:
        assistant: Shared by all visitors; nothing about one of them is kept on it.
        examples: Questions offered before the first one; may be empty.
        recorder: Keeps answers and their ratings; None keeps none and offers no thumbs.
    """
    with gr.Blocks(title=label("app", "zh"), fill_width=True, analytics_enabled=False) as page:
        _Page(assistant, examples, recorder)
    page.queue(default_concurrency_limit=ANSWERS_AT_ONCE, api_open=False)
    return page


def launch_options() -> dict[str, Any]:
    """Return what `Blocks.launch` needs for the look of the page and to keep everything on this machine."""
    fonts = [
        gr.themes.Font(name)
        for name in ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC")
    ]
    sans = [gr.themes.Font("system-ui"), *fonts, gr.themes.Font("sans-serif")]
    theme = gr.themes.Default(
        primary_hue="blue", neutral_hue="slate", font=sans, font_mono=[gr.themes.Font("monospace")]
    )
    return {
        "theme": theme,
        # Not as `css`: Gradio rewrites its selectors, and drops those that begin above its own frame.
        "head": f"<style>{_asset('page.css')}</style><script>{_asset('page.js')}</script>",
        "share": False,
        "ssr_mode": False,
        "mcp_server": False,
        "run_history": False,
        "enable_monitoring": False,
        "footer_links": [],
        "max_threads": 2 * ANSWERS_AT_ONCE,
    }


def _asset(name: str) -> str:
    return files("ui").joinpath(name).read_text(encoding="utf-8")


class _Page:
    """Widgets by name, and the handlers that fill them."""

    def __init__(self, assistant: Assistant, examples: Sequence[str], recorder: Recorder | None) -> None:
        self._assistant = assistant
        self._recorder = recorder
        self._examples = examples
        self.visit = gr.State(Visit())
        with gr.Row(elem_id="pq-top"):
            self.title = gr.HTML(_title("zh"), elem_id="pq-title")
            self.lang = gr.Radio(_LANGUAGES, value="zh", show_label=False, container=False, elem_id="pq-lang")
        self.notice = gr.HTML(_notice(assistant), elem_id="pq-notice")
        with gr.Row(elem_id="pq-main"):
            with gr.Column(scale=3, min_width=320, elem_id="pq-left"):
                self._conversation()
            with gr.Column(scale=2, min_width=320, elem_id="pq-right"):
                self.heading = gr.HTML(_heading("zh"))
                self.sources = gr.HTML(show(Visit(), "zh").sources, elem_id="pq-sources")
        self._wire()

    def _conversation(self) -> None:
        self.chat = gr.Chatbot(
            show_label=False,
            label=label("chat", "zh"),
            layout="bubble",
            height=None,
            buttons=[],
            latex_delimiters=[],
            allow_tags=False,
            feedback_options=THUMBS if self._recorder else None,
            placeholder=_placeholder("zh"),
            examples=[{"text": example} for example in self._examples],
            elem_id="pq-chat",
        )
        self.feedback = FeedbackPanel(self._recorder)
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

    def _wire(self) -> None:
        shown = [
            self.chat,
            self.sources,
            self.plain,
            self.question,
            self.retry,
            self.copy,
            self.new,
            self.lang,
            *self.feedback.widgets,
        ]
        answer = {"outputs": shown, "show_progress": "hidden", "api_visibility": "private"}
        quick = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        self.question.submit(self.ask, [self.question, self.visit, self.lang], **answer)
        self.chat.example_select(self.example, [self.visit, self.lang], **answer)
        self.retry.click(self.answer_again, [self.visit, self.lang], **answer)
        self.question.stop(self.stop, [self.visit], None, **quick)
        self.new.click(self.start_anew, [self.visit, self.lang], shown, **quick)
        self.copy.click(None, [self.plain, self.lang], None, js="policyqaCopy", api_visibility="private")
        worded = [*shown, self.title, self.heading, self.notice]
        if self._recorder:
            self.feedback.wire(self.chat, self.visit, self.lang)
        self.lang.input(self.translate, [self.visit, self.lang], worded, js="policyqaLanguage", **quick)

    def ask(self, text: str, visit: Visit, lang: Lang, request: gr.Request) -> Iterator[Updates]:
        """Answer what was typed."""
        views = respond(self._assistant, visit, text, lang, self._keep(visit, request))
        yield from self._updates(views, lang, clear=True)

    def example(
        self, visit: Visit, lang: Lang, chosen: gr.SelectData, request: gr.Request
    ) -> Iterator[Updates]:
        """Answer an example."""
        views = respond(self._assistant, visit, chosen.value["text"], lang, self._keep(visit, request))
        yield from self._updates(views, lang, clear=True)

    def answer_again(self, visit: Visit, lang: Lang, request: gr.Request) -> Iterator[Updates]:
        """Answer the last question once more."""
        views = again(self._assistant, visit, lang, self._keep(visit, request))
        yield from self._updates(views, lang, clear=False)

    def _keep(self, visit: Visit, request: gr.Request) -> Keep | None:
        return keeping(self._recorder, self._assistant, visit, request.cookies) if self._recorder else None

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
            self.title: _title(lang),
            self.heading: _heading(lang),
            self.notice: _notice(self._assistant),
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
            self.lang: gr.update(interactive=idle),
            **self.feedback.updates(view, lang),
        }


def _question(running: bool, lang: Lang) -> dict[str, Any]:
    """Return the state of the question field: it offers either to send or to stop."""
    return {
        "placeholder": label("ask_here", lang),
        "submit_btn": False if running else label("send", lang),
        "stop_btn": label("stop", lang) if running else False,
    }


def _title(lang: Lang) -> str:
    return f"<h1>{label('app', lang)}</h1><p>{label('tagline', lang)}</p>"


def _heading(lang: Lang) -> str:
    return f"<h2>{label('sources', lang)}</h2>"


def _notice(assistant: Assistant) -> str:
    return f"<p>{escape(assistant.notice)}</p>" if assistant.notice else ""


def _placeholder(lang: Lang) -> str:
    return f"## {label('app', lang)}\n{label('examples', lang)}"
