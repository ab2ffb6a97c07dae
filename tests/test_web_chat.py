"""What stands behind the chat without a browser: the gate, open conversations, recalled ones, the list, suggestions."""

import re
import threading
from contextlib import closing
from datetime import UTC, datetime

import pytest
from fake_assistant import BEIJING, CLAUSES, FakeAssistant
from fakes import fake_settings

from rag.assistant import build_assistant
from rag.record.recorder import Recorder
from rag.schema import Question, Viewer
from rag.settings import load_settings
from rag.text import language_of
from ui.service import Service
from ui.web.chat.conversation import again, begin, respond, show
from ui.web.chat.feedback import keeping
from ui.web.chat.gate import Gate
from ui.web.chat.history import History, Tab, history_html
from ui.web.chat.quotes import quote_notes
from ui.web.chat.screen import Screen
from ui.web.chat.suggestions import examples, suggested
from ui.web.chat.turn import Visit
from ui.web.chat.visits import Visits
from ui.web.visitor import Visitor

ME, OTHER = "0123456789abcdef", "fedcba9876543210"


@pytest.fixture
def recorder(tmp_path):
    return Recorder(fake_settings(tmp_path), "web")


def kept_visit(recorder, *texts, person=ME):
    visit, assistant = Visit(), FakeAssistant()
    keep = keeping(recorder, assistant, visit, Visitor(person, Viewer()))
    for text in texts:
        list(respond(assistant, visit, text, "zh", keep))
    return visit


def test_a_gate_lets_in_so_many_and_tells_the_others_their_place():
    gate = Gate(1)
    inside, second, third = gate.line_up(), gate.line_up(), gate.line_up()
    assert [inside.position, second.position, third.position] == [0, 1, 2]
    waiting = threading.Thread(target=third.wait)
    waiting.start()
    second.leave()
    inside.leave()
    waiting.join(5)
    assert not waiting.is_alive()
    assert (third.position, gate.waiting) == (0, 0)


def test_a_question_in_line_is_told_its_place_and_can_be_stopped():

    gate, visit = Gate(1), Visit()
    gate.line_up()
    begin(FakeAssistant(), visit, Question("登记证书的有效期？"), gate=gate)
    assert "第 1 位" in show(visit, "zh").messages[-1]["content"]
    visit.stop()
    assert "已停止" in show(visit, "zh").messages[-1]["content"]
    assert gate.waiting == 0


def test_running_answers_are_limited_by_person_and_one_to_a_conversation():
    visits = Visits(Gate(9))

    class Busy:
        def stop(self):
            pass

    def put(visit):
        visit.run = Busy()

    mine = [Visit() for _ in range(3)]
    assert visits.start(ME, mine[0], lambda: put(mine[0])) is None
    assert visits.start(ME, mine[0], lambda: put(mine[0])) == "busy_here"
    assert visits.start(ME, mine[1], lambda: put(mine[1])) is None
    assert visits.start(ME, mine[2], lambda: put(mine[2])) == "busy_elsewhere"
    other = Visit()
    assert visits.start(OTHER, other, lambda: put(other)) is None
    assert visits.find(OTHER, mine[0].conversation) is None
    assert visits.last(ME) is mine[1]


@pytest.fixture
def watched(monkeypatch):
    """A tab of mine, my conversation, one of somebody else, both being answered, and what draws the list of the tab."""
    visits = Visits(Gate(9))
    mine, others = Visit(), Visit()
    for person, visit in ((ME, mine), (OTHER, others)):
        visits.start(person, visit, lambda: None)
        visit.run = object()
    screen = Screen(None, None, visits, None)
    monkeypatch.setattr("ui.web.chat.screen.visitor_of", lambda _: Visitor(ME, Viewer()))
    monkeypatch.setattr(Screen, "whole", Screen._lines)
    return Tab(), mine, screen


def test_the_list_is_drawn_anew_when_an_answer_of_its_own_person_has_ended(watched, monkeypatch):
    tab, mine, screen = watched
    monkeypatch.setattr("ui.web.chat.screen.time.sleep", lambda _: setattr(mine, "run", None))
    assert len(list(screen.others(tab, None))) == 2, "once for the answer that runs and once for its end"
    assert tab.running == frozenset()
    assert list(screen.others(tab, None)) == []


def test_an_answer_that_ended_before_its_end_was_waited_for_does_not_run_for_ever(watched):
    tab, mine, screen = watched
    screen.whole(tab, None)
    assert tab.running == {mine.conversation}
    mine.run = None
    assert len(list(screen.others(tab, None))) == 1
    assert tab.running == frozenset()


def test_conversations_at_rest_are_let_go_after_an_hour():
    now = [0.0]
    visits, old = Visits(Gate(1), lambda: now[0]), Visit()
    visits.adopt(ME, old)
    now[0] = 4000.0
    visits.adopt(ME, Visit())
    assert visits.find(ME, old.conversation) is None


