"""Sentences and items that say what a word means."""

import pytest

from ingest.reference.definitions import definitions_in


def found(text):
    return [(d.term, text[slice(*d.span)]) for d in definitions_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("适用本办法。\n本办法所称公共数据，是指政务数据。其他从略。", [("公共数据", "本办法所称公共数据，是指政务数据。")], id="本办法所称"),
        pytest.param("本法所称的管道包括附属设施。", [("管道", "本法所称的管道包括附属设施。")], id="包括"),
        pytest.param("本法所称侨眷包括:华侨的配偶。", [("侨眷", "本法所称侨眷包括:华侨的配偶。")], id="包括 and a colon"),
        pytest.param("本规定所指社会法人股是指非国有股份。", [("社会法人股", "本规定所指社会法人股是指非国有股份。")], id="所指"),
        pytest.param("数据商是指注册的机构。", [("数据商", "数据商是指注册的机构。")], id="a term alone"),
        pytest.param("归侨是指华侨。华侨是指公民。", [("归侨", "归侨是指华侨。"), ("华侨", "华侨是指公民。")], id="two sentences"),
        pytest.param("税法第四条所称利息，是指甲；所称余额，是指乙。", [("利息", "税法第四条所称利息，是指甲；"), ("余额", "所称余额，是指乙。")], id="two in a sentence"),
        pytest.param("本法所称数据，是指甲；不包括乙。", [("数据", "本法所称数据，是指甲；不包括乙。")], id="a sentence with a semicolon"),
        pytest.param("民事诉讼法第三条第一项规定的基本事实，是指甲。", [("基本事实", "民事诉讼法第三条第一项规定的基本事实，是指甲。")], id="of another law"),
        pytest.param("刑法第三百条之一规定的“人员”，包括甲。", [("人员", "刑法第三百条之一规定的“人员”，包括甲。")], id="a quoted word of another law"),
        pytest.param("《药品法》第四十一条中“首次”，是指甲。", [("首次", "《药品法》第四十一条中“首次”，是指甲。")], id="quoted behind 中"),
        pytest.param("本法所称“以上”、“以下”，包括本数。", [("以上", "本法所称“以上”、“以下”，包括本数。"), ("以下", "本法所称“以上”、“以下”，包括本数。")], id="quoted words together"),
        pytest.param("本法所称以上、以内，包括本数。", [("以上", "本法所称以上、以内，包括本数。"), ("以内", "本法所称以上、以内，包括本数。")], id="bounds"),
        pytest.param("本法所称补贴、津贴，是指甲。", [("补贴、津贴", "本法所称补贴、津贴，是指甲。")], id="a term of two words"),
        pytest.param("本法所称公共数据（以下简称数据），是指甲。", [("公共数据", "本法所称公共数据（以下简称数据），是指甲。")], id="without its short form"),
        pytest.param(
            "本办法下列用语的含义：\n（一）数据，是指记录；\n（二）“船舶”系指船。但是甲。\n（三）食品，指成品。",
            [("数据", "（一）数据，是指记录；"), ("船舶", "（二）“船舶”系指船。但是甲。"), ("食品", "（三）食品，指成品。")],
            id="a list",
        ),
        pytest.param("下列术语的含义是：\n（一）数据资源\n指甲。", [("数据资源", "（一）数据资源\n指甲。")], id="the term on its own line"),
        pytest.param(
            "本办法所称服务，是指下列活动：\n（一）甲；\n（二）乙。\n其他从略。",
            [("服务", "本办法所称服务，是指下列活动：\n（一）甲；\n（二）乙。")],
            id="items under it",
        ),
        pytest.param(
            "用语的含义：\n（一）控制，是指：\n1. 甲；\n2. 乙。\n（二）丙，是指丁。",
            [("控制", "（一）控制，是指：\n1. 甲；\n2. 乙。"), ("丙", "（二）丙，是指丁。")],
            id="items under an item",
        ),
        pytest.param("本条例所称经济困难的标准，由省政府规定。", [], id="所称 alone"),
        pytest.param("这是指前款的情形。其中，主要是指甲。", [], id="no term"),
        pytest.param("《甲目录》是指导审批的依据。单位应当指定专人。", [], id="是指导"),
        pytest.param("产品不合格的，是指不符合标准。", [], id="a condition"),
        pytest.param("利润(实行改革的企业，是指甲)为准。", [], id="inside brackets"),
        pytest.param("申请材料包括：申请表。", [], id="包括 alone"),
        pytest.param("", [], id="nothing"),
    ],
)  # fmt: skip
def test_definitions_of_a_text(text, expected):
    assert found(text) == expected
