import json
import time
from types import SimpleNamespace

import pytest

from eval.bench import overhead
from eval.bench.overhead import Added, Overhead, as_json, as_markdown, measure_overhead
from eval.bench.paced import Pace, paced_server
from eval.cases import bundled_path, load_cases
from eval.system.scripted import Honest
from rag.errors import EvaluationError
from rag.llm import OllamaLLM
from rag.schema import Answer, Delta, Stage

CASES = [case for case in load_cases(bundled_path("dev")) if case.answerable][:1]
PACE = Pace(first=0.05, piece=0.005)


class Assistant:
    """Reads the model with fixed delays of its own: before it asks, and after its last word."""

    owner = None

    def __init__(self, llm, before, after, times=1):
        self.llm, self.before, self.after, self.times = llm, before, after, times

    def stream(self, question, viewer):
        yield Stage("read")
        time.sleep(self.before)
        for _ in range(self.times):
            for said in self.llm.stream_complete(question.text):
                if said.delta:
                    yield Delta(said.delta)
        time.sleep(self.after)
        yield object.__new__(Answer)


@pytest.fixture(autouse=True)
def answer(monkeypatch):
    monkeypatch.setattr(Honest, "answer", lambda self, messages: "年假五天。" * 4)


def measured(monkeypatch, before=0.0, after=0.0, times=1):
    monkeypatch.setattr(
        overhead, "build_assistant", lambda settings, model: Assistant(model.llm, before, after, times)
    )
    return measure_overhead(SimpleNamespace(), CASES, PACE)


def test_what_the_product_waits_is_counted_and_the_models_own_time_is_not(monkeypatch):
    (idle,) = measured(monkeypatch).added
    (slow,) = measured(monkeypatch, before=0.4, after=0.3).added
    assert idle.model_ms >= 50
    assert idle.first_ms < 400 <= slow.first_ms
    assert idle.whole_ms < 700 <= slow.whole_ms


def test_an_answer_for_which_the_model_was_asked_again_stands_apart(monkeypatch):
    with pytest.raises(EvaluationError, match="none of the questions"):
        measured(monkeypatch, times=2)


def test_the_server_streams_the_answer_piece_by_piece_at_its_pace():
    with paced_server(CASES, PACE) as server:
        llm = OllamaLLM(model="scripted", base_url=server.url, timeout_s=5)
        said = [piece.delta for piece in llm.stream_complete(CASES[0].question) if piece.delta]
        (call,) = server.calls
    assert len(said) > 1
    assert call.first - call.received >= PACE.first
    assert call.last - call.first >= (len(said) - 2) * PACE.piece


def test_the_report_names_figures_and_targets():
    found = Overhead(Pace(), (Added("a", 10, 20, 30, 1000), Added("b", 20, 40, 90, 1000)), apart=3)
    told = json.loads(as_json(found))
    assert (told["questions"], told["apart"]) == (2, 3)
    assert told["first_ms"] == {"median": 30, "p95": pytest.approx(39), "target": 60}
    assert told["whole_share"]["median"] == pytest.approx(0.06)
    assert "| 首字 first token | 30 ms | 39 ms | 60 ms |" in as_markdown(found)
