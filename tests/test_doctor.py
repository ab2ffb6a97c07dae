"""What `doctor` finds, and how it says so."""

import shutil
import socket

import offline
import pytest
from fake_ollama import FakeOllama, installed, recorded, reply
from fake_openai_server import FakeOpenAI

from rag.catalog import Catalog
from rag.settings import PREFIX, Settings
from ui.observation.resources import Disk, Memory


@pytest.fixture
def doctor(call, collection, monkeypatch):
    """Run `doctor --json` with these settings, over the shared collection if they name no other."""

    def _doctor(**settings):
        for name, value in ({"llm": "none", "data": collection} | settings).items():
            monkeypatch.setenv(PREFIX + name.upper(), str(value))
        return call("doctor", "--json")

    return _doctor


def test_a_sound_installation_has_no_problem(call, collection, monkeypatch):
    monkeypatch.setenv("POLICYQA_LLM", "none")
    done = call("doctor", "--data", collection)
    assert (done.status, done.err) == (0, "")
    assert done.out.endswith("一切正常 all well\n")
    assert "无 none" in done.out


def test_the_report_names_everything_that_is_in_force(doctor, collection):
    done = doctor()
    assert done.status == 0
    assert list(done.json) == ["facts", "destinations", "problems"]
    sections = {key.split()[-1]: facts for key, facts in done.json["facts"].items()}
    assert list(sections) == [
        "program",
        "settings",
        "model",
        "collection",
        "vectors",
        "answers",
        "accounts",
        "memory",
        "disk",
    ]
    given = {
        f"{PREFIX}{name.upper()}" for name, value in Settings().model_dump().items() if value is not None
    }
    assert set(sections["settings"]) == given
    assert sections["model"]["answers by"] == "extractive"
    embedder = sections["collection"].pop("embedder")
    assert embedder.startswith("bundled")
    assert embedder.endswith("(384)")
    assert sections["collection"] == {
        "folder": str(collection), "documents": 3, "clauses": 37, "index": "sound",
    }  # fmt: skip


def test_secrets_are_masked(doctor):
    done = doctor(llm_key="sk-very-secret", slack_bot_token="xoxb-very-secret")
    assert "very-secret" not in done.out + done.err
    assert '"POLICYQA_LLM_KEY": "****"' in done.out


def test_without_a_model_server_the_way_to_one_is_told_and_is_no_problem(doctor):
    done = doctor(llm="auto")
    assert (done.status, done.json["problems"]) == (0, [])
    facts = done.json["facts"]["模型 model"]
    assert "no answer" in facts["server"]
    assert "ollama pull qwen3:8b" in facts["notice"]


def test_a_model_server_is_shown_with_its_models(doctor):
    with FakeOllama({}) as server:
        facts = doctor(llm="auto", llm_url=server.url).json["facts"]["模型 model"]
    assert server.url in facts["server"]
    assert "Ollama" in facts["server"]
    assert facts["models there"] != "none"


def model_section(doctor, routes, fake=FakeOllama, llm="ollama:smollm2", **how):
    with fake(routes, **how) as server:
        done = doctor(llm=llm, llm_url=server.url)
    return done.json["facts"]["模型 model"], done.json["problems"]


def test_a_model_of_ollama_is_described(doctor):
    facts, problems = model_section(doctor, {"/api/ps": recorded("models", "loaded")})
    assert problems == []
    assert facts["model"] == "smollm2: there"
    assert facts["size"] == "134.52M parameters, quantised as Q4_1, 0.1 GB"
    assert facts["context"] == "8192 tokens; POLICYQA_NUM_CTX asks for 8192"
    assert facts["loaded"] == "yes, with 4096 tokens of context; the first question loads it anew"
    assert facts["context in use"] == "8192 tokens"


def test_a_model_that_is_not_loaded_says_who_loads_it(doctor):
    assert model_section(doctor, {})[0]["loaded"] == "no; the first question loads it"


def test_what_ollama_does_not_tell_is_not_made_up(doctor):
    routes = {"/api/tags": installed("smollm2"), "/api/show": reply("{}"), "/api/ps": reply("?")}
    facts, problems = model_section(doctor, routes)
    assert problems == []
    assert facts["size"] == "not told parameters, quantised as not told, not told"
    assert facts["context"] == "not told; POLICYQA_NUM_CTX asks for 8192"
    assert facts["loaded"] == "not told"


