"""Answers and feedback that are kept: whole, one word a person, taken back without a trace; files of the first format."""

import resource
import shutil
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from fake_assistant import FakeAssistant

from rag.errors import CollectionBusy, CollectionMismatch, DiskFull, NotFound
from rag.record.kept import Circumstances
from rag.records import REASONS, Feedback, Records, has_records, kept_answer
from rag.schema import Notice, Question, Usage
from rag.text import text_hash

ASKED = Question(
    "登记证书的有效期？",
    history=(("什么是登记？", "登记是……"),),
    filters={"region": "北京"},
    as_of="2024-01-01",
    without=frozenset({"region", "history"}),
)
ANSWER = kept_answer("a1", "p1", ASKED, FakeAssistant().ask(ASKED))
DOWN = Feedback(ANSWER, "p1", "down", "incomplete", "少说了续展", "2024-05-01T08:00:00+00:00")

# What the version before wrote, with one rated answer and the traces of one that was taken back.
FIRST_FORMAT = Path(__file__).parent / "data" / "records-1.sqlite"


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


def test_a_kept_question_is_asked_again_as_it_was_without_what_was_taken_off(records):
    records.keep(ANSWER)
    kept = records.answer("a1")
    assert kept.without == ("history", "region")
    assert kept.asked == ASKED


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


def test_what_is_taken_back_leaves_no_trace_and_the_answer_stays(records, tmp_path):
    records.rate(DOWN)
    records.rate(replace(DOWN, person="p2"))
    records.take_back("a1", "p1")
    assert [f.person for f in records.feedback()] == ["p2"]
    records.take_back("a1", "p2")
    records.take_back("a1", "p2")
    assert records.answers() == [ANSWER]
    assert DOWN.words.encode() not in b"".join(p.read_bytes() for p in (tmp_path / "data").iterdir())


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
    with pytest.raises(CollectionMismatch, match="has format 9; this version reads 4"):
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


def test_everything_that_an_answer_was_made_from_comes_back_as_it_was(records):
    assistant = FakeAssistant()
    answer = replace(
        assistant.ask(ASKED),
        usage=Usage(900, None),
        confidence=0.75,
        warnings=(Notice("draft", "草案", "b1:x"),),
    )
    around = Circumstances(
        "cli",
        ("法规处",),
        {"llm": "ollama:qwen3:8b", "num_ctx": 8192},
        {"whole": 2.5},
        "sha256:1",
        assistant.document,
    )
    kept = kept_answer("a9", "", ASKED, answer, around)
    records.keep(kept)
    assert records.answer("a9") == kept
    assert kept.clauses["b1:第三章/第十三条"].text_hash == text_hash(answer.retrieval.hits[0].clause.text)
    assert kept.documents["b1"].doc_number == "京知局〔2023〕11号"
    assert kept.seconds == {"search": 0.01, "whole": 2.5}
    assert [(c.n, c.pinpoint) for c in kept.citations] == [(1, "第三款"), (1, "第四款"), (2, None)]


def test_what_the_model_wrote_and_what_was_checked_is_kept_with_the_times_of_the_answer_itself(records):
    shown = FakeAssistant().ask(ASKED)
    fields = {name: getattr(shown, name) for name in shown.__dataclass_fields__}
    checks = (SimpleNamespace(text="三年。", codes=("figure",)), SimpleNamespace(text="好。", codes=()))
    told = {"raw": "<think>…</think>三年", "checks": checks, "seconds": {"search": 0.2, "first_token": 1.5}}
    kept = kept_answer("a9", "p", ASKED, SimpleNamespace(**fields | told))
    records.keep(kept)
    found = records.answer("a9")
    assert (found.raw, found.seconds) == ("<think>…</think>三年", {"search": 0.2, "first_token": 1.5})
    assert [(c.text, c.codes) for c in found.checks] == [("三年。", ("figure",)), ("好。", ())]


