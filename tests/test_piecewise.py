import pytest
from fakes import FakeEmbedder, make_clause, make_hit

from rag.quote.extract import Extract
from rag.quote.piecewise import besides, by_place, completed
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


COUNTED = hit("五", "建设 10 个示范基地。", 0.5)


def test_a_number_of_things_that_is_not_quoted_is_quoted_besides_and_never_missing(scorer):
    asked = "登记主体向谁提交材料，示范线路开多少条？"
    handed = hit("四", "登记主体应当向登记机构提交材料。")
    lines = hit("六", "开通示范线路 30 条。", 0.5)
    assert [p.hit for p in besides(asked, [whole(handed)], [handed, lines], scorer).passages] == [lines]
    assert besides(asked, [whole(handed)], [handed], scorer).missing == ()


def test_a_number_of_things_that_is_quoted_already_brings_no_other(scorer):
    asked = "示范基地建多少个，登记主体几个工作日内提交材料？"
    other = hit("六", "培育示范基地建设单位 30 个。", 0.4)
    found = besides(asked, [whole(COUNTED), whole(OBJECTION)], [COUNTED, OBJECTION, other], scorer)
    assert found.passages == ()


MATERIALS = "申请登记应当提交下列材料：\n（一）登记申请表；\n（二）身份证明。"
REVIEW = "材料由登记机构进行形式审核。"
DUTIES = "\n".join(f"各地应当加强第{n}方面的组织领导，落实工作责任和经费保障。" for n in range(20))


def first(clause, words):
    return Extract(clause, 0, len(words))


def test_several_parts_get_all_of_a_short_clause(scorer):
    clause = hit("三", f"{MATERIALS}\n{REVIEW}")
    found = completed("申请登记提交什么材料，谁来审核？", [first(clause, MATERIALS), whole(PUBLIC)], scorer)
    assert [p.text for p in found] == [clause.clause.text, PUBLIC.clause.text]


def test_several_parts_get_their_sentences_of_a_long_clause(scorer):
    clause = hit("三", f"{MATERIALS}\n{DUTIES}\n{REVIEW}")
    found = completed("申请登记应当提交什么材料，材料由谁审核？", [first(clause, MATERIALS)], scorer)
    assert [p.text for p in found] == [MATERIALS, REVIEW]


@pytest.mark.parametrize("asked", ["申请登记应当提交什么材料？", "申请登记，应当提交什么材料？"])
def test_one_part_gets_no_more_than_it_had(scorer, asked):
    clause = hit("三", f"{MATERIALS}\n{REVIEW}")
    assert completed(asked, [first(clause, MATERIALS)], scorer) == [first(clause, MATERIALS)]


def test_nothing_quoted_stays_nothing(scorer):
    assert completed("申请登记提交什么材料，谁来审核？", [], scorer) == []


PUBLISHED = hit("三十", "登记凭证公示 7 个工作日无异议的，发放凭证。", 0.2)
EXAMINED = hit("十二", "登记机构应当于受理之日起 30 个工作日内出具登记审查意见。")


def test_a_time_for_another_part_does_not_do_for_this_one(scorer):
    asked = "登记审查几个工作日，登记公示几个工作日？"
    found = besides(asked, [whole(EXAMINED)], [EXAMINED, PUBLISHED], scorer)
    assert [p.hit for p in found.passages] == [PUBLISHED]


def test_a_sentence_with_half_of_the_words_of_a_part_does_for_it(scorer):
    limit = hit("三十六", "违法行为二年内未被发现的，不再给予处罚；涉及生命健康的，延长至五年。")
    moved = hit("二十七", "不需要追究刑事责任，应当给予处罚的，三日内移送。", 0.4)
    found = besides("违法行为多久不处罚，涉及生命健康的多久？", [whole(limit)], [limit, moved], scorer)
    assert found.passages == ()


def test_what_is_asked_by_a_name_alone_gets_the_passage_that_the_part_before_it_asks_for(scorer):
    first = hit("四", "试点示范企业奖励 100 万元。")
    second = hit("五", "机器换人项目奖励 500 万元。", 0.2)
    other = hit("六", "建设产业园区，引进科研院所。", 0.1)
    found = besides(
        "试点示范企业奖励多少元，机器换人项目呢？", [whole(first)], [first, second, other], scorer
    )
    assert [p.hit for p in found.passages] == [second]
    assert (
        besides("试点示范企业奖励多少元，机器换人项目。", [whole(first)], [first, second], scorer).passages
        == ()
    )
