"""The words of drafted questions: names of documents, figures, deadlines, lists."""

from random import Random

import pytest
from fakes import make_document

from eval.draft.rule.deadlines import deadlines_in
from eval.draft.rule.lists import ask_for
from eval.draft.shelf import Shelf, short_name
from eval.draft.wording import alternatives, head_of, other_figure, parts_of, spoken


@pytest.mark.parametrize(
    ("title", "region", "expected"),
    [
        ("长春市数据交易管理办法", "长春市", "长春的数据交易办法"),
        ("湖南省数字经济促进条例（草案送审稿）", "湖南省", "湖南的数字经济条例"),
        ("加快推进吉林省数字经济高质量发展实施方案（2023—2025年）", "吉林省", "吉林的数字经济高质量发展方案"),
        ("交通运输部关于加快智慧港口建设的意见", "全国", "交通运输部的智慧港口建设意见"),
        ("中华人民共和国农业法", "全国", "农业法"),
        ("某协会印发《数据资产评估指导意见》", "全国", "《数据资产评估指导意见》"),
        ("技术展望2023", None, "技术展望2023"),
    ],
)
def test_documents_have_the_names_that_staff_use(title, region, expected):
    assert short_name(make_document("x", title, region=region)) == expected


def test_two_documents_never_share_a_name():
    twins = [make_document("x1", "甲市数据办法（2020年）"), make_document("x2", "甲市数据办法（2024年）")]
    shelf = Shelf(twins, {})
    assert [shelf.name(d) for d in twins] == ["《甲市数据办法（2020年）》", "《甲市数据办法（2024年）》"]


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("三年", ["三年", "3年"]),
        ("20个工作日", ["20个工作日", "二十个工作日"]),
        ("3—5家", ["3—5家", "3-5家", "3至5家", "3到5家"]),
        ("20%", ["20%", "百分之二十"]),
        ("98.6%", ["98.6%"]),
        ("1,000个", ["1,000个", "1000个"]),
        ("2024年3月1日", ["2024年3月1日", "2024-03-01", "2024.3.1"]),
    ],
)
def test_figures_have_the_ways_in_which_they_are_written(figure, expected):
    assert alternatives(figure) == expected


@pytest.mark.parametrize("figure", ["三年", "400个", "20%", "五个工作日", "1000亿元"])
def test_a_wrong_figure_is_another_of_the_same_kind(figure):
    wrong = other_figure(figure, Random(1))
    assert wrong != figure
    assert wrong.lstrip("一二三四五六七八九十两0123456789") == figure.lstrip(
        "一二三四五六七八九十两0123456789"
    )


@pytest.mark.parametrize("figure", ["3—5家", "98.6%", "2024年3月1日", "若干"])
def test_what_is_no_plain_number_has_no_wrong_one(figure):
    assert other_figure(figure, Random(1)) is None


@pytest.mark.parametrize(
    ("sentence", "ask"),
    [
        ("登记机构接到异议后，应当在三个工作日内转送申请人；", "登记机构接到异议以后，最迟几天之内要转送申请人？"),
        ("当事人应当自收到决定之日起30日内缴纳费用。", "收到决定以后，当事人最迟几天之内要缴纳费用？"),
        ("名称发生变化的，公共机构应当在15个工作日内更新目录。", "要是名称发生变化，公共机构最迟几天之内要更新目录？"),
        ("证书有效期满，应当在期满前一个月内办理续展手续。", None),
        ("前款规定的申请，应当自受理之日起一年内不行使的，归于消灭。", None),
        ("三年内不得申请。", None),
    ],
)  # fmt: skip
def test_a_deadline_needs_a_beginning_and_an_act(sentence, ask):
    assert [d.ask for d in deadlines_in(sentence)] == ([ask] if ask else [])


@pytest.mark.parametrize(
    ("lead", "question"),
    [
        ("有下列情形之一的，登记机构不予登记", "哪些情况下登记机构不予登记？"),
        ("运营单位应符合以下基本条件", "运营单位得满足哪些条件？"),
        ("下列数据不得进行交易", "哪些数据不能交易？"),
        ("专项资金不得用于下列支出", "专项资金不能用于哪些支出？"),
        ("主管部门负责下列工作", "主管部门具体管哪些事？"),
        ("本办法中下列用语的含义", None),
        ("各单位应当重视这项工作", None),
    ],
)
def test_a_list_is_asked_for_by_the_line_that_leads_to_it(lead, question):
    asked = ask_for(lead)
    assert (asked and asked[1]) == question


def test_spoken_words_and_short_parts():
    assert spoken("申请人应当提交 3 份材料") == "申请人要交3份材料"
    assert head_of("登记申请表；含附件") == "登记申请表"
    assert parts_of("根据规定，登记机构应当及时审查，并书面告知申请人。", 2) == [
        "登记机构应当及时审查",
        "书面告知申请人",
    ]
    assert parts_of("短。", 2) == []