@pytest.mark.parametrize(("llm", "problems"), [("auto", 0), ("ollama:qwen3:8b", 1)])
def test_a_model_that_is_not_there_comes_with_the_command(doctor, llm, problems):
    facts, found = model_section(doctor, {}, llm=llm)
    assert facts["model"] == "qwen3:8b: not there; ollama pull qwen3:8b"
    assert [p["fix"] for p in found] == ["ollama pull qwen3:8b"] * problems


def test_a_server_of_openais_kind_is_described(doctor):
    listed = {
        "owned_by": "llamacpp",
        "meta": {"n_ctx": 2048, "n_params": 4_020_000_000, "size": 2_500_000_000},
    }
    facts, problems = model_section(doctor, {}, FakeOpenAI, "openai:small", listed=listed)
    assert problems == []
    assert facts["server"].endswith("(llama.cpp)")
    assert (facts["models there"], facts["model"]) == ("small", "small: there")
    assert facts["size"] == "4.0B parameters, 2.5 GB"
    assert facts["context"] == "2048 tokens; POLICYQA_NUM_CTX asks for 8192, more than there is"
    assert (facts["context in use"], facts["tokens"]) == ("2048 tokens", "counted by the server")


def test_a_model_that_such_a_server_does_not_have_is_one_problem(doctor):
    facts, [problem] = model_section(doctor, {}, FakeOpenAI, "openai:big")
    assert facts["model"] == "big: not there"
    assert problem["fix"] == "set POLICYQA_LLM=openai:small"


@pytest.mark.parametrize(
    ("settings", "message", "fix"),
    [
        pytest.param({"llm": "ollama:qwen3:8b"}, "No Ollama server answers", "ollama serve", id="a named model without its server"),
        pytest.param({"llm": "openai:m", "llm_url": "http://127.0.0.1:9"}, "No model server answers", "start the model server", id="a server of OpenAI's kind that is not there"),
        pytest.param({"llm": "chatgpt"}, "chatgpt", "ollama:", id="a model of no known kind"),
        pytest.param({"llm": "auto", "llm_url": "http://192.0.2.7:11434"}, "outside this machine", "POLICYQA_ALLOW_REMOTE", id="a server outside"),
        pytest.param({"llm": "auto", "llm_url": "127.0.0.1"}, "is not an address", "POLICYQA_LLM_URL=", id="an address without http"),
        pytest.param({"otel_url": "https://192.0.2.7/v1/traces"}, "receiver of traces", "POLICYQA_OTEL_URL", id="a receiver of traces outside"),
        pytest.param({"embed_model": "BAAI/bge-m3"}, "was built with 'bundled", "policyqa rebuild", id="another embedder"),
    ],
)  # fmt: skip
def test_each_problem_comes_once_with_its_fix(doctor, settings, message, fix):
    done = doctor(**settings)
    assert done.status == 1
    [problem] = done.json["problems"]
    assert message in problem["message"]
    assert fix in problem["fix"]


@pytest.mark.parametrize("llm", ["ollama:qwen3:8b", "openai:m"])
def test_a_model_whose_name_nobody_knows_is_told_with_what_answers_until_then(doctor, monkeypatch, llm):
    def unknown(*args, **more):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    done = doctor(llm=llm, llm_url="http://models.invalid:11434")
    [problem] = done.json["problems"]
    assert "does not resolve" in problem["message"]
    assert "until the model is there" in done.json["facts"]["模型 model"]["answers by"]


def test_a_missing_collection_is_a_problem_and_is_not_made(doctor, tmp_path):
    done = doctor(data=tmp_path / "none")
    assert done.status == 1
    assert [p["fix"] for p in done.json["problems"]] == ["policyqa ingest PATH"]
    assert not (tmp_path / "none").exists()


def test_an_index_that_differs_is_a_problem(doctor, own_collection):
    catalog = Catalog(own_collection)
    with catalog.run("remove"):
        catalog.set_removed(catalog.documents()[0].document_id, True)
    catalog.close()
    done = doctor(data=own_collection)
    assert [p["fix"] for p in done.json["problems"]] == ["policyqa rebuild"]
    assert done.json["facts"]["文件库 collection"]["index"] == "differs from the catalog"


@pytest.mark.parametrize("name", ["", "keyword", "chroma"])
def test_an_index_that_is_gone_is_a_problem(doctor, own_collection, name):
    shutil.rmtree(own_collection / "index" / "1" / name)
    done = doctor(data=own_collection)
    assert [p["fix"] for p in done.json["problems"]] == ["policyqa rebuild"]


