"""`eval run` and `eval report` over the small collection."""

import json
import signal

import pytest
from conftest import CHECKOUT
from fakes_eval import FakeSystem

from eval import experiment, run

CASES = CHECKOUT / "tests" / "data" / "small-cases.jsonl"


@pytest.fixture
def evaluate(call, collection, tmp_path, monkeypatch):
    monkeypatch.setenv("POLICYQA_LLM", "none")

    def _evaluate(*arguments, cases=CASES):
        return call(
            "eval", "run", "--set", cases, "--out", tmp_path / "run", "--data", collection, *arguments
        )

    return _evaluate


def rows(folder):
    return [
        json.loads(line)
        for line in (folder / "run" / "rows.jsonl").read_text(encoding="utf-8").split("\n")
        if line
    ]


def test_a_run_asks_every_case_and_prints_the_figures(evaluate, tmp_path):
    done = evaluate()
    assert done.status == 0
    assert done.out.startswith("# Evaluation\n")
    assert "- cases: 3, of these 0 ended in an error" in done.out
    assert "| refusal_right | 1.000 |" in done.out
    assert f"保存在 {tmp_path / 'run'}" in done.err
    assert "3/3" in done.err
    assert [row["verdict"] for row in rows(tmp_path)] == ["answered", "answered", "refused"]
    about = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert (about["name"], about["chosen_by"]["set"]) == ("product", str(CASES))
    assert about["settings"] == {
        "embed_model": "bundled", "rerank_model": "bundled", "entail_model": None, "llm": "none", "num_ctx": 8192, "num_predict": 1024,
        "threads": 0,
    }  # fmt: skip
    assert about["index"]["documents"] == 3


def test_a_run_as_json_is_one_object(evaluate):
    done = evaluate("--json")
    assert done.json["cases"] == 3
    assert done.json["metrics"]["recall@10"]["mean"] == 1.0
    assert done.json["models"] == ["extractive"]


