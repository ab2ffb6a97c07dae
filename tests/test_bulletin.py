"""Where documents begin and end: in issues of a periodical, and in files that are one document."""

import pytest
from fakes_ingest import document_of, locators, text_of

COVER = """
大数据动态
某研究院 编

2023年9月15日 第37期

某市数据条例

本期要目

政策要闻

01 某市数据条例

02 某省促进数据要素流通若干

措施（征求意见稿）

研究报告

15 数据市场研究(2023年)
"""
FIRST = """
编者按：

某市近日印发《某市数据条例》。

某市数据条例

第一条 为了规范，制定本条例。

第二条 本条例自2023年9月1日起施行。

（来源：某市人民政府）
"""
SECOND = """
## 编者按

某省数据局印发《某省促进数据要素流通若干措施》。

# 某省促进数据要素

流通若干措施

（征求意见稿）

一、建设平台

建设全省统一的平台。

二、培育主体

培育一批数据商。
"""
THIRD = """
数据市场研究（2023年）

市场稳步增长，规模扩大。

（来源：某协会）
"""
BACK = """
某研究院

本院是研究机构，成立于2015年。
"""


def issue(*parts):
    source, parsed = text_of(*"\n".join(parts).split("\n"))
    return source, [p.document for p in parsed]


def test_the_masthead_names_the_periodical_and_the_issue():
    source, _ = issue("大数据动态", COVER, FIRST, SECOND, THIRD)
    assert (source.source_name, source.issue_no, source.issue_date) == ("大数据动态", 37, "2023-09-15")


def test_documents_of_an_issue_are_found_with_their_columns():
    _, documents = issue("大数据动态", COVER, FIRST, SECOND, THIRD)
    assert [(d.title, d.column) for d in documents] == [
        ("某市数据条例", "政策要闻"),
        ("某省促进数据要素流通若干措施（征求意见稿）", "政策要闻"),
        ("数据市场研究（2023年）", "研究报告"),
    ]


def test_a_title_on_the_cover_and_in_the_contents_starts_nothing():
    source, documents = issue("大数据动态", COVER, FIRST, SECOND, THIRD)
    first = documents[0]
    assert source.lines[first.start_line - 1] == "编者按："
    assert first.editor_note == (first.start_line, first.start_line + 2)


def test_a_document_without_source_line_ends_where_the_next_one_begins():
    source, documents = issue("大数据动态", COVER, FIRST, SECOND, THIRD)
    assert (documents[1].origin, source.lines[documents[1].end_line - 1]) == (None, "培育一批数据商。")
    assert documents[2].start_line > documents[1].end_line


def test_a_document_without_note_begins_at_its_title():
    source, documents = issue("大数据动态", COVER, FIRST, SECOND, THIRD)
    assert documents[2].editor_note is None
    assert source.lines[documents[2].start_line - 1] == "数据市场研究（2023年）"
    assert documents[2].origin == "某协会"


def test_the_publishers_pages_belong_to_no_document():
    source, documents = issue("大数据动态", COVER, FIRST, SECOND, THIRD, BACK)
    assert source.lines[documents[-1].end_line - 1] == "（来源：某协会）"


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param((FIRST, SECOND + "（来源：某省数据局）", THIRD), id="notes and source lines"),
        pytest.param((FIRST, FIRST.replace("某市", "另市"), THIRD), id="two notes and two source lines"),
    ],
)
def test_an_issue_without_contents_page_is_divided_by_notes_and_source_lines(parts):
    source, documents = issue("大数据动态", "2023年9月15日 第37期", *parts)
    assert len(documents) == 3
    assert documents[0].title == "某市数据条例"
    assert documents[-1].title == "数据市场研究（2023年）"
    assert all(d.column is None for d in documents)
    assert source.issue_no == 37


