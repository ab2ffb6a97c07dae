"""Official letters: letterhead and number above the title, the text that they issue below."""

import pytest
from fakes_ingest import text_of

HEAD = ["某市人民政府文件", "", "某政发〔2024〕5号", ""]
LETTER = [
    "某市人民政府关于印发某市数据管理办法的通知", "", "各区县人民政府，市政府各部门：", "",
    "现将《某市数据管理办法》印发给你们，请认真贯彻执行。", "", "某市人民政府", "2024年3月1日", "",
]  # fmt: skip
RULES = [
    "某市数据管理办法", "", "第一章 总则", "", "第一条 为了规范数据管理，制定本办法。", "",
    "第二条 本办法自2024年4月1日起施行。",
]  # fmt: skip
FOOT = [
    "", "抄送：市委各部门，市人大常委会办公室。", "某市人民政府办公室 2024年3月1日印发",
    "国务院办公厅秘书局                    2024年3月1日印发",
]  # fmt: skip


def documents(*lines):
    _, found = text_of(*lines)
    return found


def test_the_number_above_the_title_is_the_letters_own():
    letter, _ = documents(*HEAD, *LETTER, *RULES)
    assert letter.document.title == "某市人民政府关于印发某市数据管理办法的通知"
    assert (letter.document.doc_number, letter.document.issuer) == ("某政发〔2024〕5号", "某市人民政府")
    assert "issuer" not in letter.document.inferred


def test_what_a_letter_issues_is_a_document_of_its_own():
    letter, rules = documents(*HEAD, *LETTER, *RULES)
    assert [c.locator for c in letter.clauses] == ["引言"]
    assert letter.clauses[0].text.endswith("某市人民政府\n2024年3月1日")
    assert rules.document.title == "某市数据管理办法"
    assert [c.locator for c in rules.clauses] == ["第一章/第一条", "第一章/第二条"]
    assert rules.document.effective_date == "2024-04-01"


def test_the_issuer_of_a_letter_is_inferred_for_what_it_issues():
    _, rules = documents(*HEAD, *LETTER, *RULES)
    assert rules.document.doc_number is None
    assert rules.document.issuer == "某市人民政府"
    assert "issuer" in rules.document.inferred


def test_two_documents_of_one_letter_are_both_found():
    names = "某市人民政府关于印发《某市数据管理办法》《某市数据目录规范》的通知"
    found = documents(
        names,
        "",
        "现将两个文件印发给你们。",
        "",
        *RULES,
        "",
        "某市数据目录规范",
        "",
        "一、范围",
        "",
        "本规范适用于全市。",
    )
    assert [p.document.title for p in found] == [names, "某市数据管理办法", "某市数据目录规范"]


def test_a_name_over_two_lines_with_its_status_is_found():
    title = "某局关于印发某市公共数据授权运营管理办法（试行）的通知"
    found = documents(
        title, "", "现印发给你们。", "", "某市公共数据授权运营", "管理办法", "（试行）", "", *RULES[2:]
    )
    assert found[1].document.title == "某市公共数据授权运营管理办法（试行）"
    assert found[1].document.status == "试行"


@pytest.mark.parametrize("text", FOOT[1:])
def test_the_foot_of_a_letter_is_in_no_clause(text):
    *_, rules = documents(*HEAD, *LETTER, *RULES, "", text)
    assert all(text not in c.text for c in rules.clauses)
    assert [x.text for x in rules.leftovers] == [text]


def test_an_order_issues_what_its_first_sentence_names():
    order = [
        "中华人民共和国国务院令",
        "",
        "第720号",
        "",
        "《快递暂行条例》已经2018年2月7日国务院第198次常务会议通过，现予公布，自2018年5月1日起施行。",
    ]
    found = documents(*order, "", "总理 某某", "", "快递暂行条例", "", *RULES[2:])
    assert [p.document.title for p in found] == ["中华人民共和国国务院令", "快递暂行条例"]
    assert [c.label for c in found[1].clauses] == ["第一条", "第二条"]


def test_a_letter_that_issues_nothing_stays_one_document():
    (only,) = documents("某局关于加强数据管理的通知", "", "各单位：", "", "请加强数据管理。")
    assert only.document.title == "某局关于加强数据管理的通知"


def test_a_number_in_the_middle_of_a_text_is_no_letterhead():
    (only,) = documents(
        "某市数据管理规定",
        "",
        "某政发〔2024〕5号",
        "",
        "第一条 数据应当登记。",
        "第二条 本规定自发布之日起施行。",
    )
    assert (only.document.title, only.document.doc_number) == ("某市数据管理规定", "某政发〔2024〕5号")


DRAFT = ["某市数据管理办法", "（征求意见稿）", "", "第一条 甲。", "第二条 乙。", ""]
WHY = ["一、起草背景", "", "现行规定较早。", "", "二、主要内容", "", "（一）登记。统一登记。"]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        (
            "关于《某市数据管理办法（征求意见稿）》的起草说明",
            "关于《某市数据管理办法（征求意见稿）》的起草说明",
        ),
        ("《某市数据管理办法（征求意见稿）》编制说明", "《某市数据管理办法（征求意见稿）》编制说明"),
        ("起草说明", "某市数据管理办法（征求意见稿）起草说明"),
    ],
)
def test_what_explains_a_draft_is_a_document_of_its_own(heading, title):
    draft, why = documents(*DRAFT, heading, "", *WHY)
    assert [c.label for c in draft.clauses] == ["第一条", "第二条"]
    assert draft.clauses[-1].text == "乙。"
    assert (why.document.title, why.document.status) == (title, None)
    assert [c.locator for c in why.clauses] == ["一", "二/（一）"]


def test_a_draft_under_what_explains_it_or_asks_about_it_is_found():
    for title in (
        "关于《某市数据管理办法（征求意见稿）》的起草说明",
        "关于公开征求《某市数据管理办法（征求意见稿）》意见的公告",
        "关于《某市数据管理办法（征求意见稿）》公开征求意见的通知",
    ):
        found = documents(title, "", *WHY, "", *DRAFT)
        assert [p.document.title for p in found] == [title, "某市数据管理办法（征求意见稿）"]


def test_an_explanation_of_another_text_is_part_of_its_document():
    (only,) = documents(*DRAFT, "关于《某省停车条例》的说明", "", "见附图。")
    assert only.document.title == "某市数据管理办法（征求意见稿）"


def test_the_label_above_what_a_letter_issues_is_in_no_clause():
    letter, rules = documents(*LETTER, "附件1", "", *RULES)
    assert [c.locator for c in letter.clauses] == ["引言"]
    assert letter.clauses[0].text.endswith("2024年3月1日")
    assert [x.text for x in letter.leftovers] == ["附件1"]
    assert len(rules.clauses) == 2


def test_several_issuers_of_a_letter_are_parted():
    head = ["某市财政局 某市教育局文件", "", "某财〔2024〕5号", ""]
    _, rules = documents(*head, "关于印发某市数据管理办法的通知", "", "现印发给你们。", "", *RULES)
    assert rules.document.issuer == "某市财政局、某市教育局"


def test_an_order_has_issuer_and_number():
    text = "《某市数据管理办法》已经市政府常务会议通过，现予公布。"
    order, rules = documents("某市人民政府令", "", "第112号", "", text, "", *RULES)
    assert (order.document.issuer, order.document.doc_number) == ("某市人民政府", "某市人民政府令第112号")
    assert (rules.document.issuer, rules.document.doc_number) == ("某市人民政府", None)