def test_a_stopped_run_goes_on_where_it_stopped(evaluate, tmp_path):
    evaluate()
    path = tmp_path / "run" / "rows.jsonl"
    before = rows(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    # A kill leaves whole rows and half of one.
    path.write_text("".join(lines[:2]) + lines[2][:40], encoding="utf-8")
    done = evaluate()
    assert done.status == 0
    assert "2/3" in done.err
    assert "0/3" not in done.err
    after = rows(tmp_path)
    assert after[:2] == before[:2]
    assert [row["id"] for row in after] == ["small-1", "small-2", "small-3"]


def test_a_changed_case_is_asked_again(evaluate, tmp_path):
    evaluate()
    changed = tmp_path / "cases.jsonl"
    changed.write_text(
        CASES.read_text(encoding="utf-8").replace("青岛的数据登记", "青岛数据登记"), encoding="utf-8"
    )
    done = evaluate(cases=changed)
    assert done.status == 0
    assert "2/3" in done.err
    assert rows(tmp_path)[0]["question"].startswith("青岛数据登记")


def test_a_run_with_other_settings_needs_another_folder(evaluate, monkeypatch):
    evaluate()
    monkeypatch.setenv("POLICYQA_RERANK_MODEL", "none")
    done = evaluate()
    assert (done.status, done.out) == (1, "")
    assert (
        "holds a run with other settings: rerank_model was 'bundled', is 'none'.\nFix: run into another folder"
        in done.err
    )


def test_only_and_limit_choose_cases(evaluate, tmp_path):
    done = evaluate("--only", "type=numeric,unanswerable", "--limit", "1")
    assert done.status == 0
    assert [row["id"] for row in rows(tmp_path)] == ["small-1"]


def test_several_configurations_stand_side_by_side(evaluate, tmp_path):
    done = evaluate("--system", "product", "--system", "windows", "--with", "rerank_model=bundled,none")
    assert done.status == 0
    names = [
        line.split(" | ")[0] for line in done.out.split("\n") if line.startswith(("| product", "| windows"))
    ]
    assert names == [
        "| product+rerank_model-bundled", "| product+rerank_model-none",
        "| windows+rerank_model-bundled", "| windows+rerank_model-none",
    ]  # fmt: skip
    assert done.out.startswith("# Runs\n\n| run | cases | errors | hit@1 |")
    assert {path.name for path in (tmp_path / "run").iterdir()} == {name[2:] for name in names}
    assert "2/4 product+rerank_model-none 3/3" in done.err
    assert "全部 all 12/12" in done.err
    assert f"policyqa eval report {tmp_path / 'run'}\n" in done.err
    first, second = (tmp_path / "run" / name[2:] for name in names[:2])
    assert f"policyqa eval compare {first} {second}\n" in done.err


def test_several_configurations_as_json_are_one_object(evaluate, tmp_path):
    done = evaluate("--system", "product", "--system", "windows", "--limit", "1", "--json")
    assert done.json["out"] == str(tmp_path / "run")
    assert list(done.json["runs"]) == ["product", "windows"]
    assert done.json["runs"]["product"]["metrics"]["recall@10"]["mean"] == 1.0
    assert done.json["runs"]["windows"]["folder"] == str(tmp_path / "run" / "windows")


def test_a_configuration_that_is_not_possible_is_named_and_makes_the_status_1(evaluate):
    done = evaluate("--system", "llamaindex-citations", "--system", "product", "--limit", "1")
    assert done.status == 1
    assert "| product | 1 | 0 |" in done.out
    assert "没有运行 not run: llamaindex-citations: " in done.err
    assert "\nFix: " in done.err


def test_a_scripted_model_writes_in_a_run(evaluate, tmp_path):
    done = evaluate("--model", "scripted:honest", "--parallel", "2")
    assert done.status == 0
    assert [row["model"] for row in rows(tmp_path)] == ["scripted:honest"] * 3
    about = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert (about["model"]["name"], about["parallel"]) == ("scripted:honest", 2)


def test_a_case_that_ends_in_an_error_makes_the_status_1(evaluate, tmp_path):
    cases = tmp_path / "cases.jsonl"
    text = CASES.read_text(encoding="utf-8")
    cases.write_text(text.replace("婚假可以休多少天？", "……"), encoding="utf-8")
    done = evaluate(cases=cases)
    assert done.status == 1
    assert "of these 1 ended in an error" in done.out
    assert rows(tmp_path)[2]["error"]["kind"] == "QuestionError"


def test_ctrl_c_says_how_to_go_on(call, collection, tmp_path, monkeypatch):
    class Stopped(FakeSystem):
        def ask(self, question):
            raise KeyboardInterrupt

    monkeypatch.setattr(experiment, "build_system", lambda *a, **b: Stopped({}))
    monkeypatch.setattr(run, "run_folder", lambda data, now: tmp_path / "runs 1")
    done = call("eval", "run", "--set", CASES, "--model", "none", "--limit", "2", "--data", collection)
    assert (done.status, done.out) == (130, "")
    again = f"policyqa eval run --set {CASES} --limit 2 --model none --out '{tmp_path / 'runs 1'}' --data {collection}"
    assert f"接着做 to go on: {again}\n" in done.err


def test_ctrl_c_keeps_what_is_answered(start, collection, tmp_path):
    cases = tmp_path / "many.jsonl"
    [first, *_] = CASES.read_text(encoding="utf-8").splitlines()
    cases.write_text("\n".join(first.replace("small-1", f"many-{n}") for n in range(200)), encoding="utf-8")
    out = tmp_path / "run"
    process = start(
        "eval", "run", "--set", cases, "--out", out, "--data", collection, env={"POLICYQA_LLM": "none"}
    )
    for line in process.stderr:
        if " 20/" in line:
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"接着做 to go on: policyqa eval run --set {cases} --out {out} --data {collection}\n" in err
    assert 20 <= len(rows(tmp_path)) < 200


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--set", "none.jsonl"], "Cannot read the set none.jsonl", id="no such set"),
        pytest.param(["--only", "type=poem"], "No type is called 'poem'", id="no such type"),
        pytest.param(["--only", "poem"], "Cannot choose cases by 'poem'", id="no choice"),
        pytest.param(["--system", "prodct"], "No system is called 'prodct'", id="no such system"),
        pytest.param(["--model", "qwen3"], "No model is called 'qwen3'", id="no such model"),
        pytest.param(["--with", "rerank=none"], "called 'rerank'", id="no such setting"),
    ],
)
def test_a_set_that_cannot_be_used_is_1_with_its_fix(evaluate, arguments, message):
    done = evaluate(*arguments)
    assert (done.status, done.out) == (1, "")
    assert message in done.err
    assert "\nFix: " in done.err


@pytest.mark.parametrize("name", ["dev", "test"])
def test_a_bundled_set_is_known_by_its_name(call, collection, tmp_path, monkeypatch, name):
    monkeypatch.setenv("POLICYQA_LLM", "none")
    here = ("--out", tmp_path / name, "--data", collection)
    done = call("eval", "run", "--set", name, "--limit", "1", "--json", *here)
    assert (done.status, done.json["cases"]) == (0, 1)


def test_report_prints_what_the_run_printed(evaluate, call, tmp_path):
    ran = evaluate()
    done = call("eval", "report", tmp_path / "run")
    assert (done.status, done.err, done.out) == (0, "", ran.out)
    assert call("eval", "report", tmp_path / "run", "--json").json["cases"] == 3


def test_report_without_a_folder_takes_the_last_run_of_the_collection(call, own_collection, monkeypatch):
    monkeypatch.setenv("POLICYQA_LLM", "none")
    here = ("--data", own_collection)
    ran = call("eval", "run", "--set", CASES, "--limit", "1", *here)
    assert ran.status == 0
    [folder] = (own_collection / "eval").iterdir()
    folder.rename(folder.with_name("20010101-000000"))
    ran = call("eval", "run", "--set", CASES, *here)
    assert call("eval", "report", *here).out == ran.out


@pytest.mark.parametrize("arguments", [["none"], []], ids=["no such folder", "no run yet"])
def test_report_without_a_run_is_1_with_its_fix(call, collection, arguments):
    done = call("eval", "report", *arguments, "--data", collection)
    assert (done.status, done.out) == (1, "")
    assert "holds no run.\nFix: policyqa eval run" in done.err
