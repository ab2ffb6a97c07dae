import json
from pathlib import Path

import pytest
from fakes_eval import FakeSystem, make_case, make_outcome

from eval.run import run_cases
from eval.runs import difference, find_runs, latest_run, run_folders
from rag.errors import EvaluationError

CASE = make_case()


def make_run(folder: Path, name: str = "product", started: str = "") -> None:
    run_cases([CASE], FakeSystem({CASE.question: make_outcome()}), folder, name=name)
    if started:
        edit(folder, started=started)


def edit(folder, **fields):
    about = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps({**about, **fields}), encoding="utf-8")


def test_a_folder_that_is_a_run_holds_that_one(tmp_path):
    make_run(tmp_path / "a", "no-title")
    [(name, run)] = find_runs(tmp_path / "a").items()
    assert (name, run.name, run.folder) == ("no-title", "no-title", tmp_path / "a")
    assert [row["id"] for row in run.rows] == ["a-1"]
    assert run.about["cases"] == 1
    assert run.complete


def test_the_runs_of_several_configurations_come_in_the_order_in_which_they_began(tmp_path):
    make_run(tmp_path / "product", started="2024-01-01T10:00:00.000+00:00")
    make_run(tmp_path / "no-title", "no-title", started="2024-01-01T10:00:01.000+00:00")
    make_run(tmp_path / "bm25", "bm25", started="2024-01-01T10:00:00.500+00:00")
    (tmp_path / "notes").mkdir()
    assert list(find_runs(tmp_path)) == ["product", "bm25", "no-title"]


def test_a_run_that_was_stopped_is_not_complete(tmp_path):
    class Stopped(FakeSystem):
        def ask(self, question):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_cases([CASE], Stopped({}), tmp_path, name="product")
    run = find_runs(tmp_path)["product"]
    assert (run.complete, run.rows) == (False, [])


def test_rows_without_what_decided_them_are_called_after_their_folder(tmp_path):
    make_run(tmp_path / "old")
    (tmp_path / "old" / "run.json").unlink()
    run = find_runs(tmp_path)["old"]
    assert (run.about, len(run.rows)) == ({}, 1)


def test_two_runs_of_one_name_are_refused(tmp_path):
    make_run(tmp_path / "a")
    make_run(tmp_path / "b")
    with pytest.raises(EvaluationError, match="both hold a run called 'product'"):
        find_runs(tmp_path)


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: None], ids=["empty", "missing"])
def test_a_folder_without_a_run_is_refused(tmp_path, make):
    make(tmp_path / "run")
    with pytest.raises(EvaluationError, match="holds no run") as caught:
        find_runs(tmp_path / "run")
    assert caught.value.fix == "policyqa eval run"
    assert run_folders(tmp_path / "run") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("{", "run.json is damaged", id="half"),
        pytest.param("[]", "run.json is not what a run writes", id="a list"),
    ],
)
def test_a_damaged_run_is_named(tmp_path, text, message):
    make_run(tmp_path)
    (tmp_path / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=message):
        find_runs(tmp_path)


def test_the_last_run_of_a_collection_may_hold_several_configurations(tmp_path):
    runs = tmp_path / "eval"
    make_run(runs / "20240101-080000")
    make_run(runs / "20240102-080000" / "product")
    make_run(runs / "20240102-080000" / "no-title", "no-title")
    (runs / "20240103-080000").mkdir()
    assert latest_run(tmp_path) == runs / "20240102-080000"


@pytest.mark.parametrize("made", [True, False], ids=["empty folders", "no folder"])
def test_a_collection_without_a_run_is_refused(tmp_path, made):
    if made:
        (tmp_path / "eval" / "20240103-080000").mkdir(parents=True)
    with pytest.raises(EvaluationError, match="eval holds no run"):
        latest_run(tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param({"a": 1}, {"a": 1}, None, id="equal"),
        pytest.param({"a": 1, "b": 2}, {"a": 1, "b": 3}, "b was 2, is 3", id="a value"),
        pytest.param({"a": {"b": 2}}, {"a": {"b": 3}}, "a b was 2, is 3", id="deep"),
        pytest.param({}, {"b": 3}, "b was None, is 3", id="new"),
        pytest.param({"a": 1}, None, "was {'a': 1}, is None", id="not there"),
        pytest.param("x" * 99, "y", f"was '{'x' * 79}…, is 'y'", id="long"),
    ],
)
def test_a_difference_is_said_in_a_few_words(before, after, said):
    assert difference(before, after) == said
