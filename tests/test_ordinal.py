"""Article numbers without 第."""

import pytest

from rag.hit.query import understood
from rag.locator.ordinal import with_ordinals
from rag.schema import Question


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("甲市数据管理办法27条", "甲市数据管理办法第27条"),
        ("甲市数据管理办法 二十七条 怎么说", "甲市数据管理办法 第二十七条 怎么说"),
        ("《甲市暂行规定》16条说了什么", "《甲市暂行规定》第16条说了什么"),
        ("甲市办法的27条怎么规定的", "甲市办法的第27条怎么规定的"),
        ("甲市登记办法 13条3款", "甲市登记办法 第13条3款"),
        ("关于登记,甲市13条第（三）项", "关于登记,甲市第13条第（三）项"),
        ("劳动合同法39条和40条有什么区别", "劳动合同法第39条和第40条有什么区别"),
        ("劳动合同法39条2款和40条有什么区别", "劳动合同法第39条2款和第40条有什么区别"),
        ("条例第八条和九条", "条例第八条和第九条"),
        ("条例8到10条", "条例第8到10条"),
        ("细则3、5条的内容", "细则第3、5条的内容"),
        ("十六条", "第十六条"),
        ("16条和17条", "第16条和第17条"),
        ("请问16条说了什么", "请问第16条说了什么"),
        ("那16条呢", "那第16条呢"),
    ],
)
def test_a_number_of_an_article_is_read_as_one(question, read):
    assert with_ordinals(question) == read


@pytest.mark.parametrize(
    "question",
    [
        "甲市办法第二十七条",
        "甲市办法共40条",
        "甲市办法一共有四十条吗",
        "甲市办法有多少条",
        "甲市办法的40条规定里哪些讲登记",
        "数据二十条是谁发布的",
        "民营经济31条有哪些内容",
        "若干措施三十二条",
        "条例三条红线是什么",
        "规定5条以上怎么算",
        "三条生产线补贴多少",
        "5条意见分别是什么",
        "十条措施是什么",
        "做法3条",
        "两条路线有什么区别",
        "光缆3.5条2款",
        "办法两条",
        "登记的5条件",
        "三（五）16条",
    ],
)
def test_a_count_stays_a_count(question):
    assert with_ordinals(question) == question


def test_the_turns_before_are_read_alike():
    history = (("甲市数据管理办法27条", "……"),)
    asked = understood(Question("28条呢", history))
    assert "第28条" in asked.full
    assert "第27条" not in asked.full
