import time

import pytest
from fakes import make_clause, make_document

from rag.locator.index import PlaceIndex
from rag.locator.lookup import Lookup, stands_at
from rag.locator.matcher import TitleMatcher
from rag.locator.named import Named
from rag.locator.place import Part

BEIJING = make_document("b", "北京市数据知识产权登记管理办法（试行）")
GUIZHOU = make_document("g", "贵州省数据流通交易管理办法（征求意见稿）")
PLAN = make_document("p", "“数据要素×”三年行动计划（2024—2026年）")
REPORT = make_document("r", "全球数据治理报告")
PATHS = {
    BEIJING: ["第一章/第一条", "第二章/第十二条", "第二章/第十二条之一", "第三章/第一节/第十三条"],
    GUIZHOU: ["第一章/第一条", "第二章/第十二条"],
    PLAN: ["引言", "三/（一）", "三/（二）/1", "四/（一）"],
    REPORT: ["第一部分/（一）", "第三部分/（六）", "第十二条建议"],
}
CLAUSES = [make_clause(path, document=document) for document, paths in PATHS.items() for path in paths]
TITLES = TitleMatcher(list(PATHS))
PLACES = PlaceIndex((c.clause_id, c.document_id, c.locator) for c in CLAUSES)
LOOKUP = Lookup(PLACES, TITLES, {d.document_id: d.title for d in PATHS})
EVERYWHERE = {d.document_id for d in PATHS}


def look_up(question, documents=None, history=""):
    full = f"{history} {question}" if history else question
    return LOOKUP.find(question, full, EVERYWHERE if documents is None else documents)


def found(question, history=""):
    return [clause_id for clause_id, _ in look_up(question, history=history).ranking]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("北京数据知识产权登记办法第十二条", ["b:第二章/第十二条"], id="document by title words"),
        pytest.param("贵州数据流通交易办法第12条", ["g:第二章/第十二条"], id="another document"),
        pytest.param("第十二条怎么规定？", ["b:第二章/第十二条", "g:第二章/第十二条"], id="no document: all"),
        pytest.param("北京登记管理办法第十二条之一", ["b:第二章/第十二条之一"], id="inserted article"),
        pytest.param(
            "北京知识产权登记办法第三章", ["b:第三章/第一节/第十三条"], id="chapter gives its clauses"
        ),
        pytest.param("行动计划三（一）", ["p:三/（一）"], id="outline"),
        pytest.param("行动计划三（二）", ["p:三/（二）/1"], id="above a smaller unit"),
        pytest.param("三年行动计划第三部分", ["p:三/（一）", "p:三/（二）/1"], id="part also names 三"),
        pytest.param("全球数据治理报告第（六）项", ["r:第三部分/（六）"], id="bracketed"),
        pytest.param("北京知识产权登记办法第九十九条", [], id="does not exist anywhere"),
        pytest.param("数据怎么登记？", [], id="no place"),
    ],
)
def test_clauses_at_named_places(question, expected):
    assert found(question) == expected


def test_english_names_a_place_too():
    assert found("What does article 12 of 贵州省数据流通交易管理办法 say?") == ["g:第二章/第十二条"]


def test_a_document_without_that_number_does_not_give_way_to_the_others():
    nothing = look_up("“数据要素×”三年行动计划第十二条")
    assert (nothing.ranking, nothing.meant) == ((), {"p"})


def test_a_place_that_is_meant_keeps_the_others_out():
    text = "贵州办法第十三条"
    nothing = LOOKUP.find(text, text, EVERYWHERE, {"g"})
    assert (nothing.ranking, nothing.meant) == ((), {"g"})
    assert LOOKUP.find(text, text, EVERYWHERE).ranking
    assert not LOOKUP.find("贵州办法第十二条", "贵州办法第十二条", EVERYWHERE, {"g"}).meant


def test_the_score_is_the_title_share():
    assert look_up("贵州省数据流通交易管理办法第十二条").ranking == (("g:第二章/第十二条", 2.0),)


@pytest.mark.parametrize(
    ("locator", "place", "expected"),
    [
        ("第二章/第十二条", [("章", 2, 0)], True),
        ("第二章/第十二条", [("章", 2, 0), ("条", 12, 0)], True),
        ("第三章/第十二条", [("章", 2, 0), ("条", 12, 0)], False),
        ("第二章/第十二条之一", [("条", 12, 0)], False),
        ("第十二条建议", [("条", 12, 0)], False),
        ("三/（一）", [("", 3, 0), ("（", 1, 0)], True),
        ("（一）/三", [("", 3, 0), ("（", 1, 0)], False),
        ("引言", [("条", 1, 0)], False),
        ("第二编/第一分编/第四章/第二百零五条", [("编", 2, 0), ("分编", 1, 0), ("章", 4, 0)], True),
        ("第二编/第二分编/第四章/第二百零五条", [("编", 2, 0), ("分编", 1, 0), ("章", 4, 0)], False),
        ("Chapter II/Article 5", [("条", 5, 0)], True),
        ("Chapter II/Article 5", [("章", 2, 0), ("条", 5, 0)], True),
        ("Section 3", [("节", 3, 0)], True),
        ("第3段", [("段", 3, 0)], True),
        ("附件一/三", [("附件", 1, 0)], True),
    ],
)
def test_stands_at(locator, place, expected):
    assert stands_at(make_clause(locator), Named(tuple(Part(*part) for part in place))) is expected


@pytest.mark.parametrize(
    ("text", "best"),
    [
        pytest.param("北京市的知识产权登记", "b", id="words"),
        pytest.param("“数据要素x”三年行动计划（2024-2026年）是谁发的", "p", id="near the whole title"),
        pytest.param("《全球数据治理报告》", "r", id="whole title"),
    ],
)
def test_title_words_choose_the_document(text, best):
    scores = TITLES.scores(text)
    assert max(scores, key=scores.__getitem__) == best


