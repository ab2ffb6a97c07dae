"""Proposals of a model and of the chat: what a model writes is checked, what a person disliked is corrected."""

import json

import pytest
from fake_assistant import FakeAssistant
from fakes import ScriptedLLM
from fakes_draft import LAW, PLAN, make_shelf
from fakes_eval import make_case

from eval.cases import Gold
from eval.draft.feedback import from_feedback, kind_of
from eval.draft.model import ByModel, entries_in
from eval.draft.own import problems_of
from eval.draft.shelf import Shelf
from rag.records import CitedClause, Feedback, KeptAnswer, kept_answer
from rag.schema import Question

GOOD = {
    "question": "长春那个登记证能管几年？", "answer": "能管三年。", "evidence": "登记证书的有效期为三年",
    "key_facts": [["三年", "3年"]], "type": "numeric", "difficulty": "easy",
}  # fmt: skip
SHELF = make_shelf(LAW)
ONE = next(c for c in SHELF.of(LAW) if c.label == "第七条")


def asked(*replies):
    """A model that replies the same to every clause, over a shelf of one clause."""
    shelf = Shelf([LAW], {LAW.document_id: [ONE]})
    llm = ScriptedLLM(pieces=list(replies))
    model = ByModel(shelf, llm)
    return model, llm


def test_a_model_is_shown_the_clause_and_what_staff_call_the_document():
    model, llm = asked(json.dumps([GOOD], ensure_ascii=False))
    [made] = model.proposals(0)
    prompt = llm.prompts[0][0].content
    assert ONE.text in prompt
    assert "长春的数据登记办法" in prompt
    assert (made.origin, made.case.type, made.case.question) == ("model", "numeric", GOOD["question"])
    assert made.case.gold == (Gold(LAW.title, "第二章/第七条", "登记证书的有效期为三年"),)
    assert problems_of(made.case, model.shelf.texts) == []
    assert not model.thrown_away


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"evidence": "登记证书的有效期为九年"}, "not verbatim"),
        ({"question": "本办法规定的证书能用几年？"}, "needs the text before it"),
        ({"question": "登记证书的有效期为三年自发证之日起计算"}, "copied from the clause"),
        ({"key_facts": [["五年"]]}, "does not stand in the answer"),
        ({"key_facts": []}, "there is no key fact"),
        ({"answer": ""}, "lacks question, answer or evidence"),
        ({"evidence": None}, "lacks question, answer or evidence"),
    ],
)
def test_what_does_not_stand_is_thrown_away_and_counted(change, reason):
    model, _ = asked(json.dumps([{**GOOD, **change}, GOOD], ensure_ascii=False))
    assert [p.case.question for p in model.proposals(0)] == [GOOD["question"]]
    [(said, number)] = model.thrown_away.items()
    assert (reason in said, number) == (True, 1)


def test_a_reply_without_json_is_counted():
    model, _ = asked("我不会", "出题。")
    assert list(model.proposals(0)) == []
    assert list(model.thrown_away.values()) == [1]


def test_a_model_proposes_nothing_twice():
    model, _ = asked(json.dumps([GOOD, GOOD], ensure_ascii=False))
    [made] = model.proposals(0)
    assert list(model.proposals(0, known={made.key})) == []


TEXT = json.dumps(GOOD, ensure_ascii=False)


@pytest.mark.parametrize(
    ("reply", "count"),
    [
        pytest.param(f"[{TEXT}]", 1, id="as asked"),
        pytest.param(
            f"好的，题目如下：\n```json\n[{TEXT}, {TEXT}]\n```\n希望有用。", 2, id="fence and words"
        ),
        pytest.param(TEXT, 1, id="one object"),
        pytest.param(f'{{"questions": [{TEXT}, {TEXT}]}}', 2, id="list inside an object"),
        pytest.param(f"{TEXT}\n{TEXT}", 2, id="one object a line"),
        pytest.param(f"[{TEXT}, {TEXT[:60]}", 1, id="broken off"),
        pytest.param(f"[{TEXT}, 3, null]", 1, id="other values"),
        pytest.param(TEXT.replace("能管三年。", "能管\n三年。"), 1, id="a line break inside a text"),
        pytest.param("没有题目", 0, id="no JSON"),
        pytest.param("[1, [2", 0, id="no objects"),
        pytest.param("", 0, id="nothing"),
        pytest.param("[" * 3000, 0, id="brackets"),
        pytest.param('{"a":' * 3000, 0, id="braces"),
    ],
)
def test_json_is_found_in_whatever_a_model_says(reply, count):
    entries = [entry for entry in entries_in(reply) if isinstance(entry, dict)]
    assert len(entries) == count
    assert all(entry["question"] == GOOD["question"] for entry in entries)


