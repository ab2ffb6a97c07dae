"""The tab on which questions are asked: the history, the conversation, and the sources beside it."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from rag.schema import Question, Viewer
from rag.text import Lang
from ui.service import Service
from ui.web.chat.admission import admit
from ui.web.chat.conversation import begin, place_of, withdraw
from ui.web.chat.feedback import asker, keeping
from ui.web.chat.gate import Gate
from ui.web.chat.history import History, Tab
from ui.web.chat.layout import Layout
from ui.web.chat.screen import Screen
from ui.web.chat.suggestions import examples
from ui.web.chat.turn import Visit
from ui.web.chat.visits import Visits
from ui.web.filters.chosen import Chosen
from ui.web.frame import QUICK, SLOW, Frame, Section, Updates, Wording
from ui.web.visitor import visitor_of

_QUOTING_AT_ONCE, _WRITING_AT_ONCE = 4, 16
"""The server of a model has a line of its own."""
_ONE_BY_ONE: dict[str, Any] = {**SLOW, "trigger_mode": "multiple"}
"""A conversation that goes on in the background must not keep the tab from asking in another one."""
_ASKING: dict[str, Any] = {**_ONE_BY_ONE, "js": "policyqaInOrder"}


class Chat(Section):
    """What the widgets of `Layout` do."""

    key = "chat"

    def __init__(self, service: Service, frame: Frame) -> None:
        super().__init__(service, frame)
        at_once = _WRITING_AT_ONCE if service.assistant.notice("zh") is None else _QUOTING_AT_ONCE
        self.visits = Visits(Gate(at_once), a_minute=service.questions_a_minute)
        recorder = service.recorder if service.recorder and service.recorder.is_keeping else None
        self.history = History(recorder, self.visits, service.assistant) if recorder else None
        self.layout = Layout(service, frame)

    def build(self) -> None:
        """Lay out history, conversation and sources."""
        self.tab = gr.State(Tab())
        self.visit = gr.State(Visit())
        self.layout.build(examples(self.service, Viewer(), "zh"), with_history=self.history is not None)
        self.screen = Screen(self.layout, self.visit, self.visits, self.history)

    def wire(self) -> None:
        """Join handlers to widgets."""
        w, lang = self.layout, self.frame.lang
        shown = [*w.outputs, self.visit]
        limits = w.filters.chosen
        given = [w.question, self.tab, lang, limits]
        asked = w.question.submit(self.ask, given, shown, js="policyqaAsk", **_ONE_BY_ONE)
        chosen = w.chat.example_select(self.example, [self.tab, lang, limits], shown, **_ASKING)
        followed = w.chat.option_select(self.option, [self.tab, lang, limits], shown, **_ASKING)
        retried = w.retry.click(self.answer_again, [self.tab, lang, limits], shown, **_ASKING)
        edited = w.edit.click(self.edit, [self.tab, lang], shown, **QUICK)
        fresh = w.new.click(self.start_anew, [self.tab, lang], shown, js="policyqaInOrder", **QUICK)
        told = self.frame.asked.select(
            self.ask_about, [self.tab, lang, limits], [*shown, self.frame.tabs, *w.filters.outputs], **QUICK
        )
        for event in (asked, chosen, followed, retried, edited, fresh, told):
            event.then(None, None, None, js="policyqaFocus", api_visibility="private")
        w.question.stop(self.stop, [self.tab], None, **QUICK)
        w.copy.click(None, [w.plain, lang], None, js="policyqaCopy", api_visibility="private")
        w.said.select(self.give_up_editing, [self.tab, lang], shown, **QUICK)
        w.remembered.change(None, [w.remembered], None, js="policyqaRemember", api_visibility="private")
        if self.history:
            # Gradio tells of no `input` from a field of one line.
            w.search.change(self.search, [w.search, self.tab, lang], [w.list, w.mark], **QUICK)
            w.list.select(self.act, [self.tab, lang], shown, **_ONE_BY_ONE)
        if self.service.recorder:
            w.feedback.wire(w.chat, self.visit, lang)
        w.pane.wire()
        w.exports.wire(self.visit)
        w.filters.wire()
        w.filters.ignored.change(self.answer_again, [self.tab, lang, limits], shown, **_ONE_BY_ONE)
        self.frame.worded.append(Wording(self.translate, [self.tab], shown, arrives=True))
        w.mark.select(self.check, [self.tab, lang], shown, **QUICK)
        arriving = [w.remembered, lang, self.tab]
        w.again.select(self.arrive, arriving, shown, js="policyqaArrive", **_ONE_BY_ONE)
        self.frame.arrived.append(
            lambda page: page.load(self.arrive, arriving, shown, js="policyqaArrive", **_ONE_BY_ONE)
        )

    def arrive(self, wanted: str, lang: Lang, tab: Tab, request: gr.Request) -> Iterator[Updates]:
        """Show what this tab shows, or showed before it was loaded anew, or what is being answered, or what was used last."""
        tab.lang = lang
        visitor = visitor_of(request)
        # Whoever was quicker than the page has asked already.
        if not tab.arrived and not tab.visit.turns:
            person = asker(visitor, tab.visit)
            found = self.visits.find(person, wanted)
            if not found and self.history and wanted:
                found = self.history.open(person, wanted, visitor.viewer)
            tab.visit = found or self.visits.last(person) or tab.visit
        tab.arrived = True
        yield from self.screen.stream(tab, request, self._offered(tab, request))
        yield from self.screen.others(tab, request)

    def check(self, tab: Tab, lang: Lang, told: gr.EventData, request: gr.Request) -> Updates:
        """Show everything anew when the page shows another picture than the last one, which was lost on its way.

        A page from before this server began is left as it is: nothing is known here of what it shows.
        """
        tab.lang = lang
        is_current = not tab.arrived or tab.mark.is_last(str(getattr(told, "mark", "")))
        return gr.skip() if is_current else self.screen.whole(tab, request)

    def ask(self, text: str, tab: Tab, lang: Lang, chosen: Chosen, request: gr.Request) -> Iterator[Updates]:
        """Answer what was typed, in place of the last question while that is edited."""
        tab.lang = lang
        last = tab.visit.turns[-1] if tab.visit.turns else None
        in_place = last is not None and last.key == tab.editing
        yield from self._begin(tab, text, chosen, request, in_place=in_place)

    def example(
        self, tab: Tab, lang: Lang, chosen: Chosen, picked: gr.SelectData, request: gr.Request
    ) -> Iterator[Updates]:
        """Answer an example."""
        yield from self.ask(picked.value["text"], tab, lang, chosen, request)

    def option(
        self, tab: Tab, lang: Lang, chosen: Chosen, picked: gr.SelectData, request: gr.Request
    ) -> Iterator[Updates]:
        """Answer a question that was offered after an answer."""
        tab.editing = ""
        yield from self.ask(str(picked.value), tab, lang, chosen, request)

    def answer_again(self, tab: Tab, lang: Lang, chosen: Chosen, request: gr.Request) -> Iterator[Updates]:
        """Answer the last question once more."""
        tab.lang = lang
        if tab.visit.turns:
            yield from self._begin(tab, tab.visit.turns[-1].question, chosen, request, in_place=True)

    def _begin(
        self, tab: Tab, text: str, chosen: Chosen, request: gr.Request, *, in_place: bool
    ) -> Iterator[Updates]:
        visit, visitor = tab.visit, visitor_of(request)

        def put() -> None:
            withdrawn = withdraw(visit) if in_place else None
            visit.viewer = visitor.viewer
            question: Question = chosen.question(text, visit.history())
            recorder, assistant = self.service.recorder, self.service.assistant
            begin(
                assistant, visit, question, keeping(recorder, assistant, visit, visitor) if recorder else None,
                gate=self.visits.gate, replaces=place_of(withdrawn) if withdrawn else "",
            )  # fmt: skip

        # In the tab, and not with this one picture: another may be drawn a moment later.
        tab.refused = admit(self.visits, asker(visitor, visit), visit, text, put, tab.lang)
        if tab.refused:
            tab.mark.done()
            yield self.screen.whole(tab, request)
            return
        tab.arrived, tab.editing = True, ""
        tab.mark.done(taken=text)
        yield from self.screen.stream(tab, request)

    def stop(self, tab: Tab) -> None:
        """End the answer in the making of this tab's conversation."""
        tab.visit.stop()

    def edit(self, tab: Tab, lang: Lang, request: gr.Request) -> Updates:
        """Put the last question back into its field."""
        last = tab.visit.turns[-1] if tab.visit.turns and not tab.visit.run else None
        tab.lang, tab.editing, tab.refused = lang, last.key if last else "", ""
        said = {self.layout.question: {"value": last.question}} if last else {}
        return self.screen.whole(tab, request, said)

    def give_up_editing(self, tab: Tab, lang: Lang, request: gr.Request) -> Updates:
        """Leave the last question as it is."""
        tab.lang, tab.editing, tab.refused = lang, "", ""
        return self.screen.whole(tab, request)

    def start_anew(self, tab: Tab, lang: Lang, request: gr.Request) -> Updates:
        """Begin another conversation; what is being answered in this one goes on."""
        tab.lang = lang
        return self._turn_to(tab, Visit(person=tab.visit.person), request)

    def ask_about(
        self, tab: Tab, lang: Lang, chosen: Chosen, told: gr.EventData, request: gr.Request
    ) -> Updates:
        """Put a question about something on the page into the field, limited to its document."""
        tab.lang = lang
        document = getattr(told, "doc", None)
        limits = chosen.limited("document_id", str(document)) if document else chosen
        said = {self.layout.question: {"value": str(getattr(told, "text", "") or "")}}
        return {
            **self.screen.whole(tab, request, said),
            **self.frame.show(self.key),
            **self.layout.filters.put(limits, lang, visitor_of(request).viewer),
        }

    def act(self, tab: Tab, lang: Lang, pressed: gr.EventData, request: gr.Request) -> Iterator[Updates]:
        """Do what a button of the history is for."""
        tab.lang, history = lang, self.history
        act, identity = str(getattr(pressed, "do", "")), str(getattr(pressed, "id", "") or "")
        if history is None:
            return
        person, viewer = asker(visitor_of(request), tab.visit), visitor_of(request).viewer
        if act == "open":
            yield self._turn_to(tab, history.open(person, identity, viewer) or tab.visit, request)
            yield from self.screen.stream(tab, request)
            return
        history.change(person, tab, act, identity, str(getattr(pressed, "name", "") or ""))
        if act == "delete" and identity == tab.visit.conversation:
            yield self._turn_to(tab, Visit(person=tab.visit.person), request)
        else:
            yield self.screen.listed(tab, request)

    def search(self, words: str, tab: Tab, lang: Lang, request: gr.Request) -> Updates:
        """Show the conversations in which the words stand."""
        tab.lang, tab.words = lang, words
        return self.screen.listed(tab, request)

    def translate(self, lang: Lang, request: gr.Request, tab: Tab) -> Updates:
        """Show all words in the other language; answers stay in theirs."""
        tab.lang, tab.refused = lang, ""
        return self.screen.whole(tab, request, self._offered(tab, request))

    def _turn_to(self, tab: Tab, visit: Visit, request: gr.Request) -> Updates:
        tab.visit, tab.editing, tab.refused, tab.arrived = visit, "", "", True
        tab.mark.done()
        return self.screen.whole(tab, request)

    def _offered(self, tab: Tab, request: gr.Request) -> dict[Any, dict[str, Any]]:
        found = examples(self.service, visitor_of(request).viewer, tab.lang)
        return {self.layout.chat: {"examples": [{"text": text} for text in found]}}
