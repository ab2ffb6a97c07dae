"""Texts of other kinds than laws, plans and bulletins: English, standards, reports, questions, attachments."""

import pytest
from fakes_ingest import clause, document_of, locators, text_of


def of(text, name="文件.txt"):
    return document_of(*text.strip("\n").split("\n"), name=name)


ENGLISH = """
Personal Information Protection Law
of the People's Republic of China

CHAPTER I GENERAL PROVISIONS

Article 1 This Law is formulated in order to protect personal
information, and under
Article 5 of this Law and other rules.

Article 2. Natural persons:
(a) are protected;
(b) are heard.

CHAPTER II RULES

Section 1 Ordinary Rules

Article 3 Processors act lawfully.
Article 4 shall be understood as above.

Article 4 Consent is needed.

Schedule 1 Fees

The fee is 5 yuan.
"""
STANDARD = """
数据分类分级规则

前 言

本文件按照GB/T 1.1—2020给出的规则起草。

1 范围

本文件规定了原则。

2 术语

2.1 数据 data

对信息的记录。

2.2 重要数据

特定领域的数据。

3 要求

3.1 总则

3.1.1 应遵循以下原则：

a) 实用；

3.1.2 2023年以后另行规定。

3.5亿元以上的除外。

附 录 A
（资料性）
分类参考

A.1 概述

分类见表。

A.2 方法

按属性分类。

参考文献

[1] GB/T 4754
"""


def test_an_english_law_is_divided_by_its_articles():
    parsed = of(ENGLISH)
    assert parsed.document.title == "Personal Information Protection Law of the People's Republic of China"
    assert parsed.document.scheme == "articles"
    assert locators(parsed) == [
        "CHAPTER I/Article 1", "CHAPTER I/Article 2", "CHAPTER II/Section 1/Article 3", "CHAPTER II/Section 1/Article 4",
        "Schedule 1",
    ]  # fmt: skip
    assert clause(parsed, "CHAPTER I/Article 1") == (
        "This Law is formulated in order to protect personal information, and under Article 5 of this Law and other rules."
    )
    assert clause(parsed, "CHAPTER I/Article 2") == "Natural persons:\n(a) are protected;\n(b) are heard."
    assert clause(parsed, "CHAPTER II/Section 1/Article 3").endswith(
        "Article 4 shall be understood as above."
    )


def test_the_sections_of_an_english_act_are_its_articles():
    parsed = of(
        "Consumer Privacy Act\n\nPART 1\nPRELIMINARY\n\nSection 1. Short title.\nThis Act may be cited.\n\n"
        "Section 2. Definitions.\nIn this Act:\n\nSection 3. Rights.\nSection 2 of this Act applies."
    )
    assert (parsed.document.scheme, locators(parsed)) == (
        "articles", ["PART 1/Section 1", "PART 1/Section 2", "PART 1/Section 3"],
    )  # fmt: skip
    assert parsed.clauses[0].headings == "PART 1 / PRELIMINARY"


def test_of_a_text_in_two_languages_the_one_with_more_articles_counts():
    parsed = of("某条例\n\n第一条 甲。\nArticle 1 A.\n\n第二条 乙。\nArticle 2 B.")
    assert locators(parsed) == ["第一条", "第二条"]
    assert clause(parsed, "第二条") == "乙。\nArticle 2 B."


