import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fake_ollama import FakeOllama, installed, recorded, reply

from rag.errors import AccessRefused, ModelUnavailable, SettingsError
from rag.llm import choose_llm
from rag.settings import Settings


def settings(url, **fields):
    return Settings(_env_file=None, llm_url=url, **fields)


@pytest.fixture
def closed_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_none_asks_no_server(closed_port):
    choice = choose_llm(settings(f"http://127.0.0.1:{closed_port}", llm="none"))
    assert (choice.llm, choice.name, choice.notice) == (None, "extractive", None)


def test_auto_takes_the_default_model_where_it_is_installed():
    with FakeOllama({"/api/tags": installed("other:1b", "Qwen3:8B")}) as server:
        choice = choose_llm(
            settings(server.url, llm_timeout_s=301, num_ctx=4096, num_predict=99, keep_alive="2h")
        )
    assert (choice.name, choice.notice) == ("ollama:qwen3:8b", None)
    llm = choice.llm
    assert (llm.model, llm.base_url, llm.timeout_s) == ("qwen3:8b", server.url, 301)
    assert (llm.context_window, llm.num_predict, llm.keep_alive) == (4096, 99, "2h")


@pytest.mark.parametrize(
    ("routes", "words"),
    [
        pytest.param({}, "里还没有 qwen3:8b", id="other models only"),
        pytest.param({"/api/tags": installed()}, "里还没有 qwen3:8b", id="no model"),
        pytest.param({"/api/tags": installed("qwen3:latest")}, "里还没有 qwen3:8b", id="another size"),
        pytest.param({"/api/tags": reply("<html>")}, "没有可用的 Ollama 服务", id="another program"),
        pytest.param({"/api/tags": reply("{}", status=500)}, "没有可用的 Ollama 服务", id="broken server"),
    ],
)
def test_auto_falls_back_to_extraction_and_says_how_to_get_the_model(routes, words):
    with FakeOllama(routes) as server:
        choice = choose_llm(settings(server.url))
    assert (choice.llm, choice.name) == (None, "extractive")
    assert words in choice.notice
    assert choice.notice.endswith("ollama pull qwen3:8b")
    assert choice.english.endswith("ollama pull qwen3:8b")


@pytest.fixture
def nobody_knows(monkeypatch):
    """No name resolves."""

    def unknown(*args, **more):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)


def test_auto_falls_back_when_nobody_knows_the_host(nobody_knows):
    choice = choose_llm(Settings(_env_file=None, llm="auto", llm_url="http://ollama.invalid:11434"))
    assert choice.llm is None
    assert "ollama.invalid" in choice.notice


def test_auto_without_a_server_falls_back_at_once(closed_port):
    start = time.perf_counter()
    choice = choose_llm(settings(f"http://127.0.0.1:{closed_port}"))
    assert time.perf_counter() - start < 1.5
    assert choice.name == "extractive"
    assert "ollama pull qwen3:8b" in choice.notice


@pytest.mark.parametrize("name", ["smollm2", "smollm2:latest", "SmolLM2", "library/smollm2"])
def test_a_named_model_is_found_in_every_spelling(name):
    with FakeOllama({}) as server:
        choice = choose_llm(settings(server.url, llm=f"ollama:{name}"))
    assert (choice.name, choice.llm.model) == (f"ollama:{name}", name)


def test_a_named_model_that_is_missing_is_an_error():
    with FakeOllama({}) as server, pytest.raises(ModelUnavailable, match="no model 'smollm2:135m'") as caught:
        choose_llm(settings(server.url, llm="ollama:smollm2:135m"))
    assert caught.value.fix == "ollama pull smollm2:135m"


def test_a_named_model_behind_a_server_that_refuses_is_an_error():
    refusal = {"/api/tags": reply("{}", status=401)}
    with (
        FakeOllama(refusal) as server,
        pytest.raises(ModelUnavailable, match=r"No Ollama server .* \(HTTP 401\)"),
    ):
        choose_llm(settings(server.url, llm="ollama:smollm2"))


def test_a_named_model_without_a_server_is_an_error(closed_port):
    with pytest.raises(ModelUnavailable, match="No Ollama server answers"):
        choose_llm(settings(f"http://127.0.0.1:{closed_port}", llm="ollama:smollm2"))


AWAY = "http://ollama.invalid:11434"


