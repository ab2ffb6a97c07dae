from fractions import Fraction

import pytest
from fakes_eval import TITLE, make_case, make_notice, make_outcome, make_quote, unanswerable
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.cases import Gold
from eval.metric.figures import figures
from eval.metrics import METRICS

SOURCE = (
    "自2023年6月19日起施行，有效期五年。应当在三十个工作日内办结，费用不超过５００万元，占 12.5%，到2025年建成30家。"
    "依照第十四条，每日收取百分之五。"
)


def listing(*evidence: str, facts: tuple[tuple[str, ...], ...]):
    return make_case(
        type="list", gold=tuple(Gold(TITLE, "第一条", words) for words in evidence), key_facts=facts
    )


DISTRICTS = listing(
    "在房山、通州和昌平等区域，重点发展氢能、新型储能、碳捕集等产业", facts=(("房山", "Fangshan"), ("昌平",))
)
KINDS = listing("登记类型包括初始登记、交易登记、变更登记和注销登记", facts=(("初始登记",), ("注销登记",)))
NUMBERED = listing(
    "应当提交：\n（一）主体资格证明材料；\n（二）数据来源说明；\n（三）合规评估意见书。",
    facts=(("数据来源",),),
)
FEWER = listing("包括银行、征信、医疗", facts=(("银行",), ("征信",), ("医疗",), ("期限三年",)))
SPREAD = listing("主体资格证明材料", facts=(("主体资格证明",), ("申请表", "表格"), ("来源证明",)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("火电[1]等行业", 0.5, id="one fact of two"),
        pytest.param("钢 铁、火\u3000电", 1, id="blanks do not count"),
        pytest.param("Thermal Power and 钢铁", 1, id="another wording, case aside"),
        pytest.param("火[1]电和钢铁", 1, id="a marker inside"),
        pytest.param("水泥", 0, id="neither"),
    ],
)
def test_facts_are_looked_for_in_any_wording(text, expected):
    case = make_case(key_facts=(("火电", "thermal power"), ("钢铁",)))
    assert METRICS["key_facts"](case, make_outcome(text)).value == expected


@pytest.mark.parametrize(
    ("wording", "text", "said"),
    [
        pytest.param("5年", "有效期5年", True, id="as it stands"),
        pytest.param("5年", "到2025年", False, id="end of a longer number"),
        pytest.param("6万家", "共3.6万家", False, id="behind a decimal point"),
        pytest.param("增长20", "增长20.1%", False, id="start of a decimal"),
        pytest.param("十个工作日", "三十个工作日", False, id="end of a Chinese numeral"),
        pytest.param("三年", "试行期三年", True, id="a Chinese numeral"),
        pytest.param("1—2家", "1—2 家", True, id="blanks"),
        pytest.param("100万元", "给予１００万元", True, id="full width"),
    ],
)
def test_a_fact_is_found_only_as_a_whole_number(wording, text, said):
    score = METRICS["key_facts"](make_case(key_facts=((wording,),)), make_outcome(text))
    assert score.value == said


@pytest.mark.parametrize("name", ["key_facts", "list_complete"])
def test_a_case_without_facts_is_not_measured(name):
    assert METRICS[name](unanswerable(), make_outcome()) is None


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        pytest.param("有效期5年[1]。", [], id="Arabic for Chinese"),
        pytest.param("有效期六年[1]。", ["六年"], id="another number"),
        pytest.param("自 2023 年 6 月 19 日起[1]。", [], id="a date with blanks"),
        pytest.param("自2023-06-19起[1]。", [], id="a date in another form"),
        pytest.param("2023年6月起[1]。", [], id="a month of a date"),
        pytest.param("自2023年6月20日起[1]。", ["2023年6月20日"], id="another day"),
        pytest.param("30个工作日内[1]。", [], id="working days"),
        pytest.param("30日内[1]。", ["30日"], id="days are no working days"),
        pytest.param("within 30 working days[1].", [], id="an English unit"),
        pytest.param("It is so. 31 working days[1].", ["31 working days"], id="after an English full stop"),
        pytest.param("at most 5 million yuan[1].", [], id="an English scale"),
        pytest.param("费用500万元，占12.5%[1]。", [], id="scale and per cent"),
        pytest.param("占2.5%[1]。", ["2.5%"], id="the end of a decimal"),
        pytest.param("占5%，30 firms[1]。", [], id="per cent in words; a unit that is not known"),
        pytest.param("依照第14条[1]。", [], id="an article by number"),
        pytest.param("依照第四条[1]。", ["第四条"], id="the end of an article's number"),
        pytest.param("第七条规定，五年[1]。", [], id="the cited clause's own number"),
        pytest.param("一是办结，二是5G和H100[1]。", None, id="no figures"),
        pytest.param("能用九年。另一句[1]。", None, id="a statement without a marker"),
        pytest.param("能用九年。[1]", ["九年"], id="a marker after the full stop"),
        pytest.param("“能用九年。”[1]", ["九年"], id="a marker after the mark of a quotation"),
        pytest.param(
            "1. 有效期五年[1]\n2. 三十个工作日[1]\n（三）30家[1]", [], id="the answer's own numbers"
        ),
        pytest.param("办结：①五年，②30家，(3)第十四条[1]。", [], id="the answer's own numbers in a line"),
        pytest.param("五年[2]。", ["五年"], id="stands in another passage than the one cited"),
        pytest.param("到2025，500万元[1]。", [], id="a wide comma parts two numbers"),
        pytest.param("20家[1]。", ["20"], id="the beginning of a year"),
    ],
)
def test_figures_of_marked_statements_stand_in_what_they_cite(text, wrong):
    quotes = (make_quote("第二章/第七条", text=SOURCE), make_quote("第八条", text="没有数字。", n=2))
    score = METRICS["numbers_right"](make_case(), make_outcome(text, quotes=quotes))
    if wrong is None:
        assert score is None
    else:
        assert (score.value == 1) == (not wrong)
        assert score.reason == (f"in no cited passage: {', '.join(wrong)}" if wrong else "all stand there")