def test_names_and_choices_in_chinese_are_understood():
    chinese = {
        "问题": GOOD["question"],
        "答案": "三年。",
        "原文": "有效期为三年",
        "要点": "三年",
        "类型": "数字",
        "难度": "易",
    }
    model, _ = asked(json.dumps(chinese, ensure_ascii=False))
    [made] = model.proposals(0)
    assert (made.case.type, made.case.difficulty, made.case.key_facts) == ("numeric", "easy", (("三年",),))


@pytest.mark.parametrize("kind", ["followup", "unanswerable", "poem", None])
def test_a_type_that_was_not_asked_for_becomes_a_lookup(kind):
    model, _ = asked(json.dumps({**GOOD, "type": kind}, ensure_ascii=False))
    assert [p.case.type for p in model.proposals(0)] == ["lookup"]


def disliked(reason, question="登记证能用几年？", history=(), cited=True, words=""):
    question_ = Question(question, history=history)
    kept = kept_answer("a1", "p1", question_, FakeAssistant().ask(question_))
    clause = CitedClause(ONE.clause_id, LAW.title, ONE.locator, "登记证书的有效期为三年")
    answer = KeptAnswer(
        "a1", kept.at, "p1", question, tuple(history), {}, None, "answered", "三年[1]。", (clause,) if cited else (),
        (ONE.clause_id, "gone:第一条"), "extractive", "1",
    )  # fmt: skip
    return Feedback(answer, "p1", "down", reason, words, "2024-05-01T08:00:00+00:00")


def test_a_dislike_is_proposed_with_what_was_cited_and_no_facts():
    [made] = from_feedback([disliked("incomplete", words="没说从哪天算起")], make_shelf(), [])
    case = made.case
    assert (case.type, case.question, case.answer, case.key_facts) == (
        "numeric",
        "登记证能用几年？",
        "三年。",
        (),
    )
    assert case.gold == (Gold(LAW.title, ONE.locator, "登记证书的有效期为三年"),)
    assert made.note == "2024-05-01 不完整 incomplete：没说从哪天算起"
    assert made.feedback == ("a1", "p1")
    assert problems_of(case, make_shelf().texts) == ["there is no key fact"]


def test_an_answer_that_should_have_been_a_refusal_becomes_unanswerable():
    [made] = from_feedback([disliked("should_refuse")], make_shelf(), [])
    assert (made.case.type, made.case.gold) == ("unanswerable", ())
    assert made.case.nearest == (Gold(LAW.title, ONE.locator),)
    assert problems_of(made.case, make_shelf().texts) == []


def test_a_refusal_that_was_wrong_offers_what_was_found():
    [made] = from_feedback([disliked("should_answer", cited=False)], make_shelf(), [])
    assert made.case.gold == ()
    assert [g.locator for g in made.choices] == [ONE.locator]


def test_a_wrongly_cited_clause_is_a_choice_and_no_gold():
    [made] = from_feedback([disliked("wrong_clause")], make_shelf(), [])
    assert (made.case.gold, made.choices[0].locator) == ((), ONE.locator)


def test_earlier_turns_make_a_followup_and_join_a_question_that_nothing_answers():
    history = (("登记要什么材料？", "申请表。"),)
    [made] = from_feedback([disliked("wrong", history=history)], make_shelf(), [])
    assert (made.case.type, made.case.history) == ("followup", history)
    [made] = from_feedback([disliked("should_refuse", history=history)], make_shelf(), [])
    assert (made.case.history, made.case.question) == ((), "登记要什么材料？ 登记证能用几年？")


def test_a_clause_that_has_left_the_collection_is_left_out():
    [made] = from_feedback([disliked("wrong")], make_shelf(PLAN), [])
    assert (made.case.gold, made.choices) == ((), ())


def test_likes_and_questions_that_are_in_the_set_are_left_out():
    known = make_case(question="登记证能用几年？")
    assert list(from_feedback([disliked("wrong")], make_shelf(), [known])) == []
    up = disliked(None)
    assert list(from_feedback([Feedback(up.answer, "p1", "up")], make_shelf(), [])) == []


@pytest.mark.parametrize(
    ("question", "history", "kind"),
    [
        ("罚多少钱？", (), "numeric"),
        ("什么时候施行？", (), "date_status"),
        ("要交哪些材料？", (), "list"),
        ("由谁负责？", (), "lookup"),
        ("Who is in charge?", (), "english"),
        ("那罚款呢？", (("a", "b"),), "followup"),
    ],
)
def test_the_type_is_read_from_the_question(question, history, kind):
    gold = [Gold(LAW.title, ONE.locator, "三年")]
    assert kind_of(question, history, gold) == kind
    assert kind_of(question, history, []) == "unanswerable"
