import pytest
from fakes_references import collection

from rag.locator.pinpoint import Pinpoint, find_pinpoint, parse_pinpoint, pinpoint, split_pinpoint

TEXT = "申请登记应当提交下列材料：\n（一）申请表；\n(二) 身份证明。\n材料不齐的，应当补正。\n补正期限为五日。"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("申请登记", "第一款", id="first paragraph"),
        pytest.param("申请表", "第一款第（一）项", id="item"),
        pytest.param("身份证明", "第一款第（二）项", id="item with narrow brackets"),
        pytest.param("材料不齐", "第二款", id="paragraph after the items: items are no paragraphs"),
        pytest.param("五日", "第三款", id="middle of the last paragraph"),
    ],
)
def test_a_place_inside_an_article(words, expected):
    assert pinpoint(TEXT, TEXT.index(words), "第三条") == expected


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        pytest.param("证书的有效期为三年。", "第四条", None, id="a single paragraph"),
        pytest.param("甲。\n乙。", "（二）", None, id="outline"),
        pytest.param("甲。\n乙。", "第二章", None, id="chapter"),
        pytest.param("甲。\n乙。", "第十二条之一", "第一款", id="inserted article"),
        pytest.param(
            "下列材料：\n（一）甲；\n（二）乙。", "第三条", None, id="the lead of a list in one paragraph"
        ),
    ],
)
def test_only_articles_of_several_paragraphs_have_pinpoints(text, label, expected):
    assert pinpoint(text, 0, label) == expected


def test_an_item_of_a_single_paragraph_is_named_alone():
    text = "下列材料：\n（一）甲；\n（二）乙。"
    assert pinpoint(text, text.index("乙"), "第三条") == "第（二）项"


POINTS = (
    "申请应当符合下列规定：\n（一）年龄：\n1. 小型车18周岁；\n2、大型车22周岁。\n（二）身体：\n1. 身高；\n①155厘米\n"
    "| 表 | 格 |\n第二款正文。\n1. 没有上级的项；\n第三款正文。"
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("大型车", "第一款第（一）项第2目", id="目"),
        pytest.param("身高", "第一款第（二）项第1目", id="目 of the next item"),
        pytest.param("155", "第一款第（二）项第1目", id="a number below 目 is part of it"),
        pytest.param("格", "第一款第（二）项第1目", id="a row of a table is no paragraph"),
        pytest.param("第二款", "第二款", id="neither are counted"),
        pytest.param("没有上级", "第二款第1项", id="1. without an item above"),
        pytest.param("第三款", "第三款", id="the paragraph after it"),
    ],
)
def test_a_place_under_an_item(words, expected):
    assert pinpoint(POINTS, POINTS.index(words), "第十四条") == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("第二款第（一）项", Pinpoint(2, 1)),
        ("第一款第三项", Pinpoint(1, 3)),
        ("第（二）项第2目", Pinpoint(None, 2, 2)),
        ("第 2 款第(十一)项", Pinpoint(2, 11)),
        ("（三）项", Pinpoint(None, 3)),
        ("第三条", None),
        ("第三条第二款", None),
        ("三（一）", None),
        ("", None),
    ],
)
def test_a_pinpoint_is_read(written, expected):
    assert parse_pinpoint(written) == expected