def test_a_standard_is_divided_by_its_decimal_numbers():
    parsed = of(STANDARD)
    assert locators(parsed) == [
        "前言", "1", "2/2.1", "2/2.2", "3/3.1/3.1.1", "3/3.1/3.1.2", "附录A/A.1", "附录A/A.2", "参考文献",
    ]  # fmt: skip
    assert clause(parsed, "3/3.1/3.1.2") == "2023年以后另行规定。\n3.5亿元以上的除外。"
    assert parsed.clauses[6].headings == "附 录 A / （资料性） / 分类参考"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("第一节 总则\n甲。\n第二节 附则\n乙。", ["第一节", "第二节"], id="sections without chapters"),
        pytest.param("Ⅰ. 概述\n一、背景\n甲。\nⅡ. 结论\n一、结论\n乙。", ["Ⅰ/一", "Ⅱ/一"], id="Roman numbers above 一、"),
        pytest.param("壹、目标\n甲。\n贰、经费\n一、来源\n乙。\n二、用途\n丙。", ["壹", "贰/一", "贰/二"], id="formal numerals"),
        pytest.param("甲、税收\n一、增值税\n甲、乙双方另定。\n乙、外汇\n一、结汇\n丁。", ["甲/一", "乙/一"], id="stems above 一、"),
        pytest.param("一、税收\n甲、增值税。\n乙、所得税。\n二、外汇\n丁。", ["一/甲", "一/乙", "二"], id="stems under 一、"),
        pytest.param("1.目标\nA.近期。\nB.远期。\n2.经费\n若干。", ["1/A", "1/B", "2"], id="letters under numbers"),
        pytest.param("A. 目标\n1.近期。\n2.远期。\nB. 经费\n若干。", ["A/1", "A/2", "B"], id="letters above numbers"),
        pytest.param("一、任务\n1.平台\n（1）选址\n①东区。\n②西区。\n（2）施工。", ["一/1/（1）/①", "一/1/（1）/②", "一/1/（2）"], id="four levels"),
        pytest.param("一、任务\n⒈建设。\n⒉运营。\n二、保障\n㈠组织。\n㈡经费。", ["一/⒈", "一/⒉", "二/㈠", "二/㈡"], id="numbers of one character"),
    ],
)  # fmt: skip
def test_outlines_of_all_families_of_numbers(lines, expected):
    assert locators(of("某工作方案\n\n" + lines)) == expected


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("甲、乙双方另行约定。", id="parties"),
        pytest.param("A. Smith 先生出席。", id="a name"),
        pytest.param("3.5亿元以上的除外。", id="a decimal"),
        pytest.param("10 个工作日内办结。", id="a number"),
        pytest.param("V. 某某论文。", id="a letter"),
    ],
)
def test_what_stands_once_is_no_family_of_numbers(line):
    assert locators(of(f"某工作方案\n\n一、任务\n\n{line}\n\n二、保障\n\n加强领导。")) == ["一", "二"]


MARKED = """
# 情况报告

说明。

## 总体情况

市场增长。

### 数据基础

基础扎实。

### 5G/6G 应用

应用普遍。

## 展望

### 数据基础

更加扎实。
"""


def test_headings_of_markdown_make_a_path():
    parsed = of(MARKED, "a.md")
    assert locators(parsed) == [
        "引言", "总体情况", "总体情况/数据基础", "总体情况/5G／6G应用", "展望/数据基础",
    ]  # fmt: skip
    assert parsed.clauses[4].headings == "展望"


def test_underlined_lines_are_headings():
    parsed = of(
        "情况报告\n=====\n\n说明。\n\n总体情况\n-----\n\n市场增长。\n\n展望\n---\n\n继续增长。", "a.md"
    )
    assert parsed.document.title == "情况报告"
    assert locators(parsed) == ["引言", "总体情况", "展望"]


def test_two_headings_of_the_same_words_have_two_ids():
    parsed = of("# 报告\n\n## 趋势\n\n甲。\n\n## 趋势\n\n乙。", "a.md")
    assert [c.clause_id.split(":")[1] for c in parsed.clauses] == ["趋势", "趋势~2"]


def test_numbers_of_headings_are_kept_with_their_levels():
    parsed = of(
        "# 手册\n\n## 1 概述\n\n甲。\n\n## 2 安装\n\n### 2.1 准备\n\n乙。\n\n### 2.2 步骤\n\n丙。", "a.md"
    )
    assert locators(parsed) == ["1", "2/2.1", "2/2.2"]


def test_questions_and_their_answers_are_clauses():
    parsed = of("登记问答\n\n问：怎样登记？\n答：提交材料。\n\n问：要多久？\n答：五日。\n可以延长。")
    assert locators(parsed) == ["第1问", "第2问"]
    assert clause(parsed, "第2问") == "问：要多久？\n答：五日。\n可以延长。"
    numbered = of("登记问答\n\n问1：怎样登记？\n答：提交材料。\n\n问2：要多久？\n答：五日。")
    assert locators(numbered) == ["问1", "问2"]


