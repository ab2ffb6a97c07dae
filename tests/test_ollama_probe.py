import socket

import pytest
from fake_ollama import FakeOllama, installed, recorded, reply
from llama_index.core.llms import ChatMessage

from rag.errors import AccessRefused, SettingsError
from rag.llm import OllamaLLM, check_destination, choose_llm, ollama_status
from rag.settings import Settings


def settings(url, **fields):
    return Settings(_env_file=None, llm_url=url, **fields)


@pytest.fixture
def closed_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_status_lists_models_and_version():
    with FakeOllama({}) as server:
        status = ollama_status(settings(server.url, llm_key="geheim"))
    assert (status.url, status.reachable, status.problem) == (server.url, True, None)
    assert status.models == ("gemma3-270m:latest", "smollm2:latest")
    assert status.version == "0.17.4"
    assert {request.headers["authorization"] for request in server.requests} == {"Bearer geheim"}


@pytest.mark.parametrize(
    ("routes", "problem"),
    [
        pytest.param({"/api/tags": reply("{}", status=401)}, "HTTP 401", id="refused"),
        pytest.param({"/api/tags": reply("Welcome")}, "not an answer of Ollama's", id="not JSON"),
        pytest.param({"/api/tags": reply('{"models": 3}')}, "not an answer of Ollama's", id="other JSON"),
        pytest.param({"/api/tags": reply("[]")}, "not an answer of Ollama's", id="an array"),
    ],
)
def test_status_says_why_a_server_is_not_reachable(routes, problem):
    with FakeOllama(routes) as server:
        status = ollama_status(settings(server.url))
    assert (status.reachable, status.models, status.version, status.problem) == (False, (), None, problem)


def test_status_without_a_server(closed_port):
    status = ollama_status(settings(f"http://127.0.0.1:{closed_port}"))
    assert (status.reachable, status.models) == (False, ())
    assert "refused" in status.problem


def test_status_does_without_a_version():
    with FakeOllama({"/api/version": recorded("refusals", "unknown path")}) as server:
        status = ollama_status(settings(server.url))
    assert (status.reachable, status.version) == (True, None)


@pytest.mark.parametrize(
    ("model", "digest"),
    [
        pytest.param("smollm2", "b80b28a14e9b2f6eaac4674fdc223de64d632ae23aa2c814c65479f89aabe28a", id="there"),
        pytest.param("library/SmolLM2:latest", "b80b28a14e9b2f6eaac4674fdc223de64d632ae23aa2c814c65479f89aabe28a", id="spelt otherwise"),
        pytest.param("qwen3:8b", None, id="not there"),
    ],
)  # fmt: skip
def test_status_tells_a_model_from_another_of_its_name(model, digest):
    with FakeOllama({}) as server:
        assert ollama_status(settings(server.url)).digest(model) == digest


def test_status_does_without_digests():
    with FakeOllama({"/api/tags": installed("m")}) as server:
        status = ollama_status(settings(server.url))
    assert (status.models, status.digest("m")) == (("m",), None)


OUTSIDE, MIXED, HOME, UNKNOWN = "outside.example", "mixed.example", "ollama.example", "unknown.example"
HOSTS = {OUTSIDE: ["93.184.216.34"], MIXED: ["192.168.1.5", "93.184.216.34"], HOME: ["10.0.0.7", "fd00::7"]}


@pytest.fixture
def name_service(monkeypatch):
    real = socket.getaddrinfo

    def lookup(host, *args, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        if name == UNKNOWN:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [entry for address in HOSTS.get(name, [name]) for entry in real(address, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


NEAR = [
    *("localhost", "LOCALHOST.", "127.0.0.1", "127.8.8.8", "0.0.0.0", "[::1]", "[fd12::1]", "[fe80::1]"),
    *("10.1.2.3", "172.31.0.1", "192.168.0.9", "[::ffff:10.0.0.1]", "127.1", HOME),
]
FAR = [
    *("8.8.8.8", "172.32.0.1", "100.64.0.1", "192.0.2.1", "169.254.169.254", "[2001:4860:4860::8888]"),
    *("[::ffff:8.8.8.8]", "134744072", OUTSIDE, MIXED, UNKNOWN, "127.0.0.1.outside.example"),
]
HOSTS["127.0.0.1.outside.example"] = HOSTS[OUTSIDE]


@pytest.mark.parametrize("host", NEAR)
def test_a_server_nearby_is_allowed(host, name_service):
    check_destination(f"http://{host}:11434", allow_remote=False)


@pytest.mark.parametrize("host", FAR)
def test_a_server_outside_needs_the_administrator(host, name_service):
    with pytest.raises(AccessRefused) as caught:
        check_destination(f"https://{host}/ollama", allow_remote=False)
    assert "POLICYQA_ALLOW_REMOTE=true" in caught.value.fix
    check_destination(f"https://{host}/ollama", allow_remote=True)


@pytest.mark.parametrize(
    "url",
    [
        *("", "127.0.0.1:11434", "ftp://127.0.0.1", "http://", "http://[::1", "http://127.0.0.1:abc"),
        *(
            "http://127.0.0.1:99999",
            "http://admin:geheim@127.0.0.1:11434",
            "http://outside.example\\@127.0.0.1",
        ),
    ],
)
def test_what_is_no_address_of_a_server_is_refused_without_repeating_it(url):
    with pytest.raises(SettingsError, match="POLICYQA_LLM_URL is not an address") as caught:
        check_destination(url, allow_remote=True)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    "contact",
    [
        pytest.param(lambda url: choose_llm(settings(url)), id="auto"),
        pytest.param(lambda url: choose_llm(settings(url, llm="ollama:m")), id="named model"),
        pytest.param(lambda url: ollama_status(settings(url)), id="status"),
        pytest.param(
            lambda url: OllamaLLM(model="m", base_url=url).chat([ChatMessage(content="问")]), id="chat"
        ),
    ],
)
def test_every_way_to_a_server_checks_the_destination(contact, name_service):
    with pytest.raises(AccessRefused, match="outside this machine"):
        contact(f"http://{OUTSIDE}:11434")