def test_a_figure_of_the_cited_title_stands_there():
    quotes = (make_quote("引言", title="五年行动计划（2023—2027年）", text="没有数字。"),)
    assert METRICS["numbers_right"](make_case(), make_outcome("到2027年[1]。", quotes=quotes)).value == 1


def test_the_share_counts_every_figure():
    outcome = make_outcome("五年或者六年[1]，30家或者40家[1]。", quotes=(make_quote("第七条", text=SOURCE),))
    assert METRICS["numbers_right"](make_case(), outcome).value == 0.5


@pytest.mark.parametrize(
    ("text", "named", "expected"),
    [
        pytest.param("有效期6年[1]。", None, 0, id="not marked"),
        pytest.param("有效期6年[1]。", "6 年", 1, id="marked"),
        pytest.param("有效期16年[1]。", "6年", 0, id="another one is marked"),
        pytest.param("within 40 working days[1].", "40", 1, id="marked without its unit"),
        pytest.param("自2023年6月20日起[1]。", "20日", 1, id="a part of a date is marked"),
    ],
)
def test_a_figure_that_the_answer_marks_is_not_held_against_it(text, named, expected):
    told = (make_notice("figure_not_in_source", f"“{named}”不见于所引条款，请核对原文。"),) if named else ()
    outcome = make_outcome(text, quotes=(make_quote("第七条", text=SOURCE),), warnings=told)
    assert METRICS["numbers_right"](make_case(), outcome).value == expected
    other = tuple(make_notice("quote_not_in_source", notice.text) for notice in told)
    unmarked = make_outcome(text, quotes=outcome.quotes, warnings=other)
    assert METRICS["numbers_right"](make_case(), unmarked).value == 0


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(alphabet="五十百千万亿第条年月日百分之%12.,-/ 年[]“”…\n。（）①", max_size=40))
def test_any_answer_can_be_measured(text):
    outcome = make_outcome(text + "[1]", quotes=(make_quote("第七条", text=text),))
    for case in (make_case(), DISTRICTS):
        values = [metric(case, outcome) for metric in METRICS.values()]
        assert all(score is None or score.value >= 0 for score in values)
    # What stands word for word in the cited passage is right.
    assert all(
        score is None or score.value == 1
        for score in (
            METRICS[name](make_case(), outcome) for name in ("numbers_right", "quotations_verbatim")
        )
    )


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("二〇二三年", (2023,), "年"),
        ("一千二百万元", (12_000_000,), "元"),
        ("3.6万家", (36_000,), ""),
        ("2,000", (2000,), ""),
        ("1.5 个 月", (Fraction(3, 2),), "个月"),
        ("第一百零二条", (102,), "条"),
        ("２０２４／１／２", (2024, 1, 2), "date"),
        ("两天", (2,), "日"),
    ],
)
def test_figures_are_read_by_value(text, value, unit):
    (figure,) = figures(text)
    assert (figure.value, figure.unit) == (value, unit)


def test_a_text_without_figures_has_none():
    assert list(figures("")) == []
    assert list(figures("一体化、三方面、第三天、5G、GPT4、第3项、v1.2.3")) == []


@pytest.mark.parametrize(
    ("case", "text", "expected"),
    [
        pytest.param(DISTRICTS, "房山、昌平[1]", "leaves out 通州", id="an item that is no key fact"),
        pytest.param(DISTRICTS, "Fangshan，通州，昌平", "names all 3", id="a wording of a key fact"),
        pytest.param(KINDS, "登记有很多种", "leaves out 初始登记; 交易登记; 变更登记; 注销登记", id="what all items share"),
        pytest.param(KINDS, "初始、交易、变更、注销四种", "names all 4", id="half an item that is its own"),
        pytest.param(NUMBERED, "交数据来源说明和合规评估意见书", "leaves out 主体资格证明材料", id="numbered items"),
        pytest.param(FEWER, "银行、征信、医疗", "leaves out 期限三年", id="evidence with fewer items than facts"),
        pytest.param(SPREAD, "主体资格证明、表格", "leaves out 来源证明", id="evidence that is one item alone"),
    ],
)  # fmt: skip
def test_a_list_is_complete_when_every_item_is_named(case, text, expected):
    score = METRICS["list_complete"](case, make_outcome(text))
    assert score.reason == expected
    assert (score.value == 1) == expected.startswith("names all")


def test_the_share_of_a_list_counts_items():
    score = METRICS["list_complete"](KINDS, make_outcome("初始登记"))
    assert score.value == 0.25


def test_only_cases_of_type_list_have_a_list():
    assert METRICS["list_complete"](make_case(), make_outcome()) is None
