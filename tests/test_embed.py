import json
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from fake_ollama import FakeOllama, reply

from rag.chunk.encoder import Encoder, load_encoder
from rag.embed import BundledEmbedding, build_embedder
from rag.errors import AccessRefused, ModelBroke, ModelUnavailable, SettingsError
from rag.settings import Settings

PROJECT = Path(__file__).parent.parent


def settings(**fields):
    return Settings(_env_file=None, **fields)


@pytest.fixture
def closed_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture(scope="module")
def bundled():
    return BundledEmbedding()


def cosines(embedder, question, texts):
    return np.array(embedder.get_text_embedding_batch(texts)) @ np.array(
        embedder.get_query_embedding(question)
    )


ENDS_WHILE_LOADING = """
import threading, time
import onnxruntime
from rag.embed import BundledEmbedding

native, begun = onnxruntime.InferenceSession, threading.Event()

def session(*args, **kwargs):
    begun.set()
    return native(*args, **kwargs)

class Slow:
    def __del__(self, wait=time.sleep):
        wait(1)  # Python is being taken down for longer than the model loads

onnxruntime.InferenceSession = session
slow, embedder = Slow(), BundledEmbedding()
begun.wait(60)
"""


def test_a_program_that_ends_while_the_model_is_loading_ends_well():
    ended = subprocess.run(
        [sys.executable, "-c", ENDS_WHILE_LOADING], cwd=PROJECT, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_bundled_vectors_have_the_dimension_and_length_one(bundled):
    vectors = np.array(bundled.get_text_embedding_batch(["登记证书有效期为三年。", "a", "长" * 3000]))
    assert vectors.shape == (3, bundled.dimension) == (3, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert bundled.get_text_embedding_batch([]) == []


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        pytest.param("证书能用多久？", "登记证书的有效期为三年。", "数据商应当缴纳罚款。", id="Chinese"),
        pytest.param(
            "How long does the certificate last?",
            "The certificate is valid for three years.",
            "Farmers may use weather data.",
            id="English",
        ),
        pytest.param(
            "How long is the certificate valid?",
            "登记证书的有效期为三年。",
            "支持农业利用气象数据。",
            id="across",
        ),
    ],
)
def test_bundled_ranks_a_paraphrase_above_another_topic(bundled, question, near, far):
    close, distant = cosines(bundled, question, [near, far])
    assert close > distant + 0.05


def test_bundled_embeds_a_question_and_a_passage_differently(bundled):
    text = "登记证书的有效期为三年。"
    query, passage = bundled.get_query_embedding(text), bundled.get_text_embedding(text)
    assert 0.7 < np.dot(query, passage) < 0.9999


def test_bundled_vector_does_not_depend_on_its_batch(bundled):
    texts = [f"{number}号登记证书的有效期为{'三' * number}年。" for number in range(1, 9)]
    assert bundled.get_text_embedding_batch(texts) == [bundled.get_text_embedding(text) for text in texts]


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_bundled_vectors_do_not_depend_on_the_threads(bundled, threads):
    texts = ["登记证书的有效期为三年。", "数据商应当缴纳罚款。" * 20, "certificate"]
    assert np.array_equal(Encoder(threads).passages(texts), np.array(bundled.get_text_embedding_batch(texts)))


def test_threads_that_ask_for_the_model_at_once_share_it():
    with ThreadPoolExecutor(3) as pool:
        assert len({id(encoder) for encoder in pool.map(load_encoder, [5, 5, 5])}) == 1


def test_a_process_may_end_while_the_model_is_being_loaded():
    code = "from rag.embed import BundledEmbedding; BundledEmbedding()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_bundled_never_imports_torch():
    code = (
        "import sys; from rag.embed import build_embedder; from rag.settings import Settings;"
        "build_embedder(Settings(_env_file=None)).get_query_embedding('数据');"
        "sys.exit(bool({'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory):
    """A sentence-transformers model of random word vectors, one character a word."""
    library = pytest.importorskip("sentence_transformers")
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding  # noqa: PLC0415
    from tokenizers import Tokenizer, models, pre_tokenizers  # noqa: PLC0415

    words = {c: i for i, c in enumerate("?登记证书有效期三年罚款")}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    weights = np.random.default_rng(7).normal(size=(len(words), 16)).astype(np.float32)
    folder = tmp_path_factory.mktemp("model")
    prompts = {"query": "罚款罚款", "document": ""}
    library.SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], prompts=prompts, device="cpu"
    ).save(str(folder))
    return str(folder)


def test_a_sentence_transformers_model_is_used_by_name(tiny_model):
    embedder = build_embedder(settings(embed_model=tiny_model))
    vectors = np.array(embedder.get_text_embedding_batch(["登记证书", "罚款"]))
    assert vectors.shape == (2, embedder.dimension) == (2, 16)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_sentence_transformers_model_gets_its_own_prompts(tiny_model):
    embedder = build_embedder(settings(embed_model=tiny_model))
    asked, fine = embedder.get_query_embedding("登记"), embedder.get_text_embedding("罚款罚款登记")
    assert asked == pytest.approx(fine, abs=1e-5)