NOTICE = """
某市关于印发某办法的通知

各区人民政府：

现将《某办法》印发给你们。

附件：1.某市数据管理办法
      2.收费标准

某市人民政府
2023年5月1日

附件1

某市数据管理办法

第一章 总则

第一条 为了规范，制定本办法。

第二条 适用本办法。

附件2：收费标准

一、甲类

百分之一。

二、乙类

百分之二。
"""


def test_an_attachment_is_numbered_for_itself():
    parsed = of(NOTICE)
    assert locators(parsed) == ["引言", "附件1/第一章/第一条", "附件1/第一章/第二条", "附件2/一", "附件2/二"]
    assert "附件：1.某市数据管理办法\n2.收费标准" in parsed.clauses[0].text
    assert parsed.clauses[1].headings == "附件1 / 某市数据管理办法 / 第一章 总则"
    assert parsed.clauses[3].headings == "附件2：收费标准"


def test_several_texts_one_after_another_have_their_titles_in_the_path():
    parsed = of(
        "关于印发两个办法的通知\n\n现印发两个办法。\n\n登记办法\n\n第一条 甲。\n\n第二条 乙。\n\n交易办法\n\n第一条 丙。\n\n第二条 丁。"
    )
    assert locators(parsed) == [
        "引言", "登记办法/第一条", "登记办法/第二条", "交易办法/第一条", "交易办法/第二条",
    ]  # fmt: skip


def test_number_and_title_of_a_chapter_may_stand_on_two_lines():
    parsed = of("某办法\n\n第一章\n总则\n\n第一条\n为了规范。\n\n第二章\n附则\n\n第二条\n自公布之日起施行。")
    assert locators(parsed) == ["第一章/第一条", "第二章/第二条"]
    assert parsed.clauses[1].headings == "第二章 / 附则"


def test_a_title_of_an_article_stays_on_its_own_line():
    parsed = of("服务合同\n\n第1条 服务内容\n1.1 乙方服务。\n1.2 甲方付费。\n第2条 其他\n无。")
    assert clause(parsed, "第1条") == "服务内容\n1.1 乙方服务。\n1.2 甲方付费。"
    assert clause(parsed, "第2条") == "其他\n无。"


CONTENTS = "规划\n\n目录\n\n一、现状 …… 1\n二、目标 …… 3\n\n前言\n\n说明由来。\n\n一、现状\n\n良好。\n\n二、目标\n\n翻番。"


def test_a_contents_page_of_an_outline_is_left_over():
    parsed = of(CONTENTS)
    assert locators(parsed) == ["前言", "一", "二"]
    assert [x.text for x in parsed.leftovers] == ["目录", "一、现状 …… 1", "二、目标 …… 3"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("| 序号 | 事项 |\n|---|:--:|\n| 1 | 登记 |\n| 2 | 变更 |", "| 序号 | 事项 |\n| 1 | 登记 |\n| 2 | 变更 |", id="a table"),
        pytest.param("# 链接\n\n- [甲](https://a.example/)\n- [乙](https://b.example/)", "[甲](https://a.example/)\n[乙](https://b.example/)", id="links"),
        pytest.param("获奖名单\n\n张三\n\n李四\n\n王五\n\n赵六", "张三\n李四\n王五\n赵六", id="names"),
    ],
)  # fmt: skip
def test_a_short_text_without_numbers_is_one_clause(text, expected):
    parsed = of(text, "a.md")
    assert [(c.locator, c.text) for c in parsed.clauses] == [("引言", expected)]


def test_rows_of_a_table_open_nothing_and_rules_are_left_over():
    parsed = of(
        "某办法\n\n第一条 收费如下：\n\n| 第二条 | 一、甲 |\n|---|---|\n| 某办法 | 5元 |\n\n第二条 自公布之日起施行。",
        "a.md",
    )
    assert locators(parsed) == ["第一条", "第二条"]
    assert clause(parsed, "第一条") == "收费如下：\n| 第二条 | 一、甲 |\n| 某办法 | 5元 |"
    assert [x.text for x in parsed.leftovers] == ["|---|---|"]


