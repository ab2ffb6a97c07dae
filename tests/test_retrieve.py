import numpy as np
import pytest
from fakes import (
    BEIJING_TITLE,
    FILES,
    GUIZHOU_TITLE,
    PLAN_TITLE,
    SHENZHEN_TITLE,
    fake_settings,
    make_collection,
    open_retriever,
    places,
)

from ingest import pipeline
from rag.catalog import Catalog
from rag.clause_retriever import ClauseRetriever
from rag.errors import EmptyCollection, FilterError, QuestionError
from rag.hit.weights import DENSE_DEPTH, DEPTH, EVERYDAY_SHARE
from rag.schema import LegScore, Question, Viewer

SECRET = "# 内部数据登记规则\n\n第一条 内部登记证书的有效期为九年。\n\n第二条 本规则自2023年1月1日起施行。\n"
SECRET_TITLE = "内部数据登记规则"
FINANCE = Viewer(groups=frozenset({"finance"}))


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    files = {**FILES, "内部.md": SECRET}
    return make_collection(tmp_path_factory.mktemp("collection"), files, hidden={"内部.md": "finance"})


@pytest.fixture(scope="module")
def retriever(settings):
    return open_retriever(settings)


def search(retriever, text, limit=10, viewer=None, **fields):
    return retriever.search(Question(text, **fields), limit, viewer)


def titles(found):
    return {h.clause.title for h in found.hits}


def test_every_leg_reports_rank_and_score(retriever):
    found = search(retriever, "北京市数据知识产权登记管理办法第四条证书有效期")
    best = found.hits[0]
    assert places([best]) == [f"{BEIJING_TITLE} 第二章/第四条"]
    assert set(best.legs) == {"lookup", "keyword", "dense"}
    assert best.legs["lookup"] == LegScore(1, pytest.approx(best.legs["lookup"].score))
    for leg in ("keyword", "dense"):
        ranked = sorted((h.legs[leg].rank, h.legs[leg].score) for h in found.hits if leg in h.legs)
        assert [s for _, s in ranked] == sorted((s for _, s in ranked), reverse=True)
        assert len({r for r, _ in ranked}) == len(ranked)
    assert [h.score for h in found.hits] == sorted((h.score for h in found.hits), reverse=True)
    assert found.seconds > 0


def test_the_second_look_is_a_leg_of_its_own(settings):
    again = open_retriever(fake_settings(settings.data, rerank_model="bundled"))
    found = search(again, "登记证书的有效期是多久？")
    assert {h.legs["rerank"].rank for h in found.hits if "rerank" in h.legs} == {1, 2, 3, 4, 5}
    assert places(found.hits[:1]) == [f"{BEIJING_TITLE} 第二章/第四条"]


def test_a_part_of_the_vector_is_of_the_statutes_words(settings):
    open_one = open_retriever(settings)
    searched = []

    class Listening:
        def search(self, vector, limit, documents=None):
            searched.append((np.array(vector), limit))
            return []

    open_one._store = Listening()
    embed = open_one._embedder.get_query_embedding
    for question in ("登记证书的有效期是多久？", "老板不给登记证书怎么办？"):
        search(open_one, question)
    (plain, limit), (mixed, _) = searched
    assert limit == DENSE_DEPTH * DEPTH
    assert plain == pytest.approx(np.array(embed("登记证书的有效期是多久？")))
    share, formal = EVERYDAY_SHARE, "老板（用人单位、雇主）不给登记证书怎么办？"
    wanted = (1 - share) * np.array(embed("老板不给登记证书怎么办？")) + share * np.array(embed(formal))
    assert mixed == pytest.approx(wanted / np.linalg.norm(wanted))


