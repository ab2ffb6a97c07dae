"""For how long answers are kept, that deleted words are gone from the files, and that a fault never costs the answer."""

import resource
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from fake_assistant import FakeAssistant
from fakes import fake_settings

from rag.errors import NotFound
from rag.record.comparison import compare
from rag.record.recorder import Recorder
from rag.records import Feedback, Records, Selection, kept_answer
from rag.schema import Notice, Question

ASKED = Question("登记证书的有效期？")
ANSWER = kept_answer("a1", "p1", ASKED, FakeAssistant().ask(ASKED))
SECRET = "一件不该被人知道的事"


def aged(days, **fields):
    at = datetime.now(UTC) - timedelta(days=days)
    return replace(ANSWER, at=at.isoformat(timespec="seconds"), **fields)


def kept(folder):
    with closing(Records(folder)) as records:
        return [a.answer_id for a in records.answers()]


def content(folder):
    return b"".join(path.read_bytes() for path in folder.glob("records.sqlite*"))


@pytest.fixture
def filled(tmp_path):
    """Answers of different days, one of them with a word that is open, one with a word that was handled."""
    with closing(Records(tmp_path)) as records:
        for answer_id, days in (("new", 0), ("old", 100), ("open", 100), ("handled", 100), ("ancient", 400)):
            answer = aged(days, answer_id=answer_id)
            records.keep(answer)
            if answer_id in ("open", "handled", "ancient"):
                records.rate(Feedback(answer, "p1", "down", at=answer.at))
        records.handle("handled", "p1")
    return tmp_path


@pytest.mark.parametrize(
    ("days", "left"),
    [
        pytest.param(-1, {"new", "old", "open", "handled", "ancient"}, id="for ever"),
        pytest.param(1000, {"new", "old", "open", "handled", "ancient"}, id="longer than any"),
        pytest.param(90, {"new", "open"}, id="an open word keeps an answer for a year"),
        pytest.param(0, {"open"}, id="none but those with an open word"),
    ],
)
def test_what_is_too_old_goes_with_the_next_change(filled, days, left):
    with closing(Records(filled, days)) as records:
        records.handle("none", "none")
    assert set(kept(filled)) == left


def test_where_none_is_kept_a_rated_answer_stays_until_the_rating_is_taken_back(tmp_path):
    with closing(Records(tmp_path, 0)) as records:
        records.keep(replace(ANSWER, answer_id="other"))
        records.rate(Feedback(ANSWER, "p1", "up"))
        assert [a.answer_id for a in records.answers()] == ["a1"]
        records.take_back("a1", "p1")
        assert records.answers() == []


@pytest.mark.parametrize("way", ["delete", "forget", "expire", "take back"])
def test_deleted_words_are_gone_from_the_files_while_others_have_them_open(tmp_path, way):
    with closing(Records(tmp_path)) as other, closing(Records(tmp_path, 90)) as records:
        for number in range(30):
            records.keep(aged(1, answer_id=f"b{number}", person="p2"))
        secret = aged(80, question=SECRET * 200, text=SECRET, raw=SECRET, history=((SECRET, SECRET),))
        records.keep(secret)
        records.rate(Feedback(secret, "p1", "down", "other", SECRET))
        assert other.answers(Selection(words=SECRET)) == [secret]
        assert SECRET.encode() in content(tmp_path)
        if way == "delete":
            removed = records.delete(["a1", "unknown", "a1"])
            assert (removed.answers, removed.ratings, removed.is_clean) == (1, 1, True)
        elif way == "forget":
            assert records.forget("p1").answers == 1
        elif way == "take back":
            records.take_back("a1", "p1")
            assert records.delete(["a1"]).ratings == 0
        else:
            records.handle("a1", "p1")
            with closing(Records(tmp_path, 30)) as doctor:
                assert doctor.expire().answers == 1
        assert SECRET.encode() not in content(tmp_path)
        assert records.count() == 30
        with pytest.raises(NotFound):
            other.answer("a1")


def test_deletion_that_another_reader_holds_up_is_told_and_done_later(tmp_path):
    with closing(Records(tmp_path, patience_s=0.1)) as records:
        records.keep(replace(ANSWER, text=SECRET))
        with closing(sqlite3.connect(tmp_path / "records.sqlite")) as reader:
            rows = reader.execute("SELECT * FROM answers, (SELECT 1 UNION SELECT 2)")
            rows.fetchone()
            assert not records.delete(["a1"]).is_clean
            rows.close()
    assert SECRET.encode() not in content(tmp_path)


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (Selection(), ["c", "b", "a"]),
        (Selection(verdict="refused"), ["b"]),
        (Selection(rating="down"), ["a"]),
        (Selection(rating="up"), []),
        (Selection(model="QWEN3"), ["c"]),
        (Selection(document="“数据要素x”三年".replace("x", "×")), ["c"]),
        (Selection(document="《北京市数据知识产权"), ["a"]),
        (Selection(words="登记 有效 三年"), ["a"]),
        (Selection(words="Ａｐｐ"), ["b"]),
        (Selection(words="%"), []),
        (Selection(person="p2"), ["b"]),
        (Selection(since=date(2024, 5, 2)), ["c", "b"]),
        (Selection(until=date(2024, 5, 2)), ["b", "a"]),
        (Selection(since=date(2024, 5, 2), until=date(2024, 5, 2)), ["b"]),
    ],
    ids=repr,
)
def test_answers_are_chosen_and_come_newest_first(tmp_path, chosen, found):
    plan = FakeAssistant().ask(Question("到2026年底的目标？"))
    none = FakeAssistant().ask(Question("some app"))

    def noon(day):
        return datetime(2024, 5, day, 12).astimezone().astimezone(UTC).isoformat(timespec="seconds")

    with closing(Records(tmp_path)) as records:
        records.keep(replace(ANSWER, answer_id="a", at=noon(1), model="extractive"))
        refused = kept_answer("b", "p2", Question("some app"), none)
        records.keep(replace(refused, at=noon(2)))
        records.keep(replace(kept_answer("c", "p1", Question("目标？"), plan), at=noon(3)))
        records.rate(Feedback(records.answer("a"), "p9", "down"))
        assert [a.answer_id for a in records.answers(chosen)] == found
        assert records.count(chosen) == len(found)
        assert [a.answer_id for a in records.answers(chosen, 1)] == found[:1]


