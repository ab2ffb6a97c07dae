import pytest
from fakes import FakeEmbedder, fake_settings, make_clause, make_document
from llama_index.core.schema import NodeWithScore

from rag.chunk.nodes import clause_node
from rag.errors import ModelUnavailable
from rag.rerank import CrossEncoderReranker, SentenceReranker, SentenceScorer, build_reranker, title_and_text

QUESTION = "证书的有效期多久"
TEXTS = ["数据应当登记。申请材料应当齐全。", "公示期满发给证书。证书的有效期为三年。", "证书丢失的补发。"]


@pytest.fixture
def scorer():
    return SentenceScorer(FakeEmbedder())


def nodes():
    clauses = [make_clause(f"第{n}条", text) for n, text in enumerate(TEXTS, 1)]
    return [
        NodeWithScore(node=clause_node(c, make_document()), score=1 / (1 + i)) for i, c in enumerate(clauses)
    ]


def test_each_sentence_gets_its_place_and_a_cosine(scorer):
    rows = scorer.scores(QUESTION, [("办法", text) for text in TEXTS])
    assert [[TEXTS[i][a:b] for a, b, _ in row] for i, row in enumerate(rows)] == [
        ["数据应当登记。", "申请材料应当齐全。"],
        ["公示期满发给证书。", "证书的有效期为三年。"],
        ["证书丢失的补发。"],
    ]
    best = max((s, TEXTS[i][a:b]) for i, row in enumerate(rows) for a, b, s in row)
    assert best[1] == "证书的有效期为三年。"
    assert all(-1 <= s <= 1 for row in rows for *_, s in row)


def test_an_empty_text_has_no_sentences(scorer):
    assert scorer.scores(QUESTION, [("办法", "")]) == [[]]
    assert scorer.scores(QUESTION, []) == []


def test_a_sentence_is_embedded_once():
    class Counting(FakeEmbedder):
        def _get_text_embeddings(self, texts):
            seen.extend(texts)
            return super()._get_text_embeddings(texts)

    seen = []
    scorer = SentenceScorer(Counting())
    first = scorer.scores("甲", [("办法", TEXTS[0]), ("办法", TEXTS[0])])
    assert first[0] == first[1]
    scorer.scores("乙", [("办法", TEXTS[0])])
    assert sorted(t for t in seen if "办法" in t) == ["办法 数据应当登记。", "办法 申请材料应当齐全。"]


def test_a_question_asked_again_is_not_embedded_again():
    embedder = FakeEmbedder()
    scorer = SentenceScorer(embedder)
    for _ in range(2):
        scorer.scores(QUESTION, [("办法", TEXTS[0])])
        assert scorer.question(QUESTION).tolist() == scorer.question(QUESTION).tolist()
    assert embedder.asked == [QUESTION]
    other = scorer.question("别的问题")
    assert other.tolist() != scorer.question(QUESTION).tolist()
    assert embedder.asked == [QUESTION, "别的问题", QUESTION]


def test_the_nearest_sentences_come_as_vectors(scorer):
    passages = [("办法", text) for text in TEXTS]
    near = scorer.nearest(QUESTION, passages, 2)
    cosines = sorted(
        (cosine for row in scorer.scores(QUESTION, passages) for *_, cosine in row), reverse=True
    )
    assert near.shape == (2, 256)
    assert near @ scorer.question(QUESTION) == pytest.approx(cosines[:2])
    assert scorer.nearest(QUESTION, passages, 9).shape == (5, 256)
    assert scorer.nearest(QUESTION, [("办法", "")], 3).shape == (0, 256)


def test_the_best_sentence_is_looked_for_among_the_likeliest(scorer):
    passages = [("办法", text) for text in (*TEXTS, "")]
    whole = [max((cosine for *_, cosine in row), default=-1.0) for row in scorer.scores(QUESTION, passages)]
    assert scorer.best(QUESTION, passages, 9, 9999) == pytest.approx(whole)
    assert scorer.best(QUESTION, passages, 1, 9999)[1] == pytest.approx(whole[1]), "shares 证书的有效期"
    assert scorer.best(QUESTION, [], 1, 9999) == []


@pytest.mark.parametrize(
    ("question", "embedded"),
    [
        pytest.param(QUESTION, ["办法 证书的有效期为三年。"], id="only the likeliest"),
        pytest.param("How long?", ["办法 公示期满发给证书。", "办法 证书的有效期为三年。"], id="all in another language"),
    ],
)  # fmt: skip
def test_only_the_likeliest_sentences_are_embedded(question, embedded):
    class Counting(FakeEmbedder):
        def _get_text_embeddings(self, texts):
            seen.extend(texts)
            return super()._get_text_embeddings(texts)

    seen = []
    SentenceScorer(Counting()).best(question, [("办法", TEXTS[1])], 1, 9999)
    assert sorted(t for t in seen if "办法" in t) == sorted(embedded)


