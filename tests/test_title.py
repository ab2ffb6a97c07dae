"""Names of one document."""

import pytest
from fakes import make_document

from rag.errors import NotFound
from rag.locator.title import find_document, title_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("中华人民共和国刑法", "刑法"),
        ("甲办法（试行）", "甲办法"),
        ("甲办法（2018修正）", "甲办法"),
        ("甲法(2018-10-26)", "甲法"),
        ("甲法_20181026", "甲法"),
        ("某计划（2023—2025年）（征求意见稿）", "某计划"),
        ("中共中央、国务院关于甲的意见", "中共中央 国务院关于甲的意见"),
        ("《甲法》", "甲法"),
    ],
)
def test_names_of_one_document_share_a_key(one, other):
    assert title_key(one) == title_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("刑法修正案（八）", "刑法修正案（九）"), ("甲解释（一）", "甲解释（二）"), ("甲市办法", "乙市办法"), ("（试行）", "（暂行）")],
)  # fmt: skip
def test_other_documents_have_other_keys(one, other):
    assert title_key(one) != title_key(other)


SHELF = [
    make_document("a", "中华人民共和国刑法"),
    make_document("b", "中华人民共和国刑法修正案（八）"),
    make_document("c", "最高人民法院关于刑法的解释"),
]


def test_a_short_name_is_preferred_to_a_part_of_a_title():
    assert find_document(SHELF, "刑法").document_id == "a"
    assert find_document(SHELF, "刑法修正案（八）").document_id == "b"
    assert find_document(SHELF, "解释").document_id == "c"


def test_a_part_of_several_titles_is_refused():
    with pytest.raises(NotFound, match="3 documents fit"):
        find_document(SHELF, "法")
