import pytest

from eval.configuration import configurations
from eval.system import SYSTEMS
from rag.errors import EvaluationError
from rag.settings import Settings

SETTINGS = Settings(_env_file=None, llm="auto", llm_key="geheim")


def names(**chosen):
    return [each.name for each in configurations(SETTINGS, **chosen)]


def test_without_a_choice_the_product_is_asked_as_it_is_set_up():
    [only] = configurations(SETTINGS)
    assert (only.name, only.system, only.model) == ("product", "product", None)
    assert only.settings == SETTINGS


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        pytest.param({"models": ["none"]}, ["product"], id="no model"),
        pytest.param(
            {"models": ["none", "ollama:qwen3:8b"]}, ["product", "product+ollama-qwen3-8b"], id="models"
        ),
        pytest.param({"systems": ["no-title", "product"]}, ["no-title", "product"], id="systems"),
        pytest.param(
            {"systems": ["product", "no-title"], "models": ["none", "scripted:liar"]},
            ["product", "product+scripted-liar", "no-title", "no-title+scripted-liar"],
            id="all of both",
        ),
        pytest.param(
            {"values": ["rerank_model=none,bundled", "num_ctx=4096"]},
            ["product+rerank_model-none+num_ctx-4096", "product+rerank_model-bundled+num_ctx-4096"],
            id="values",
        ),
        pytest.param(
            {"values": ["rerank_model=none", "POLICYQA_RERANK_MODEL=bundled, none"]},
            ["product+rerank_model-none", "product+rerank_model-bundled"],
            id="a key twice",
        ),
        pytest.param(
            {"systems": ["product", "product"], "models": ["auto", "auto"]}, ["product+auto"], id="the same twice"
        ),
        pytest.param(
            {"systems": ["windows", "product"], "models": ["none", "auto"]},
            ["windows", "product", "product+auto"],
            id="what only finds is asked once",
        ),
    ],
)  # fmt: skip
def test_choices_are_multiplied_out(chosen, expected):
    assert names(**chosen) == expected


def test_all_systems_are_those_that_there_are():
    assert names(systems=["all"]) == list(SYSTEMS)


@pytest.mark.parametrize(
    ("model", "llm", "own"),
    [
        pytest.param("none", "none", None, id="none"),
        pytest.param("auto", "auto", None, id="auto"),
        pytest.param("ollama:qwen3:8b", "ollama:qwen3:8b", None, id="served"),
        pytest.param("scripted:honest", "none", "scripted:honest", id="scripted"),
        pytest.param("gguf:small.gguf", "none", "gguf:small.gguf", id="in a file"),
    ],
)
def test_a_model_is_that_of_the_settings_or_comes_with_the_run(tmp_path, model, llm, own):
    (tmp_path / "small.gguf").touch()
    [only] = configurations(SETTINGS, models=[model])
    assert (only.settings.llm, only.model) == (llm, own)


def test_a_system_that_only_finds_looks_for_no_model():
    [only] = configurations(SETTINGS, ["windows"])
    assert only.settings.llm == "none"


def test_values_change_the_settings_and_leave_the_others():
    [only] = configurations(SETTINGS, values=["num_ctx=4096"])
    assert only.settings == SETTINGS.model_copy(update={"num_ctx": 4096})


def test_model_files_of_one_name_get_names_of_their_own(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "m.gguf").touch()
    found = configurations(SETTINGS, models=["gguf:a/m.gguf", "gguf:b/m.gguf"])
    assert [(each.name, each.model) for each in found] == [
        ("product+gguf-m", "gguf:a/m.gguf"),
        ("product+gguf-m~2", "gguf:b/m.gguf"),
    ]


@pytest.mark.parametrize(
    ("chosen", "message", "fix"),
    [
        pytest.param({"systems": ["prodct"]}, "No system is called 'prodct'", "use all, or one of product", id="system"),
        pytest.param({"models": ["qwen3"]}, "No model is called 'qwen3'", "use one of none, auto, ollama:NAME", id="model"),
        pytest.param({"models": ["ollama:"]}, "No model is called 'ollama:'", "use one of", id="no name"),
        pytest.param({"models": ["scripted:poet"]}, "No model is called 'scripted:poet'", "scripted:honest", id="script"),
        pytest.param({"models": ["gguf:m.gguf"]}, r"no file m\.gguf", "correct --model", id="no file"),
        pytest.param({"values": ["rerank_model"]}, "Not a setting with a value", "rerank_model=none", id="no value"),
        pytest.param({"values": ["rerank_model=,"]}, "Not a setting with a value", "rerank_model=none", id="empty"),
        pytest.param({"values": ["rerank=none"]}, "called 'rerank'", "did you mean rerank_model", id="near"),
        pytest.param({"values": ["data=elsewhere"]}, "called 'data'", "use one of embed_model", id="no answer's"),
        pytest.param({"values": ["llm=none"]}, "not chosen by --with", "use --model none", id="the model"),
        pytest.param({"values": ["num_ctx=5"]}, "num_ctx: Input should be", "correct the value", id="out of range"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_an_error_with_its_fix(chosen, message, fix):
    with pytest.raises(EvaluationError, match=message) as caught:
        configurations(SETTINGS, **chosen)
    assert fix in caught.value.fix
