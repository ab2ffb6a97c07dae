import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pytest
from fakes_eval import FakeAssistant, make_answer, make_case, unanswerable

from eval.cases import load_cases
from eval.report import as_json, as_markdown, summarise
from eval.rows import read_rows
from eval.run import run_cases, run_folder, set_hash
from rag.errors import EvaluationError

CASES = [
    make_case(id="a-1", question="一？"),
    make_case(id="a-2", question="二？"),
    unanswerable(id="a-3", question="三？"),
]
ANSWERS = {
    "一？": make_answer(),
    "二？": make_answer(found=("第九条",)),
    "三？": make_answer(verdict="refused", cited=()),
}


def test_a_run_keeps_one_row_a_case_in_order(tmp_path):
    summary = run_cases(CASES, FakeAssistant(ANSWERS), tmp_path / "run")
    rows = read_rows(tmp_path / "run")
    assert [row["id"] for row in rows] == ["a-1", "a-2", "a-3"]
    assert rows[0]["scores"]["hit@1"] == {"value": 1.0, "reason": "at rank 1"}
    assert "hit@1" not in rows[2]["scores"]
    assert (summary.cases, summary.kept, summary.failed) == (3, 0, 0)


def test_a_run_says_what_decided_it(tmp_path):
    run_cases(CASES, FakeAssistant(ANSWERS), tmp_path, settings={"llm": "none"})
    about = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert about["settings"] == {"llm": "none"}
    assert about["set_hash"] == set_hash(CASES)
    assert (about["models"], about["prompt_versions"]) == (["extractive"], ["p1"])
    assert datetime.fromisoformat(about["started"]) <= datetime.fromisoformat(about["ended"])
    assert about["code_version"]


def test_the_history_of_a_followup_is_asked_with_it(tmp_path):
    assistant = FakeAssistant({"一？": make_answer()})
    run_cases([make_case(question="一？", type="followup", history=(("前问", "前答"),))], assistant, tmp_path)
    assert assistant.asked[0].history == (("前问", "前答"),)


def test_a_case_that_fails_is_a_row_and_the_run_goes_on(tmp_path):
    summary = run_cases(CASES, FakeAssistant({"三？": ANSWERS["三？"]}), tmp_path)
    rows = read_rows(tmp_path)
    assert summary.failed == 2
    assert rows[0]["error"] == {
        "kind": "ModelUnavailable",
        "message": "No Ollama server answers.",
        "fix": "ollama serve",
    }
    assert rows[2]["verdict"] == "refused"


def test_a_bug_is_not_taken_for_a_failed_case(tmp_path):
    class Broken:
        def ask(self, question):
            raise KeyError(question.text)

    with pytest.raises(KeyError):
        run_cases(CASES, Broken(), tmp_path)


