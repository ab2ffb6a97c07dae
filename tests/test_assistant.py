from datetime import date

import pytest
from fakes import (
    BEIJING_TITLE,
    FILES,
    SHENZHEN_TITLE,
    FakeEmbedder,
    ScriptedLLM,
    clause_ids,
    fake_settings,
    make_collection,
    open_assistant,
    places,
)

import rag.assistant
import rag.embed
from rag.assistant import build_assistant
from rag.context.prompt import REFUSAL
from rag.errors import CollectionMismatch, EmptyCollection, IndexDamaged, NotFound, QuestionError
from rag.schema import Answer, Question, Stage, Viewer

TERM = "登记证书的有效期是多久？"


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return make_collection(tmp_path_factory.mktemp("collection"))


@pytest.fixture(scope="module")
def assistant(settings):
    return open_assistant(settings)


@pytest.fixture
def fake_embedder(monkeypatch):
    monkeypatch.setattr(rag.embed, "build_embedder", lambda settings: FakeEmbedder())
    monkeypatch.setattr(rag.assistant, "build_embedder", lambda settings: FakeEmbedder())


def test_without_a_model_the_best_words_are_quoted_with_their_place(assistant):
    answer = assistant.ask(Question(TERM))
    assert (answer.verdict, answer.model) == ("answered", "extractive")
    assert answer.text.startswith(
        f"《{BEIJING_TITLE}》第二章/第四条：登记证书的有效期为三年，自登记公告之日起计算。[1]"
    )
    assert "no_model" in {w.code for w in answer.warnings}
    assert all(c.quote in answer.text for c in answer.citations)
    assert answer.nearest == ()


def test_a_quote_over_two_paragraphs_names_the_article_alone(assistant):
    answer = assistant.ask(Question("北京登记管理办法第三条说了什么？"))
    assert [(c.locator, c.pinpoint) for c in answer.citations] == [("第二章/第三条", None)]
    assert "（三）数据来源说明。" in answer.text


def test_a_clause_that_is_named_is_the_only_one_quoted(assistant):
    answer = assistant.ask(Question("贵州数据流通交易管理办法第十三条怎么规定？"))
    assert [c.locator for c in answer.citations] == ["第二章/第十三条"]


def test_a_question_about_two_places_quotes_both(assistant):
    answer = assistant.ask(Question("北京和深圳的登记证书有效期各是多久？"))
    assert {c.title for c in answer.citations} == {BEIJING_TITLE, SHENZHEN_TITLE}
    assert [c.n for c in answer.citations] == [1, 2]
    assert answer.verdict == "answered"


@pytest.mark.parametrize(
    ("question", "why"),
    [
        pytest.param("上海的登记证书有效期是多久？", "没有关于上海的条款。", id="other place"),
        pytest.param(
            "《中华人民共和国海商法》讲什么？", "文件库里没有《中华人民共和国海商法》。", id="other document"
        ),
        pytest.param(
            "登记费多少钱？",
            f"最接近的是《{BEIJING_TITLE}》第二章/第三条，但相近的条款里没有写金额。",
            id="no amount",
        ),
    ],
)
def test_a_refusal_has_no_citation_but_what_is_near(assistant, question, why):
    answer = assistant.ask(Question(question))
    assert (answer.verdict, answer.text, answer.citations) == ("refused", REFUSAL["zh"] + why, ())
    assert answer.nearest == answer.retrieval.hits[:3]


def test_an_english_refusal_is_in_english(assistant):
    answer = assistant.ask(Question("How long is it valid in Shanghai?"))
    assert answer.text == f"{REFUSAL['en']} There is no clause about 上海."


def test_filters_that_nothing_meets_are_refused_with_nothing_near(assistant):
    answer = assistant.ask(Question(TERM, filters={"region": "火星"}))
    assert (answer.verdict, answer.nearest) == ("refused", ())
    assert answer.retrieval.filters.explicit == {"region": "火星"}


@pytest.mark.parametrize(
    ("question", "as_of", "code", "words"),
    [
        pytest.param("贵州交易资料保存多少年？", None, "draft", "是征求意见稿，尚未生效。", id="draft"),
        pytest.param(
            "深圳公共数据开放目录登记证书有效期？", None, "expired", "有效期到2020-12-31为止", id="expired"
        ),
        pytest.param(
            "数据要素×三年行动计划的总体目标？", "2024-06-01", "undated", "2024-06-01", id="no date"
        ),
    ],
)
def test_what_a_reader_must_know_is_said_once_for_each_document(assistant, question, as_of, code, words):
    answer = assistant.ask(Question(question, as_of=as_of))
    found = [w for w in answer.warnings if w.code == code and words in w.text]
    assert len(found) == 1
    assert found[0].clause_id in {c.clause_id for c in answer.citations}


