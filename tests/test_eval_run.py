import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from threading import Barrier, Event, Lock, current_thread, main_thread

import pytest
from fakes_eval import (
    FakeSystem,
    found_only,
    make_case,
    make_notice,
    make_outcome,
    make_passage,
    unanswerable,
)

from eval.cases import Gold, clause_key, load_cases
from eval.manifest import set_hash
from eval.metric.score import Score
from eval.outcome import Cost
from eval.rows import read_rows
from eval.run import run_cases, run_folder
from rag.errors import EvaluationError

CASES = [
    make_case(id="a-1", question="一？"),
    make_case(id="a-2", question="二？"),
    unanswerable(id="a-3", question="三？"),
]
OUTCOMES = {
    "一？": make_outcome(),
    "二？": make_outcome(found=("第九条",), cited=("第九条",)),
    "三？": make_outcome(verdict="refused", cited=()),
}


def asked(system):
    return [question.text for question in system.asked]


def about(folder):
    return json.loads((folder / "run.json").read_text(encoding="utf-8"))


def ids(folder):
    return [row["id"] for row in read_rows(folder)]


class Stopped(FakeSystem):
    """Ctrl-C comes with the second question."""

    def ask(self, question):
        if question.text == "二？":
            raise KeyboardInterrupt
        return super().ask(question)


def test_a_run_keeps_one_row_a_case_in_order(tmp_path):
    summary = run_cases(CASES, FakeSystem(OUTCOMES), tmp_path / "run", name="no-title")
    rows = read_rows(tmp_path / "run")
    assert [row["id"] for row in rows] == ["a-1", "a-2", "a-3"]
    assert rows[0]["scores"]["hit@1"]["value"] == 1.0
    assert rows[1]["scores"]["hit@1"]["value"] == 0.0
    assert "hit@1" not in rows[2]["scores"]
    assert (summary.name, summary.cases, summary.kept, summary.failed) == ("no-title", 3, 0, 0)


def test_a_row_holds_what_a_report_shows(tmp_path):
    case = make_case(
        also_right=(Gold("甲市数据办法", "第二条", "期满可续"),),
        as_of="2024-01-01",
        warnings=("expired",),
    )
    outcome = make_outcome(
        found=("第九条", "第一条"),
        warnings=(make_notice("expired", "已经失效。"),),
        nearest=(make_passage("第八条"),),
        cost=Cost(1.5, 0.2, 900, 40),
    )
    run_cases([case], FakeSystem({case.question: outcome}), tmp_path)
    [row] = read_rows(tmp_path)
    assert (row["as_of"], row["warnings_due"]) == ("2024-01-01", ["expired"])
    assert [(hit["locator"], hit["right"]) for hit in row["hits"]] == [("第九条", False), ("第一条", True)]
    assert row["quotes"] == [
        {
            "n": 1, "title": "甲市数据办法", "locator": "第一条", "pinpoint": None, "quote": "第一条的内容",
            "text": "第一条的内容，有效期五年。", "right": True,
        }
    ]  # fmt: skip
    assert row["gold"][0]["text"] == "第一条的内容，有效期五年。"
    assert row["also_right"] == [
        {"title": "甲市数据办法", "locator": "第二条", "evidence": "期满可续", "text": ""}
    ]
    assert row["key_facts"] == [["5年", "五年"]]
    assert row["nearest"][0]["locator"] == "第八条"
    assert row["warnings"] == [{"code": "expired", "text": "已经失效。"}]
    assert row["cost"] == {
        "seconds": 1.5,
        "first_seconds": 0.2,
        "prompt_tokens": 900,
        "answer_tokens": 40,
    }
    assert (row["model"], row["prompt_version"], row["confidence"]) == ("extractive", "p1", 0.9)


