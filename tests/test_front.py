"""The lines between a title and its text."""

import pytest
from fakes_ingest import document_of, locators

TEXT = ("第一条 甲。", "第二条 乙。")


def under(*lines, title="# 中华人民共和国某某活动管理法"):
    return document_of(title, "", *lines, *TEXT)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["2021年6月10日 第十三届全国人民代表大会常务委员会第二十九次会议通过"], id="who passed it"),
        pytest.param(["中华人民共和国某某", "活动管理法", "2021年6月10日 某会议通过"], id="the title again over two lines"),
        pytest.param(["2020年1月1日 某会议《关于修改", "〈甲法〉", "〈乙法〉的决定》第六次修正"], id="a torn list of titles"),
        pytest.param(["2019年3月15日 第十三届全国人民代表大会第二次", "<!-- INFO END -->", "会议通过）"], id="torn by a comment"),
        pytest.param(["（某院审判委员会第1421次会议通过 2008年4月17日某院公告公布 自2008年4月23日起施行）"], id="in brackets"),
        pytest.param(["2012年12月13日 公安部令第127号发布。根据2020年7月20日 公安部令第159号《关于修改〈甲〉的决定》修正）"], id="two sentences"),
        pytest.param(["文化部", "海关总署发布", "发布之日施行"], id="who issued it"),
        pytest.param(["1990年1月1日 国务院批准", "1990年2月1日 施行"], id="two dates"),
    ],
)  # fmt: skip
def test_what_is_printed_of_a_law_under_its_title_is_no_clause(lines):
    assert locators(under(*lines)) == ["第一条", "第二条"]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("1998年9月17日，我院印发了《关于某问题的规定》。现作补充规定如下：", id="a sentence that begins with a date"),
        pytest.param("根据《某法》的规定，制定本办法。", id="the reason"),
        pytest.param("在《关于适用〈某法〉的解释（二）》的基础上增加两款：", id="brackets inside a title"),
        pytest.param("各省、自治区、直辖市人民政府，国务院各部委：", id="a salutation"),
    ],
)  # fmt: skip
def test_words_of_the_text_stay_in_the_introduction(line):
    parsed = under("2017年2月20日 某会议（第一次通过", line)
    assert locators(parsed) == ["引言", "第一条", "第二条"]
    assert parsed.clauses[0].text == line


def test_dated_lines_that_are_the_whole_text_are_clauses():
    lines = [f"{year}年10月26日 某会议通过《甲法》" for year in range(2000, 2020)]
    assert [c.text for c in document_of("大事记", "", *lines).clauses] == ["\n".join(lines)]
    more = [f"{year}年10月26日 某会议通过《甲法》" for year in range(1950, 2020)]
    assert document_of("大事记", "", *more).clauses[0].start_line == 3


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (["2021年6月10日 某会议通过", "2021年9月1日 施行"], "2021-06-10"),
        (
            ["1990年1月1日 某会议通过", "2018年10月26日 某会议《关于修改〈甲法〉的决定》第一次修正"],
            "2018-10-26",
        ),
        (["（2019年5月20日某会议通过，根据2020年12月23日某会议修正，自2021年1月1日起施行）"], "2020-12-23"),
        (["2021年2月30日 某会议通过"], None),
        ([], None),
    ],
)
def test_the_last_day_of_adoption_tells_versions_apart(lines, day):
    assert under(*lines).document.adopted_on == day


def test_the_day_of_effect_may_stand_in_brackets_under_the_title():
    parsed = under("（某会议通过 2008年4月17日公布 自2008年4月23日起施行）")
    assert parsed.document.effective_date == "2008-04-23"
