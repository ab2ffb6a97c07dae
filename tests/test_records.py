"""Answers and feedback that are kept: whole, one word a person, taken back without a trace."""

import resource
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace

import pytest
from fake_assistant import FakeAssistant

from rag.errors import CollectionMismatch, DiskFull
from rag.records import REASONS, Feedback, Records, has_records, kept_answer
from rag.schema import Question

ASKED = Question(
    "登记证书的有效期？",
    history=(("什么是登记？", "登记是……"),),
    filters={"region": "北京"},
    as_of="2024-01-01",
)
ANSWER = kept_answer("a1", "p1", ASKED, FakeAssistant().ask(ASKED))
DOWN = Feedback(ANSWER, "p1", "down", "incomplete", "少说了续展", "2024-05-01T08:00:00+00:00")


@pytest.fixture
def records(tmp_path):
    with closing(Records(tmp_path / "data")) as opened:
        yield opened


def test_what_was_said_comes_back_as_it_was(records):
    records.rate(DOWN)
    assert list(records.feedback()) == [DOWN]
    assert ANSWER.history == ASKED.history
    assert ANSWER.citations[0].quote == "登记证书的有效期为三年，自登记公告之日起计算。"
    assert ANSWER.found[0] == "b1:第三章/第十三条"
    assert (ANSWER.filters, ANSWER.as_of) == ({"region": "北京"}, "2024-01-01")


def test_it_is_still_there_for_the_next_process(tmp_path):
    with closing(Records(tmp_path)) as first:
        first.rate(DOWN)
    with closing(Records(tmp_path)) as second:
        assert list(second.feedback("down")) == [DOWN]


def test_a_second_word_of_a_person_replaces_the_first(records):
    records.rate(DOWN)
    records.rate(replace(DOWN, rating="up", reason=None, words="", at="2024-05-02T08:00:00+00:00"))
    [kept] = records.feedback()
    assert (kept.rating, kept.reason, kept.words) == ("up", None, "")


def test_two_persons_may_differ(records):
    records.rate(DOWN)
    records.rate(replace(DOWN, person="p2", rating="up", at="2024-05-02T08:00:00+00:00"))
    assert [f.person for f in records.feedback()] == ["p1", "p2"]
    assert [f.person for f in records.feedback("up")] == ["p2"]


def test_what_is_taken_back_leaves_no_trace(records, tmp_path):
    records.rate(DOWN)
    records.rate(replace(DOWN, person="p2"))
    records.take_back("a1", "p1")
    assert [f.person for f in records.feedback()] == ["p2"]
    records.take_back("a1", "p2")
    records.take_back("a1", "p2")
    with closing(sqlite3.connect(tmp_path / "data" / "records.sqlite")) as db:
        assert db.execute("SELECT count(*) FROM answers").fetchone() == (0,)


def test_handled_feedback_is_no_longer_open(records):
    records.rate(DOWN)
    records.handle("a1", "p1")
    assert list(records.feedback(only_open=True)) == []
    assert next(records.feedback()).handled_at is not None
    records.handle("a1", "p1", handled=False)
    assert list(records.feedback(only_open=True)) == [DOWN]


def test_an_answer_is_kept_without_feedback_and_once(records, tmp_path):
    records.keep(ANSWER)
    records.keep(replace(ANSWER, text="etwas anderes"))
    records.rate(DOWN)
    assert next(records.feedback()).answer == ANSWER


@pytest.mark.parametrize("reason", [*REASONS, None])
def test_every_reason_can_be_kept(records, reason):
    records.rate(replace(DOWN, reason=reason))
    assert next(records.feedback()).reason == reason


def test_nothing_is_made_for_those_who_only_look(tmp_path):
    assert not has_records(tmp_path)
    Records(tmp_path).close()
    assert has_records(tmp_path)


def test_a_full_disk_loses_nothing_and_says_so(records, tmp_path):
    records.rate(DOWN)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    try:
        with pytest.raises(DiskFull) as caught:
            records.rate(replace(DOWN, person="p2", words="长" * 5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "make room" in caught.value.fix
    assert list(records.feedback()) == [DOWN]


@pytest.mark.parametrize("content", [b"poem" * 400, b""], ids=["something else", "empty"])
def test_a_file_that_is_something_else_is_named(tmp_path, content):
    (tmp_path / "records.sqlite").write_bytes(content)
    if not content:
        Records(tmp_path).close()
        return
    with pytest.raises(CollectionMismatch, match=r"records\.sqlite cannot be read") as caught:
        Records(tmp_path)
    assert "move" in caught.value.fix


def test_records_of_another_version_are_left_alone(tmp_path):
    Records(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "records.sqlite")) as db:
        db.execute("UPDATE meta SET value = '9'")
        db.commit()
    with pytest.raises(CollectionMismatch, match="has format 9; this version reads 1"):
        Records(tmp_path)


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "data").write_text("", encoding="utf-8")
    with pytest.raises(CollectionMismatch, match="cannot be used as a data folder"):
        Records(tmp_path / "data")


def test_many_visitors_rate_at_once(tmp_path):
    def rate(number):
        with closing(Records(tmp_path)) as own:
            own.rate(replace(DOWN, answer=replace(ANSWER, answer_id=f"a{number}"), person=f"p{number}"))

    threads = [threading.Thread(target=rate, args=(i,)) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with closing(Records(tmp_path)) as records:
        assert len(list(records.feedback())) == 12
