"""A document into clauses, by the style and the sequence of its numbers."""

import pytest
from fakes_ingest import clause, document_of, locators

PLAN = "某省数字经济行动方案"
RULES = "某市数据管理办法"
REPORT = "数据市场研究报告"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["一、平台", "（一）甲。", "（二）乙。", "二、主体", "（一）丙。", "（二）丁。"],
            ["一/（一）", "一/（二）", "二/（一）", "二/（二）"],
            id="restart under each parent",
        ),
        pytest.param(
            ["一、平台", "（一）甲。", "（二）乙。", "二、主体", "（三）丙。", "（四）丁。"],
            ["一/（一）", "一/（二）", "二/（三）", "二/（四）"],
            id="run on across parents",
        ),
        pytest.param(
            ["一、平台", "1.甲。", "2.乙。", "二、主体", "1.丙。", "三、保障", "2.丁。", "3.戊。"],
            ["一/1", "一/2", "二/1", "三/2", "三/3"],
            id="restart once, then run on",
        ),
        pytest.param(
            ["一、平台", "（一）建设", "1.甲。", "2.乙。", "（二）开放", "3.丙。"],
            ["一/（一）/1", "一/（一）/2", "一/（二）/3"],
            id="three levels",
        ),
        pytest.param(
            ["### 一、平台", "## （一）甲。", "# （二）乙。", "二、主体", "正文。"],
            ["一/（一）", "一/（二）", "二"],
            id="heading levels say nothing",
        ),
        pytest.param(
            ["一、平台", "（1）甲。", "（2）乙。", "二、主体", "①丙。", "②丁。"],
            ["一/（1）", "一/（2）", "二/①", "二/②"],
            id="other styles",
        ),
        pytest.param(
            ["第一部分 平台", "一、甲。", "二、乙。", "第二部分 主体", "一、丙。"],
            ["第一部分/一", "第一部分/二", "第二部分/一"],
            id="parts",
        ),
    ],
)
def test_numbers_of_an_outline_make_units(lines, expected):
    assert locators(document_of(PLAN, "", *lines)) == expected


def test_a_heading_with_a_lead_in_is_a_clause_and_one_without_is_none():
    parsed = document_of(
        PLAN, "", "一、平台", "平台建设按下列安排进行。", "（一）甲。", "二、主体", "（一）乙。"
    )
    assert locators(parsed) == ["一", "一/（一）", "二/（一）"]
    assert clause(parsed, "一") == "平台\n平台建设按下列安排进行。"
    assert parsed.clauses[1].headings == "一、平台"


def test_a_heading_may_share_its_line_with_the_text():
    parsed = document_of(PLAN, "", "一、平台", "**（一）标题。**正文在后。", "（二）乙。")
    assert clause(parsed, "一/（一）") == "标题。正文在后。"


def test_text_before_the_first_number_is_the_introduction():
    parsed = document_of(PLAN, "", "各市人民政府：", "为加快发展，制定本方案。", "一、平台", "正文。")
    assert clause(parsed, "引言") == "各市人民政府：\n为加快发展，制定本方案。"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("一是建设平台。二是开放数据。", id="一是"),
        pytest.param("包括：（1）平台；（2）系统。", id="numbers inside a paragraph"),
        pytest.param("增长 3.5 亿元。", id="a decimal"),
        pytest.param("坚持统筹推进。加强协调。", id="a run-in title without a number"),
    ],
)
def test_only_a_number_at_the_start_of_a_line_makes_a_unit(text):
    parsed = document_of(PLAN, "", "一、平台", text, "二、主体", "正文。")
    assert locators(parsed) == ["一", "二"]
    assert clause(parsed, "一") == f"平台\n{text}"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("7.这一数字不是序号。", id="a number far out of sequence"),
        pytest.param("第七条 另行规定。", id="an article in an outline"),
    ],
)
def test_a_number_out_of_sequence_makes_no_unit(line):
    parsed = document_of(PLAN, "", "一、平台", "1.甲。", "2.乙。", line, "二、主体", "正文。")
    assert locators(parsed) == ["一/1", "一/2", "二"]


def test_a_number_with_a_year_after_it_is_the_seventeenth_item():
    items = [f"{n}.任务{n}。" for n in range(1, 17)]
    parsed = document_of(PLAN, "", "一、任务", *items, "17.2020 年建成平台。")
    assert locators(parsed)[-1] == "一/17"
    assert clause(parsed, "一/17") == "2020 年建成平台。"