def test_the_text_of_a_clause_that_nothing_found_comes_from_the_collection(tmp_path):
    texts = {clause_key("甲市数据办法", "第一条"): "登记凭证有效期五年。"}
    case = make_case(nearest=(Gold("甲市数据办法", "第三条"),))
    run_cases([case], FakeSystem({case.question: found_only("第九条")}), tmp_path, texts=texts)
    [row] = read_rows(tmp_path)
    assert (row["gold"][0]["text"], row["near_misses"][0]["text"]) == ("登记凭证有效期五年。", "")


def test_only_the_first_ten_hits_are_kept(tmp_path):
    case = make_case()
    found = found_only(*(f"第{n}条" for n in range(12)))
    run_cases([case], FakeSystem({case.question: found}), tmp_path)
    assert [hit["locator"] for hit in read_rows(tmp_path)[0]["hits"]] == [f"第{n}条" for n in range(10)]


def test_a_run_says_what_decided_it(tmp_path):
    known = {"settings": {"llm": "none"}, "machine": {"cores": 2}}
    run_cases(CASES, FakeSystem(OUTCOMES, title="off"), tmp_path, name="no-title", parallel=2, about=known)
    found = about(tmp_path)
    assert (found["name"], found["system"], found["settings"]) == (
        "no-title",
        {"title": "off"},
        {"llm": "none"},
    )
    assert (found["set_hash"], found["cases"], found["failed"]) == (set_hash(CASES), 3, 0)
    assert (found["models"], found["prompt_versions"]) == (["extractive"], ["p1"])
    assert datetime.fromisoformat(found["started"]) <= datetime.fromisoformat(found["ended"])
    assert found["parallel"] == 2
    assert found["machine"]["cores"] == 2
    assert 10 < found["machine"]["memory_peak_mb"] < 100_000
    assert "hit@1" in found["metrics"]


def test_other_metrics_can_be_asked_for(tmp_path):
    metrics = {
        "long": lambda case, outcome: Score(float(len(outcome.text)), "characters") if case.gold else None
    }
    run_cases(CASES, FakeSystem(OUTCOMES), tmp_path, metrics=metrics)
    assert [row["scores"] for row in read_rows(tmp_path)[1:]] == [
        {"long": {"value": 8.0, "reason": "characters"}},
        {},
    ]


def test_the_history_and_the_day_of_a_case_are_asked_with_it(tmp_path):
    system = FakeSystem({"一？": make_outcome(), "二？": make_outcome()})
    followup = make_case(id="a", question="一？", type="followup", history=(("前问", "前答"),))
    run_cases([followup, make_case(id="b", question="二？", as_of="2024-01-01")], system, tmp_path)
    assert system.asked[0].history == (("前问", "前答"),)
    assert [question.as_of for question in system.asked] == [None, "2024-01-01"]


def test_a_case_that_fails_is_a_row_and_the_run_goes_on(tmp_path):
    summary = run_cases(CASES, FakeSystem({"三？": OUTCOMES["三？"]}), tmp_path)
    rows = read_rows(tmp_path)
    assert summary.failed == about(tmp_path)["failed"] == 2
    assert rows[0]["error"] == {
        "kind": "ModelUnavailable",
        "message": "No Ollama server answers.",
        "fix": "ollama serve",
    }
    assert (rows[0]["verdict"], rows[0]["scores"], rows[0]["cost"]["seconds"] >= 0) == (None, {}, True)
    assert rows[2]["verdict"] == "refused"


@pytest.mark.parametrize("parallel", [1, 2])
def test_a_bug_is_not_taken_for_a_failed_case(tmp_path, parallel):
    class Broken(FakeSystem):
        def ask(self, question):
            raise KeyError(question.text)

    with pytest.raises(KeyError):
        run_cases(CASES, Broken({}), tmp_path, parallel=parallel)


