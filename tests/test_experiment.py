import json

import pytest
from fake_ollama import FakeOllama, installed
from fakes import fake_settings, make_collection
from fakes_eval import FakeSystem, make_case, make_outcome

from eval import experiment
from eval.cases import Gold
from eval.configuration import configurations
from eval.experiment import Asked, run_all
from eval.rows import read_rows
from eval.runs import find_runs
from rag.errors import EmptyCollection, EvaluationError, ModelUnavailable

CASES = [make_case(id="a-1", question="一？"), make_case(id="a-2", question="二？")]


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return make_collection(tmp_path_factory.mktemp("small"))


@pytest.fixture
def built(monkeypatch):
    """Fake systems in the place of all others; the names of those that were built."""
    names = []

    def build(name, settings, cases, *, model=None, progress=None):
        names.append((name, model))
        if name == "dense-only":
            raise EvaluationError("It cannot be.", fix="leave it out")
        progress("embed", 1, 1)
        answers = ["一？"] if name == "no-router" else ["一？", "二？"]
        return FakeSystem({question: make_outcome() for question in answers}, system=name)

    monkeypatch.setattr(experiment, "build_system", build)
    return names


def run(settings, out, *systems, cases=CASES, **options):
    return run_all(configurations(settings, systems), out, Asked(cases), **options)


def test_a_single_configuration_is_the_folder_itself(settings, built, tmp_path):
    results = run(settings, tmp_path / "out", "no-title")
    [summary] = results.done
    assert (summary.out, summary.name, results.right) == (tmp_path / "out", "no-title", True)
    assert len(read_rows(tmp_path / "out")) == 2


def test_several_configurations_have_folders_of_their_own(settings, built, tmp_path):
    results = run(settings, tmp_path, "product", "no-title")
    assert [each.out for each in results.done] == [tmp_path / "product", tmp_path / "no-title"]
    assert list(find_runs(tmp_path)) == ["product", "no-title"]


def test_one_more_joins_those_that_are_there(settings, built, tmp_path):
    run(settings, tmp_path, "product", "no-title")
    run(settings, tmp_path, "keyword-only")
    assert list(find_runs(tmp_path)) == ["product", "no-title", "keyword-only"]


def test_several_are_not_put_into_the_run_of_one(settings, built, tmp_path):
    run(settings, tmp_path, "product")
    with pytest.raises(EvaluationError, match="holds a run of one configuration"):
        run(settings, tmp_path, "product", "no-title")
    assert len(read_rows(tmp_path)) == 2


def test_what_was_run_before_is_not_asked_again(settings, built, tmp_path):
    run(settings, tmp_path, "product", "no-title", cases=CASES[:1])
    results = run(settings, tmp_path, "product", "no-title")
    assert [each.kept for each in results.done] == [1, 1]


def test_a_run_says_by_what_its_cases_were_chosen_and_what_decided_it(settings, built, tmp_path):
    run_all(configurations(settings), tmp_path, Asked(CASES, chosen_by={"set": "dev"}))
    about = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert about["chosen_by"] == {"set": "dev"}
    assert (about["model"]["name"], about["index"]["documents"]) == ("extractive", 4)


def test_the_texts_of_right_clauses_come_from_the_collection(settings, built, tmp_path):
    title = "贵州省数据流通交易管理办法（征求意见稿）"
    gold = Gold(title, "第二章/第十二条", "不少于三十年")
    run(settings, tmp_path, "product", cases=[make_case(question="一？", gold=(gold,))])
    assert read_rows(tmp_path)[0]["gold"][0]["text"].startswith("数据交易场所应当备案")


def test_one_that_cannot_be_built_does_not_stop_the_others(settings, built, tmp_path):
    results = run(settings, tmp_path, "dense-only", "product")
    assert [each.name for each in results.done] == ["product"]
    assert str(results.impossible["dense-only"]) == "It cannot be.\nFix: leave it out"
    assert not results.right


def test_a_missing_model_is_found_before_anything_is_built(settings, built, tmp_path, monkeypatch):
    order, known = [], experiment.provenance
    monkeypatch.setattr(experiment, "provenance", lambda *a: order.append(len(built)) or known(*a))
    with FakeOllama({"/api/tags": installed("other")}) as server:
        chosen = configurations(
            settings.model_copy(update={"llm_url": server.url}), models=["none", "ollama:m"]
        )
        results = run_all(chosen, tmp_path, Asked(CASES))
    assert order == [0, 0]
    assert built == [("product", None)]
    assert isinstance(results.impossible["product+ollama-m"], ModelUnavailable)


@pytest.mark.parametrize(
    ("system", "error"), [("dense-only", EvaluationError), ("product", EmptyCollection)], ids=str
)
def test_the_only_one_that_cannot_be_run_is_an_error(settings, built, tmp_path, system, error):
    where = settings if system == "dense-only" else fake_settings(tmp_path / "none")
    with pytest.raises(error):
        run(where, tmp_path, system)


def test_a_case_that_failed_makes_the_whole_not_right(settings, built, tmp_path):
    results = run(settings, tmp_path, "no-router", "product")
    assert [each.failed for each in results.done] == [1, 0]
    assert not results.right


def test_progress_names_the_configuration_and_the_stage(settings, built, tmp_path):
    seen = []
    run(settings, tmp_path, "product", "no-title", progress=lambda *step: seen.append(step))
    assert seen == [
        (number, *step)
        for number in (0, 1)
        for step in (("embed", 1, 1), ("ask", 0, 2), ("ask", 1, 2), ("ask", 2, 2))
    ]
