"""`eval judge` over a run and over the hand-marked sample."""

import json

import pytest
from fake_ollama import FakeOllama, chunk, installed, reply
from fakes_eval import make_case, make_outcome

from eval.judge.marking import MARKS
from eval.rows import ROWS, as_lines, row_of

SAID = {"correctness_reason": "对", "correctness": 2, "groundedness_reason": "一半", "groundedness": 1}


@pytest.fixture
def server(monkeypatch):
    """A model that gives every answer the same marks."""
    words = json.dumps(SAID, ensure_ascii=False)
    chat = reply(chunk(words), chunk("", done=True, done_reason="stop", eval_count=40))
    with FakeOllama({"/api/tags": installed("judge:latest"), "/api/chat": chat}) as fake:
        monkeypatch.setenv("POLICYQA_LLM_URL", fake.url)
        yield fake


@pytest.fixture
def run_folder(tmp_path):
    """A run of two answers and one error."""
    folder = tmp_path / "run"
    folder.mkdir()
    failed = {**row_of(make_case(id="a-3"), make_outcome(), {}, {}), "answer": None}
    rows = [row_of(make_case(id=name), make_outcome(), {}, {}) for name in ("a-1", "a-2")]
    (folder / ROWS).write_text(as_lines([*rows, failed]), encoding="utf-8")
    return folder


@pytest.fixture
def judge(call, tmp_path, server):
    def _judge(*arguments):
        return call("eval", "judge", *arguments, "--model", "ollama:judge", "--data", tmp_path / "data")

    return _judge


def marks(folder):
    return [json.loads(line) for line in (folder / MARKS).read_text(encoding="utf-8").splitlines()]


def test_the_answers_of_a_run_are_marked_beside_it(judge, run_folder):
    before = (run_folder / ROWS).read_bytes()
    done = judge(run_folder)
    assert done.status == 0
    assert "| rubric | correctness | 0 | 0 | 2 | 0 | 2.00 |" in done.out
    assert "| rubric | groundedness | 0 | 2 | 0 | 0 | 1.00 |" in done.out
    assert "2/2" in done.err
    found = marks(run_folder)
    assert [(each["id"], each["model"]) for each in found] == [
        ("a-1", "ollama:judge"),
        ("a-2", "ollama:judge"),
    ]
    assert found[0]["marks"][0] == {"by": "rubric", "axis": "correctness", "grade": 2, "reason": "对"}
    assert (run_folder / ROWS).read_bytes() == before


def test_marking_again_asks_nothing(judge, run_folder, server):
    judge(run_folder, "--limit", 1)
    asked = len(server.asked("/api/chat"))
    assert asked == 1
    assert judge(run_folder).status == 0
    assert len(server.asked("/api/chat")) == asked + 1


def test_the_model_judges_at_temperature_0_with_one_context(judge, run_folder, server):
    judge(run_folder, "--limit", 1)
    options = server.asked("/api/chat")[0].json["options"]
    assert (options["temperature"], options["num_ctx"]) == (0.0, 8192)


def test_marks_of_a_run_as_json(judge, run_folder):
    found = judge(run_folder, "--json").json["run"]
    assert (found["folder"], found["model"]) == (str(run_folder), "ollama:judge")
    assert [each["by"] for each in found["marks"]] == ["rubric", "rubric"]


def test_the_sample_shows_how_far_to_trust_the_judge(judge, tmp_path):
    done = judge("--agreement", "--limit", 12)
    assert done.status == 0
    assert done.out.startswith("12 answers marked by hand\n")
    assert "| correctness | second reading, with the first | 12 | 0 |" in done.out
    assert "| correctness | code key_facts | 12 | 0 |" in done.out
    # It gives everything the same mark, so that it agrees only by chance.
    assert "| correctness | rubric (ollama:judge) | 12 | 0 | 0.00 | 0.00–0.00 |" in done.out
    assert len(marks(tmp_path / "data" / "eval" / "judges")) == 12


def test_agreement_as_json(judge, tmp_path):
    found = judge(tmp_path / "kept", "--agreement", "--limit", 4, "--json").json
    assert found["folder"] == str(tmp_path / "kept")
    assert {each["by"] for each in found["agreement"]} >= {"rubric (ollama:judge)", "code key_facts"}
    assert (tmp_path / "kept" / MARKS).is_file()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        pytest.param(("--judge", "judy"), "No judge is called 'judy'", id="unknown judge"),
        pytest.param(("--model", "ollama:none"), "has no model 'none'", id="unknown model"),
        pytest.param(("--model", "none"), "A judge needs a language model", id="no model"),
        pytest.param(("--model", "gguf:/nowhere.gguf"), "no model file /nowhere.gguf", id="no model file"),
    ],
)
def test_what_is_wrong_is_said_with_its_fix(call, run_folder, server, arguments, problem):
    done = call("eval", "judge", run_folder, *arguments)
    assert done.status == 1
    assert problem in done.err
    assert "Fix: " in done.err
    assert not (run_folder / MARKS).exists()


def test_without_a_run_the_command_for_one_is_named(call, server, tmp_path):
    done = call("eval", "judge", "--model", "ollama:judge", "--data", tmp_path)
    assert (done.status, "holds no run" in done.err, "policyqa eval run" in done.err) == (1, True, True)