def test_a_stopped_run_asks_only_what_is_missing(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run_cases(CASES, Stopped(OUTCOMES), tmp_path)
    assert "ended" not in about(tmp_path)
    with (tmp_path / "rows.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "a-2", "ca')
    system = FakeSystem(OUTCOMES)
    began = about(tmp_path)["started"]
    summary = run_cases(CASES, system, tmp_path)
    assert asked(system) == ["二？", "三？"]
    assert summary.kept == 1
    assert ids(tmp_path) == ["a-1", "a-2", "a-3"]
    assert about(tmp_path)["started"] == began


def test_changed_and_failed_cases_are_asked_again(tmp_path):
    run_cases(CASES, FakeSystem({"一？": OUTCOMES["一？"], "三？": OUTCOMES["三？"]}), tmp_path)
    changed = [make_case(id="a-1", question="新一？"), *CASES[1:]]
    system = FakeSystem({**OUTCOMES, "新一？": make_outcome()})
    run_cases(changed, system, tmp_path)
    assert asked(system) == ["新一？", "二？"]


def test_several_questions_are_asked_at_the_same_time_and_the_rows_keep_the_order_of_the_set(tmp_path):
    first_waits = Event()

    class Slow(FakeSystem):
        def ask(self, question):
            if question.text == "一？":
                assert first_waits.wait(10)
            elif question.text == "三？":
                first_waits.set()
            return super().ask(question)

    system = Slow(OUTCOMES)
    run_cases(CASES, system, tmp_path, parallel=2)
    assert asked(system)[-1] == "一？"
    assert ids(tmp_path) == ["a-1", "a-2", "a-3"]


def test_as_many_questions_are_asked_at_a_time_as_allowed_and_no_more(tmp_path):
    meet, lock, counts = Barrier(2, timeout=10), Lock(), []

    class Meeting(FakeSystem):
        running = 0

        def ask(self, question):
            with lock:
                self.running += 1
                counts.append(self.running)
            meet.wait()
            with lock:
                self.running -= 1
            return super().ask(question)

    cases = [make_case(id=f"a-{n}", question="一？") for n in range(6)]
    run_cases(cases, Meeting(OUTCOMES), tmp_path, parallel=2)
    assert max(counts) == 2


def test_a_system_that_can_only_be_asked_by_one_is(tmp_path):
    class Alone(FakeSystem):
        def ask(self, question):
            assert current_thread() is main_thread()
            return super().ask(question)

    run_cases(CASES, Alone(OUTCOMES, parallel=False), tmp_path, parallel=2)
    assert about(tmp_path)["parallel"] == 1


def test_ctrl_c_keeps_what_is_answered_and_cancels_what_is_waiting(tmp_path):
    answered, late = Event(), Event()

    class Busy(FakeSystem):
        def ask(self, question):
            self.asked.append(question)
            if question.text == "一？":
                return self.outcomes["一？"]
            if question.text == "二？":
                assert answered.wait(10)
                raise KeyboardInterrupt
            assert late.wait(10)
            return self.outcomes["三？"]

    def progress(done, total):
        if done:
            answered.set()

    many = [*CASES, *(make_case(id=f"b-{n}", question="三？") for n in range(9))]
    system = Busy(OUTCOMES)
    with pytest.raises(KeyboardInterrupt):
        run_cases(many, system, tmp_path, parallel=2, progress=progress)
    assert ids(tmp_path) == ["a-1"]
    late.set()
    assert len(system.asked) < len(many)


def test_an_answer_that_comes_after_ctrl_c_leaves_no_trace(tmp_path):
    stopped, ended = Event(), Event()

    class Late(FakeSystem):
        def ask(self, question):
            if question.text == "二？":
                raise KeyboardInterrupt
            assert stopped.wait(10)
            try:
                return super().ask(question)
            finally:
                ended.set()

    with pytest.raises(KeyboardInterrupt):
        run_cases(CASES[:2], Late(OUTCOMES), tmp_path, parallel=2)
    stopped.set()
    assert ended.wait(10)
    assert read_rows(tmp_path) == []


@pytest.mark.parametrize(
    ("key", "before", "after", "said"),
    [
        pytest.param("settings", {"llm": "none"}, {"llm": "auto"}, "settings: llm was 'none', is 'auto'", id="settings"),
        pytest.param("code", {"hash": "1"}, {"hash": "2"}, "code: hash was '1', is '2'", id="code"),
        pytest.param("index", {"hash": "1"}, {}, "index: hash was '1', is None", id="index"),
        pytest.param("machine", {"cpu": "甲"}, {"cpu": "乙"}, "machine: cpu was '甲', is '乙'", id="machine"),
    ],
)  # fmt: skip
def test_a_run_of_something_else_is_not_mixed_in(tmp_path, key, before, after, said):
    run_cases(CASES, FakeSystem(OUTCOMES), tmp_path, about={key: before})
    rows = read_rows(tmp_path)
    with pytest.raises(EvaluationError, match=f"holds a run with other {said}") as caught:
        run_cases(CASES, FakeSystem(OUTCOMES), tmp_path, about={key: after})
    assert caught.value.fix == "run into another folder"
    assert read_rows(tmp_path) == rows


def test_a_run_of_another_system_is_not_mixed_in(tmp_path):
    run_cases(CASES, FakeSystem(OUTCOMES, system="product"), tmp_path)
    with pytest.raises(EvaluationError, match="other system: system was 'product', is 'no-title'"):
        run_cases(CASES, FakeSystem(OUTCOMES, system="no-title"), tmp_path)


def test_another_commit_with_the_same_code_goes_on(tmp_path):
    run_cases(CASES, FakeSystem(OUTCOMES), tmp_path, about={"checkout": {"commit": "1", "dirty": True}})
    again = run_cases(
        CASES, FakeSystem(OUTCOMES), tmp_path, about={"checkout": {"commit": "2", "dirty": False}}
    )
    assert again.kept == 3


def test_rows_of_other_cases_are_not_thrown_away(tmp_path):
    run_cases(CASES, FakeSystem(OUTCOMES), tmp_path)
    with pytest.raises(EvaluationError, match="holds 2 rows of cases that are not in this set, 'a-2' first"):
        run_cases(CASES[:1], FakeSystem(OUTCOMES), tmp_path)
    assert len(read_rows(tmp_path)) == 3


def test_nothing_to_run_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(EvaluationError, match="no case to run"):
        run_cases([], FakeSystem({}), tmp_path / "run")
    with pytest.raises(ValueError, match="parallel must be at least 1, got 0"):
        run_cases(CASES, FakeSystem({}), tmp_path / "run", parallel=0)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("parallel", [1, 3])
def test_progress_counts_to_the_end(tmp_path, parallel):
    seen = []
    run_cases(
        CASES,
        FakeSystem(OUTCOMES),
        tmp_path,
        parallel=parallel,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_a_damaged_row_is_named(tmp_path):
    (tmp_path / "rows.jsonl").write_text("{\n{}\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"rows.jsonl:1 is damaged"):
        read_rows(tmp_path)


def test_half_a_character_of_a_model_damages_no_row(tmp_path):
    outcome = make_outcome(text="五年\ud83d[1]。")
    run_cases(CASES[:1], FakeSystem({"一？": outcome}), tmp_path)
    assert read_rows(tmp_path)[0]["answer"] == "五年\ud83d[1]。"


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(EvaluationError, match="holds no run"):
        read_rows(tmp_path)


def test_the_folder_is_named_by_the_time():
    assert run_folder(Path("data"), datetime(2023, 12, 15, 9, 30)) == Path("data/eval/20231215-093000")


def test_a_set_written_by_hand_can_be_run(tmp_path):
    (tmp_path / "set.jsonl").write_text(json.dumps(asdict(CASES[0]), ensure_ascii=False), encoding="utf-8")
    assert run_cases(load_cases(tmp_path / "set.jsonl"), FakeSystem(OUTCOMES), tmp_path / "run").failed == 0
