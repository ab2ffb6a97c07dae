"""Every character of a document has one place, in the bulletins and in texts of each scheme."""

from dataclasses import replace
from itertools import pairwise

import pytest
from fakes_ingest import ISSUES, bulletin, document_of, text_of
from unexplained import printed, unexplained

from rag.schema import Leftover

TEXTS = {
    "articles under chapters": """
# 某市数据条例

（2022年5月1日某市第十五届人民代表大会常务委员会第三次会议通过）

目 录

第一章 总则

第二章 附则

## 第一章 总则

第一条 为了规范数据处理活动，制定本条例。

### 第二条 本条例所称数据，包括：

- （一）公共数据；

（二）企业数据。

## 第二章 附则

第三条 本条例自2022年7月1日起施行。
""",
    "outline with lead-ins and a torn paragraph": """
某省数字经济行动方案
（2023—2025年）

X府发〔2023〕5号

为加快发展数字经济，制定本方案。

一、总体要求
坚持统筹推进，到 2025 年取得实效。
二、主要任务
（一）夯实基础。建设通

信网络，推进协同，形成通过公
公共数据平台共享的机制。通过公共渠道向社会开放。
（二）**强化应用。**支持企业上云。
其中 1.制造业先行，2.服务业同步推进。

扫描二维码

阅读全文
""",
    "report with free headings": """
# 数据市场研究报告

数据市场稳步增长。

## PART1 市场概况

规模持续扩大。

![图](a.png)

图1 市场规模

## 主要趋势

趋势一：智能化

应用更加普遍。

趋势二：绿色化

能耗继续下降。

（来源：某研究院）
""",
    "a law with appendices": """
某征收办法

第一条 费率按照附件执行。

第二条 本办法自发布之日起施行。

附件1

费率表

一、甲类

百分之一。

附件2：

减免范围
""",
    "a judicial interpretation": """
# 最高人民法院关于审理某类案件的规定

2020年1月1日 最高人民法院审判委员会第1次会议通过

<!-- INFO END -->

为正确审理案件，制定本规定。

## 一、管辖

第一条 由被告住所地人民法院管辖。

第二条 裁定不予受理。

## 二、附则

第三条 本规定自2020年2月1日起施行。
""",
    "a wrapped text with a contents page": """
数据管理规定

目录

第一章　总则 …… 1

第一章　总则

　　第一条　为了加强数据管理，规范数据处理活动，保障
数据安全，促进数据开发利用，根据《中华人民共和国数据安
全法》，制定本规定。
　　第二条　本规定所称数据，是指任何以电子或者其他方式
对信息的记录，包括公共数据、企业数据和个人数据。
""",
    "a notice with an attachment and a table": """
关于印发办法的通知

现印发办法。

附件1：收费办法

第一条 收费如下：

| 事项 | 金额 |
|---|---|
| 登记 | 5元 |

第二条 自公布之日起施行。

参考文献

[1] 某书
""",
    "an English law": """
Data Law of Some City

Adopted on 1 May 2022

CHAPTER I — GENERAL

Article 1. This Law protects data.

Article 2 (1) It applies here.

(2) Article 1 of this Law applies.
""",
    "a report with setext headings and questions": """
情况问答
======

总体情况
------

问：怎样登记？
答：提交材料。

问：要多久？
答：五日。

空标题
------
""",
    "no numbers at all": """
关于开展检查的说明

检查从本周开始。

请各单位配合。
""",
}


@pytest.mark.parametrize("issue", ISSUES)
def test_every_character_of_a_bulletins_documents_has_one_place(issue):
    source, parsed = bulletin(issue)
    assert {p.document.title: unexplained(source, p) for p in parsed} == {
        p.document.title: [] for p in parsed
    }


@pytest.mark.parametrize("issue", ISSUES)
def test_lines_between_documents_are_front_matter_or_the_publishers_pages(issue):
    source, parsed = bulletin(issue)
    spans = [(p.document.start_line, p.document.end_line) for p in parsed]
    for (_, end), (start, _) in pairwise(spans):
        between = printed(source.lines[end : start - 1])
        assert between == "", f"lines {end + 1} to {start - 1} are in no document"


@pytest.mark.parametrize("name", TEXTS)
def test_every_character_of_a_text_has_one_place(name):
    source, parsed = text_of(*TEXTS[name].strip().split("\n"))
    assert [p.document.start_line for p in parsed] == [1]
    assert unexplained(source, parsed[0]) == []
    last = max(n for n, line in enumerate(source.lines, 1) if line.strip())
    assert parsed[0].document.end_line == last


@pytest.mark.parametrize("name", TEXTS)
def test_the_check_sees_a_lost_clause_and_a_lost_character(name):
    source, (parsed,) = text_of(*TEXTS[name].strip().split("\n"))
    for index, clause in enumerate(parsed.clauses):
        others = parsed.clauses[:index] + parsed.clauses[index + 1 :]
        cut = replace(clause, text=clause.text[:-1])
        again = replace(clause, text=clause.text + clause.text[-3:])
        if others:
            assert unexplained(source, replace(parsed, clauses=others))
        for wrong in (cut, again):
            changed = (*parsed.clauses[:index], wrong, *parsed.clauses[index + 1 :])
            assert unexplained(source, replace(parsed, clauses=changed))


def test_a_word_doubled_at_a_join_is_dropped_once_and_recorded():
    parsed = document_of(*TEXTS["outline with lead-ins and a torn paragraph"].strip().split("\n"))
    assert Leftover(14, "join", "公") in parsed.leftovers
    first = next(c for c in parsed.clauses if c.locator == "二/（一）")
    assert first.text == (
        "夯实基础。建设通信网络，推进协同，形成通过公共数据平台共享的机制。通过公共渠道向社会开放。"
    )


def test_what_the_bulletins_leave_over_is_traces_of_pictures_and_three_doubled_words():
    left = [x for issue in ISSUES for p in bulletin(issue)[1] for x in p.leftovers]
    traces = {x.text for x in left if x.kind == "leftover"}
    assert traces == {"扫描二维码", "阅读全文", "扫描二维码阅读全文"}
    assert sorted(x.text for x in left if x.kind == "join") == ["。化", "公", "小组"]