def test_a_number_alone_brings_that_article_of_every_document_first(retriever):
    found = search(retriever, "第二条说了什么？")
    several = [h for h in found.hits if h.clause.label == "第二条"]
    assert len(several) > 1
    assert list(found.hits[: len(several)]) == several
    assert found.filters.inferred["ambiguous"].startswith("第二条：")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("数据交易资料保存多少年？", f"{GUIZHOU_TITLE} 第二章/第十二条", id="words"),
        pytest.param("贵州省数据流通交易管理办法第13条", f"{GUIZHOU_TITLE} 第二章/第十三条", id="number"),
        pytest.param("数据要素行动计划二（一）", f"{PLAN_TITLE} 二/（一）", id="outline number"),
        pytest.param(
            "北京知识产权登记管理办法从什么时候起施行？", f"{BEIJING_TITLE} 第二章/第五条", id="validity"
        ),
    ],
)
def test_the_right_clause_comes_first(retriever, question, expected):
    assert places(search(retriever, question).hits)[0] == expected


def test_a_follow_up_is_searched_with_the_question_before(retriever):
    history = (
        ("深圳公共数据平台公布什么？", "开放目录[1]。"),
        ("北京知识产权登记机构是谁？", "保护中心[1]。"),
    )
    alone = search(retriever, "有效期为多久呢？")
    after = search(retriever, "有效期为多久呢？", history=history)
    assert places(alone.hits)[0] == f"{SHENZHEN_TITLE} 第二条"
    assert places(after.hits)[0] == f"{BEIJING_TITLE} 第二章/第四条"
    assert after.filters.inferred["region"] == "北京市"


def test_a_number_asked_after_a_document_is_looked_up_in_it(retriever):
    history = (("贵州省数据流通交易管理办法讲什么？", "讲数据流通交易。"),)
    assert (
        places(search(retriever, "第十三条呢？", history=history).hits)[0]
        == f"{GUIZHOU_TITLE} 第二章/第十三条"
    )


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param({"region": "深圳"}, {SHENZHEN_TITLE}, id="region"),
        pytest.param({"status": "征求意见稿"}, {GUIZHOU_TITLE}, id="status"),
        pytest.param({"title": "行动计划"}, {PLAN_TITLE}, id="title"),
    ],
)
def test_an_explicit_filter_excludes_all_else_through_every_leg(retriever, filters, expected):
    found = search(retriever, "北京登记证书第四条、第十二条有效期", 500, filters=filters)
    assert titles(found) == expected
    assert found.filters.explicit == filters


def test_filters_that_nothing_meets_find_nothing(retriever):
    found = search(retriever, "第四条登记证书有效期", filters={"region": "火星"})
    assert (found.hits, found.filters.explicit) == ((), {"region": "火星"})


def test_as_of_excludes_what_is_out_of_force_and_is_reported(retriever):
    found = search(retriever, "登记证书的有效期第二条", 500, as_of="2024-01-01")
    assert titles(found) == {BEIJING_TITLE, GUIZHOU_TITLE, PLAN_TITLE}
    assert found.filters.explicit == {"as_of": "2024-01-01"}
    assert SHENZHEN_TITLE in found.filters.inferred["left_out"]
    early = search(retriever, "登记证书的有效期第二条", 500, as_of="2019-01-01")
    assert BEIJING_TITLE not in titles(early) and SHENZHEN_TITLE in titles(early)


def test_a_named_region_is_preferred_and_reported_but_excludes_nothing(retriever):
    found = search(retriever, "深圳登记证书的有效期")
    assert places(found.hits)[0] == f"{SHENZHEN_TITLE} 第二条"
    assert (found.filters.inferred, found.filters.explicit) == ({"region": "深圳市"}, {})
    assert BEIJING_TITLE in titles(found)


def test_a_region_without_documents_is_not_reported(retriever):
    assert search(retriever, "上海登记证书的有效期").filters.inferred == {}


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("内部登记证书的有效期九年", id="keyword and dense"),
        pytest.param("内部数据登记规则第一条", id="lookup"),
        pytest.param("内部数据登记规则什么时候施行？", id="validity"),
    ],
)
def test_a_document_of_a_group_exists_for_the_group_only(retriever, question):
    assert SECRET_TITLE not in titles(search(retriever, question, 500))
    assert SECRET_TITLE not in titles(search(retriever, question, 500, Viewer(frozenset({"law"}))))
    assert places(search(retriever, question, viewer=FINANCE).hits)[0].startswith(SECRET_TITLE)