def test_only_the_documents_that_may_be_shown_are_looked_up():
    assert look_up("第十二条怎么规定？", {"g", "p"}).ranking == (("g:第二章/第十二条", 0.0),)
    assert look_up("第十二条怎么规定？", set()).ranking == ()


def test_a_large_collection_is_looked_up_in_a_blink():
    places = [f"第{chapter}章/第{article}条" for chapter in range(1, 6) for article in range(1, 12)]
    rows = [(f"d{d}:{place}", f"d{d}", place) for d in range(1000) for place in places]
    lookup = Lookup(PlaceIndex(rows), TITLES, {})
    started = time.process_time()
    found = lookup.find("第五条怎么规定？", "第五条怎么规定？", {f"d{d}" for d in range(1000)})
    assert len(found.ranking) == 5000
    assert found.ambiguous.endswith("等1000处")
    # Ten times what it takes, for a machine that is busy with other tests.
    assert time.process_time() - started < 0.3


def test_titles_that_share_nothing_are_missing():
    assert TITLES.scores("how are you") == {}
    assert TitleMatcher([]).scores("数据") == {}


OUTLINE = make_document("o", "甲省数字设施建设方案", doc_number="甲政办发〔2023〕20号")
RULES = make_document("u", "乙市登记规则")
MORE = {
    OUTLINE: ["引言", "一", "二/（一）/1", "二/（一）/2", "二/（二）/8", "二/（二）/9", "三/（一）/1", "三/（一）/9", "四/（十八）"],
    RULES: ["第一章/第一条", "第一章/第九条", "趋势三"],
}  # fmt: skip


@pytest.fixture(scope="module")
def shelf():
    rows = [(f"{d.document_id}:{path}", d.document_id, path) for d, paths in MORE.items() for path in paths]
    names = {d.document_id: d.title for d in MORE}
    lookup = Lookup(PlaceIndex(rows), TitleMatcher(list(MORE)), names)
    return lambda question: lookup.find(question, question, {d.document_id for d in MORE})


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("甲省数字设施方案第二部分（二）的第9点", ["o:二/（二）/9"], id="below a named path"),
        pytest.param("甲省数字设施方案二（二）第9条", ["o:二/（二）/9"], id="条 for a point"),
        pytest.param("甲省数字设施方案第二章（二）", ["o:二/（二）/8", "o:二/（二）/9"], id="章 for a part"),
        pytest.param("甲省数字设施方案第八点", ["o:二/（二）/8"], id="a point without its parent"),
        pytest.param("甲省数字设施方案第（十八）项", ["o:四/（十八）"], id="in brackets"),
        pytest.param("甲政办发[2023] 20号 二（二）8", ["o:二/（二）/8"], id="document by number"),
        pytest.param(
            "甲省数字设施方案第二大点第一小点", ["o:二/（一）/1", "o:二/（一）/2"], id="小 as （一）"
        ),
        pytest.param("《甲省数字设施建设方案》Part 2 (2) item 9", ["o:二/（二）/9"], id="English"),
        pytest.param("乙市登记规则第9点", ["u:第一章/第九条"], id="点 for an article"),
        pytest.param("乙市登记规则第三章第九条", ["u:第一章/第九条"], id="wrong chapter"),
        pytest.param("乙市登记规则的趋势三", ["u:趋势三"], id="word with a number"),
        pytest.param("乙市登记规则里第三个趋势", ["u:趋势三"], id="number before the word"),
        pytest.param(
            "甲省数字设施方案二（二）8和乙市登记规则第一条",
            ["o:二/（二）/8", "u:第一章/第一条"],
            id="each in its document",
        ),
        pytest.param("第八点说什么", [], id="a point of no document"),
        pytest.param("甲省数字设施方案第八项", ["o:二/（二）/8"], id="an item of an outline"),
        pytest.param("乙市登记规则不予登记情形的第九项", [], id="an item is no article"),
        pytest.param("申请材料的第八项", [], id="an item of no document"),
    ],
)
def test_outline_places_are_found(shelf, question, expected):
    assert sorted(clause_id for clause_id, _ in shelf(question).ranking) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param(
            "第十二条怎么规定？", f"第十二条：《{BEIJING.title}》、《{GUIZHOU.title}》", id="documents"
        ),
        pytest.param("贵州数据流通交易办法第12条", None, id="one document"),
        pytest.param("北京知识产权登记办法第三章", None, id="a chapter has many clauses"),
        pytest.param("数据怎么登记？", None, id="no place"),
    ],
)
def test_an_ambiguous_place_is_told(question, expected):
    assert look_up(question).ambiguous == expected


def test_several_places_of_one_document_are_told(shelf):
    assert shelf("甲省数字设施方案第9点").ambiguous == "第9点：二/（二）/9、三/（一）/9"


def test_a_document_of_this_turn_takes_the_place_of_the_one_before():
    history = f"《{BEIJING.title}》第十二条怎么说？"
    assert found("第一条呢？", history) == ["b:第一章/第一条"]
    assert found(f"《{GUIZHOU.title}》第一条呢？", history) == ["g:第一章/第一条"]


def test_what_is_likely_for_another_reason_is_looked_up_first():
    question = "第十二条怎么规定？"
    found = LOOKUP.find(question, question, EVERYWHERE, likely={"g"})
    assert (found.ranking, found.ambiguous) == ((("g:第二章/第十二条", 0.5),), None)
    named = f"《{BEIJING.title}》{question}"
    assert LOOKUP.find(named, named, EVERYWHERE, likely={"g"}).ranking == (("b:第二章/第十二条", 2.0),)
