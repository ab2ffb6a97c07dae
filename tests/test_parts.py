"""The switches with which parts of the product are left out, to measure what they are worth."""

from functools import partial

import pytest
from fakes import (
    BEIJING_TITLE,
    GUIZHOU_TITLE,
    FakeEmbedder,
    ScriptedLLM,
    fake_settings,
    make_collection,
    open_collection,
    places,
)

import rag.assistant
from rag.assistant import Assistant, build_assistant
from rag.collection import Collection
from rag.context.prompt import REFUSAL
from rag.hit.parts import Parts
from rag.llm import LlmChoice
from rag.rerank import SentenceScorer
from rag.retrieve import Retriever
from rag.schema import Delta, Question
from rag.writer import Writer

TERM = "登记证书的有效期是多久？"
MISQUOTED = "「登记证书的有效期为九年，自登记公告之日起计算」[1]，共99件[99]。"


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return make_collection(tmp_path_factory.mktemp("collection"))


@pytest.fixture
def search(settings):
    """Search with some parts only."""

    def _search(text, **parts):
        embedder = FakeEmbedder()
        collection = Collection(
            settings, lambda *indexes: Retriever(*indexes, embedder, parts=Parts(**parts))
        )
        return collection.retriever().search(Question(text)), embedder

    return _search


@pytest.fixture
def write(settings):
    """Let a scripted model write, unchecked."""

    def _write(*pieces, checked=False):
        scorer = SentenceScorer(FakeEmbedder())
        writer = Writer(ScriptedLLM(pieces=list(pieces)), "ollama:fake", scorer, checked=checked)
        return list(Assistant(settings, open_collection(settings), writer).stream(Question(TERM)))

    return _write


@pytest.mark.parametrize(
    ("parts", "legs"),
    [
        pytest.param({}, {"keyword", "dense"}, id="all"),
        pytest.param({"dense": False}, {"keyword"}, id="no vectors"),
        pytest.param({"keyword": False}, {"dense"}, id="no keywords"),
        pytest.param({"keyword": False, "dense": False}, set(), id="neither"),
    ],
)
def test_a_leg_that_is_off_finds_nothing(search, parts, legs):
    found, _ = search(TERM, **parts)
    assert {leg for hit in found.hits for leg in hit.legs} == legs


def test_without_vectors_the_question_is_not_embedded(search):
    _, embedder = search(TERM, dense=False)
    assert embedder.asked == []


@pytest.mark.parametrize("off", ["dense", "keyword"])
def test_a_single_leg_has_the_whole_weight(search, off):
    found, _ = search("数据交易资料保存多少年？", router=False, **{off: False})
    assert found.hits[0].score == 1.0


def test_without_the_router_a_number_is_not_looked_up(search):
    question = "贵州省数据流通交易管理办法第13条"
    found, _ = search(question)
    assert "lookup" in found.hits[0].legs
    found, _ = search(question, router=False)
    assert all("lookup" not in hit.legs for hit in found.hits)


def test_without_the_router_no_place_is_preferred(search):
    with_router, _ = search("贵州的资料保存多少年？")
    without, _ = search("贵州的资料保存多少年？", router=False)
    assert (with_router.filters.inferred, without.filters.inferred) == ({"region": "贵州省"}, {})
    assert without.hits[0].score < with_router.hits[0].score


def test_without_the_router_the_clause_on_validity_is_not_preferred(search):
    question = "北京知识产权登记管理办法从什么时候起施行？"
    place = f"{BEIJING_TITLE} 第二章/第五条"
    with_router, without = (
        {place: hit.score for place, hit in zip(places(found.hits), found.hits, strict=True)}
        for found, _ in (search(question), search(question, router=False))
    )
    assert next(iter(with_router)) == place
    assert without[place] < with_router[place] - 0.5


def test_unchecked_words_are_shown_as_they_were_written(write):
    *_, answer = events = write(MISQUOTED)
    assert "".join(e.text for e in events if isinstance(e, Delta)) == answer.text == MISQUOTED
    assert [c.n for c in answer.citations] == [1]
    assert not [w for w in answer.warnings if w.code.endswith("_not_in_source")]


def test_the_same_words_checked_lose_the_marker_and_give_way_to_the_clause(write):
    *_, answer = write(MISQUOTED, checked=True)
    assert "[9]" not in answer.text
    assert {"replaced"} <= {w.code for w in answer.warnings}


def test_unchecked_numbers_are_those_of_the_sources(write):
    *_, answer = write("目录每年公布[2]。有效期三年[1]。")
    *_, checked = write("目录每年公布[2]。有效期三年[1]。", checked=True)
    assert answer.text == "目录每年公布[2]。有效期三年[1]。"
    assert [c.clause_id for c in answer.citations] == [c.clause_id for c in reversed(checked.citations)]


def test_unchecked_words_without_a_source_are_shown_too(write):
    *_, answer = write("可以申请。")
    assert (answer.verdict, answer.text, answer.citations, answer.model) == (
        "answered",
        "可以申请。",
        (),
        "ollama:fake",
    )


def test_an_unchecked_refusal_is_a_refusal(write):
    *_, answer = write(REFUSAL["zh"])
    assert answer.verdict == "refused"


def test_an_assistant_can_be_built_with_other_parts(settings, monkeypatch):
    monkeypatch.setattr(rag.assistant, "build_embedder", lambda settings: FakeEmbedder())
    assistant = build_assistant(
        fake_settings(settings.data),
        model=LlmChoice(ScriptedLLM(pieces=["保存三十年[1]，另见[9]。"]), "scripted", None),
        retriever=partial(Retriever, parts=Parts(dense=False)),
        checked=False,
    )
    answer = assistant.ask(Question("数据交易资料保存多少年？"))
    assert (answer.model, answer.text) == ("scripted", "保存三十年[1]，另见[9]。")
    assert answer.citations[0].title == GUIZHOU_TITLE
    assert all(set(hit.legs) <= {"keyword"} for hit in answer.retrieval.hits)
