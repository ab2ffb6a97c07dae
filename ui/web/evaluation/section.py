"""The tab on which question sets are run and their reports are read."""

import atexit
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import gradio as gr

from rag.errors import PolicyQAError
from rag.text import Lang
from ui.web.evaluation import kept
from ui.web.evaluation.job import Job, Progress, sets
from ui.web.evaluation.state import state_line
from ui.web.frame import QUICK, SLOW, Section, Updates, Wording
from ui.web.trouble import trouble_line
from ui.web.visitor import admin_of, may_administer, visitor_of

_LIMITS = (20, 50, None)
_TICK_S = 2.0
_REPORT = "<iframe"


class Evaluation(Section):
    """Run a set, watch it, read the last reports, compare two."""

    key = "evaluation"

    def build(self) -> None:
        """Lay out the widgets; on a page without a data folder only a word."""
        self.data = self.service.data
        self.denied = gr.HTML(elem_id="pq-evaluation-denied")
        with gr.Column(visible=False, elem_id="pq-evaluation", elem_classes="pq-scroll") as self.body:
            self.intro = gr.HTML(self._intro("zh"))
            if self.data is None:
                return
            self.job = Job(self.data)
            # Gradio hands out files below the folder for temporary ones only.
            self.pages = Path(mkdtemp(prefix="policyqa-reports-"))
            atexit.register(shutil.rmtree, self.pages, ignore_errors=True)
            self._choosing(self.data)
            self.state = gr.HTML(elem_id="pq-evaluation-state")
            self.timer = gr.Timer(_TICK_S, active=False)
            with gr.Row(elem_classes="pq-line"):
                self.run = gr.Dropdown([], label=self.word("run", "zh"), interactive=True, scale=3)
                self.other = gr.Dropdown([], label=self.word("compare_with", "zh"), interactive=True, scale=3)
                self.show = gr.Button(self.word("show", "zh"), scale=1, min_width=110)
                self.save = gr.DownloadButton(
                    self.word("download", "zh"), scale=1, min_width=110, interactive=False
                )
            self.page = gr.HTML(self._empty("zh"), elem_id="pq-evaluation-page")

    def _choosing(self, data: Path) -> None:
        with gr.Row(elem_classes="pq-line"):
            self.set = gr.Dropdown(
                self._sets("zh"), value="dev", label=self.word("set", "zh"), interactive=True
            )
            self.limit = gr.Dropdown(
                self._limits("zh"), value=0, label=self.word("limit", "zh"), interactive=True
            )
            self.start = gr.Button(self.word("start", "zh"), variant="primary", min_width=110)
            self.stop = gr.Button(self.word("stop", "zh"), min_width=110, interactive=False)

    def wire(self) -> None:
        """Join handlers to widgets."""
        lang = self.frame.lang
        if self.data is None:
            welcomed = [self.denied, self.body, self.intro]
            self.frame.worded.append(Wording(self.welcome, shown=welcomed))
            return
        running = [self.state, self.start, self.stop, self.timer, self.run, self.other]
        report = [self.page, self.save]
        self.start.click(self.begin, [self.set, self.limit, lang], running, **QUICK)
        self.stop.click(self.end, [lang], running, **SLOW)
        self.timer.tick(self.watch, [lang, self.run], running, **QUICK)
        self.show.click(self.read, [self.run, self.other, lang], report, **SLOW)
        worded = [
            self.denied,
            self.body,
            self.intro,
            self.set,
            self.limit,
            self.show,
            self.save,
            self.page,
            *running,
        ]
        chosen = [self.run, self.other]
        self.frame.worded.append(Wording(self.translate, [self.page, *chosen], worded))
        self.frame.tabs.select(self.arrive, [lang, *chosen], running, **QUICK)

    def welcome(self, lang: Lang, request: gr.Request) -> Updates:
        """Show an administrator the tab, and anybody else that it is not for them."""
        if may_administer(visitor_of(request).viewer):
            return {self.denied: "", self.body: gr.update(visible=True), self.intro: self._intro(lang)}
        said = f'<p class="pq-hint" role="status">{self.word("denied", lang)}</p>'
        return {self.denied: said, self.body: gr.update(visible=False)}

    def begin(self, name: str, limit: int, lang: Lang, request: gr.Request) -> Updates:
        """Start a run, for who may read its report."""
        viewer = admin_of(request)

        def start() -> None:
            kept.check_viewer(self.job.data, viewer)
            self.job.start(name, limit or None)

        return self._said(start, lang)

    def end(self, lang: Lang, request: gr.Request) -> Updates:
        """Stop it."""
        admin_of(request)
        return self._said(self.job.stop, lang)

    def watch(self, lang: Lang, chosen: str | None, request: gr.Request) -> Updates:
        """Say how far the run is; at its end, offer it."""
        admin_of(request)
        at = self.job.progress()
        if at.state == "running":
            return {self.state: state_line(at, lang)}
        return self._still(at, lang)

    def arrive(self, lang: Lang, run: str | None, other: str | None, request: gr.Request) -> Updates:
        """Show what goes on, and the runs that there are, when a tab comes to the front; what was chosen stays so."""
        if not may_administer(visitor_of(request).viewer):
            return {self.state: ""}
        return self._still(self.job.progress(), lang, run, other)

    def read(self, name: str | None, other: str | None, lang: Lang, request: gr.Request) -> Updates:
        """Show a report, or the comparison of two runs."""
        viewer = admin_of(request)
        if self.data is None or not name:
            return {self.page: self._empty(lang), self.save: gr.update(interactive=False)}
        try:
            kept.check_viewer(self.data, viewer)
            page = kept.comparison(self.data, name, other) if other else kept.report(self.data, name)
        except PolicyQAError as error:
            return {self.page: trouble_line(error, lang), self.save: gr.update(interactive=False, value=None)}
        file = self.pages / f"{name}{'-' + other if other else ''}.html"
        file.write_text(page, encoding="utf-8")
        return {
            self.page: kept.framed(page, self.word("report", lang), lang),
            self.save: gr.update(value=str(file), interactive=True),
        }

    def translate(
        self, lang: Lang, request: gr.Request, page: str | None, run: str | None, other: str | None
    ) -> Updates:
        """Show all words in a language; a report has both and its own switch."""
        welcomed = self.welcome(lang, request)
        if not may_administer(visitor_of(request).viewer):
            return welcomed
        return (
            self._still(self.job.progress(), lang, run, other)
            | welcomed
            | {
                self.set: gr.update(choices=self._sets(lang), label=self.word("set", lang)),
                self.limit: gr.update(choices=self._limits(lang), label=self.word("limit", lang)),
                self.show: gr.update(value=self.word("show", lang)),
                self.save: gr.update(label=self.word("download", lang)),
                self.page: gr.skip() if page and _REPORT in page else self._empty(lang),
            }
        )

    def _said(self, do: Callable[[], None], lang: Lang) -> Updates:
        try:
            do()
        except PolicyQAError as error:
            return self._still(self.job.progress(), lang) | {self.state: trouble_line(error, lang)}
        return self._still(self.job.progress(), lang)

    def _still(self, at: Progress, lang: Lang, run: str | None = None, other: str | None = None) -> Updates:
        """Return what fits the state of the run, and the list of runs: the newest is chosen, or what is given and there."""
        running = at.state == "running"
        runs = kept.choices(self.data, lang) if self.data else []
        names = [name for _, name in runs]
        newest = names[0] if names else None
        return {
            self.state: state_line(at, lang),
            self.start: gr.update(value=self.word("start", lang), interactive=not running),
            self.stop: gr.update(value=self.word("stop", lang), interactive=running),
            self.timer: gr.Timer(active=running),
            self.run: gr.update(
                choices=runs, value=run if run in names else newest, label=self.word("run", lang)
            ),
            self.other: gr.update(
                choices=[(self.word("nothing", lang), ""), *runs],
                value=other if other in names else "",
                label=self.word("compare_with", lang),
            ),
        }

    def _intro(self, lang: Lang) -> str:
        said = self.word("intro" if self.service.data else "no_data", lang)
        return f"<h2>{self.word('title', lang)}</h2><p>{said}</p>"

    def _empty(self, lang: Lang) -> str:
        return f'<p class="pq-hint">{self.word("empty", lang)}</p>'

    def _sets(self, lang: Lang) -> list[tuple[str, str]]:
        return [(self.word(f"set_{name}", lang), name) for name in (sets(self.data) if self.data else [])]

    def _limits(self, lang: Lang) -> list[tuple[str, int]]:
        return [(self.word("first_n", lang, n=n) if n else self.word("all", lang), n or 0) for n in _LIMITS]
