"""What a search makes of what a question says: it raises, reports and hides nothing."""

import pytest
from fakes import (
    BEIJING_TITLE,
    GUIZHOU_TITLE,
    PLAN_TITLE,
    SHENZHEN_TITLE,
    make_collection,
    open_retriever,
    places,
)

from rag.schema import Question


@pytest.fixture(scope="module")
def retriever(tmp_path_factory):
    return open_retriever(make_collection(tmp_path_factory.mktemp("collection")))


def search(retriever, text, limit=10):
    return retriever.search(Question(text), limit)


def titles(found):
    return {h.clause.title for h in found.hits}


@pytest.mark.parametrize(
    ("question", "first", "inferred"),
    [
        pytest.param(
            "征求意见稿里怎么罚款", f"{GUIZHOU_TITLE} 第二章/第十三条", {"status": "征求意见稿"}, id="status"
        ),
        pytest.param(
            "《北京市数据知识产权登记管理办法》有效期是几年",
            f"{BEIJING_TITLE} 第二章/第四条",
            {"title": BEIJING_TITLE, "region": "北京市"},
            id="title",
        ),
        pytest.param(
            "2019年3月时平台公布什么目录", f"{SHENZHEN_TITLE} 第二条", {"as_of": "2019-03-31"}, id="day"
        ),
    ],
)
def test_what_is_inferred_raises_and_hides_nothing(retriever, question, first, inferred):
    found = search(retriever, question, 500)
    assert places(found.hits)[0] == first
    assert found.filters.inferred == inferred
    assert titles(found) == {BEIJING_TITLE, GUIZHOU_TITLE, SHENZHEN_TITLE, PLAN_TITLE}


@pytest.mark.parametrize(
    ("question", "without", "gone"),
    [
        pytest.param("征求意见稿里怎么罚款", {"status"}, {"status"}, id="status"),
        pytest.param("《北京市数据知识产权登记管理办法》有效期是几年", {"title"}, {"title"}, id="title"),
        pytest.param("《北京市数据知识产权登记管理办法》有效期是几年", {"region"}, {"region"}, id="place"),
        pytest.param("2019年3月时平台公布什么目录", {"as_of"}, {"as_of"}, id="day"),
        pytest.param(
            "2019年3月时平台公布什么目录", {"region", "left_out"}, set(), id="what was not inferred"
        ),
    ],
)
def test_an_inference_can_be_left_alone(retriever, question, without, gone):
    with_it = search(retriever, question, 500)
    found = retriever.search(Question(question, without=frozenset(without)), 500)
    assert found.filters.inferred.keys() == with_it.filters.inferred.keys() - gone
    assert titles(found) == titles(with_it)
    raised = [h.clause.clause_id for h in with_it.hits], [h.score for h in with_it.hits]
    assert (raised == ([h.clause.clause_id for h in found.hits], [h.score for h in found.hits])) == (not gone)


def test_a_number_without_its_title_is_looked_up_everywhere(retriever):
    question = "北京市数据知识产权登记管理办法第二条"
    named = search(retriever, question)
    assert [h.legs["lookup"].rank for h in named.hits if "lookup" in h.legs] == [1]
    found = retriever.search(Question(question, without=frozenset({"title", "region"})), 10)
    assert {h.clause.title for h in found.hits if "lookup" in h.legs} == {BEIJING_TITLE, SHENZHEN_TITLE}


def test_a_follow_up_can_be_searched_for_without_what_was_said_before(retriever):
    history = (("北京的登记证书有效期是几年？", "三年。"),)
    found = retriever.search(Question("那罚款呢？", history), 10)
    assert "history" in found.filters.inferred
    alone = retriever.search(Question("那罚款呢？", history, without=frozenset({"history"})), 10)
    assert alone.filters.inferred.keys().isdisjoint({"history", "region"})


def test_a_number_in_several_documents_finds_all_and_says_so(retriever):
    found = search(retriever, "第二条怎么规定？")
    assert {f"{BEIJING_TITLE} 第一章/第二条", f"{SHENZHEN_TITLE} 第二条"} <= set(places(found.hits[:2]))
    assert found.filters.inferred == {"ambiguous": f"第二条：《{BEIJING_TITLE}》、《{SHENZHEN_TITLE}》"}


def test_each_place_is_looked_up_in_its_document(retriever):
    found = search(
        retriever, "北京市数据知识产权登记管理办法第四条和贵州省数据流通交易管理办法第十二条、第十三条"
    )
    assert set(places(found.hits[:3])) == {
        f"{BEIJING_TITLE} 第二章/第四条",
        f"{GUIZHOU_TITLE} 第二章/第十二条",
        f"{GUIZHOU_TITLE} 第二章/第十三条",
    }
    assert "ambiguous" not in found.filters.inferred


def test_a_comparison_has_a_clause_of_each_place_first(retriever):
    found = search(retriever, "北京和深圳的登记证书有效期各是几年？")
    assert set(places(found.hits[:2])) == {f"{BEIJING_TITLE} 第二章/第四条", f"{SHENZHEN_TITLE} 第二条"}


def test_a_wrong_guess_hides_nothing(retriever):
    found = search(retriever, "深圳的办法里，数据交易资料保存多少年？")
    assert f"{GUIZHOU_TITLE} 第二章/第十二条" in places(found.hits)
