"""The tab that says what is in force, and tries it with a question."""

from html import escape

import gradio as gr

from rag.errors import PolicyQAError
from rag.schema import Answer, Question, Viewer
from rag.settings import load_settings
from rag.text import Lang
from ui.diagnosis import diagnose
from ui.labels import label
from ui.web.chat.suggestions import examples
from ui.web.frame import QUICK, SLOW, Section, Updates
from ui.web.setup.facts import facts_page


class Setup(Section):
    """What `doctor` says, and a test question; secrets are never shown."""

    key = "setup"

    def build(self) -> None:
        """Lay out the widgets; the facts are looked up when they are asked for."""
        with gr.Column(elem_id="pq-setup", elem_classes="pq-scroll"):
            self.intro = gr.HTML(self._intro("zh"))
            with gr.Row(elem_classes="pq-line"):
                self.question = gr.Textbox(
                    next(iter(examples(self.service.assistant, Viewer())), ""),
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
        worded = [self.intro, self.question, self.ask, self.look, self.facts, self.answer]
        lang.input(self.translate, [lang], worded, **QUICK)

    def examine(self, lang: Lang) -> Updates:
        """Look at everything that an administrator can set or mend."""
        if self.service.data is None:
            return {self.facts: f'<p class="pq-hint">{self.word("no_data", lang)}</p>'}
        try:
            return {self.facts: facts_page(diagnose(load_settings(self.service.data)), lang)}
        except PolicyQAError as error:
            return {self.facts: _trouble(error, lang)}

    def trial(self, text: str, lang: Lang) -> Updates:
        """Ask the question and say how it went; nothing of it is kept."""
        try:
            events = list(self.service.assistant.stream(Question(text), Viewer()))
        except PolicyQAError as error:
            return {self.answer: _trouble(error, lang)}
        answers = [event for event in events if isinstance(event, Answer)]
        return {self.answer: self._told(answers[-1], lang) if answers else ""}

    def translate(self, lang: Lang) -> Updates:
        """Show all words in the other language; what was found is to be looked up again."""
        return {
            self.intro: self._intro(lang),
            self.question: gr.update(label=self.word("question", lang)),
            self.ask: gr.update(value=self.word("ask", lang)),
            self.look: gr.update(value=self.word("look", lang)),
            self.facts: self._hint(lang),
            self.answer: "",
        }

    def _told(self, answer: Answer, lang: Lang) -> str:
        model = label("extractive", lang) if answer.model == "extractive" else answer.model
        seconds = ", ".join(f"{self.word(key, lang)} {value:.2f} s" for key, value in answer.seconds.items())
        facts = {
            "verdict": self.word(answer.verdict, lang),
            "citations": str(len({cited.n for cited in answer.citations})),
            "model": model,
            "seconds": seconds,
        }
        rows = "".join(
            f"<div><dt>{self.word(k, lang)}</dt><dd>{escape(v)}</dd></div>" for k, v in facts.items() if v
        )
        return f'<blockquote>{escape(answer.text)}</blockquote><dl class="pq-facts pq-wide">{rows}</dl>'

    def _intro(self, lang: Lang) -> str:
        return f"<h2>{self.word('title', lang)}</h2><p>{self.word('intro', lang)}</p>"

    def _hint(self, lang: Lang) -> str:
        return f'<p class="pq-hint">{self.word("hint", lang)}</p>'


def _trouble(error: PolicyQAError, lang: Lang) -> str:
    message, fix = error.words(lang)
    return f'<p class="pq-warning" role="alert">{escape(message)} {escape(fix)}</p>'