@pytest.mark.parametrize("filters", [{"title": "内部"}, {"source": "内部.md"}])
def test_no_filter_opens_a_document_of_a_group(retriever, filters):
    assert search(retriever, "内部登记第一条", filters=filters).hits == ()


@pytest.mark.parametrize("limit", [1, 3, 500, 9999])
def test_the_limit_is_kept(retriever, limit):
    assert len(search(retriever, "数据办法的规定", limit).hits) == min(limit, 15)


def test_a_large_collection_gives_at_most_500_hits(tmp_path):
    text = "# 甲市数据办法\n\n" + "\n\n".join(f"第{n}条 数据登记的第{n}项规定。" for n in range(1, 561))
    found = search(open_retriever(make_collection(tmp_path, {"甲.md": text})), "数据登记规定", 9999)
    assert len(found.hits) == 500
    assert len({h.clause.clause_id for h in found.hits}) == 500


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("  \n", "question is empty", id="empty"),
        pytest.param("数" * 20_001, "20001 characters", id="too long"),
        pytest.param("？！……", "no words", id="only marks"),
    ],
)
def test_what_is_no_question_is_refused(retriever, text, words):
    with pytest.raises(QuestionError, match=words):
        search(retriever, text)


def test_an_unknown_filter_is_refused(retriever):
    with pytest.raises(FilterError, match="city"):
        search(retriever, "登记", filters={"city": "北京"})


def test_an_empty_collection_says_how_to_fill_it(tmp_path):
    Catalog(tmp_path, create=True).close()
    with pytest.raises(EmptyCollection) as caught:
        open_retriever(fake_settings(tmp_path))
    assert caught.value.fix == "policyqa ingest PATH"


def test_a_document_that_came_later_does_not_disturb_an_open_retriever(tmp_path):
    settings = make_collection(tmp_path, {"计划.md": FILES["计划.md"]})
    opened = open_retriever(fake_settings(settings.data, rerank_model="bundled"))
    make_collection(tmp_path, {"北京.md": FILES["北京.md"]})
    assert titles(search(opened, "登记证书的有效期", 500)) == {PLAN_TITLE}
    assert BEIJING_TITLE in titles(search(open_retriever(settings), "登记证书的有效期", 500))


def test_clauses_that_are_taken_out_during_a_search_make_room_for_others(settings):
    found = open_retriever(settings)
    before = [hit.clause.clause_id for hit in search(found, "登记", limit=4).hits]
    whole, gone = found._catalog.clause_map, set(before[1:3])
    found._catalog.clause_map = lambda ids: {i: c for i, c in whole(ids).items() if i not in gone}
    left = [hit.clause.clause_id for hit in search(found, "登记", limit=4).hits]
    assert left[:2] == [before[0], before[3]]
    assert len(left) == 4


def test_a_removed_document_is_not_found(tmp_path):
    settings = make_collection(tmp_path)
    (tmp_path / "files" / "北京.md").unlink()
    pipeline.ingest([tmp_path / "files"], settings)
    assert BEIJING_TITLE not in titles(search(open_retriever(settings), "北京第四条登记证书有效期", 500))


def test_llama_index_users_get_nodes_of_whole_clauses(retriever):
    found = ClauseRetriever(lambda: retriever, limit=3).retrieve("登记证书的有效期是多久？")
    assert len(found) == 3
    assert found[0].node.metadata["locator"] == "第二章/第四条"
    assert found[0].node.get_content() == "登记证书的有效期为三年，自登记公告之日起计算。"
    assert found[0].score >= found[1].score >= found[2].score
