import shutil
import time

import pytest
from conftest import CHECKOUT

from rag.errors import CollectionBusy, EvaluationError
from ui.web.evaluation import kept
from ui.web.evaluation.job import Job, sets

CASES = str(CHECKOUT / "tests" / "data" / "small-cases.jsonl")


@pytest.fixture
def data(own_collection, monkeypatch, environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("POLICYQA_LLM", "none")
    return own_collection


def wait(job, states):
    end = time.monotonic() + 120
    while (at := job.progress()).state not in states:
        assert time.monotonic() < end, at
        time.sleep(0.1)
    return at


def test_without_a_run_nothing_goes_on_and_nothing_is_offered(data):
    job = Job(data)
    job.stop()
    assert job.progress().state == "none"
    assert kept.choices(data, "zh") == []


def test_a_run_ends_with_every_question_asked_and_is_offered(data):
    job = Job(data)
    job.start(CASES, 2)
    with pytest.raises(CollectionBusy):
        job.start(CASES, None)
    at = wait(job, ("done", "failed"))
    assert (at.state, at.done, at.total, at.said) == ("done", 2, 2, "")
    ((words, name),) = kept.choices(data, "en")
    assert "questions: 2" in words
    assert name == at.folder.name
    assert "<html" in kept.report(data, name)


def test_a_run_that_is_stopped_says_so_and_another_can_begin(data):
    job = Job(data)
    job.start(CASES, None)
    job.stop()
    assert job.progress().state in ("stopped", "done")
    job.start(CASES, 1)
    assert wait(job, ("done", "failed")).state == "done"


def test_a_run_that_fails_says_why(tmp_path, data):
    job = Job(tmp_path / "nothing here")
    job.start(CASES, 1)
    at = wait(job, ("done", "failed"))
    assert at.state == "failed"
    assert "policyqa ingest" in at.said


def test_two_runs_are_compared(data):
    job = Job(data)
    job.start(CASES, 2)
    first = wait(job, ("done", "failed")).folder
    shutil.copytree(first, first.with_name("20990101-000000"))
    assert "<html" in kept.comparison(data, first.name, "20990101-000000")


@pytest.mark.parametrize("name", ["", ".", "..", "../..", "/etc", "nothing", "a/b"])
def test_only_runs_of_the_collection_are_read(data, name):
    with pytest.raises(EvaluationError):
        kept.report(data, name)


def test_a_damaged_run_is_named_as_such(data):
    folder = data / "eval" / "20240101-000000"
    folder.mkdir(parents=True)
    (folder / "rows.jsonl").write_text("", encoding="utf-8")
    (folder / "run.json").write_text("{", encoding="utf-8")
    ((words, _),) = kept.choices(data, "en")
    assert "damaged" in words


def test_the_collections_own_set_is_offered_when_there_is_one(data):
    assert sets(data) == ["dev", "test"]
    (data / "eval").mkdir(exist_ok=True)
    (data / "eval" / "own.jsonl").write_text("", encoding="utf-8")
    assert sets(data) == ["dev", "test", "own"]


def test_a_report_is_shown_where_its_scripts_reach_nothing():
    shown = kept.framed('<html><script>alert("1")</script></html>', 'a "report"', "en")
    assert "<script" not in shown
    assert 'sandbox="allow-scripts"' in shown
    assert "&quot;report&quot;" in shown