def test_half_a_character_of_a_model_does_not_stop_the_record(records):
    records.keep(replace(ANSWER, text="三年\ud83d。", raw="\ud83d", warnings=(Notice("x", "\udc00"),)))
    assert records.answer("a1").text == "三年\ufffd。"


def test_a_document_that_has_left_meanwhile_is_kept_by_its_title_only():
    def gone(document_id):
        raise NotFound("gone", fix="")

    kept = kept_answer("a1", "p1", ASKED, FakeAssistant().ask(ASKED), Circumstances(document=gone))
    assert kept.documents == {}
    assert kept.citations[0].title == "北京市数据知识产权登记管理办法（试行）"


def test_an_answer_is_found_by_the_beginning_of_its_id(records):
    for answer_id in ("abcd1111", "abcd2222", "ef", "efgh"):
        records.keep(replace(ANSWER, answer_id=answer_id))
    assert records.answer("abcd1").answer_id == "abcd1111"
    assert records.answer("ef").answer_id == "ef"
    with pytest.raises(NotFound, match="2 answers begin with 'abcd': abcd"):
        records.answer("abcd")
    for unknown in ("abc", "zzzz", "", "%", "abcd_"):
        with pytest.raises(NotFound, match="is kept"):
            records.answer(unknown)


def test_a_file_of_the_first_format_keeps_its_answers_and_ratings(tmp_path):
    shutil.copy(FIRST_FORMAT, tmp_path / "records.sqlite")
    assert "撤回的话".encode() in FIRST_FORMAT.read_bytes()
    for _ in range(2):
        with closing(Records(tmp_path)) as records:
            [said] = records.feedback("down")
            assert (said.person, said.reason, said.words) == ("p1", "incomplete", "少说了续展")
            answer = said.answer
            assert (answer.answer_id, answer.question, answer.way) == ("a1", "登记证书的有效期？", "web")
            assert [c.n for c in answer.citations] == [1, 1, 2]
            assert answer.clauses["b1:第三章/第十四条"].text_hash is None
            assert (answer.raw, answer.settings, answer.warnings) == (None, {}, ())
            assert answer.history == (("什么是登记？", "登记是……"),)
            records.keep(replace(ANSWER, answer_id="new"))
            assert records.count() == 2
    assert "撤回的话".encode() not in b"".join(p.read_bytes() for p in tmp_path.iterdir())


def test_a_file_of_the_format_before_is_brought_up_to_date(tmp_path):
    with closing(Records(tmp_path)) as records:
        records.keep(ANSWER)
    with closing(sqlite3.connect(tmp_path / "records.sqlite")) as older, older:
        older.execute("ALTER TABLE answers DROP COLUMN without")
        older.execute("UPDATE meta SET value = '3' WHERE key = 'format'")
    with closing(Records(tmp_path)) as records:
        assert records.answer("a1") == replace(ANSWER, without=())
        records.keep(replace(ANSWER, answer_id="new"))
        assert records.answer("new").without == ("history", "region")


def test_two_processes_may_bring_a_file_up_to_date_at_once(tmp_path):
    shutil.copy(FIRST_FORMAT, tmp_path / "records.sqlite")
    trouble = []

    def look():
        try:
            Records(tmp_path).close()
        except Exception as error:
            trouble.append(error)

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    with closing(Records(tmp_path)) as records:
        assert records.count() == 1


def test_a_file_that_another_process_holds_is_named(tmp_path):
    Records(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "records.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with (
            closing(Records(tmp_path, patience_s=0.1)) as records,
            pytest.raises(CollectionBusy, match="Another policyqa is writing"),
        ):
            records.keep(ANSWER)
        other.execute("ROLLBACK")


def test_a_file_that_was_damaged_in_its_middle_is_named(tmp_path):
    with closing(Records(tmp_path)) as records:
        for number in range(40):
            records.keep(replace(ANSWER, answer_id=f"a{number}"))
    path = tmp_path / "records.sqlite"
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    with (
        pytest.raises(CollectionMismatch, match=r"records\.sqlite cannot be read"),
        closing(Records(tmp_path)) as records,
    ):
        records.answers()