def trouble_with(tmp_path, **fields):
    recorder = Recorder(fake_settings(tmp_path, **fields), "cli")
    record = recorder.record(ASKED, FakeAssistant().ask(ASKED))
    return recorder.keep(record)


def test_an_answer_is_kept_with_the_settings_that_it_depends_on(tmp_path):
    recorder = Recorder(fake_settings(tmp_path, num_ctx=4096), "cli")
    record = recorder.record(ASKED, FakeAssistant().ask(ASKED), seconds={"whole": 1.0})
    assert recorder.keep(record) is None
    assert (record.way, record.person, record.settings["num_ctx"]) == ("cli", "", 4096)
    assert record.settings.keys() == {
        "llm",
        "num_ctx",
        "num_predict",
        "embed_model",
        "rerank_model",
        "version",
    }
    with closing(Records(tmp_path)) as records:
        assert records.answers() == [record]


def test_a_damaged_file_costs_a_warning_and_stays(tmp_path):
    (tmp_path / "records.sqlite").write_bytes(b"poem" * 400)
    assert "cannot be read as records" in trouble_with(tmp_path).message
    assert content(tmp_path) == b"poem" * 400


def test_a_file_that_is_held_costs_a_warning_after_a_short_wait(tmp_path, monkeypatch):
    monkeypatch.setattr("rag.record.recorder._PATIENCE_S", 0.1)
    Records(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "records.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "Another policyqa is writing" in trouble_with(tmp_path).message


def test_a_full_disk_costs_a_warning(tmp_path):
    Records(tmp_path).close()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    try:
        assert "no room left" in trouble_with(tmp_path).message
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_many_processes_keep_at_once(tmp_path):
    recorder = Recorder(fake_settings(tmp_path), "web")
    troubles = []

    def keep(number):
        troubles.extend(recorder.keep(replace(ANSWER, answer_id=f"{number}-{i}")) for i in range(5))

    threads = [threading.Thread(target=keep, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(troubles) == {None}
    assert len(kept(tmp_path)) == 40


def hashes(answer, **changed):
    return lambda clause_id: changed.get(clause_id[0], answer.clauses[clause_id].text_hash)


def test_an_answer_compared_with_itself_does_not_differ():
    found = compare(ANSWER, ANSWER, hashes(ANSWER))
    assert (found.differs, found.circumstances, found.left) == ((), {}, ())
    assert not found.cited
    assert {line.sign for line in found.diff} == {"="}


def test_what_differs_is_named():
    first, second = ANSWER.citations[0], ANSWER.citations[2]
    after = replace(
        ANSWER, verdict="partial", text=ANSWER.text.replace("三年", "五年", 1), citations=(first,), found=ANSWER.found[1:],
        warnings=(Notice("draft", "草案"),), model="extractive", settings={"num_ctx": 4096},
    )  # fmt: skip
    before = replace(ANSWER, settings={"num_ctx": 8192}, warnings=(Notice("undated", "没有日期"),))
    found = compare(before, after, hashes(ANSWER, b="other", d=None, x=None))
    assert found.differs == ("verdict", "text", "cited", "warnings")
    assert found.cited.gone == (second.clause_id,)
    assert found.cited.changed == (first.clause_id, second.clause_id)
    assert found.found.gone == (ANSWER.found[0],)
    assert found.left == ("d1:二/（三）", "x1:第一条")
    assert found.circumstances == {"model": ("ollama:qwen3:8b", "extractive"), "num_ctx": (8192, 4096)}
    assert [w.code for w in (*found.new_warnings, *found.gone_warnings)] == ["draft", "undated"]
    assert [line.sign for line in found.diff] == ["-", "+", "=", "="]
    assert found.diff[1].text.startswith("登记证书的有效期为五年")


def test_an_answer_of_the_first_format_without_hashes_is_compared_by_its_clauses():
    old = replace(ANSWER, clauses={}, settings={})
    found = compare(old, ANSWER, hashes(ANSWER))
    assert (found.differs, found.left, found.circumstances) == ((), (), {})