def test_a_full_disk_is_a_problem(doctor, monkeypatch):
    monkeypatch.setattr("ui.diagnosis.disk", lambda folder: Disk(total=9, free=1))
    [problem] = doctor().json["problems"]
    assert problem["message"] == "Only 0.0 GB are free."
    assert problem["fix"].startswith("make room")


def test_little_memory_is_a_problem(doctor, monkeypatch):
    found = Memory(process=1, machine=8 * 10**9, available=4 * 10**9, limit=10**9, used=7 * 10**8)
    monkeypatch.setattr("ui.diagnosis.memory", lambda: found)
    done = doctor()
    [problem] = done.json["problems"]
    assert problem["message"] == "Only 0.3 GB of memory are free; a page needs 0.5 GB."
    assert "APP_MEMORY" in problem["fix"]
    assert done.json["facts"]["内存 memory"] == {
        "machine": "8.0 GB", "container limit": "1.0 GB", "container uses": "0.7 GB", "free": "0.3 GB",
    }  # fmt: skip


def test_memory_that_the_system_does_not_tell_of_is_no_problem(doctor, monkeypatch):
    monkeypatch.setattr("ui.diagnosis.memory", lambda: Memory(None, None, None, None, None))
    done = doctor()
    assert (done.status, done.json["facts"]["内存 memory"]) == (0, {})


def test_problems_are_printed_with_their_fixes(call, tmp_path, monkeypatch):
    monkeypatch.setenv("POLICYQA_LLM", "none")
    done = call("doctor", "--data", tmp_path / "none")
    assert (done.status, done.err) == (1, "")
    assert (
        f"问题 problem: There is no collection in {tmp_path / 'none'}.\nFix: policyqa ingest PATH\n"
        in done.out
    )


@pytest.mark.parametrize(
    ("settings", "destinations"),
    [
        pytest.param({}, [], id="as installed"),
        pytest.param({"llm": "auto"}, [], id="a server on this machine"),
        pytest.param(
            {"llm": "auto", "llm_url": "http://10.0.0.5:11434"}, [], id="a server in the private network"
        ),
        pytest.param({"llm": "auto", "llm_url": "http://192.0.2.7:11434"}, [], id="a server that is refused"),
        pytest.param(
            {"llm": "auto", "llm_url": "http://192.0.2.7:11434", "allow_remote": "true"},
            ["http://192.0.2.7:11434 (questions and clauses)"],
            id="a server outside",
        ),
        pytest.param(
            {"embed_model": "ollama:bge-m3", "llm_url": "http://192.0.2.7:11434", "allow_remote": "true"},
            ["http://192.0.2.7:11434 (questions and clauses)"],
            id="only the embedder asks it",
        ),
        pytest.param(
            {"llm": "openai:m", "llm_url": "http://192.0.2.7:8000", "allow_remote": "true"},
            ["http://192.0.2.7:8000 (questions and clauses)"],
            id="a server of OpenAI's kind outside",
        ),
        pytest.param(
            {"embed_model": "openai:bge-m3", "llm_url": "http://192.0.2.7:8000", "allow_remote": "true"},
            ["http://192.0.2.7:8000 (questions and clauses)"],
            id="only the embedder asks one of OpenAI's kind",
        ),
        pytest.param(
            {"llm_url": "http://192.0.2.7:11434", "allow_remote": "true"}, [], id="a server that nothing asks"
        ),
        pytest.param(
            {"otel_url": "http://10.0.0.5:4318/v1/traces"},
            [],
            id="a receiver of traces in the private network",
        ),
        pytest.param({"otel_url": "https://192.0.2.7/v1/traces"}, [], id="a receiver that is refused"),
        pytest.param(
            {"otel_url": "https://192.0.2.7/v1/traces", "allow_remote": "true"},
            ["https://192.0.2.7/v1/traces (traces of answers, without questions)"],
            id="a receiver of traces outside",
        ),
        pytest.param(
            {"rerank_model": "BAAI/bge-reranker-v2-m3"},
            ["https://huggingface.co (download of BAAI/bge-reranker-v2-m3, once)"],
            id="a model that is downloaded",
        ),
    ],
)
def test_each_server_outside_this_machine_is_named(doctor, settings, destinations):
    assert doctor(**settings).json["destinations"] == destinations
    # Looking whether a server is there is what doctor does; this test lets it try.
    assert all("192.0.2.7" in where or "10.0.0.5" in where for where in offline.attempts)
    offline.attempts.clear()