def test_items_captions_and_later_paragraphs_stay_inside_an_article():
    parsed = document_of(
        RULES, "", "第一章 总则", "第一条 【目的】为了规范，下列行为适用：",
        "- （一）采集；", "(二) 存储；", "# （三）使用。", "第二款的内容。", "第二条 乙。",
    )  # fmt: skip
    assert locators(parsed) == ["第一章/第一条", "第一章/第二条"]
    assert clause(parsed, "第一章/第一条") == (
        "【目的】为了规范，下列行为适用：\n（一）采集；\n(二) 存储；\n（三）使用。\n第二款的内容。"
    )


def test_an_article_keeps_an_item_that_is_printed_twice():
    parsed = document_of(RULES, "", "第一条 下列：", "（一）甲；", "（三）乙；", "（三）丙。", "第二条 丁。")
    assert clause(parsed, "第一条") == "下列：\n（一）甲；\n（三）乙；\n（三）丙。"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("第七十三条予以查处。", id="another law's article"),
        pytest.param("第一条的规定。", id="an article's rule"),
    ],
)
def test_a_reference_at_the_start_of_a_line_is_no_article(line):
    parsed = document_of(RULES, "", "第一条 甲。", "第二条 违反规定的，依照刑法", line, "第三条 丙。")
    assert locators(parsed) == ["第一条", "第二条", "第三条"]
    assert clause(parsed, "第二条") == f"违反规定的，依照刑法{line}"


def test_articles_run_on_through_chapters_and_sections():
    parsed = document_of(
        RULES, "", "第一章 总则", "第一条 甲。", "第二章 管理", "第一节 采集", "第二条 乙。", "第二节 存储", "第三条 丙。",
        "第三章 附则", "第四条 丁。",
    )  # fmt: skip
    assert locators(parsed) == [
        "第一章/第一条", "第二章/第一节/第二条", "第二章/第二节/第三条", "第三章/第四条",
    ]  # fmt: skip
    assert parsed.clauses[1].headings == "第二章 管理 / 第一节 采集"


def test_an_inserted_article_stands_after_its_number():
    parsed = document_of(
        RULES, "", "第一条 甲。", "第二条 乙。", "第二条之一 丙。", "第二条之二 丁。", "第三条 戊。"
    )
    assert locators(parsed) == ["第一条", "第二条", "第二条之一", "第二条之二", "第三条"]


def test_numbered_headings_between_articles_stand_above_them():
    parsed = document_of(
        "某法院关于审理某类案件的规定", "", "一、管辖", "第一条 甲。", "二、质押", "（一）动产质押", "第二条 乙：",
        "（一）子；", "（二）丑。", "（二）权利质押", "第三条 丙。", "附 则", "第四条 丁。",
    )  # fmt: skip
    assert locators(parsed) == ["一/第一条", "二/（一）/第二条", "二/（二）/第三条", "附则/第四条"]
    assert clause(parsed, "二/（一）/第二条") == "乙：\n（一）子；\n（二）丑。"


def test_a_list_at_the_end_of_an_article_is_no_heading():
    parsed = document_of(RULES, "", "第一条 下列：", "（一）甲；", "（二）乙。", "第二条 丙。")
    assert locators(parsed) == ["第一条", "第二条"]


def test_an_appendix_is_a_clause_of_its_own():
    parsed = document_of(
        RULES, "", "第一条 甲。", "第二条 乙。", "附件1", "费率表", "百分之一。", "附件2：", "减免范围"
    )
    assert locators(parsed) == ["第一条", "第二条", "附件1", "附件2"]
    assert clause(parsed, "附件1") == "费率表\n百分之一。"


def test_locators_are_printed_in_full_width_and_without_blanks():
    parsed = document_of(PLAN, "", "一 、平台", "( 一 ) 甲。", "（二）乙。", "1) 丙。", "2) 丁。")
    assert locators(parsed) == ["一/（一）", "一/（二）/1）", "一/（二）/2）"]


