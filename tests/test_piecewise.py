import pytest
from fakes import FakeEmbedder, make_clause, make_hit

from rag.quote.extract import Extract
from rag.quote.piecewise import besides, by_place
from rag.quote.within import extract_within
from rag.rerank import SentenceScorer

TERMS = "公共机构应当自收到申请之日起 5 个工作日内办结。\n主管部门应当自收到申请之日起 2 个工作日内转交。"
HEADED = "下列术语的含义：\n（一）数据资源\n数据资源指数据集。\n（二）算法模型\n算法模型指策略机制。\n（三）算力资源\n算力资源是生产力资源。"


@pytest.fixture(scope="module")
def scorer():
    return SentenceScorer(FakeEmbedder())


def hit(n, text, score=1.0):
    return make_hit(make_clause(f"第{n}条", text), score, lookup=2.0)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        pytest.param(
            "第三条第二款几个工作日？", ["主管部门应当自收到申请之日起 2 个工作日内转交。"], id="second 款"
        ),
        pytest.param("第三条几个工作日？", [TERMS], id="the whole article"),
        pytest.param("第三条第九款几个工作日？", [TERMS], id="no such 款"),
        pytest.param("第四条第二款几个工作日？", [TERMS], id="a 款 of another article"),
    ],
)
def test_a_named_place_limits_what_is_quoted(scorer, asked, words):
    clause = hit("三", TERMS)
    found = extract_within(asked, [clause], scorer, asked=asked)
    assert [p.text for p in found] == words
    assert all(p.hit is clause for p in found)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("第四十条对算法模型怎么规定", "（二）算法模型\n算法模型指策略机制。"),
        ("第四十条对数据怎么规定", HEADED),
        ("本办法对算法模型怎么规定", HEADED),
    ],
)
def test_an_item_is_named_by_its_heading(scorer, asked, words):
    (found,) = extract_within(asked, [hit("四十", HEADED)], scorer, asked=asked)
    assert found.text == words


def test_each_named_clause_gets_a_passage(scorer):
    hits = [hit("四", "移动设备的功率不超过 80W。"), hit("五", "车用设备的功率不超过 22kW。")]
    pieces = by_place("第四条和第五条的功率上限分别是多少？", hits, scorer)
    assert pieces is not None
    assert [p.hit for p in pieces.passages] == hits


@pytest.mark.parametrize(
    "asked", ["第四条的功率上限是多少？", "功率上限是多少？", "第四条和第九条的功率上限？"]
)
def test_one_clause_is_no_comparison(scorer, asked):
    assert by_place(asked, [hit("四", "移动设备的功率不超过 80W。")], scorer) is None


PUBLIC = hit("十九", "登记结果的公示时间为 30 个工作日。", 0.5)
OBJECTION = hit("二十", "对公示有异议的，应当提交材料。登记主体应当在 7 个工作日内提交材料。", 1.0)


def whole(clause):
    return Extract(clause, 0, len(clause.clause.text))


def test_a_part_whose_sentence_is_not_quoted_is_quoted_besides(scorer):
    asked = "登记结果公示多少个工作日，有异议的几个工作日内提交材料？"
    found = besides(asked, [whole(OBJECTION)], [OBJECTION, PUBLIC], scorer)
    assert [p.hit for p in found.passages] == [PUBLIC]
    assert found.missing == ()


def test_a_part_that_no_sentence_answers_is_missing(scorer):
    asked = "登记结果公示多少个工作日，登记费多少元？"
    found = besides(asked, [whole(PUBLIC)], [PUBLIC], scorer)
    assert found.passages == ()
    assert found.missing == ("登记费多少元",)


@pytest.mark.parametrize("asked", ["登记结果公示多少个工作日？", "怎么公示，怎么提出异议？"])
def test_one_part_and_open_parts_get_nothing_besides(scorer, asked):
    found = besides(asked, [whole(OBJECTION)], [OBJECTION, PUBLIC], scorer)
    assert found.passages == found.missing == ()
