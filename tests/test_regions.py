import pytest

from rag.hit.regions import holds_in, is_part_of, narrowest, places_in


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("我们公司在南宁", {"南宁"}),
        ("柳州的政务数据，遵义和苏州的企业", {"柳州", "遵义", "苏州"}),
        ("贵州省贵阳市的企业", {"贵州", "贵阳"}),
        ("大理州和中山市怎么办", {"大理", "中山"}),
        ("哪些省市有数据登记办法", set()),
        ("吉林哪个市搞绿色算力", {"吉林"}),
        ("哪些市出台了规定，各市怎么做，本市呢", set()),
        ("全省各市，试点城市，公司上市", set()),
        ("广西安全管理，云南平台，河南通信，上海东方，济南平台", {"广西", "云南", "河南", "上海", "济南"}),
        ("普通化妆品有重大理由推广安全，确保定期开封", set()),
        ("入海口的大连接", set()),
        ("盐城市和聊城市", {"盐城", "聊城"}),
    ],
)
def test_the_places_that_a_text_names(text, places):
    assert places_in(text) == places


def test_a_city_stands_for_its_province_when_both_are_named():
    assert narrowest({"贵州", "贵阳", "北京"}) == {"贵阳", "北京"}
    assert narrowest({"贵州", "南宁"}) == {"贵州", "南宁"}


@pytest.mark.parametrize(
    ("region", "place", "holds"),
    [
        ("贵州省", "贵阳", True),
        ("贵阳市", "贵阳", True),
        ("广西壮族自治区", "南宁", True),
        ("贵阳市", "遵义", False),
        ("贵阳市", "贵州", False),
        ("贵州省", "南宁", False),
        (None, "贵阳", False),
        ("北京市", "北京", True),
    ],
)
def test_the_rules_of_a_province_hold_in_its_cities(region, place, holds):
    assert holds_in(region, place) is holds


def test_a_city_is_a_part_of_its_own_province_alone():
    assert is_part_of("贵阳市", "贵州")
    assert not is_part_of("贵阳市", "广西")
    assert not is_part_of("贵州省", "贵阳")
    assert not is_part_of(None, "贵州")
