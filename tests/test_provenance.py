import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from conftest import CHECKOUT
from fake_ollama import FakeOllama, installed
from fakes import BEIJING, BEIJING_TITLE, FILES, make_collection
from fakes_pipeline import quiet, set_removed

import prompts
from eval import provenance as where
from eval.machine import machine
from eval.provenance import NOT_DECISIVE, checkout, code_facts, decisive_settings, index_facts, provenance
from ingest.pipeline import changing
from rag.errors import EmptyCollection, EvaluationError
from rag.settings import Settings

SMOLLM2 = "b80b28a14e9b2f6eaac4674fdc223de64d632ae23aa2c814c65479f89aabe28a"
CASES = CHECKOUT / "tests" / "data" / "small-cases.jsonl"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The settings of a collection of four small documents, which no test may change."""
    return make_collection(tmp_path_factory.mktemp("small"))


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A tree of sources in the place of the project's."""
    root = tmp_path / "sources"
    for path in ("rag/answer.py", "rag/models/m/config.json", "prompts/__init__.py", "prompts/answer.md",
                 "eval/run.py", "eval/data/dev.md", "ui/web/server.py"):  # fmt: skip
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(f"# {path}\n", encoding="utf-8")
    monkeypatch.setattr(where, "files", lambda package: root / package)
    return root


def test_everything_that_decides_an_answer_is_there_as_json(small):
    found = provenance(small)
    assert json.loads(json.dumps(found)) == found
    assert list(found) == [
        "settings", "prompts", "model", "embedder", "reranker", "index", "code", "checkout", "machine",
    ]  # fmt: skip
    assert found["prompts"]["version"] == prompts.version()
    assert "answer_zh.md" in found["prompts"]["files"]


def test_the_settings_that_count_hold_no_secret_and_no_address():
    settings = Settings(_env_file=None, llm_key="geheim", slack_bot_token="geheim", llm_url="http://10.0.0.1")
    found = decisive_settings(settings)
    assert "geheim" not in str(found)
    assert "10.0.0.1" not in str(found)
    assert found["rerank_model"] == "bundled"
    assert found["num_ctx"] == 8192


def test_every_setting_either_counts_or_is_known_not_to():
    assert set(decisive_settings(Settings(_env_file=None))) == set(Settings.model_fields) - NOT_DECISIVE
    assert set(Settings.model_fields) >= NOT_DECISIVE


@pytest.mark.parametrize("llm", ["none", "auto"])
def test_without_a_model_there_is_no_digest(small, llm):
    with FakeOllama({}) as server:
        found = provenance(small.model_copy(update={"llm": llm, "llm_url": server.url}))
    assert found["model"] == {"name": "extractive", "digest": None}


def test_a_served_model_is_known_by_its_digest(small):
    with FakeOllama({}) as server:
        found = provenance(small.model_copy(update={"llm": "ollama:smollm2", "llm_url": server.url}))
    assert found["model"] == {"name": "ollama:smollm2", "digest": SMOLLM2}


def test_a_server_may_tell_no_digest(small):
    with FakeOllama({"/api/tags": installed("m:latest")}) as server:
        found = provenance(small.model_copy(update={"llm": "ollama:m", "llm_url": server.url}))
    assert found["model"] == {"name": "ollama:m", "digest": None}


def test_a_model_in_a_file_is_known_by_what_is_in_it(small, tmp_path):
    (tmp_path / "m.gguf").write_bytes(b"weights")
    found = provenance(small, f"gguf:{tmp_path / 'm.gguf'}")["model"]
    assert found == {"name": "gguf:m.gguf", "digest": hashlib.sha256(b"weights").hexdigest()}


def test_a_model_file_that_is_missing_is_an_error(small):
    with pytest.raises(EvaluationError, match=r"Cannot read the model none\.gguf"):
        provenance(small, "gguf:none.gguf")


def test_a_scripted_model_is_known_by_its_name(small):
    assert provenance(small, "scripted:liar")["model"] == {"name": "scripted:liar", "digest": None}


def test_the_bundled_models_are_known_by_their_files(small):
    bundled = provenance(small.model_copy(update={"embed_model": "bundled", "rerank_model": "bundled"}))
    folder = Path(str(files("rag").joinpath("models", "clause_embed")))
    names = sorted(path.name for path in folder.iterdir())
    whole = b"".join(f"{name}\0".encode() + (folder / name).read_bytes() for name in names)
    assert bundled["embedder"] == {"name": "bundled", "digest": hashlib.sha256(whole).hexdigest()}
    assert bundled["reranker"]["digest"] == bundled["embedder"]["digest"]


def test_without_a_reranker_there_is_no_digest_of_one(small):
    assert provenance(small)["reranker"] == {"name": "none", "digest": None}


def test_an_embedder_on_a_server_is_known_by_its_digest(small):
    with FakeOllama({}) as server:
        changed = small.model_copy(update={"embed_model": "ollama:smollm2", "llm_url": server.url})
        assert provenance(changed)["embedder"] == {"name": "ollama:smollm2", "digest": SMOLLM2}


