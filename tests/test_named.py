"""Places that a question names by number."""

import pytest

from rag.locator.named import Named, named_places, without_places
from rag.locator.pinpoint import Pinpoint
from rag.locator.place import Part


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        pytest.param("第十二条怎么说？", [[("条", 12, 0)]], id="Chinese"),
        pytest.param("第12条怎么说？", [[("条", 12, 0)]], id="Arabic"),
        pytest.param("第１２条怎么说？", [[("条", 12, 0)]], id="full-width"),
        pytest.param("第 十 二 条怎么说？", [[("条", 12, 0)]], id="with blanks"),
        pytest.param("第一百二十条", [[("条", 120, 0)]], id="above a hundred"),
        pytest.param("第十二条之一", [[("条", 12, 1)]], id="inserted article"),
        pytest.param("what does article 12 say", [[("条", 12, 0)]], id="English"),
        pytest.param("Chapter II", [[("章", 2, 0)]], id="Roman"),
        pytest.param("Part 3 and section 4", [[("部", 3, 0)], [("节", 4, 0)]], id="two in English"),
        pytest.param("第二章第五条", [[("章", 2, 0), ("条", 5, 0)]], id="one path"),
        pytest.param("第五条和第六条", [[("条", 5, 0)], [("条", 6, 0)]], id="two places"),
        pytest.param("第五条第六条", [[("条", 5, 0)], [("条", 6, 0)]], id="same style is no path"),
        pytest.param("三（一）讲什么", [[("", 3, 0), ("（", 1, 0)]], id="outline"),
        pytest.param("三、（一）讲什么", [[("", 3, 0), ("（", 1, 0)]], id="outline with comma"),
        pytest.param("三/(一)讲什么", [[("", 3, 0), ("（", 1, 0)]], id="outline as locator"),
        pytest.param("第（六）项是什么", [[("（", 6, 0)]], id="bracketed"),
        pytest.param("第三部分", [[("部", 3, 0)]], id="part"),
        pytest.param(
            "第二编第一分编第四章", [[("编", 2, 0), ("分编", 1, 0), ("章", 4, 0)]], id="books of a code"
        ),
        pytest.param("第一分编第五条", [[("分编", 1, 0), ("条", 5, 0)]], id="a part of a code"),
        pytest.param("附件1说什么", [[("附件", 1, 0)]], id="annex"),
        pytest.param("第3段讲什么", [[("段", 3, 0)]], id="paragraph of a text without numbers"),
        pytest.param("第一百1条", [[("条", 101, 0)]], id="mixed numerals"),
        pytest.param("数据怎么登记？", [], id="none"),
        pytest.param("《某办法第三条释义》讲什么？", [], id="inside a title"),
        pytest.param("第三方机构2024年第一季度的数据", [], id="other ordinals"),
    ],
)
def test_places_that_a_question_names(question, parts):
    assert named_places(question) == [Named(tuple(Part(*part) for part in path)) for path in parts]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("第三条第（六）项", Pinpoint(None, 6)),
        ("第三条第二款第（一）项怎么说", Pinpoint(2, 1)),
        ("第十二条之一第二款第三项第1目", Pinpoint(2, 3, 1)),
        ("第三条的第二款", Pinpoint(2)),
        ("第三条中的第（二）项", Pinpoint(None, 2)),
        ("第十二条里第二款", Pinpoint(2)),
        ("第三条之第二款", Pinpoint(2)),
        ("第三条之一的第二款", Pinpoint(2)),
        ("第三条规定的第二款", Pinpoint(2)),
        ("第三条 的 第 2 款", Pinpoint(2)),
        ("第十二条中第二款的第（三）项是什么", Pinpoint(2, 3)),
        ("第三条第2款里的第1项的第3目", Pinpoint(2, 1, 3)),
        ("第三条", None),
        ("第三条的五项措施", None),
        ("第三条的第一项目标", None),
    ],
)
def test_the_pinpoint_behind_an_article_is_read(question, expected):
    assert [place.pinpoint for place in named_places(question)] == [expected]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("第三条第二款和第三款", [Pinpoint(2), Pinpoint(3)]),
        ("第三条的第二款、第三款第（一）项", [Pinpoint(2), Pinpoint(3, 1)]),
        ("第三条第一款第二项和第三项", [Pinpoint(1, 2), Pinpoint(1, 3)]),
        ("第三条第一至三款", [Pinpoint(1), Pinpoint(2), Pinpoint(3)]),
        ("第三条第二款和第四条", [Pinpoint(2), None]),
    ],
)
def test_several_pinpoints_of_one_article_are_several_places(question, expected):
    assert [place.pinpoint for place in named_places(question)] == expected


@pytest.mark.parametrize(
    "question",
    [
        "我国第一部数据条例是哪部？",
        "第二节课讲什么",
        "第一章程是什么",
        "第三条生产线何时投产",
    ],
)
def test_ordinals_of_other_things_are_no_places(question):
    assert named_places(question) == []


