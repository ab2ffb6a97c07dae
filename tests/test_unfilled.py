"""An answer made of quotations that has nothing of the kind that is asked for is none."""

import pytest
from fakes import make_clause, make_hit

from rag.schema import Citation
from rag.verdict.unfilled import nothing_given


def told(question, *quotes, label="第三条", found=False, lang="zh"):
    citations = [
        Citation(n, f"d1:{label}", "甲市办法", label, None, quote) for n, quote in enumerate(quotes, 1)
    ]
    legs = {"lookup": 1.0} if found else {"dense": 0.8}
    hits = [make_hit(make_clause(label, quote), **legs) for quote in quotes]
    return nothing_given(question, citations, hits, lang)


@pytest.mark.parametrize(
    ("question", "quote", "kind"),
    [
        pytest.param("公共数据多少天更新一次？", "建立公共数据资源体系。", "期限", id="how often"),
        pytest.param("人体至少要隔多少厘米？", "工作频率范围为100–148.5kHz。", "数值", id="another unit"),
        pytest.param("报名费是多少？", "广泛组织岗前培训。", "金额", id="money"),
        pytest.param("每年给几个指标？", "研究制定人才引进政策。", "数目", id="how many"),
        pytest.param(
            "要建多少个5G基站？",
            "围绕产业、治理、生活三大方向，加快5G网络部署。",
            "数目",
            id="directions are none",
        ),
        pytest.param("平台是哪家公司中标的？", "完善平台基础设施。", "具体名称", id="which firm"),
    ],
)
def test_quotations_without_what_is_asked_for_are_no_answer(question, quote, kind):
    assert told(question, quote) == f"最接近的是《甲市办法》第三条，但相近的条款里没有写{kind}。"


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        pytest.param("公共数据多少天更新一次？", ["建立体系。", "每30日更新一次。"], id="the second has it"),
        pytest.param("最高能到多少瓦？", ["额定传输功率不超过80W。"], id="a sign for the unit"),
        pytest.param("至少要隔多少厘米？", ["间隔不小于0.2米。"], id="a larger unit"),
        pytest.param("多少人觉得有用？", ["四分之三的受访者认为有用。"], id="so many of something"),
        pytest.param("财产范围什么时候确定？", ["债务履行期届满时确定。"], id="a condition for a time"),
        pytest.param("平台是什么性质？收多少钱？", ["平台是中介。"], id="something else besides"),
        pytest.param("由谁登记？", ["县级以上主管部门登记。"], id="nothing is left open"),
        pytest.param("登记要多少钱？", [], id="nothing is quoted"),
    ],
)
def test_what_is_asked_for_may_be_given_otherwise_or_not_be_all(question, quotes):
    assert told(question, *quotes) == ""


def test_an_article_that_is_named_is_shown_whatever_it_says():
    assert told("第三条规定罚多少钱？", "由主管部门责令改正。", found=True) == ""


def test_an_english_question_is_told_in_english():
    said = told("How many jobs will the plan create?", "加强人才培养。", lang="en")
    assert said == "The nearest is 第三条 of 《甲市办法》, but the clauses found do not say a number."
