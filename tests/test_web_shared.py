"""What conversations at rest hold: the same words and clauses once, and nothing that nobody looks at any more."""

import gc
from contextlib import closing
from copy import deepcopy
from dataclasses import replace

from fake_assistant import BEIJING, CLAUSES, FakeAssistant
from fakes import fake_settings

from rag.record.recorder import Recorder
from rag.schema import Viewer
from ui.web.chat import shared as held
from ui.web.chat.conversation import respond
from ui.web.chat.feedback import keeping
from ui.web.chat.recall import recalled
from ui.web.chat.shared import shared
from ui.web.chat.turn import Visit
from ui.web.visitor import Visitor

TEXTS = ("登记证书的有效期？", "到2026年底的目标？", "登记证书的有效期满了呢？")


class Reading(FakeAssistant):
    """Reads clauses and documents anew for each question, as the catalog does."""

    def search(self, question, limit=10, viewer=None):
        return deepcopy(super().search(question, limit, viewer))

    def document(self, document_id, viewer=None):
        return deepcopy(super().document(document_id, viewer))


def asked(assistant, *texts, keep=None):
    visit = Visit()
    for text in texts:
        list(respond(assistant, visit, text, "zh", keep and keep(visit)))
    return visit


def test_equal_clauses_are_held_once_and_a_changed_one_beside_them():
    # Under an id of its own: another conversation may hold the clause still.
    first = replace(CLAUSES[0], clause_id="once:一")
    same = deepcopy(first)
    changed = replace(same, text="改了。")
    assert shared(first) is first
    assert shared(same) is first
    assert shared(changed) is changed
    assert first.text != "改了。"
    document = deepcopy(BEIJING)
    assert shared(deepcopy(BEIJING)) == shared(document)


def test_what_no_turn_holds_is_gone():
    clause = replace(deepcopy(CLAUSES[0]), clause_id="gone:一")
    shared(clause)
    del clause
    gc.collect()
    assert "gone:一" not in held._clauses


def test_two_conversations_share_the_clauses_and_documents_that_they_show():
    assistant = Reading()
    one, two = asked(assistant, TEXTS[0]).turns[0], asked(assistant, TEXTS[0]).turns[0]
    hits = [
        (a.clause, b.clause)
        for a, b in zip(one.answer.retrieval.hits, two.answer.retrieval.hits, strict=True)
    ]
    assert hits
    assert all(a is b for a, b in hits)
    assert one.documents["b1"] is two.documents["b1"]


def test_a_turn_at_rest_holds_neither_places_in_the_search_nor_words_in_the_making():
    turn = asked(FakeAssistant(), TEXTS[0]).turns[0]
    assert [hit.legs for hit in turn.answer.retrieval.hits] == [{}] * len(turn.answer.retrieval.hits)
    assert (turn.reading, turn.settled, turn.partial) == ((), "", "")


def test_later_questions_share_what_was_said_before(tmp_path):
    recorder, assistant = Recorder(fake_settings(tmp_path), "web"), Reading()
    person = Visitor("0123456789abcdef", Viewer())
    visit = asked(assistant, *TEXTS, keep=lambda visit: keeping(recorder, assistant, visit, person))
    second, third = visit.turns[1].asked.history, visit.turns[2].asked.history
    assert [question for question, _ in third] == list(TEXTS[:2])
    assert second[0] is third[0]
    with closing(recorder.conversations()) as conversations:
        kept = conversations.turns(visit.conversation, person.person)
    again = recalled(assistant, visit.conversation, kept)
    assert [turn.asked for turn in again.turns] == [turn.asked for turn in visit.turns]
    assert again.turns[1].asked.history[0] is again.turns[2].asked.history[0]
    assert again.turns[2].kept.history is again.turns[2].asked.history