def test_a_stopped_run_asks_only_what_is_missing(tmp_path):
    class Stopped(FakeAssistant):
        def ask(self, question):
            if question.text == "二？":
                raise KeyboardInterrupt
            return super().ask(question)

    with pytest.raises(KeyboardInterrupt):
        run_cases(CASES, Stopped(ANSWERS), tmp_path)
    with (tmp_path / "rows.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "a-2", "ca')
    assistant = FakeAssistant(ANSWERS)
    summary = run_cases(CASES, assistant, tmp_path)
    assert [question.text for question in assistant.asked] == ["二？", "三？"]
    assert summary.kept == 1
    assert [row["id"] for row in read_rows(tmp_path)] == ["a-1", "a-2", "a-3"]


def test_changed_and_failed_cases_are_asked_again(tmp_path):
    run_cases(CASES, FakeAssistant({"一？": ANSWERS["一？"], "三？": ANSWERS["三？"]}), tmp_path)
    changed = [make_case(id="a-1", question="新一？"), *CASES[1:]]
    assistant = FakeAssistant({**ANSWERS, "新一？": make_answer()})
    run_cases(changed, assistant, tmp_path)
    assert [question.text for question in assistant.asked] == ["新一？", "二？"]


def test_a_run_with_other_settings_is_not_mixed_in(tmp_path):
    run_cases(CASES, FakeAssistant(ANSWERS), tmp_path, settings={"llm": "none"})
    with pytest.raises(EvaluationError, match="holds a run with other settings"):
        run_cases(CASES, FakeAssistant(ANSWERS), tmp_path, settings={"llm": "auto"})


def test_rows_of_other_cases_are_not_thrown_away(tmp_path):
    run_cases(CASES, FakeAssistant(ANSWERS), tmp_path)
    with pytest.raises(EvaluationError, match="holds 2 rows of cases that are not in this set, 'a-2' first"):
        run_cases(CASES[:1], FakeAssistant(ANSWERS), tmp_path)
    assert len(read_rows(tmp_path)) == 3


def test_nothing_to_run_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(EvaluationError, match="no case to run"):
        run_cases([], FakeAssistant({}), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_progress_counts_to_the_end(tmp_path):
    seen = []
    run_cases(
        CASES, FakeAssistant(ANSWERS), tmp_path, progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_a_damaged_row_is_named(tmp_path):
    (tmp_path / "rows.jsonl").write_text("{\n{}\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"rows.jsonl:1 is damaged"):
        read_rows(tmp_path)


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(EvaluationError, match="holds no run"):
        read_rows(tmp_path)


def test_the_folder_is_named_by_the_time():
    assert run_folder(Path("data"), datetime(2023, 12, 15, 9, 30)) == Path("data/eval/20231215-093000")


def test_the_summary_counts_by_verdict_and_lists_what_failed(tmp_path):
    run_cases(CASES, FakeAssistant(ANSWERS), tmp_path)
    summary = summarise(read_rows(tmp_path))
    assert (summary.metrics["hit@5"].mean, summary.metrics["hit@5"].n) == (0.5, 2)
    assert summary.by_type["unanswerable"].keys() == {"refusal_right"}
    assert summary.by_verdict["answerable"] == {"answered": 2, "partial": 0, "refused": 0}
    assert summary.by_verdict["unanswerable"]["refused"] == 1
    assert [failure.id for failure in summary.failures] == ["a-2"]
    assert summary.failures[0].top_hits == ("甲市数据办法 第九条",)
    assert "hit@5: no right clause in the first 5" in summary.failures[0].reasons


def test_an_error_is_a_failure_and_in_no_mean(tmp_path):
    run_cases(CASES, FakeAssistant({"一？": make_answer()}), tmp_path)
    summary = summarise(read_rows(tmp_path))
    assert (summary.errors, summary.metrics["hit@1"].n) == (2, 1)
    assert summary.failures[0].reasons == ("ModelUnavailable: No Ollama server answers.",)


def test_a_metric_that_never_applies_is_left_out(tmp_path):
    run_cases(CASES[2:], FakeAssistant(ANSWERS), tmp_path)
    assert "hit@1" not in summarise(read_rows(tmp_path)).metrics


def test_a_summary_of_nothing_is_refused():
    with pytest.raises(EvaluationError, match="no rows"):
        summarise([])


def test_the_page_shows_figures_and_failures(tmp_path):
    run_cases(CASES, FakeAssistant(ANSWERS), tmp_path)
    page = as_markdown(summarise(read_rows(tmp_path)))
    assert "| hit@1 | 0.500 | – | 2 |" in page
    assert "| answerable | 2 | 0 | 0 |" in page
    assert "## Failures (1)\n\n**a-2** (lookup) 二？\n" in page


def test_the_json_holds_what_the_page_shows(tmp_path):
    run_cases(CASES, FakeAssistant(ANSWERS), tmp_path)
    found = json.loads(as_json(summarise(read_rows(tmp_path))))
    assert found["metrics"]["hit@1"] == {"mean": 0.5, "low": None, "high": None, "n": 2}
    assert found["failures"][0]["id"] == "a-2"


def test_a_set_written_by_hand_can_be_run(tmp_path):
    (tmp_path / "set.jsonl").write_text(json.dumps(asdict(CASES[0]), ensure_ascii=False), encoding="utf-8")
    assert run_cases(load_cases(tmp_path / "set.jsonl"), FakeAssistant(ANSWERS), tmp_path / "run").failed == 0
