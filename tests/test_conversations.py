"""Conversations are orders of kept answers: named, found, renamed, deleted and brought back, each by its own person."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from rag.conversations import Conversations
from rag.record.kept import KeptAnswer
from rag.records import Feedback, Records

ME, OTHER = "0123456789abcdef", "fedcba9876543210"


def answer(answer_id, question, text="登记证书的有效期为三年。", person=ME, at="2024-05-01T08:00:00+00:00"):
    return KeptAnswer(
        answer_id, at, person, question, (), {}, None, "answered", text, (), (), "extractive", "1"
    )


@pytest.fixture
def records(tmp_path):
    with closing(Records(tmp_path)) as opened:
        yield opened


@pytest.fixture
def conversations(tmp_path, records):
    with closing(Conversations(tmp_path)) as opened:
        yield opened


@pytest.fixture
def two(records, conversations):
    """One conversation of two answers, and a newer one of one."""
    for answer_id, question, conversation in (
        ("a1", "登记证书的有效期？", "c1"), ("a2", "期满怎么续展？", "c1"), ("a3", "Which band?", "c2"),
    ):  # fmt: skip
        records.keep(answer(answer_id, question))
        conversations.add(conversation, ME, answer_id)
    return conversations


def listed(conversations, words="", person=ME):
    return [(c.conversation_id, c.name) for c in conversations.of(person, words)]


def turns(conversations, conversation_id, person=ME):
    return [kept.answer.answer_id for kept in conversations.turns(conversation_id, person)]


def test_a_conversation_is_called_by_its_first_question_and_the_newest_comes_first(two):
    assert listed(two) == [("c2", "Which band?"), ("c1", "登记证书的有效期？")]
    assert turns(two, "c1") == ["a1", "a2"]


def test_another_person_neither_sees_nor_changes_it(two, records):
    records.keep(answer("b1", "别人的问题", person=OTHER))
    two.add("c1", OTHER, "b1")
    two.add("c1", OTHER, "a1")
    two.rename("c1", OTHER, "改名")
    two.delete("c1", OTHER)
    assert (listed(two, person=OTHER), turns(two, "c1", OTHER)) == ([], [])
    assert turns(two, "c1") == ["a1", "a2"]
    assert listed(two)[1] == ("c1", "登记证书的有效期？")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("续展", ["c1"], id="a later question"),
        pytest.param("三年", ["c2", "c1"], id="answers"),
        pytest.param("BAND", ["c2"], id="case makes no difference"),
        pytest.param("登记 续展", ["c1"], id="each word somewhere in it"),
        pytest.param("我的", ["c1"], id="the name"),
        pytest.param("没有的", [], id="nothing"),
        pytest.param("%", [], id="no pattern"),
    ],
)
def test_it_is_found_by_what_was_asked_and_said(two, words, found):
    two.rename("c1", ME, "我的对话")
    assert [c.conversation_id for c in two.of(ME, words)] == found


def test_a_name_can_be_given_and_taken_back(two):
    two.rename("c1", ME, "  证书\n续展 " + "长" * 100)
    assert listed(two)[1][1].startswith("证书 续展 长")
    assert len(listed(two)[1][1]) == 80
    two.rename("c1", ME, "  ")
    assert listed(two)[1][1] == "登记证书的有效期？"


def test_what_is_deleted_can_be_brought_back_and_its_answers_stay_kept(two, records):
    two.delete("c1", ME)
    assert (listed(two), turns(two, "c1")) == ([("c2", "Which band?")], [])
    two.restore("c1", ME)
    assert turns(two, "c1") == ["a1", "a2"]
    assert records.count() == 3


def test_what_was_deleted_more_than_a_day_ago_is_gone(two, tmp_path):
    two.delete("c1", ME)
    with closing(sqlite3.connect(tmp_path / "records.sqlite")) as db:
        db.execute("UPDATE conversations SET deleted_at = '2020-01-01T00:00:00+00:00' WHERE deleted_at > ''")
        db.commit()
    two.delete("c2", ME)
    two.restore("c1", ME)
    two.restore("c2", ME)
    assert listed(two) == [("c2", "Which band?")]


@pytest.mark.parametrize(
    ("forget", "left"),
    [
        pytest.param(lambda records: records.delete(["a1"]), [("c2", "Which band?"), ("c1", "期满怎么续展？")], id="one answer"),
        pytest.param(lambda records: records.delete(["a1", "a2"]), [("c2", "Which band?")], id="all of one conversation"),
        pytest.param(lambda records: records.forget(ME), [], id="all of a person"),
    ],
)  # fmt: skip
def test_deleted_answers_take_their_turns_with_them(two, records, tmp_path, forget, left):
    two.rename("c1", ME, "")
    forget(records)
    assert listed(two) == left


def test_a_name_goes_with_the_last_answer_even_from_the_file(two, records, tmp_path):
    two.rename("c1", ME, "秘密的名字")
    two.close()
    records.delete(["a1", "a2"])
    records.close()
    assert "秘密的名字".encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_expired_answers_take_their_turns_with_them(two, tmp_path):
    with closing(Records(tmp_path, keep_days=30)) as records:
        records.expire()
    assert listed(two) == []


def test_an_answer_made_again_takes_the_place_of_the_last_turn(two, records):
    two.rename("c2", ME, "频段")
    records.keep(answer("a4", "Which band then?"))
    two.add("c2", ME, "a4", replaced="a3")
    assert turns(two, "c2") == ["a4"]
    assert listed(two)[0] == ("c2", "频段")
    assert records.count() == 4


def test_an_answer_that_is_not_kept_begins_no_conversation(conversations):
    conversations.add("c9", ME, "never")
    assert listed(conversations) == []


def test_what_the_person_said_of_an_answer_comes_with_it(two, records):
    kept = records.answer("a1")
    records.rate(Feedback(kept, ME, "down"))
    records.rate(Feedback(replace(kept), OTHER, "up"))
    assert [turn.rating for turn in two.turns("c1", ME)] == ["down", None]
