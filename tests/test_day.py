"""The day whose law a question asks for."""

from datetime import date

import pytest

from rag.hit.day import asked_day

TODAY = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("2023年3月时怎么规定？", "2023-03-31"),
        ("二〇二三年三月时怎么规定？", "2023-03-31"),
        ("２０２３年３月时怎么规定？", "2023-03-31"),
        ("2022年底的规定是什么？", "2022-12-31"),
        ("2022年初的规定是什么？", "2022-01-01"),
        ("2022年2月的规定是什么？", "2022-02-28"),
        ("2020年的时候证书管几年？", "2020-12-31"),
        ("2023年3月1日哪个办法有效？", "2023-03-01"),
        ("2023-03-01时有效的办法", "2023-03-01"),
        ("截至2023年3月还有效吗？", "2023-03-31"),
        ("2018年版的公司法第十条", "2018-12-31"),
        ("公司法2018修正版怎么说", "2018-12-31"),
        ("What applied as of March 2023?", "2023-03-31"),
        ("as of 15 March 2023", "2023-03-15"),
        ("As of March 15, 2023, who decides?", "2023-03-15"),
        ("as of the end of 2022", "2022-12-31"),
        ("the rules in force in 2022", "2022-12-31"),
        ("as of 2023-03-01", "2023-03-01"),
        ("the 2018 version of the law", "2018-12-31"),
        ("2030年1月1日哪个办法还有效？", "2030-01-01"),
        ("甲市办法2024年2月能用吗", "2024-02-29"),
        ("甲市办法2024年2月可以用吗", "2024-02-29"),
        ("甲市办法2024年2月施行了吗", "2024-02-29"),
        ("甲市办法2024年2月还在执行吗", "2024-02-29"),
        ("2024年3月1日之前能执行吗", "2024-02-29"),
        ("甲市办法2024年3月以前有效吗", "2024-02-29"),
        ("甲市办法2020年之前有效吗", "2019-12-31"),
        ("甲市办法2030年2月能用吗", "2030-02-28"),
        ("甲市办法2021修订版第五条是什么", "2021-12-31"),
    ],
)
def test_a_day_is_read(question, expected):
    assert asked_day(question, TODAY) == expected


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("到2023年时要建成几个中心？", id="the end of a plan"),
        pytest.param("2030年底的规定目标", id="a day to come"),
        pytest.param("2023年公共数据开放重点工作安排讲什么", id="year of a title"),
        pytest.param("2023年1—11月份通信业收入多少", id="period of a report"),
        pytest.param("自2023年6月19日起施行的是哪个办法", id="first day of a text"),
        pytest.param("2023年3月发布的办法有哪些", id="day of issue"),
        pytest.param("2023年的规定有哪些", id="made in a year"),
        pytest.param("2023年版权登记了多少", id="another word"),
        pytest.param("2023年6月18日有效期届满怎么办", id="term"),
        pytest.param("2023年9月15日那期讲了什么", id="issue"),
        pytest.param("2023年时间表", id="time"),
        pytest.param("截至2023年底建成多少基站", id="figure"),
        pytest.param("2023年2月30日时", id="no day of the calendar"),
        pytest.param("in March 2023 something happened", id="English day"),
        pytest.param("三年时限、3月时", id="no year"),
        pytest.param("2024年3月1日施行的是哪个办法", id="day of effect"),
        pytest.param("2024年3月1日实施办法讲什么", id="part of a name"),
        pytest.param("2024年可以用财政资金做什么", id="what may be used"),
        pytest.param("2024年3月1日前生产的设备能用吗", id="day of something else"),
        pytest.param("2030年执行目标", id="carrying out a plan"),
        pytest.param("甲市办法2021修订版还有效吗", id="version of which today is asked"),
        pytest.param("甲市办法（2021修订版）什么时候废止的", id="version that was repealed"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_day_whose_law_is_asked_for(question):
    assert asked_day(question, TODAY) is None