@pytest.mark.parametrize(
    ("written", "place", "expected"),
    [
        ("第三条第二款第（一）项", "第三条", Pinpoint(2, 1)),
        ("第二章/第十二条之一 第二款", "第二章/第十二条之一", Pinpoint(2)),
        ("第三条（二）项", "第三条", Pinpoint(None, 2)),
        ("Article 5第二款", "Article 5", Pinpoint(2)),
        ("第三条的第二款", "第三条", Pinpoint(2)),
        ("第三条第二款中的第（一）项", "第三条", Pinpoint(2, 1)),
        ("第三条之一里第二款", "第三条之一", Pinpoint(2)),
        ("第三条之第二款", "第三条", Pinpoint(2)),
        ("本规定第二款", "本规定", Pinpoint(2)),
        ("第二章第五条", "第二章第五条", None),
        ("三/（一）", "三/（一）", None),
        ("第" * 400, "第" * 400, None),
    ],
)
def test_a_place_is_parted_from_its_pinpoint(written, place, expected):
    assert split_pinpoint(written) == (place, expected)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(Pinpoint(1), TEXT[: TEXT.index("材料不齐") - 1], id="a paragraph with its items"),
        pytest.param(Pinpoint(1, 2), "(二) 身份证明。", id="an item"),
        pytest.param(Pinpoint(None, 1), "（一）申请表；", id="an item alone"),
        pytest.param(Pinpoint(3), "补正期限为五日。", id="the last paragraph"),
        pytest.param(Pinpoint(4), None, id="no such paragraph"),
        pytest.param(Pinpoint(2, 1), None, id="no items in that paragraph"),
        pytest.param(Pinpoint(1, 2, 1), None, id="no 目"),
    ],
)
def test_a_pinpoint_is_found_in_the_text(wanted, expected):
    found = find_pinpoint(TEXT, wanted)
    assert (found and TEXT[slice(*found)]) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(Pinpoint(1, 1), "（一）年龄：\n1. 小型车18周岁；\n2、大型车22周岁。", id="an item with its 目"),
        pytest.param(Pinpoint(None, 1, 2), "2、大型车22周岁。", id="目"),
        pytest.param(Pinpoint(2), "第二款正文。\n1. 没有上级的项；", id="a paragraph"),
    ],
)  # fmt: skip
def test_a_pinpoint_reaches_over_what_is_under_it(wanted, expected):
    found = find_pinpoint(POINTS, wanted)
    assert found and POINTS[slice(*found)] == expected


def test_items_within_a_paragraph_are_found():
    text = "有下列情形之一的：（一）甲；（二）乙，依照（一）办理；（三）丙。"
    found = find_pinpoint(text, Pinpoint(1, 2))
    assert found and text[slice(*found)] == "（二）乙，依照（一）办理；"
    assert find_pinpoint(text, Pinpoint(1, 4)) is None
    assert find_pinpoint("依照（二）、（三）办理。", Pinpoint(1, 2)) is None


TWO_ITEMS_OF_ONE_NUMBER = ("贵州省数据要素登记服务管理办法（试行）", "第二十五条")


def test_every_paragraph_has_a_pinpoint_that_leads_back_to_it():
    places = 0
    for clauses in collection().values():
        for clause in clauses:
            start = 0
            for line in clause.text.split("\n"):
                written = pinpoint(clause.text, start, clause.label)
                if written and (clause.title, clause.label) != TWO_ITEMS_OF_ONE_NUMBER:
                    wanted = parse_pinpoint(written)
                    found = wanted and find_pinpoint(clause.text, wanted)
                    assert found and found[0] <= start < found[1], (clause.clause_id, written)
                    places += 1
                start += len(line) + 1
    assert places > 750


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        pytest.param("申请人", "材料：", "第一款", id="inside a 款"),
        pytest.param("申请表", "申请表；", "第一款第（一）项", id="inside an item"),
        pytest.param("申请表", "证明。", "第一款", id="over two items"),
        pytest.param("申请人", "证明。", "第一款", id="a 款 with its items"),
        pytest.param("证明。", "一次告知。", None, id="over two 款"),
        pytest.param("登记机构", "一次告知。", "第二款", id="the second 款"),
    ],
)
def test_a_quote_is_placed_where_all_of_it_stands(first, last, expected):
    text = "申请人应当提交下列材料：\n（一）申请表；\n（二）证明。\n登记机构应当一次告知。"
    assert pinpoint(text, text.index(first), "第三条", text.index(last) + len(last)) == expected


HEADED = "术语的含义：\n（一）数据资源\n指数据集。\n（二）算法模型\n指策略机制。\n本条由局解释。"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("指数据集", "第一款第（一）项", id="what an item says under its heading"),
        pytest.param("指策略", "第一款第（二）项", id="last item"),
        pytest.param("本条由", "第二款", id="paragraph after the items"),
    ],
)
def test_a_paragraph_under_the_heading_of_an_item_belongs_to_it(words, expected):
    assert pinpoint(HEADED, HEADED.index(words), "第四十条") == expected


def test_an_item_whose_stop_is_missing_is_no_heading():
    text = "下列材料：\n（一）申请表；\n（二）身份证明\n材料不齐的，应当补正。"
    assert pinpoint(text, text.index("材料不齐"), "第三条") == "第二款"
