import pytest

from rag.quote.listing import lists_in


def items(text):
    return [[text[a:b] for a, b in listing.items] for listing in lists_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("提交：\n（一）甲；\n（二）乙。\n其他。", ["（一）甲；", "（二）乙。"], id="items on lines"),
        pytest.param("提交：\n1. 甲；\n2. 乙。", ["1. 甲；", "2. 乙。"], id="Arabic numbers"),
        pytest.param("提交：\n1、甲\n2、乙\n3、丙", ["1、甲", "2、乙", "3、丙"], id="numbers with a comma"),
        pytest.param("提交：\n①甲；\n②乙。", ["①甲；", "②乙。"], id="circled numbers"),
        pytest.param("提交：（一）甲；（二）乙。另有规定。", ["（一）甲；", "（二）乙。"], id="items in a sentence"),
        pytest.param("要求如下：一是抓落实；二是抓协调；三是抓考核。", ["一是抓落实；", "二是抓协调；", "三是抓考核。"], id="一是"),
        pytest.param("一是空间。加强监管。二是生活。查处违建。三是生产。加强检查。", ["一是空间。加强监管。", "二是生活。查处违建。", "三是生产。加强检查。"], id="items of several sentences"),
        pytest.param("第一目：甲\n第二目：乙", ["第一目：甲", "第二目：乙"], id="第X目"),
        pytest.param("提交：\n（一）甲：\n1. 子；\n2. 丑；\n（二）乙。", ["（一）甲：\n1. 子；\n2. 丑；", "（二）乙。"], id="points under an item"),
        pytest.param("shall:\n(a) apply;\n(b) pay.", ["(a) apply;", "(b) pay."], id="English items"),
        pytest.param("提交：\n（一）甲；\n（三）丙。", None, id="numbers that do not run on"),
        pytest.param("到2025年，建成1.5万个站点，2.3万个接口。", None, id="figures are no numbers of items"),
        pytest.param("", None, id="empty"),
    ],
)  # fmt: skip
def test_the_items_of_a_list_are_found_with_what_stands_under_them(text, expected):
    assert items(text) == ([expected] if expected else [])


def test_the_sentence_that_leads_to_a_list_belongs_to_it():
    text = "甲。申请时应当提交：\n（一）表；\n（二）证。"
    (listing,) = lists_in(text)
    assert text[slice(*listing.lead)] == "申请时应当提交："
    assert text[slice(*listing.span)] == text[2:]


def test_two_lists_of_one_clause_are_two():
    text = "提交：\n（一）甲；\n（二）乙。\n不得：\n（一）丙；\n（二）丁。"
    assert items(text) == [["（一）甲；", "（二）乙。"], ["（一）丙；", "（二）丁。"]]


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        pytest.param("甲。专项资金采取补助、贴息等方式。一个项目只报一种。\n（一）补助。\n（二）贴息。", "甲。专项资金采取补助、贴息等方式。一个项目只报一种。", id="no sentence announces the items: the paragraph"),
        pytest.param("第一段。\n有下列情形之一的，督促改正；未改正的，依法处理。\n（一）甲。\n（二）乙。", "有下列情形之一的，督促改正；未改正的，依法处理。", id="not the paragraph above"),
        pytest.param("甲是机构。应当提交：\n（一）表；\n（二）证。", "应当提交：", id="a colon announces the items"),
        pytest.param(f"{'很长的话。' * 80}末句。\n（一）表；\n（二）证。", f"{'很长的话。' * 59}末句。", id="a long paragraph from its end"),
    ],
)  # fmt: skip
def test_a_lead_is_all_that_introduces_the_items(text, lead):
    (listing,) = lists_in(text)
    assert text[slice(*listing.lead)] == lead
