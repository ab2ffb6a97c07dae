"""The number of a document, 文号, in the forms in which offices print it."""

import pytest
from fakes_ingest import document_of

from ingest.document.number import number_of, ordered


@pytest.mark.parametrize(
    ("line", "title", "number"),
    [
        pytest.param("某政发〔2024〕5号", "", "某政发〔2024〕5号", id="a letter's"),
        pytest.param("（某政办发〔2022〕45号）", "", "某政办发〔2022〕45号", id="in brackets"),
        pytest.param("（某政办发〔2022〕45号　2022年10月12日印发）", "", "某政办发〔2022〕45号", id="with its day"),
        pytest.param("某 市 人 民 政 府 令 第 88 号", "", "某市人民政府令第88号", id="an order's"),
        pytest.param("第798号", "中华人民共和国国务院令", "国务院令第798号", id="below the name of the order"),
        pytest.param("2025年第3号", "某局关于考试安排的公告", "公告2025年第3号", id="an announcement's"),
        pytest.param("〔2024〕27号", "某市人民政府专题会议纪要", "纪要〔2024〕27号", id="of minutes"),
        pytest.param("DB33/T 2456—2024", "", "DB33/T 2456—2024", id="a standard's"),
        pytest.param("第798号", "某市数据管理办法", None, id="nothing says what is numbered"),
        pytest.param("见某政发〔2024〕5号", "某办法", None, id="part of a sentence with another's number"),
        pytest.param("GB/T 33358 服务规范", "", None, id="a standard that is only named"),
        pytest.param("第三条", "中华人民共和国国务院令", None, id="an article"),
        pytest.param("2024—2026", "", None, id="years"),
    ],
)  # fmt: skip
def test_a_line_is_a_number_or_none(line, title, number):
    if number is None and line.startswith("见"):
        line += "。"
    assert number_of(line, title) == number


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (["（2024年5月20日某市人民政府令第112号公布　自2024年7月1日起施行）"], "某市人民政府令第112号"),
        (["（2004年3月1日国务院令第397号公布　根据2013年7月18日国务院令第638号修订）"], None),
        (["（根据《国务院关于修改〈某条例〉的决定》（国务院令第638号）修订）"], None),
        ([], None),
    ],
)  # fmt: skip
def test_the_one_order_that_published_a_text_is_its_number(lines, number):
    assert ordered(lines) == number


def test_the_number_is_no_subtitle_and_no_text():
    parsed = document_of("某局关于考试安排的公告", "", "2025年第3号", "", "一、报名。", "", "二、考试。")
    assert (parsed.document.doc_number, parsed.document.subtitle) == ("公告2025年第3号", None)
    assert [c.locator for c in parsed.clauses] == ["一", "二"]