def test_the_index_is_the_same_after_the_same_files_are_taken_in_again(small, tmp_path):
    renamed = {f"新{name}": text for name, text in reversed(FILES.items())}
    found = index_facts(small.data)
    assert (found["documents"], found["clauses"]) == (4, 15)
    assert found["template"].startswith("title locator headings")
    assert index_facts(make_collection(tmp_path, renamed).data) == found


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({**FILES, "北京.md": BEIJING.replace("三年", "五年")}, id="a word"),
        pytest.param({**FILES, "北京.md": BEIJING.replace("提交下列材料：\n", "提交下列材料：")}, id="a paragraph"),
        pytest.param({name: text for name, text in FILES.items() if name != "计划.md"}, id="a document less"),
    ],
)  # fmt: skip
def test_the_index_is_another_when_a_text_changes(small, tmp_path, files):
    changed = index_facts(make_collection(tmp_path, files).data)
    assert changed["hash"] != index_facts(small.data)["hash"]


def test_the_index_is_another_when_a_document_is_taken_out(small, tmp_path, embedder):
    own = make_collection(tmp_path)
    set_removed(own, BEIJING_TITLE, True)
    taken_out = index_facts(own.data)
    assert (taken_out["documents"], taken_out["hash"] == index_facts(small.data)["hash"]) == (3, False)
    set_removed(own, BEIJING_TITLE, False)
    assert index_facts(own.data) == index_facts(small.data)


def test_the_index_is_another_when_a_field_changes(small, tmp_path, embedder):
    own = make_collection(tmp_path)
    with changing(own, "set", quiet) as catalog:
        document = catalog.documents()[0]
        catalog.update_document(replace(document, effective_date="2001-01-01"))
    assert index_facts(own.data)["hash"] != index_facts(small.data)["hash"]


def test_without_a_collection_there_is_no_index(tmp_path):
    with pytest.raises(EmptyCollection):
        index_facts(tmp_path)


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        pytest.param("rag/answer.py", True, id="a source"),
        pytest.param("rag/models/m/config.json", True, id="a configuration"),
        pytest.param("eval/metrics.py", True, id="a new source"),
        pytest.param("prompts/answer.md", False, id="a prompt, which is told apart"),
        pytest.param("eval/data/dev.md", False, id="the sets"),
        pytest.param("eval/report/page.py", False, id="a report"),
        pytest.param("ui/web/server.py", False, id="a screen"),
        pytest.param("rag/__pycache__/answer.py", False, id="what Python keeps"),
    ],
)
def test_the_code_is_another_when_a_source_that_decides_changes(sources, path, counts):
    before = code_facts.__wrapped__()
    (sources / path).parent.mkdir(exist_ok=True)
    (sources / path).write_text("new", encoding="utf-8")
    after = code_facts.__wrapped__()
    assert after["version"] == before["version"]
    assert (after["hash"] != before["hash"]) == counts


def git(folder, *arguments):
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, encoding="utf-8"
    )
    return done.stdout.strip()


def test_a_checkout_is_known_by_its_commit_and_whether_it_was_changed(sources):
    git(sources, "init", "-q")
    git(sources, "add", "rag", "prompts", "eval", "ui")
    git(sources, "commit", "-q", "-m", "all")
    clean = checkout.__wrapped__()
    assert clean == {"commit": git(sources, "rev-parse", "HEAD"), "dirty": False}
    (sources / "notes.txt").write_text("not of the code", encoding="utf-8")
    assert checkout.__wrapped__() == clean
    (sources / "rag" / "new.py").write_text("", encoding="utf-8")
    assert checkout.__wrapped__() == {**clean, "dirty": True}


def test_sources_outside_a_checkout_have_no_commit(sources):
    assert checkout.__wrapped__() is None


def test_the_commit_of_something_around_an_installed_copy_is_not_told(sources):
    git(sources.parent, "init", "-q")
    assert checkout.__wrapped__() is None


def test_without_git_there_is_no_commit(sources, monkeypatch):
    git(sources, "init", "-q")
    monkeypatch.setenv("PATH", "")
    assert checkout.__wrapped__() is None


def test_the_machine_is_told_by_what_makes_figures_differ():
    found = machine(threads=2)
    assert list(found) == ["python", "libraries", "threads", "cpu", "cpu_flags", "cores"]
    assert found["threads"] == 2
    assert found["cores"] >= 1
    assert "onnxruntime" in found["libraries"]
    assert found["cpu"]


def test_the_peak_of_memory_grows_with_what_is_held(environment):
    code = "from eval.machine import memory_peak_mb as peak; a = peak(); held = bytes(80_000_000).upper(); print(peak() - a)"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert 79 < float(done.stdout) < 120


def timeless(text):
    row = json.loads(text)
    del row["cost"]["seconds"], row["cost"]["first_seconds"]
    return row


def test_two_runs_are_equal_to_the_last_digit(start, collection, tmp_path):
    """Other processes, another order of sets by hash: the same rows; times and memory apart."""
    outs = [tmp_path / seed for seed in ("1", "2")]
    processes = [
        start(
            *("eval", "run", "--set", CASES, "--out", out, "--data", collection),
            env={"POLICYQA_LLM": "none", "PYTHONHASHSEED": out.name},
        )
        for out in outs
    ]
    for process in processes:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    rows, facts = [], []
    for out in outs:
        lines = (out / "rows.jsonl").read_text(encoding="utf-8").splitlines()
        rows.append([timeless(line) for line in lines])
        about = json.loads((out / "run.json").read_text(encoding="utf-8"))
        del about["started"], about["ended"], about["seconds"], about["machine"]["memory_peak_mb"]
        facts.append(about)
    assert len(rows[0]) == 3
    assert rows[0] == rows[1]
    assert facts[0] == facts[1]
