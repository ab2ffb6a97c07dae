"""Numbers with units and dates, in Chinese and English."""

import pytest

from rag.doubt.amount import amounts, levelled
from rag.doubt.date import dates
from rag.doubt.figure import figures_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5万元", [(50_000, "元", "")]),
        ("三万元", [(30_000, "元", "")]),
        ("RMB 50 million", [(50_000_000, "元", "")]),
        ("10,000 yuan", [(10_000, "元", "")]),
        ("三千二百万元", [(32_000_000, "元", "")]),
        ("百分之五", [(5, "%", "")]),
        ("5 percent", [(5, "%", "")]),
        ("三个工作日内", [(3, "工作日", "most")]),
        ("three working days", [(3, "工作日", "")]),
        ("3 日", [(3, "日", "")]),
        ("十五天", [(15, "日", "")]),
        ("twenty days", [(20, "日", "")]),
        ("两年", [(24, "月", "")]),
        ("24个月", [(24, "月", "")]),
        ("半年", [(6, "月", "")]),
        ("5万元以上10万元以下", [(50_000, "元", "least"), (100_000, "元", "most")]),
        ("5至10万元", [(50_000, "元", ""), (100_000, "元", "")]),
        ("两到三年", [(24, "月", ""), (36, "月", "")]),
        ("3—5 家", [(3, "个", ""), (5, "个", "")]),
        ("不得少于 20 年", [(240, "月", "least")]),
        ("不超过5人", [(5, "个", "most")]),
        ("no more than 5", [(5, "", "most")]),
        ("at least thirty years", [(360, "月", "least")]),
        ("三分之二", [(2 / 3, "分之", "")]),
        ("80W", [(80, "W", "")]),
        ("2，120家", [(2, "", ""), (120, "个", "")]),
        ("一个平台", []),
        ("一体化", []),
        ("5G网络", []),
        ("三部门", []),
        ("第三方", []),
        ("", []),
    ],
)
def test_amounts(text, expected):
    found = [(amount.value, amount.unit, amount.bound) for amount in amounts(levelled(text))]
    assert found == [(pytest.approx(value), unit, bound) for value, unit, bound in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024年1月1日", [(2024, 1, 1)]),
        ("2024-01-01", [(2024, 1, 1)]),
        ("二〇二四年一月一日", [(2024, 1, 1)]),
        ("1 January 2024", [(2024, 1, 1)]),
        ("January 1, 2024", [(2024, 1, 1)]),
        ("Sept. 2024", [(2024, 9, None)]),
        ("2023—2025年", [(2023, None, None), (2025, None, None)]),
        ("6月18日", [(None, 6, 18)]),
        ("11月底", [(None, 11, None)]),
        ("2024 年月日", [(2024, None, None)]),
        ("in 2025.", [(2025, None, None)]),
        ("2000家", []),
        ("3个月", []),
    ],
)
def test_dates(text, expected):
    assert [(day.year, day.month, day.day) for day in dates(levelled(text))] == expected


def test_what_is_read_once_is_no_second_figure():
    found = figures_in("根据国发〔2015〕50号第十四条，自2024年1月1日起3年内建成5G基站。")
    assert found.doc_numbers == (("根据国发", "2015-50"),)
    assert [place.key for place in found.places] == [("条", 14, 0)]
    assert [day.words for day in found.dates] == ["2024年1月1日"]
    assert [amount.words for amount in found.amounts] == ["3年"]
    assert found.names == {"5g"}