def test_a_heading_without_any_text_is_left_over():
    parsed = of("# 报告\n\n## 概况\n\n甲。\n\n## 空", "a.md")
    assert (locators(parsed), [x.text for x in parsed.leftovers]) == (["概况"], ["空"])


def long_text(paragraphs, chars):
    return [f"第{n}段话" + "说明情况" * (chars // 4) + "。" for n in range(1, paragraphs + 1)]


def test_a_long_text_without_numbers_is_cut_at_paragraphs_that_can_be_counted():
    parsed = document_of("情况说明", "", *long_text(5, 160), "长" * 700 + "。", *long_text(2, 80))
    assert locators(parsed) == ["第1—2段", "第3—4段", "第5段", "第6段", "第7—8段"]
    assert [c.start_line for c in parsed.clauses] == [3, 5, 7, 8, 9]
    assert parsed.clauses[1].text.startswith("第3段话说明")


@pytest.mark.parametrize(
    ("paragraphs", "chars"), [(1, 2000), (7, 150)], ids=["one paragraph", "1,100 characters"]
)
def test_a_shorter_text_stays_whole(paragraphs, chars):
    assert locators(document_of("情况说明", "", *long_text(paragraphs, chars))) == ["引言"]


def test_a_long_text_under_a_heading_is_counted_from_there():
    body = long_text(8, 200)
    parsed = document_of("# 报告", "## 概况", *body, "## 展望", "很好。", name="a.md")
    assert locators(parsed) == ["概况/第1段", *[f"概况/第{n}段" for n in range(2, 9)], "展望"]
    assert parsed.clauses[0].headings == "概况"


def test_a_numbered_unit_stays_whole_however_long():
    assert locators(document_of("某工作方案", "一、任务", *long_text(8, 200), "二、保障", "甲。")) == [
        "一",
        "二",
    ]


def test_a_long_preamble_is_cut_and_the_articles_are_not():
    parsed = document_of("某法", "序言", *long_text(8, 200), "第一条 甲。", "第二条 乙。")
    assert locators(parsed) == [*[f"序言/第{n}段" for n in range(1, 9)], "第一条", "第二条"]


def test_a_text_of_a_periodical_is_never_cut():
    note = ["编者按：", "某局印发报告。"]
    body = long_text(8, 200)
    _, parsed = text_of(*note, "市场报告", *body, "（来源：甲）", *note, "另一报告", "乙。", "（来源：乙）")
    assert [locators(p) for p in parsed] == [["引言"], ["引言"]]


WRAPPED = """
关于加强数据管理的若干规定

　　第一条 为了加强数据管理，规范数据处理活动，保障
数据安全，促进数据开发利用，根据《中华人民共和国数据安
全法》，制定本规定。
　　第二条 本规定所称数据，是指任何以电子或者其他方式
对信息的记录。
　　数据处理，包括数据的收集、存储、使用、加工、传输、
提供、公开等。有关活动按照《中华人民共和国数据安全法》
第三条规定执行。
　　第三条 本规定自2024年1月1日起施行。
"""


def test_a_wrapped_text_gets_its_paragraphs_back():
    parsed = of(WRAPPED)
    assert locators(parsed) == ["第一条", "第二条", "第三条"]
    assert "《中华人民共和国数据安全法》，制定本规定。" in clause(parsed, "第一条")
    assert clause(parsed, "第二条") == (
        "本规定所称数据，是指任何以电子或者其他方式对信息的记录。\n"
        "数据处理，包括数据的收集、存储、使用、加工、传输、提供、公开等。有关活动按照《中华人民共和国数据安全法》第三条规定执行。"
    )


def test_entries_of_the_same_length_are_not_taken_for_wrapped_text():
    entries = [f"2{n:03}年10月26日第十届全国人民代表大会常务委员会会议审议并通过" for n in range(20)]
    parsed = document_of("大事记", "", *entries)
    assert parsed.clauses[0].text == "\n".join(entries)
