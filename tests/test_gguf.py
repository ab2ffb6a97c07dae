import sys
import time
import types

import pytest
from llama_index.core.base.llms.types import ChatMessage, MessageRole

from eval.system.gguf import GgufLLM, load
from rag.errors import ModelBroke, ModelUnavailable
from rag.settings import Settings

SAID = [
    {"choices": [{"finish_reason": None, "delta": {"role": "assistant", "content": None}}]},
    {"choices": [{"finish_reason": None, "delta": {"content": "有效期"}}]},
    {"choices": [{"finish_reason": None, "delta": {"content": "四年[1]。"}}]},
    {"choices": [{"finish_reason": "length", "delta": {}}]},
    {"choices": [], "usage": {"prompt_tokens": 31, "completion_tokens": 4}},
]
TOO_LONG = {"type": "exceed_context_size_error", "message": "request (3024 tokens) exceeds the context size"}


class FakeServer:
    """Calls back with given parts, as llama.cpp's server does, until it is told to stop."""

    def __init__(self, parts):
        self.parts, self.requests, self.told, self.seconds = parts, [], 0, 0.0

    def handle_chat_completions(self, request, callback):
        self.requests.append(request)
        for part in self.parts:
            self.told += 1
            time.sleep(self.seconds)
            if callback(part):
                return


def make_model(*parts):
    server = FakeServer(parts)
    return GgufLLM(name="small", context_window=2048, num_predict=64, server=server), server


MESSAGES = [
    ChatMessage(role=MessageRole.SYSTEM, content="规则"),
    ChatMessage(role=MessageRole.USER, content="几年？"),
]


def test_an_answer_comes_piece_by_piece_and_its_tokens_last():
    model, server = make_model(*SAID)
    parts = list(model.stream_chat(MESSAGES))
    assert [p.delta for p in parts] == ["有效期", "四年[1]。", ""]
    assert parts[-1].message.content == "有效期四年[1]。"
    assert parts[-1].additional_kwargs == {
        "done_reason": "length",
        "prompt_tokens": 31,
        "completion_tokens": 4,
    }
    assert parts[0].additional_kwargs == {}
    assert server.requests[0]["messages"] == [
        {"role": "system", "content": "规则"},
        {"role": "user", "content": "几年？"},
    ]
    assert (server.requests[0]["max_tokens"], server.requests[0]["temperature"]) == (64, 0)


def test_a_reader_that_goes_away_stops_the_model():
    model, server = make_model(*SAID[1:2] * 5000)
    server.seconds = 0.001
    stream = model.stream_chat(MESSAGES)
    assert next(stream).delta == "有效期"
    stream.close()
    assert server.told < 5000
    server.parts = SAID
    assert model.chat(MESSAGES).message.content == "有效期四年[1]。", "it can be asked again"


@pytest.mark.parametrize(
    ("error", "said", "fix"),
    [
        pytest.param(TOO_LONG, "request (3024 tokens) exceeds", "POLICYQA_NUM_CTX", id="too long"),
        pytest.param({"message": "bad template"}, "bad template", "another model", id="other"),
    ],
)
def test_what_llama_cpp_refuses_is_an_error_of_the_model(error, said, fix):
    model, _ = make_model({"error": error})
    with pytest.raises(ModelBroke) as caught:
        model.chat(MESSAGES)
    assert said in caught.value.message
    assert fix in caught.value.fix


def test_an_answer_without_words_is_empty():
    model, _ = make_model()
    assert model.chat(MESSAGES).message.content == ""


class FakeLlamaCpp(types.ModuleType):
    """As much of xllamacpp as loading takes."""

    def __init__(self):
        super().__init__("xllamacpp")
        self.asked = None

    def CommonParams(self):
        return types.SimpleNamespace(
            model=types.SimpleNamespace(),
            cpuparams=types.SimpleNamespace(n_threads=-1),
            cpuparams_batch=types.SimpleNamespace(n_threads=-1),
        )

    def Server(self, params):
        self.asked = params
        if params.model.path.endswith("broken.gguf"):
            raise RuntimeError("Failed to init server")
        return FakeServer(SAID)


@pytest.fixture
def llama_cpp(monkeypatch):
    module = FakeLlamaCpp()
    monkeypatch.setitem(sys.modules, "xllamacpp", module)
    return module


def test_the_settings_give_context_and_threads(tmp_path, llama_cpp):
    path = tmp_path / "small.gguf"
    path.write_bytes(b"GGUF")
    model = load(path, Settings(_env_file=None, num_ctx=1024, num_predict=1024, threads=2))
    assert (llama_cpp.asked.n_ctx, llama_cpp.asked.n_parallel) == (1024, 1)
    assert (llama_cpp.asked.cpuparams.n_threads, llama_cpp.asked.cpuparams_batch.n_threads) == (2, 2)
    assert (model.metadata.context_window, model.metadata.num_output) == (1024, 512)
    assert model.metadata.model_name == "small"


def test_a_file_that_is_no_model_is_said(tmp_path, llama_cpp):
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"")
    with pytest.raises(ModelUnavailable, match=r"llama\.cpp cannot load"):
        load(path, Settings(_env_file=None))
