import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from rag.errors import SettingsError
from rag.settings import load_settings


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    for name in list(os.environ):
        if name.upper().startswith("POLICYQA_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_env(folder, text):
    (folder / ".env").write_text(text, encoding="utf-8")


def test_the_defaults_need_nothing():
    found = load_settings()
    assert (found.data, found.embed_model, found.rerank_model) == (
        Path("policyqa-data"),
        "bundled",
        "bundled",
    )
    assert (found.llm, found.num_ctx, found.allow_remote) == ("auto", 8192, False)


def test_flag_before_variable_before_env_file_before_default(empty_folder, monkeypatch):
    write_env(empty_folder, "POLICYQA_DATA=from-file\nPOLICYQA_NUM_CTX=4096\nPOLICYQA_LLM=none\n")
    monkeypatch.setenv("POLICYQA_DATA", "from-variable")
    monkeypatch.setenv("POLICYQA_NUM_CTX", "2048")
    found = load_settings(Path("from-flag"))
    assert (found.data, found.num_ctx, found.llm) == (Path("from-flag"), 2048, "none")
    assert load_settings().data == Path("from-variable")


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("POLICYQA_LMM", "did you mean POLICYQA_LLM?"),
        ("POLICYQA_EMBEDMODEL", "did you mean POLICYQA_EMBED_MODEL?"),
        ("POLICYQA_XYZZY", "policyqa doctor lists the settings"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(monkeypatch, empty_folder, name, fix):
    monkeypatch.setenv(name, "x")
    with pytest.raises(SettingsError, match=f"Unknown setting {name}") as caught:
        load_settings()
    assert caught.value.fix == fix
    monkeypatch.delenv(name)
    write_env(empty_folder, f"export {name}=x\n")
    with pytest.raises(SettingsError, match=f"Unknown setting {name}"):
        load_settings()


def test_keys_of_other_programs_and_comments_are_ignored(empty_folder, monkeypatch):
    write_env(empty_folder, "OPENAI_API_KEY=x\nPOLICY=y\n# POLICYQA_LMM=z\n\nPOLICYQA_LLM='none'\n")
    monkeypatch.setenv("POLICY_QA", "x")
    assert load_settings().llm == "none"


@pytest.mark.parametrize("data", [b"\xef\xbb\xbfPOLICYQA_LLM=none", "POLICYQA_WEB_URL=网址".encode("gbk")])
def test_an_env_file_that_would_be_misread_is_refused(empty_folder, data):
    (empty_folder / ".env").write_bytes(data)
    with pytest.raises(SettingsError, match="env") as caught:
        load_settings()
    assert "UTF-8" in caught.value.fix


def test_names_may_be_in_small_letters(monkeypatch):
    monkeypatch.setenv("policyqa_llm", "none")
    assert load_settings().llm == "none"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POLICYQA_NUM_CTX", "many"),
        ("POLICYQA_NUM_CTX", "512"),
        ("POLICYQA_LLM_TIMEOUT_S", "5"),
        ("POLICYQA_ALLOW_REMOTE", "perhaps"),
        ("POLICYQA_THREADS", "-1"),
        ("POLICYQA_KEEP_ALIVE", "30"),
        ("POLICYQA_KEEP_ALIVE", "half an hour"),
        ("POLICYQA_KEEP_ALIVE", "m"),
    ],
)
def test_a_wrong_value_names_setting_and_value(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"{name}: .*'{value}'") as caught:
        load_settings()
    assert caught.value.fix == f"correct or unset {name}"


@pytest.mark.parametrize("value", ["30m", "1h30m", "90s", "1.5h", "0", "-1m"])
def test_the_time_a_model_is_kept_is_a_duration_as_ollama_reads_it(monkeypatch, value):
    monkeypatch.setenv("POLICYQA_KEEP_ALIVE", value)
    assert load_settings().keep_alive == value


def test_settings_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().llm = "none"


def test_secrets_are_masked(monkeypatch):
    monkeypatch.setenv("POLICYQA_LLM_KEY", "sk-123")
    found = load_settings()
    assert "sk-123" not in f"{found!r} {found} {found.model_dump()}"
    assert found.llm_key.get_secret_value() == "sk-123"
