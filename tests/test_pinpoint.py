import pytest

from rag.locator.pinpoint import pinpoint

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