def test_a_locator_that_comes_again_is_counted_in_the_id_alone():
    parsed = document_of(PLAN, "", "一、平台", "（一）甲。", "（一）乙。", "（一）丙。", "二、主体", "正文。")
    assert locators(parsed)[:3] == ["一/（一）"] * 3
    tails = [c.clause_id.split(":")[1] for c in parsed.clauses[:3]]
    assert tails == ["一/（一）", "一/（一）~2", "一/（一）~3"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            [
                "## 报告摘要",
                "市场增长。",
                "## PART1 概况",
                "规模扩大。",
                "## 附",
                "### 03 说明",
                "数据来源。",
            ],
            ["报告摘要", "PART1", "附/03"],
            id="marked headings",
        ),
        pytest.param(
            ["市场增长，规模扩大。", "主要趋势", "趋势一：应用更加普遍。", "趋势二：能耗继续下降。"],
            ["引言", "主要趋势/趋势一", "主要趋势/趋势二"],
            id="trends",
        ),
        pytest.param(
            [
                "市场增长，规模扩大。",
                "通用智能：模型的能力提高，应用普遍。",
                "具身智能：机器人进入工厂和家庭。",
            ],
            ["引言", "通用智能", "具身智能"],
            id="short titles with a colon",
        ),
        pytest.param(["市场增长，规模扩大。", "明年将继续增长。"], ["引言"], id="no headings at all"),
    ],
)
def test_a_report_has_units_without_numbers(lines, expected):
    parsed = document_of(REPORT, "", *lines)
    assert locators(parsed) == expected


@pytest.mark.parametrize(
    ("title", "lines", "scheme"),
    [
        (RULES, ["第一条 甲。", "第二条 乙。"], "articles"),
        (REPORT, ["第一条 甲。", "第二条 乙。"], "articles"),
        (RULES, ["第一条 甲。"], "articles"),
        (RULES, ["第七十三条 另行规定。"], "outline"),
        (REPORT, ["第七十三条 另行规定。"], "report"),
        (PLAN, ["一、甲。", "二、乙。"], "outline"),
        (PLAN + "（2023—2025年）", ["一、甲。"], "outline"),
        (PLAN, ["甲。"], "outline"),
        (REPORT, ["甲。"], "report"),
        ("某市停车通告", ["一、甲。", "二、乙。"], "outline"),
        ("某市專題會議紀要", ["一、甲。", "二、乙。"], "outline"),
        (PLAN, ["依照第三条的规定执行。", "一、甲。"], "outline"),
        ("某国刑法修正案（七）", ["一、甲。", "二、乙。"], "outline"),
        (REPORT, ["一、甲。", "二、乙。"], "report"),
    ],
)
def test_the_scheme_follows_from_articles_and_the_title(title, lines, scheme):
    assert document_of(title, "", *lines).document.scheme == scheme


def test_the_list_of_what_comes_with_a_notice_is_no_unit():
    lines = [
        "一、甲。",
        "（一）乙。",
        "附件：1.任务分工表",
        "2.实施方案",
        "",
        "附件1",
        "任务分工表",
        "一、丙。",
        "附件2",
        "实施方案",
        "一、丁。",
    ]
    parsed = document_of(PLAN, "", *lines)
    assert locators(parsed) == ["一/（一）", "附件1/一", "附件2/一"]
    assert clause(parsed, "一/（一）").endswith("附件：1.任务分工表\n2.实施方案")


def test_numbers_that_go_on_after_such_a_list_are_units():
    lines = ["一、甲。", "1.乙。", "2.丙。", "二、丁。", "1.戊。", "2.己。"]
    assert locators(document_of(PLAN, "", *lines)) == ["一/1", "一/2", "二/1", "二/2"]


def test_the_name_of_the_only_appendix_above_a_signature_is_no_appendix():
    lines = ["一、甲。", "二、乙。", "附件：某表", "", "某市教育局", "2024年6月28日"]
    assert locators(document_of(PLAN, "", *lines)) == ["一", "二"]


def test_the_title_of_a_court_goes_over_two_lines():
    lines = ["# 最高人民法院", "", "关于审理数据纠纷案件的规定（二）", "", "第一条 甲。", "第二条 乙。"]
    assert document_of(*lines).document.title == "最高人民法院关于审理数据纠纷案件的规定（二）"


def test_a_title_that_ends_with_its_status_goes_over_two_lines():
    lines = ["某市公共数据", "管理办法（试行）", "", "第一条 甲。", "第二条 乙。"]
    assert document_of(*lines).document.title == "某市公共数据管理办法（试行）"


def test_articles_in_traditional_characters_are_articles():
    lines = [
        "第486章 個人資料條例",
        "",
        "第1部 導言",
        "第1條 簡稱",
        "本條例可引稱為《個人資料條例》。",
        "第2條 釋義",
        "依照",
        "第5條所訂的規定。",
        "第2A條 合約",
        "甲。",
    ]
    parsed = document_of(*lines)
    assert parsed.document.title == "第486章個人資料條例"
    assert locators(parsed) == ["第1部/第1條", "第1部/第2條", "第1部/第2A條"]