def test_a_file_without_front_matter_is_one_document():
    source, documents = issue(FIRST)
    assert [d.title for d in documents] == ["某市数据条例"]
    assert (documents[0].origin, documents[0].column, source.source_name) == ("某市人民政府", None, None)


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        pytest.param(["# 某市数据管理办法", "", "第一条 甲。", "第二条 乙。"], "某市数据管理办法", id="a heading"),
        pytest.param(["某市数据管理办法", "", "第一条 甲。", "第二条 乙。"], "某市数据管理办法", id="plain"),
        pytest.param(["某市数据\n管理办法", "", "第一条 甲。", "第二条 乙。"], "某市数据管理办法", id="two lines"),
        pytest.param(["某市数据管理办法", "（试行）", "第一条 甲。", "第二条 乙。"], "某市数据管理办法（试行）", id="status on its line"),
        pytest.param(["某 市 数据管理办法 (试行)", "第一条 甲。", "第二条 乙。"], "某市数据管理办法（试行）", id="blanks and brackets"),
        pytest.param(["---", "", "某市数据管理办法", "第一条 甲。", "第二条 乙。"], "某市数据管理办法", id="after a rule"),
    ],
)  # fmt: skip
def test_the_title_of_a_single_document_is_its_first_lines(lines, title):
    assert document_of(*lines).document.title == title


def test_a_file_without_title_is_called_by_its_name():
    parsed = document_of("第一条 甲方提供数据。", "第二条 乙方使用数据。", name="数据协议.txt")
    assert parsed.document.title == "数据协议"
    assert "title" in parsed.document.inferred
    assert locators(parsed) == ["第一条", "第二条"]


def test_a_law_in_markdown_keeps_adoption_lines_out_of_its_clauses():
    parsed = document_of(
        "# 某国家数据法", "",
        "2021年6月10日 第十三届全国人民代表大会常务委员会第二十九次会议通过", "",
        "2021年9月1日 施行", "",
        "<!-- INFO END -->", "",
        "## 第一章 总则", "",
        "第一条 为了规范，制定本法。", "",
        "第二条 本法所称数据，是指记录。",
    )  # fmt: skip
    assert locators(parsed) == ["第一章/第一条", "第一章/第二条"]
    assert parsed.document.effective_date == "2021-09-01"
    assert parsed.document.issuer == "全国人民代表大会常务委员会"
    assert [x.text for x in parsed.leftovers] == ["<!-- INFO END -->"]


def test_a_long_history_of_amendments_is_no_clause():
    changes = [
        f"{year}年10月26日 第十届全国人民代表大会常务委员会第{n}次会议《关于修改〈甲法〉、〈乙法〉的决定》第{n}次修正"
        for year, n in zip(range(2000, 2020), "一二三四五六七八九十" * 2, strict=True)
    ]
    parsed = document_of("# 某法", *changes, "第一条 甲。", "第二条 乙。")
    assert locators(parsed) == ["第一条", "第二条"]


def test_a_table_of_contents_inside_a_document_is_a_leftover():
    parsed = document_of(
        "# 某条例",
        "目 录",
        "第一章 总则",
        "第二章 附则",
        "第一章 总则",
        "第一条 甲。",
        "第二章 附则",
        "第二条 乙。",
    )
    assert locators(parsed) == ["第一章/第一条", "第二章/第二条"]
    assert [(x.line, x.text) for x in parsed.leftovers] == [
        (2, "目 录"),
        (3, "第一章 总则"),
        (4, "第二章 附则"),
    ]


def test_a_text_without_numbers_is_one_clause():
    parsed = document_of("关于开展检查的说明", "", "检查从本周开始。", "", "请各单位配合。")
    assert locators(parsed) == ["引言"]
    assert parsed.clauses[0].text == "检查从本周开始。\n请各单位配合。"


def test_a_single_line_is_kept():
    _, parsed = text_of("检查从本周开始，请各单位配合。", name="通知.txt")
    assert [c.text for p in parsed for c in p.clauses] == ["检查从本周开始，请各单位配合。"]


def test_no_lines_hold_no_document():
    assert text_of("", "  ")[1] == []
