import socket

import httpx
import ollama
import pytest
from fake_ollama import FakeOllama, chunk, recorded, reply
from llama_index.core.llms import ChatMessage, MessageRole

from rag.errors import ModelBroke, ModelUnavailable
from rag.ollama.chat import OllamaLLM
from rag.ollama.probe import ollama_status, translated
from rag.settings import Settings

ASK = [ChatMessage(role=MessageRole.USER, content="年假有多少天？")]
CHINESE = recorded("answers", "chinese, ended by num_predict")


def model(server, **fields):
    return OllamaLLM(**{"model": "smollm2", "base_url": server.url, "timeout_s": 5} | fields)


def settings(url, **fields):
    return Settings(_env_file=None, llm_url=url, **fields)


@pytest.fixture
def closed_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


FAILURES = [
    pytest.param(
        "missing model", ModelUnavailable, "has no model 'smollm2'", "ollama pull smollm2", id="missing model"
    ),
    pytest.param(
        "queue full", ModelUnavailable, "is busy: server busy, please try again", "in a minute", id="busy"
    ),
    pytest.param("wrong type of an option", ModelUnavailable, 'option "num_ctx" must be', "doctor", id="500"),
    pytest.param("cannot think", ModelUnavailable, "does not support thinking", "doctor", id="400"),
    pytest.param("unknown path", ModelUnavailable, "has no model", "ollama pull", id="404 in plain text"),
]


@pytest.mark.parametrize(("label", "kind", "words", "fix"), FAILURES)
@pytest.mark.parametrize("call", ["chat", "stream_chat"])
def test_a_refusal_is_translated(label, kind, words, fix, call):
    with FakeOllama({"/api/chat": recorded("refusals", label)}) as server, pytest.raises(kind) as caught:
        list(getattr(model(server), call)(ASK))
    assert words in caught.value.message
    assert fix in caught.value.fix
    assert "\n" not in caught.value.message
    assert caught.value.words("en") == (caught.value.message, caught.value.fix)
    assert all(max(text) >= "\u4e00" for text in caught.value.words("zh"))


@pytest.mark.parametrize(
    ("exchange", "words"),
    [
        pytest.param(recorded("deaths", "server stopped"), "broke the connection", id="server stopped"),
        pytest.param(recorded("deaths", "model runner killed"), "unexpected EOF", id="model runner killed"),
        pytest.param(recorded("answers", "one token repeated"), "without finishing", id="one token repeated"),
        pytest.param(reply(chunk("十")), "without finishing", id="no line that is done"),
    ],
)
def test_an_answer_that_breaks_off_yields_its_pieces_and_then_an_error(exchange, words):
    pieces = []
    with FakeOllama({"/api/chat": exchange}) as server, pytest.raises(ModelBroke, match=words):
        pieces.extend(response.delta for response in model(server).stream_chat(ASK))
    with FakeOllama({"/api/chat": exchange}) as server, pytest.raises(ModelBroke, match=words):
        for response in model(server).stream_complete("问"):
            pieces.append(response.delta)
    assert pieces


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["<html>欢迎</html>\n"], id="a web page"),
        pytest.param(['{"text": "x"}\n'], id="other JSON"),
        pytest.param(["[1, 2]\n"], id="an array"),
        pytest.param([], id="nothing"),
    ],
)
def test_a_server_that_is_not_ollama_is_named(lines):
    with FakeOllama({"/api/chat": reply(*lines)}) as server, pytest.raises(ModelBroke, match=server.url):
        model(server).chat(ASK)


def test_an_error_body_that_is_no_object_is_translated():
    with (
        FakeOllama({"/api/chat": reply('"down"', status=502)}) as server,
        pytest.raises(ModelBroke, match="does not answer as Ollama does"),
    ):
        model(server).chat(ASK)


@pytest.mark.parametrize("call", ["chat", "stream_chat", "complete", "stream_complete"])
def test_no_server_gives_the_command_that_starts_it(call, closed_port):
    llm = OllamaLLM(model="m", base_url=f"http://127.0.0.1:{closed_port}")
    with pytest.raises(ModelUnavailable, match="No Ollama server answers at http://127") as caught:
        list(getattr(llm, call)(ASK if "chat" in call else "问"))
    assert caught.value.fix.startswith("ollama serve")


@pytest.mark.parametrize(
    ("stall_after", "kind", "words"),
    [
        pytest.param(0, ModelUnavailable, "gave no first word", id="before the first token"),
        pytest.param(2, ModelBroke, "fell silent in the middle", id="after the second"),
    ],
)
def test_silence_is_translated(stall_after, kind, words):
    with (
        FakeOllama({"/api/chat": CHINESE}, stall_after=stall_after) as server,
        pytest.raises(kind, match=words),
    ):
        model(server, timeout_s=0.2).chat(ASK)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (ConnectionError("x"), ModelUnavailable, "No Ollama server"),
        (httpx.ConnectTimeout("x"), ModelUnavailable, "No Ollama server"),
        (ollama.ResponseError("key?", 401), ModelUnavailable, "asks for a key: key?"),
    ],
    ids=["plain connection error", "connect timeout", "key"],
)
def test_failures_that_loopback_cannot_show_are_translated(error, kind, words):
    caught = translated(error, "m", "http://h", begun=False)
    assert isinstance(caught, kind)
    assert words in caught.message


def test_a_redirect_is_not_followed():
    with FakeOllama({"/api/chat": CHINESE}) as elsewhere:
        redirect = reply("moved", status=307, location=f"{elsewhere.url}/api/chat")
        with (
            FakeOllama({"/api/chat": redirect, "/api/tags": redirect}) as server,
            pytest.raises(ModelUnavailable, match="status 307"),
        ):
            assert not ollama_status(settings(server.url)).reachable
            model(server).chat(ASK)
    assert elsewhere.requests == []


def test_a_proxy_in_the_environment_does_not_get_local_traffic(monkeypatch, closed_port):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with FakeOllama({"/api/chat": CHINESE}) as server:
        assert ollama_status(settings(server.url)).reachable
        assert model(server).chat(ASK).message.content