def paths(question):
    """Write each place as `部2/（2/点9`."""
    return [
        "/".join(f"{part.style}{part.number}" for part in place.parts) for place in named_places(question)
    ]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("第三、四、五条", ["条3", "条4", "条5"], id="list under one unit"),
        pytest.param("第三条、第五条", ["条3", "条5"], id="list of articles"),
        pytest.param("第五条至第八条", ["条5", "条6", "条7", "条8"], id="range of articles"),
        pytest.param("第五至第七条", ["条5", "条6", "条7"], id="range under one unit"),
        pytest.param("第5-7条", ["条5", "条6", "条7"], id="range with a dash"),
        pytest.param("第二条到第四条第二款", ["条2", "条3", "条4"], id="range that ends in a paragraph"),
        pytest.param("第二章第五条至第七条", ["章2/条5", "章2/条6", "章2/条7"], id="range in a chapter"),
        pytest.param("第八条至第五条", ["条8", "条5"], id="no range backwards"),
        pytest.param("第一条至第九百条", ["条1", "条900"], id="the ends of a range that is too long"),
        pytest.param("articles 5 and 7", ["条5", "条7"], id="English list"),
        pytest.param("Articles 5 to 7", ["条5", "条6", "条7"], id="English range"),
        pytest.param("第二部分的第三点和第五点", ["部2/点3", "部2/点5"], id="list under a part"),
        pytest.param("第四章第一条和第五章第二条", ["章4/条1", "章5/条2"], id="two chapters"),
    ],
)
def test_lists_and_ranges_name_several_places(question, expected):
    assert paths(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("第二部分（二）的第9点", "部2/（2/点9"),
        ("第二部分第（二）条", "部2/（2"),
        ("二（二）9", "2/（2/点9"),
        ("二（二）9. 怎么说", "2/（2/点9"),
        ("三（五）第16条", "3/（5/点16"),
        ("三、（五）、16", "3/（5/点16"),
        ("三/（五）/16", "3/（5/点16"),
        ("三（5）16）", "3/（5/点16"),
        ("二/12", "2/点12"),
        ("三（六）第24项", "3/（6/点24"),
        ("第五部第16点", "部5/点16"),
        ("第二大点第三小点", "大2/小3"),
        ("第二点里的第三小点", "点2/小3"),
        ("第二大部分第三点", "部2/点3"),
        ("附件2第三条", "附件2/条3"),
        ("附件1/三/（一）", "附件1/3/（1"),
        ("Part 2 (2) item 9", "部2/（2/点9"),
        ("item 9 of Part 2 (2)", "部2/（2/点9"),
        ("section 3(5)(16)", "节3/（5/点16"),
        ("Article 5 of Chapter 2", "章2/条5"),
        ("第（十八）点", "（18"),
    ],
)
def test_a_place_of_an_outline_is_one_path(question, expected):
    assert paths(question) == [expected]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("第三条的第二款", ["条3"], id="款 behind 的"),
        pytest.param("第三条第二款第（一）项", ["条3"], id="款 and 项"),
        pytest.param("第三条的第（二）项和第4项", ["条3", "条3"], id="two items of an article"),
        pytest.param("Article 5(2)", ["条5"], id="English paragraph"),
        pytest.param("第三条第二目标准", ["条3"], id="目 of another word"),
    ],
)
def test_a_place_inside_an_article_is_no_place_of_its_own(question, expected):
    assert paths(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "刑法修正案（八）说了什么",
        "行动计划（二）是什么",
        "第一、二季度的数据",
        "第一步第二步该干什么",
        "第一项目部、第二目标",
        "上午第一点半开会",
        "第三条街、第二条路",
        "第五编辑部、第三节课",
        "2023/12/15",
        "三分之一的企业",
        "提高3.5%、增加2（3）个",
        "his article about part time work",
    ],
)
def test_other_numbers_are_no_places(question):
    assert paths(question) == []


@pytest.mark.parametrize("question", ["三（五）2025年", "三（五）16个项目", "三（五）3.5%"])
def test_an_amount_behind_a_place_is_not_part_of_it(question):
    assert paths(question) == ["3/（5"]


def test_the_span_is_the_place_as_printed():
    question = "方案第二部分（二）的第9点，以及第三条第一款"
    assert [question[slice(*place.span)] for place in named_places(question)] == [
        "第二部分（二）的第9点",
        "第三条第一款",
    ]


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("第五条至第八条关于备案的规定", "关于备案的规定"),
        ("第十六条说了什么", "说了什么"),
        ("要保存多少年", "要保存多少年"),
    ],
)
def test_what_a_question_says_besides_its_places(question, rest):
    assert without_places(question).split()[-1] == rest