LONGER = [
    "证书的有效期为三年。证书的补发由本人申请。证书可以在公示以后到窗口领取。",
    "有效期届满前三十日申请延续。有效期内变更名称的应当报告。",
]


@pytest.mark.parametrize(
    ("characters", "embedded"),
    [
        pytest.param(0, ["证书的有效期为三年。", "有效期内变更名称的应当报告。"], id="the likeliest of each in any case"),
        pytest.param(
            50,
            ["证书的有效期为三年。", "有效期内变更名称的应当报告。", "证书的补发由本人申请。"],
            id="then the second of each, for which there is room",
        ),
        pytest.param(
            65,
            [
                "证书的有效期为三年。",
                "有效期内变更名称的应当报告。",
                "证书的补发由本人申请。",
                "有效期届满前三十日申请延续。",
            ],
            id="before the third of any",
        ),
    ],
)  # fmt: skip
def test_no_more_characters_are_embedded_than_are_given(characters, embedded):
    class Counting(FakeEmbedder):
        def _get_text_embeddings(self, texts):
            seen.extend(texts)
            return super()._get_text_embeddings(texts)

    seen = []
    scorer = SentenceScorer(Counting())
    passages = [("办法", text) for text in LONGER]
    first = scorer.best(QUESTION, passages, 5, characters)
    seen = [text for text in seen if text != QUESTION]
    assert sorted(seen) == sorted(f"办法 {sentence}" for sentence in embedded)
    assert seen == sorted(seen, key=len, reverse=True), "the longest first"
    assert scorer.best(QUESTION, passages, 5, characters) == first, "what is remembered takes room, too"


def test_a_passage_that_shares_no_term_is_looked_at_whole_whatever_the_room(scorer):
    passages = [("办法", text) for text in TEXTS]
    assert scorer.best("How long?", passages, 1, 0) == scorer.best("How long?", passages, 9, 9999)


def test_the_clause_with_the_best_sentence_comes_first(scorer):
    found = SentenceReranker(scorer).postprocess_nodes(nodes(), query_str=QUESTION)
    assert found[0].node.node_id == "d1:第2条"
    assert [n.score for n in found] == sorted((n.score for n in found), reverse=True)
    assert len(found) == 3


@pytest.mark.parametrize("given", [[], None])
def test_without_nodes_or_question_nothing_changes(scorer, given):
    if given is None:
        before = nodes()
        assert SentenceReranker(scorer).postprocess_nodes(before) == before
    else:
        assert SentenceReranker(scorer).postprocess_nodes([], query_str=QUESTION) == []


def test_the_setting_chooses(scorer, tmp_path):
    assert build_reranker(fake_settings(tmp_path, rerank_model="none"), scorer) is None
    chosen = build_reranker(fake_settings(tmp_path, rerank_model="bundled"), scorer)
    assert isinstance(chosen, SentenceReranker)


def test_a_missing_cross_encoder_names_itself_and_the_way_out(scorer, tmp_path):
    pytest.importorskip("sentence_transformers")
    with pytest.raises(ModelUnavailable, match="没有") as caught:
        build_reranker(fake_settings(tmp_path, rerank_model=str(tmp_path / "没有")), scorer)
    assert "POLICYQA_RERANK_MODEL" in caught.value.fix


def test_without_sentence_transformers_the_command_is_given(scorer, tmp_path, monkeypatch):
    monkeypatch.setattr("rag.rerank.find_spec", lambda name: None)
    with pytest.raises(ModelUnavailable, match="needs sentence-transformers") as caught:
        build_reranker(fake_settings(tmp_path, rerank_model="BAAI/bge-reranker-base"), scorer)
    assert "POLICYQA_RERANK_MODEL=bundled" in caught.value.fix


def test_a_cross_encoder_orders_by_its_own_scores(monkeypatch):
    library = pytest.importorskip("sentence_transformers")

    class Shortest:
        def __init__(self, name, **how):
            self.name = name

        def predict(self, pairs):
            return [-len(text) for _, text in pairs]

    monkeypatch.setattr(library, "CrossEncoder", Shortest)
    found = CrossEncoderReranker("any/model").postprocess_nodes(nodes(), query_str=QUESTION)
    assert [n.node.node_id for n in found] == ["d1:第3条", "d1:第1条", "d1:第2条"]


def test_title_and_text():
    assert title_and_text(make_clause()) == ("甲市数据管理办法", "数据应当登记。")