@pytest.mark.parametrize(
    ("question", "as_of", "words"),
    [
        pytest.param(TERM, "2001-01-01", "在 2001-01-01 还没有生效。", id="not yet"),
        pytest.param(
            "深圳公共数据开放目录登记证书有效期？", "2030-01-01", "在 2030-01-01 已经过期。", id="expired"
        ),
        pytest.param(
            "How long is a Beijing registration certificate valid?",
            "2001-01-01",
            "on 2001-01-01",
            id="in English",
        ),
    ],
)
def test_a_document_that_the_day_leaves_out_is_told(assistant, question, as_of, words):
    answer = assistant.ask(Question(question, as_of=as_of))
    assert words in " ".join([answer.text, *(w.text for w in answer.warnings)])
    assert "没有关于" not in answer.text


def test_a_document_in_force_needs_no_warning_but_that_it_is_on_trial(assistant):
    answer = assistant.ask(Question(TERM, filters={"region": "北京"}, as_of="2024-01-01"))
    assert [w.code for w in answer.warnings] == ["no_model", "trial"]


def test_a_document_of_the_future_is_not_yet_in_force(tmp_path):
    year = date.today().year + 2
    text = f"# 丁市数据办法\n\n第一条 证书的有效期为四年。\n\n第二条 本办法自{year}年1月1日起施行。\n"
    answer = open_assistant(make_collection(tmp_path, {"丁.md": text})).ask(Question("证书的有效期多久？"))
    assert [w.text for w in answer.warnings if w.code == "not_yet"] == [
        f"《丁市数据办法》自{year}-01-01起施行，现在还没有生效。"
    ]


def test_a_document_of_a_group_is_not_answered_from(tmp_path):
    settings = make_collection(tmp_path, hidden={"北京.md": "finance"})
    assistant = open_assistant(settings)
    public = assistant.ask(Question("北京知识产权登记管理办法第四条"))
    assert BEIJING_TITLE not in {h.clause.title for h in (*public.retrieval.hits, *public.nearest)}
    assert BEIJING_TITLE not in {c.title for c in public.citations}
    group = assistant.ask(Question("北京知识产权登记管理办法第四条"), Viewer(frozenset({"finance"})))
    assert {c.title for c in group.citations} == {BEIJING_TITLE}


def test_the_stream_can_be_closed_in_the_middle(settings):
    llm = ScriptedLLM(pieces=["有效", "期三年[1]。"])
    stream = open_assistant(settings, llm).stream(Question(TERM))
    assert isinstance(next(stream), Stage)
    stream.close()
    assert llm.prompts == []


def test_what_is_no_question_is_refused_before_anything_else(assistant):
    with pytest.raises(QuestionError):
        assistant.ask(Question("？"))


def test_documents_and_clauses_can_be_read(assistant, settings):
    assert len(assistant.documents()) == len(FILES)
    fourth = clause_ids(settings)[f"{BEIJING_TITLE} 第二章/第四条"]
    assert assistant.clause(fourth).label == "第四条"
    assert [c.label for c in assistant.neighbours(fourth)] == ["第三条", "第五条"]
    assert assistant.document(fourth.split(":")[0]).title == BEIJING_TITLE
    with pytest.raises(NotFound):
        assistant.clause("没有")


@pytest.mark.parametrize(("llm", "notice"), [(None, "没有使用语言模型"), (ScriptedLLM(pieces=[]), None)])
def test_the_notice_says_that_no_model_writes(settings, llm, notice):
    found = open_assistant(settings, llm).notice()
    assert found is None if notice is None else notice in found


def test_llama_index_users_get_a_query_engine(assistant):
    response = assistant.llama_index().query(TERM)
    assert "有效期为三年" in response.response
    assert response.metadata["verdict"] == "answered"
    cited = [c.clause_id for c in response.metadata["citations"]]
    assert {n.node.node_id for n in response.source_nodes} == set(cited)


def test_the_settings_build_it(settings, fake_embedder):
    built = build_assistant(settings)
    assert isinstance(built.ask(Question(TERM)), Answer)
    assert built.model == "extractive"


def test_built_for_searching_it_asks_for_no_model(settings, fake_embedder):
    offline = fake_settings(settings.data, llm="ollama:nothing", llm_url="http://127.0.0.1:9")
    built = build_assistant(offline, searching_only=True)
    assert places(built.search(Question(TERM), 1).hits) == [f"{BEIJING_TITLE} 第二章/第四条"]
    assert (built.model, built.notice()) == ("none", None)


def test_another_embedder_is_refused(settings):
    with pytest.raises(
        CollectionMismatch, match=r"'fake' \(256 numbers per chunk\).*'bundled [0-9a-f]{12}'"
    ) as caught:
        build_assistant(fake_settings(settings.data, embed_model="bundled"))
    assert caught.value.fix.startswith("policyqa rebuild")


def test_a_missing_collection_says_how_to_make_one(tmp_path):
    with pytest.raises(EmptyCollection) as caught:
        build_assistant(fake_settings(tmp_path))
    assert caught.value.fix == "policyqa ingest PATH"


def test_a_missing_index_is_an_error_with_a_fix(tmp_path, fake_embedder):
    settings = make_collection(tmp_path, {"计划.md": FILES["计划.md"]})
    (settings.data / "index" / "1" / "keyword" / "clauses.json").unlink()
    with pytest.raises(IndexDamaged) as caught:
        build_assistant(settings)
    assert caught.value.fix == "policyqa rebuild"
