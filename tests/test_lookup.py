import time

import pytest
from fakes import make_clause, make_document

from rag.locator.lookup import PlaceIndex, TitleMatcher, stands_at
from rag.locator.named import Named, named_places
from rag.locator.pinpoint import Pinpoint

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


def found(question):
    return [clause_id for clause_id, _ in PLACES.look_up(question, TITLES.scores(question))]


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        pytest.param("第十二条怎么说？", [[("条", 12, 0)]], id="Chinese"),
        pytest.param("第12条怎么说？", [[("条", 12, 0)]], id="Arabic"),
        pytest.param("第１２条怎么说？", [[("条", 12, 0)]], id="full-width"),
        pytest.param("第 十 二 条怎么说？", [[("条", 12, 0)]], id="with blanks"),
        pytest.param("第一百二十条", [[("条", 120, 0)]], id="above a hundred"),
        pytest.param("第十二条之一", [[("条", 12, 1)]], id="inserted article"),
        pytest.param("what does article 12 say", [[("条", 12, 0)]], id="English"),
        pytest.param("Chapter II", [[("章", 2, 0)]], id="Roman"),
        pytest.param("Part 3 and section 4", [[("部", 3, 0)], [("节", 4, 0)]], id="two in English"),
        pytest.param("第二章第五条", [[("章", 2, 0), ("条", 5, 0)]], id="one path"),
        pytest.param("第五条和第六条", [[("条", 5, 0)], [("条", 6, 0)]], id="two places"),
        pytest.param("第五条第六条", [[("条", 5, 0)], [("条", 6, 0)]], id="same style is no path"),
        pytest.param("三（一）讲什么", [[("", 3, 0), ("（", 1, 0)]], id="outline"),
        pytest.param("三、（一）讲什么", [[("", 3, 0), ("（", 1, 0)]], id="outline with comma"),
        pytest.param("三/(一)讲什么", [[("", 3, 0), ("（", 1, 0)]], id="outline as locator"),
        pytest.param("第（六）项是什么", [[("（", 6, 0)]], id="bracketed"),
        pytest.param("第三部分", [[("部", 3, 0)]], id="part"),
        pytest.param(
            "第二编第一分编第四章", [[("编", 2, 0), ("分编", 1, 0), ("章", 4, 0)]], id="books of a code"
        ),
        pytest.param("第一分编第五条", [[("分编", 1, 0), ("条", 5, 0)]], id="a part of a code"),
        pytest.param("附件1说什么", [[("附件", 1, 0)]], id="annex"),
        pytest.param("第3段讲什么", [[("段", 3, 0)]], id="paragraph of a text without numbers"),
        pytest.param("第一百1条", [[("条", 101, 0)]], id="mixed numerals"),
        pytest.param("数据怎么登记？", [], id="none"),
        pytest.param("《某办法第三条释义》讲什么？", [], id="inside a title"),
        pytest.param("第三方机构2024年第一季度的数据", [], id="other ordinals"),
    ],
)
def test_places_that_a_question_names(question, parts):
    assert named_places(question) == [Named(tuple(p)) for p in parts]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("第三条第（六）项", Pinpoint(None, 6)),
        ("第三条第二款第（一）项怎么说", Pinpoint(2, 1)),
        ("第十二条之一第二款第三项第1目", Pinpoint(2, 3, 1)),
        ("第三条的第二款", None),
        ("第三条", None),
    ],
)
def test_the_pinpoint_behind_an_article_is_read(question, expected):
    assert [place.pinpoint for place in named_places(question)] == [expected]


@pytest.mark.parametrize(
    "question",
    [
        "我国第一部数据条例是哪部？",
        "第二节课讲什么",
        "第一章程是什么",
        "第三条生产线何时投产",
    ],
)
def test_ordinals_of_other_things_are_no_places(question):
    assert named_places(question) == []


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


def test_a_document_without_that_number_gives_way_to_the_others():
    assert found("“数据要素×”三年行动计划第十二条") == ["b:第二章/第十二条", "g:第二章/第十二条"]


def test_the_score_is_the_title_share():
    question = "贵州省数据流通交易管理办法第十二条"
    ((_, score),) = PLACES.look_up(question, TITLES.scores(question))
    assert score == 2.0


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
    assert stands_at(make_clause(locator), Named(tuple(place))) is expected


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
    assert PLACES.look_up("第十二条怎么规定？", {}, {"g", "p"}) == [("g:第二章/第十二条", 0.0)]
    assert PLACES.look_up("第十二条怎么规定？", {}, set()) == []


def test_a_large_collection_is_looked_up_in_a_blink():
    places = [f"第{chapter}章/第{article}条" for chapter in range(1, 6) for article in range(1, 12)]
    rows = [(f"d{d}:{place}", f"d{d}", place) for d in range(1000) for place in places]
    index = PlaceIndex(rows)
    started = time.perf_counter()
    found = index.look_up("第五条怎么规定？", {})
    assert len(found) == 5000
    # Ten times what it takes, for a machine that is busy with other tests.
    assert time.perf_counter() - started < 0.2


def test_titles_that_share_nothing_are_missing():
    assert TITLES.scores("how are you") == {}
    assert TitleMatcher([]).scores("数据") == {}
