"""Quotations of an answer: what counts as one, and whether its words stand in the source."""

import pytest
from fakes import make_clause

from rag.doubt.quotation import quotation_doubts, quotations, stands_in

TERM = "登记证书的有效期为三年，自登记公告之日起计算。\n期满前一个月内可以续展。"
NET = "本办法所称“互联网+政务服务平台”，是指统一办理事项的系统；按照《中华人民共和国数据安全法》执行。"
ENGLISH = "The certificate of registration is valid for three years."
TITLE = "甲市数据管理办法"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("甲「乙」丙『丁』“戊”", ["乙", "丁", "戊"], id="every kind"),
        pytest.param('称"乙"和＂丁＂。', ["乙", "丁"], id="straight"),
        pytest.param("“甲「乙」丙“丁”戊”", ["甲「乙」丙“丁”戊"], id="nested ones belong to the outer one"),
        pytest.param("《“乙×”行动计划》提出“丁”", ["丁"], id="not inside a title"),
        pytest.param("“依照《乙法》办理”", ["依照《乙法》办理"], id="over a title"),
        pytest.param("“甲[1]乙[12]”", ["甲乙"], id="without markers"),
        pytest.param("“甲\n乙”", ["甲\n乙"], id="over a line break"),
        pytest.param("“甲\n\n乙”丙", [], id="not over an empty line"),
        pytest.param("“甲“乙”", ["乙"], id="one is not closed"),
        pytest.param("“依照《乙法办理”丙", ["依照《乙法办理"], id="a title that is not closed"),
        pytest.param("甲”乙“", [], id="closed before it is open"),
        pytest.param('屏幕为6"，称"乙"', ["乙"], id="inches"),
        pytest.param('"甲，称"乙"', [], id="an odd straight mark tells nothing"),
        pytest.param('"甲\n称"乙"', ["乙"], id="which spoils only its line"),
        pytest.param("“2023”", ["2023"], id="a digit before the mark"),
        pytest.param("没有", [], id="none"),
        pytest.param("", [], id="empty"),
    ],
)
def test_what_counts_as_a_quotation(text, expected):
    found = quotations(text)
    assert [q.words for q in found] == expected
    assert all(text[q.start] in '「『“"＂' and text[q.end - 1] in '」』”"＂' for q in found)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("登记证书的有效期为三年", True, id="word for word"),
        pytest.param("登记证书的有效期为三年。", True, id="with the point of the statement"),
        pytest.param("，自登记公告之日起计算", True, id="from a comma on"),
        pytest.param("登记证书 的有效期为三年,自登记公告之日起计算", True, id="blanks and widths"),
        pytest.param("**登记证书**的“有效期”为三年", True, id="bold, and marks inside"),
        pytest.param("自登记公告之日起计算。期满前一个月内可以续展", True, id="over a paragraph"),
        pytest.param("登记证书……自登记公告之日起计算", True, id="with an omission"),
        pytest.param("登记证书...可以续展", True, id="with points for an omission"),
        pytest.param("……有效期为三年……", True, id="omissions at the ends"),
        pytest.param("可以续展……登记证书", False, id="in another order"),
        pytest.param("登记证书……五年", False, id="half of it"),
        pytest.param("登记证书的有效期为五年", False, id="another word"),
        pytest.param("登记证书有效期为三年", False, id="a word left out"),
    ],
)
def test_whether_words_stand_in_a_source(words, expected):
    assert stands_in(words, TERM) is expected


CLAUSES = [make_clause(f"第{n}条", text, headings="总则") for n, text in enumerate((TERM, NET, ENGLISH), 1)]


def doubted(text, *cited, asked=""):
    clauses = [CLAUSES[n - 1] for n in cited or (1, 2, 3)]
    return [doubt.words for doubt in quotation_doubts(text, clauses, asked)]


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("规定“登记证书的有效期为三年”。", 1),
        ("规定「登记证书的有效期为三年。」", 1),
        ('规定"登记证书的有效期为三年"。', 1),
        ("规定“自登记公告之日起计算。期满前一个月内可以续展。”", 1),
        ("“登记证书的有效期为三年……可以续展”", 1),
        ("“第1条 登记证书的有效期为三年”", 1),
        ("“互联网+政务服务平台”是统一办理事项的系统。", 2),
        ("规定“‘互联网+政务服务平台’，是指统一办理事项的系统”。", 2),
        ("规定“按照《中华人民共和国数据安全法》执行”。", 2),
        (f"“{TITLE}”没有其他规定。", 1),
        ("登记证书的“有效期限”为三年。", 1),
        ("It is called “data property registration”.", 1),
        ("It “Is Valid For Three Years”.", 3),
        ("没有引文。", 1),
        ("", 1),
    ],
)
def test_a_quotation_that_stands_in_its_clause_is_not_doubted(text, cited):
    assert doubted(text, cited) == []


@pytest.mark.parametrize(
    ("text", "cited", "expected"),
    [
        pytest.param("规定“登记证书的有效期为五年”。", 1, ["登记证书的有效期为五年"], id="another word"),
        pytest.param("「登记证书有效期是三年」", 1, ["登记证书有效期是三年"], id="in other words"),
        pytest.param('"登记证书有效期是三年"', 1, ["登记证书有效期是三年"], id="straight marks"),
        pytest.param("“登记证书的有效期为三年”", 2, ["登记证书的有效期为三年"], id="in another clause"),
        pytest.param(
            "“登记证书长期有效。不必续展。”", 1, ["登记证书长期有效。不必续展。"], id="two sentences"
        ),
        pytest.param("“甲”和“证书『长期』有效不续展”", 1, ["证书『长期』有效不续展"], id="nested"),
        pytest.param("It says “valid for fifty years”.", 3, ["valid for fifty years"], id="English"),
    ],
)
def test_a_quotation_that_no_cited_clause_has_is_doubted(text, cited, expected):
    assert doubted(text, cited) == expected


def test_one_of_the_cited_clauses_is_enough():
    assert doubted("规定“登记证书的有效期为三年”。", 1, 2) == []


def test_a_term_of_seven_characters_is_no_quotation():
    assert doubted("“长期有效不续展”") == []
    assert doubted("“长期有效不续展了”") == ["长期有效不续展了"]


def test_words_of_the_question_may_be_repeated():
    said = "您问的“证书是不是长期有效”，规定为三年。"
    assert doubted(said, asked="证书是不是长期有效？") == []
    assert doubted(said, asked="证书多久？") == ["证书是不是长期有效"]
