"""Gazettes, 公报: the documents that their contents page names."""

import time

from fakes_ingest import text_of

COVER = ["某市人民政府公报", "2024年第5期（总第125期）", "", "目  录", ""]
ENTRIES = [
    "市政府文件",
    "某市人民政府关于加强树木保护的通知（某政发〔2024〕11号）……………1",
    "部门文件",
    "某市公园管理办法（试行）……………3",
    "",
]
TREES = [
    "某市人民政府关于加强树木保护的通知", "某政发〔2024〕11号", "", "各区人民政府：", "一、严格控制砍伐。", "二、保护古树。",
    "", "某市人民政府", "2024年4月2日", "",
]  # fmt: skip
PARKS = ["某市公园管理办法", "（试行）", "", "第一条 为了管理公园，制定本办法。", "第二条 公园每日开放。"]


def test_a_gazette_is_parted_at_the_titles_of_its_contents_page():
    source, (trees, parks) = text_of(*COVER, *ENTRIES, *TREES, *PARKS)
    assert (source.source_name, source.issue_no) == ("某市人民政府公报", 5)
    assert trees.document.title == "某市人民政府关于加强树木保护的通知"
    assert (trees.document.doc_number, trees.document.column) == ("某政发〔2024〕11号", "市政府文件")
    assert [c.locator for c in trees.clauses] == ["引言", "一", "二"]
    assert (parks.document.title, parks.document.status) == ("某市公园管理办法（试行）", "试行")
    assert [c.locator for c in parks.clauses] == ["第一条", "第二条"]


def test_what_a_letter_of_a_gazette_issues_is_a_document_of_its_own():
    letter = [
        "某局关于印发某市公园守则的通知",
        "",
        "各单位：",
        "现印发给你们。",
        "",
        "某市公园守则",
        "",
        "第一条 甲。",
        "第二条 乙。",
    ]
    entries = [ENTRIES[1], "某局关于印发某市公园守则的通知……3"]
    _, found = text_of(*COVER, *entries, "", *TREES, *letter)
    assert [p.document.title for p in found][1:] == ["某局关于印发某市公园守则的通知", "某市公园守则"]


def test_the_contents_page_of_one_law_parts_nothing():
    _, found = text_of(
        "某市公园条例", "目  录", "第一章 公园的管理办法……1", "第二章 附则……2", "",
        "第一章 公园的管理办法", "第一条 甲。", "第二章 附则", "第二条 乙。",
    )  # fmt: skip
    assert [p.document.title for p in found] == ["某市公园条例"]


def test_the_headings_of_one_report_part_nothing():
    headings = ["人工智能产业发展的现状", "数据要素市场发展的趋势"]
    text = [x for heading in headings for x in (heading, "", "市场增长，规模扩大。", "")]
    _, found = text_of(
        "数字经济发展报告", "目  录", *(f"{h}……{n}" for n, h in enumerate(headings, 1)), "", *text
    )
    assert len(found) == 1


def test_a_long_text_whose_contents_do_not_stand_again_is_read_in_time():
    started = time.perf_counter()
    text_of("目录", *(f"这一行说明第{n}项内容" for n in range(2000)))
    assert time.perf_counter() - started < 5