def test_a_kept_conversation_is_shown_again_as_it_was(recorder):
    visit = kept_visit(recorder, "登记证书的有效期？", "到2026年底的目标？")
    history = History(recorder, Visits(Gate(1)), FakeAssistant())
    found = history.open(ME, visit.conversation)
    assert show(found, "zh").messages == show(visit, "zh").messages
    assert found.history() == visit.history()
    assert 'id="cite-1-2"' in show(found, "zh").sources
    assert history.open(OTHER, visit.conversation) is None


def test_an_answer_made_again_stands_once_in_the_kept_conversation(recorder):
    visit = kept_visit(recorder, "登记证书的有效期？")
    assistant = FakeAssistant()
    list(again(assistant, visit, "zh", keeping(recorder, assistant, visit, Visitor(ME, Viewer()))))
    with closing(recorder.conversations()) as conversations:
        [turn] = conversations.turns(visit.conversation, ME)
    assert turn.answer.answer_id == visit.turns[-1].key


def test_the_list_shows_names_letter_by_letter_and_marks_the_open_one(recorder):
    visit = kept_visit(recorder, "<img src=x onerror=alert(1)> 登记证书的有效期？")
    tab, history = Tab(visit=visit), History(recorder, Visits(Gate(1)), FakeAssistant())
    html = history_html(history.lines(ME, tab), tab, datetime.now(UTC).astimezone().date())
    assert "<img" not in html
    assert 'aria-current="true"' in html
    assert "<h3>今天</h3>" in html
    history.change(ME, tab, "delete", visit.conversation)
    assert history.lines(ME, tab) == []
    assert 'data-do="restore"' in history_html([], tab, datetime.now(UTC).astimezone().date())


def test_notes_of_markers_are_shown_letter_by_letter():
    visit = Visit()
    list(respond(FakeAssistant(), visit, "脚本", "zh"))
    notes = quote_notes(visit, "zh")
    assert 'data-cite="cite-1-1"' in notes
    assert "<img" not in notes


def test_examples_are_of_documents_in_the_collection():
    found = examples(Service(FakeAssistant()), Viewer(), "zh")
    assert found[0].startswith("北京市数据知识产权登记证书")
    assert not any("长春" in text or "charger" in text for text in found)
    assert any(text.startswith(f"《{BEIJING.title}》") for text in found)


def test_examples_and_suggestions_are_in_the_language_of_the_page_and_of_the_question():
    assistant = FakeAssistant()
    offered = examples(Service(assistant), Viewer(), "en")
    asked = f"From when is 《{BEIJING.title}》 in force?"
    assert "How long is a Beijing data intellectual property registration certificate valid?" in offered
    assert asked in offered
    answer = assistant.ask(Question("登记证书的有效期？"))
    further = suggested(assistant, answer, "How long is it valid?", Viewer())
    assert asked in further
    assert all(language_of(text) == "en" for text in (*offered, *further))


def test_what_stands_beside_an_answer_is_suggested_and_not_the_same_again():
    assistant = FakeAssistant()
    answer = assistant.ask(Question("登记证书的有效期？"))
    begins = f"《{BEIJING.title}》从什么时候起施行？"
    assert begins in suggested(assistant, answer, "登记证书的有效期？", Viewer())
    assert begins not in suggested(assistant, answer, begins, Viewer())


def test_the_collection_answers_what_it_is_suggested_to_ask(collection, monkeypatch):
    monkeypatch.setenv("POLICYQA_LLM", "none")
    assistant = build_assistant(load_settings(collection))
    offered = {q for lang in ("zh", "en") for q in examples(Service(assistant), Viewer(), lang)}
    for text in (
        "青岛的数据登记凭证有效期是几年？",
        "数据经纪人不得做什么？",
        "湖南的公共数据目录多久更新一次？",
        "How long is a registration certificate valid in Qingdao?",
        "婚假可以休多少天？",
    ):
        answer = assistant.ask(Question(text))
        further = suggested(assistant, answer, text, Viewer())
        assert further, text
        offered |= {*further}
    for text in sorted(offered):
        answer = assistant.ask(Question(text))
        assert answer.verdict == "answered", text
        title = re.search("《(.+?)》", text)
        assert title and title[1] in answer.citations[0].title, text


def test_near_clauses_are_suggested_after_a_refusal():
    assistant = FakeAssistant()
    answer = assistant.ask(Question("天气怎么样"))
    found = suggested(assistant, answer, "天气怎么样", Viewer())
    assert len(found) == 2
    assert {clause.clause_id for clause in CLAUSES} >= {hit.clause.clause_id for hit in answer.nearest}
