"""Labels as numbers."""

import pytest

from rag.locator.place import UNKNOWN, key_of, part_of, parts_of


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("第十二条", ("条", 12, 0)),
        ("第 12 条", ("条", 12, 0)),
        ("第十二条之一", ("条", 12, 1)),
        ("第12條", ("条", 12, 0)),
        ("第二節", ("节", 2, 0)),
        ("第一分编", ("分编", 1, 0)),
        ("第三部分", ("部", 3, 0)),
        ("第3段", ("段", 3, 0)),
        ("附件一", ("附件", 1, 0)),
        ("附录2 清单", ("附件", 2, 0)),
        ("（三）", ("（", 3, 0)),
        ("3", ("", 3, 0)),
        ("1）", ("", 1, 0)),
        ("Article 5", ("条", 5, 0)),
        ("Article 5.", ("条", 5, 0)),
        ("CHAPTER IV", ("章", 4, 0)),
        ("Section 3", ("节", 3, 0)),
        ("Annex XII", ("附件", 12, 0)),
        ("引言", (UNKNOWN, 0, 0)),
        ("第十二条建议", (UNKNOWN, 0, 0)),
        ("Articles", (UNKNOWN, 0, 0)),
    ],
)
def test_a_label_is_read(label, expected):
    assert part_of(label) == expected


def test_a_locator_is_read_from_outside_in():
    assert [p.style for p in parts_of("第二编/第一分编/第四章/第五条")] == ["编", "分编", "章", "条"]


@pytest.mark.parametrize(
    ("places", "key"),
    [
        (["第十条", "第10条", "第 十 条", "第１０条", "Article 10"], "第十条"),
        (["第二编/第三章", "第2编/第3章"], "第二编/第三章"),
        (["附件1", "附件一"], "附件一"),
        (["（一）", "(一)", "（1）"], "（一）"),
        (["三/（一）"], "三/（一）"),
        (["引 言"], "引言"),
        (["第99999条"], "第99999条"),
    ],
)
def test_spellings_of_one_place_have_one_key(places, key):
    assert {key_of(place) for place in places} == {key}