@pytest.mark.parametrize("llm", ["ollama:smollm2", "openai:small"])
def test_a_named_model_behind_a_name_that_does_not_resolve_is_a_server_that_does_not_answer(
    llm, nobody_knows
):
    with pytest.raises(ModelUnavailable, match=r"answers at .* does not resolve") as caught:
        choose_llm(settings(AWAY, llm=llm))
    assert caught.value.code == "no_server"


@pytest.mark.parametrize("llm", ["ollama:smollm2", "openai:small"])
def test_who_serves_takes_a_named_model_that_is_not_there_yet_and_the_log_says_so(llm, nobody_knows, caplog):
    choice = choose_llm(settings(AWAY, llm=llm, num_ctx=4096), awaited=True)
    assert (choice.name, choice.llm.model, choice.llm.context_window) == (llm, llm.partition(":")[2], 4096)
    assert AWAY in caplog.text


def test_who_serves_takes_a_named_model_that_is_still_fetched(caplog):
    with FakeOllama({}) as server:
        choice = choose_llm(settings(server.url, llm="ollama:smollm2:135m"), awaited=True)
    assert choice.name == "ollama:smollm2:135m"
    assert "ollama pull smollm2:135m" in caplog.text


@pytest.mark.parametrize(
    ("url", "llm", "error"),
    [
        pytest.param("127.0.0.1:11434", "ollama:m", SettingsError, id="no address"),
        pytest.param("http://203.0.113.9:11434", "ollama:m", AccessRefused, id="outside, Ollama"),
        pytest.param("http://203.0.113.9:8000/v1", "openai:m", AccessRefused, id="outside"),
        pytest.param("http://127.0.0.1:9", "vllm:m", SettingsError, id="no such kind"),
    ],
)
def test_a_mistake_in_the_settings_stops_who_serves_too(url, llm, error):
    with pytest.raises(error):
        choose_llm(settings(url, llm=llm), awaited=True)


@pytest.mark.parametrize(
    ("show", "asked", "num_ctx"),
    [
        pytest.param(recorded("models", "smollm2"), 16384, 8192, id="the model's own limit"),
        pytest.param(recorded("models", "gemma3-270m"), 16384, 16384, id="a longer model"),
        pytest.param(recorded("models", "smollm2"), 2048, 2048, id="the setting"),
        pytest.param(recorded("models", "missing"), 16384, 16384, id="the server does not say"),
        pytest.param(
            reply('{"model_info": {"general.architecture": "x"}}'), 16384, 16384, id="no such field"
        ),
    ],
)
def test_the_context_is_no_longer_than_the_model_allows(show, asked, num_ctx):
    with FakeOllama({"/api/show": show}) as server:
        choice = choose_llm(settings(server.url, llm="ollama:smollm2", num_ctx=asked))
    assert choice.llm.context_window == num_ctx
    assert server.asked("/api/show")[0].json == {"model": "smollm2"}


def test_the_answer_takes_at_most_half_of_a_short_context():
    show = reply('{"model_info": {"general.architecture": "x", "x.context_length": 512}}')
    with FakeOllama({"/api/show": show}) as server:
        llm = choose_llm(settings(server.url, llm="ollama:smollm2")).llm
    assert (llm.context_window, llm.num_predict) == (512, 256)


@pytest.mark.parametrize("value", ["", "qwen3:8b", "ollama", "ollama:", "openai:", "vllm:x", "Auto"])
def test_another_value_lists_what_is_possible(value, closed_port):
    with pytest.raises(SettingsError, match="auto, none, ollama:NAME and openai:NAME") as caught:
        choose_llm(settings(f"http://127.0.0.1:{closed_port}", llm=value))
    assert repr(value) in caught.value.message


def test_the_choice_of_none_does_not_import_ollama():
    code = (
        "import sys; from rag.llm import choose_llm; from rag.settings import Settings;"
        "choose_llm(Settings(_env_file=None, llm='none')); sys.exit('ollama' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], check=False).returncode
        == 0
    )


def test_what_a_model_takes_of_the_estimate_is_kept_in_the_data_folder_by_its_weights(tmp_path):
    text = "数据知识产权" * 200
    with FakeOllama({}) as server:
        made = settings(server.url, llm="ollama:smollm2", data=tmp_path)
        for _ in range(2):
            choose_llm(made).llm.counter.learn([text], 800)
        assert choose_llm(made).llm.counter.text(text) < 1000
        assert [p.name for p in tmp_path.iterdir()] == ["model-tokens.json"]
        server.routes["/api/tags"] = installed("smollm2")
        assert choose_llm(made).llm.counter.text(text) == 2400
