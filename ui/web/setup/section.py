"""The tab that says what is in force, and tries it with a question."""

import gradio as gr

from rag.errors import PolicyQAError
from rag.schema import Answer, Question, Viewer
from rag.settings import load_settings
from rag.text import Lang
from ui.diagnosis import diagnose
from ui.web.chat.suggestions import examples
from ui.web.frame import SLOW, Section, Updates, Wording
from ui.web.setup.facts import facts_page
from ui.web.setup.outcome import outcome
from ui.web.trouble import trouble_line
from ui.web.visitor import admin_of, may_administer, visitor_of


class Setup(Section):
    """What `doctor` says, and a test question; secrets are never shown."""

    key = "setup"

    def build(self) -> None:
        """Lay out the widgets; the facts are looked up when they are asked for."""
        self._first = self._offered("zh", Viewer())
        self.denied = gr.HTML(elem_id="pq-setup-denied")
        with gr.Column(visible=False, elem_id="pq-setup", elem_classes="pq-scroll") as self.body:
            self.intro = gr.HTML(self._intro("zh"))
            with gr.Row(elem_classes="pq-line"):
                self.question = gr.Textbox(
                    self._first,
                    label=self.word("question", "zh"),
                    scale=4,
                    max_lines=3,
                )
                self.ask = gr.Button(self.word("ask", "zh"), min_width=110)
                self.look = gr.Button(self.word("look", "zh"), variant="primary", min_width=110)
            self.answer = gr.HTML(elem_id="pq-setup-answer")
            self.facts = gr.HTML(self._hint("zh"), elem_id="pq-setup-facts")

    def wire(self) -> None:
        """Join handlers to widgets."""
        lang = self.frame.lang
        self.look.click(self.examine, [lang], [self.facts], **SLOW)
        self.ask.click(self.trial, [self.question, lang], [self.answer], **SLOW)
        self.question.submit(self.trial, [self.question, lang], [self.answer], **SLOW)
        worded = [
            self.denied, self.body, self.intro, self.question, self.ask, self.look, self.facts, self.answer,
        ]  # fmt: skip
        self.frame.worded.append(Wording(self.translate, [self.question], worded))

    def examine(self, lang: Lang, request: gr.Request) -> Updates:
        """Look at everything that an administrator can set or mend."""
        admin_of(request)
        if self.service.data is None:
            return {self.facts: f'<p class="pq-hint">{self.word("no_data", lang)}</p>'}
        try:
            return {self.facts: facts_page(diagnose(load_settings(self.service.data)), lang)}
        except PolicyQAError as error:
            return {self.facts: trouble_line(error, lang)}

    def trial(self, text: str, lang: Lang, request: gr.Request) -> Updates:
        """Ask the question and say how it went; nothing of it is kept."""
        viewer = admin_of(request)
        try:
            events = list(self.service.assistant.stream(Question(text), viewer))
        except PolicyQAError as error:
            return {self.answer: trouble_line(error, lang)}
        answers = [event for event in events if isinstance(event, Answer)]
        return {self.answer: outcome(answers[-1], lang) if answers else ""}

    def translate(self, lang: Lang, request: gr.Request, asked: str) -> Updates:
        """Show all words in a language; what was found is to be looked up again. Others than administrators see why not."""
        viewer = visitor_of(request).viewer
        if not may_administer(viewer):
            said = f'<p class="pq-hint" role="status">{self.word("denied", lang)}</p>'
            return {self.denied: said, self.body: gr.update(visible=False)}
        return {
            self.denied: "",
            self.body: gr.update(visible=True),
            self.intro: self._intro(lang),
            self.question: gr.update(label=self.word("question", lang), **self._in(lang, asked, viewer)),
            self.ask: gr.update(value=self.word("ask", lang)),
            self.look: gr.update(value=self.word("look", lang)),
            self.facts: self._hint(lang),
            self.answer: "",
        }

    def _offered(self, lang: Lang, viewer: Viewer) -> str:
        return next(iter(examples(self.service, viewer, lang)), "")

    def _in(self, lang: Lang, asked: str, viewer: Viewer) -> dict[str, str]:
        """Return the question for a page in this language as `value`; empty when somebody has typed another one."""
        offered: dict[Lang, str] = {"zh": self._offered("zh", viewer), "en": self._offered("en", viewer)}
        return {"value": offered[lang]} if asked in ("", self._first, *offered.values()) else {}

    def _intro(self, lang: Lang) -> str:
        return f"<h2>{self.word('title', lang)}</h2><p>{self.word('intro', lang)}</p>"

    def _hint(self, lang: Lang) -> str:
        return f'<p class="pq-hint">{self.word("hint", lang)}</p>'