def test_a_missing_model_names_itself_and_the_way_out(tmp_path):
    pytest.importorskip("sentence_transformers")
    name = str(tmp_path / "没有")
    with pytest.raises(ModelUnavailable, match="没有") as caught:
        build_embedder(settings(embed_model=name))
    assert "POLICYQA_EMBED_MODEL" in caught.value.fix


def test_without_sentence_transformers_the_command_is_given(monkeypatch):
    monkeypatch.setattr("rag.embed.find_spec", lambda name: None)
    with pytest.raises(ModelUnavailable, match="'BAAI/bge-m3' needs sentence-transformers") as caught:
        build_embedder(settings(embed_model="BAAI/bge-m3"))
    assert caught.value.fix.startswith("pip install sentence-transformers")


def embedded(*vectors):
    rows = ",".join(str(list(v)) for v in vectors)
    return reply(f'{{"model": "m", "embeddings": [{rows}]}}')


def test_ollama_embeds_by_name():
    with FakeOllama({"/api/embed": embedded([0.6, 0.8])}) as server:
        embedder = build_embedder(settings(embed_model="ollama:bge-m3", llm_url=server.url))
        assert embedder.get_text_embedding("数据") == [0.6, 0.8]
        assert embedder.dimension == 2
        assert {r.json["model"] for r in server.asked("/api/embed")} == {"bge-m3"}


def test_a_model_that_ollama_does_not_have_is_pulled_by_the_fix():
    missing = reply('{"error": "model \\"bge-m3\\" not found"}', status=404)
    with (
        FakeOllama({"/api/embed": missing}) as server,
        pytest.raises(ModelUnavailable, match="bge-m3") as caught,
    ):
        build_embedder(settings(embed_model="ollama:bge-m3", llm_url=server.url))
    assert caught.value.fix == "ollama pull bge-m3"


def vectors(*rows):
    data = [{"index": n, "embedding": list(row)} for n, row in enumerate(rows)]
    return reply(json.dumps({"data": data[::-1]}), content_type="application/json")


def test_an_openai_compatible_server_embeds_by_name_in_order_and_at_length_one():
    with FakeOllama({"/v1/embeddings": vectors([3, 4])}) as server:
        embedder = build_embedder(settings(embed_model="openai:bge-m3", llm_url=server.url, llm_key="k"))
        assert embedder.get_query_embedding("数据") == pytest.approx([0.6, 0.8])
        assert embedder.dimension == 2
        server.routes["/v1/embeddings"] = vectors([3, 4], [0, 2])
        assert embedder.get_text_embedding_batch(["一", "二"]) == [pytest.approx([0.6, 0.8]), [0, 1]]
    sent = server.asked("/v1/embeddings")[-1]
    assert (sent.json, sent.headers["authorization"]) == (
        {"model": "bge-m3", "input": ["一", "二"]},
        "Bearer k",
    )


@pytest.mark.parametrize(
    ("answer", "kind", "words", "fix"),
    [
        pytest.param(reply('{"error": {"message": "no such model"}}', status=404), ModelUnavailable, "has no model 'm'", "POLICYQA_EMBED_MODEL=openai:", id="missing"),
        pytest.param(reply('{"error": "x"}', status=401), ModelUnavailable, "asks for a key", "POLICYQA_LLM_KEY", id="key"),
        pytest.param(reply("<html>"), ModelBroke, "does not answer as", "POLICYQA_LLM_URL", id="a web page"),
        pytest.param(vectors([1, 2], [3, 4]), ModelBroke, "does not answer as", "POLICYQA_LLM_URL", id="too many"),
        pytest.param(vectors([]), ModelBroke, "does not answer as", "POLICYQA_LLM_URL", id="empty"),
    ],
)  # fmt: skip
def test_a_server_that_cannot_embed_says_why(answer, kind, words, fix):
    with FakeOllama({"/v1/embeddings": answer}) as server, pytest.raises(kind, match=words) as caught:
        build_embedder(settings(embed_model="openai:m", llm_url=server.url))
    assert fix in caught.value.fix


def test_an_embedding_server_that_is_not_there_is_said(closed_port):
    with pytest.raises(ModelUnavailable, match="No model server answers"):
        build_embedder(settings(embed_model="openai:m", llm_url=f"http://127.0.0.1:{closed_port}"))


@pytest.mark.parametrize("name", ["ollama:bge-m3", "openai:bge-m3"])
def test_texts_never_go_to_a_server_outside_unasked(name):
    with pytest.raises(AccessRefused):
        build_embedder(settings(embed_model=name, llm_url="http://203.0.113.9:11434"))


@pytest.mark.parametrize("name", ["openai:", "ollama:"])
def test_a_server_without_a_model_lists_what_is_possible(name):
    with pytest.raises(SettingsError, match=name) as caught:
        build_embedder(settings(embed_model=name))
    assert "ollama:NAME or openai:NAME" in caught.value.fix
