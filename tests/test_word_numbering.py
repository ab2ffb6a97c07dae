"""Numbers that Word generates, as text in front of their paragraphs."""

import fakes_docx
import pytest
from fakes_docx import ARTICLES, lists, lvl, p
from remarks_of import remarks_of

from ingest.readers.docx import read


@pytest.fixture
def lines(tmp_path):
    """Read a document of these paragraphs and return its lines."""

    def one(*body, **parts):
        return list(read(fakes_docx.write(tmp_path / "办法.docx", "".join(body), **parts)).lines)

    return one


@pytest.mark.parametrize(
    ("template", "style", "label"),
    [
        ("第%1条", "chineseCountingThousand", "第二条 "),
        ("第%1条", "japaneseCounting", "第二条 "),
        ("%1、", "chineseCounting", "二、"),
        ("（%1）", "japaneseCounting", "（二）"),
        ("%1.", "decimal", "2. "),
        ("(%1)", "decimal", "(2)"),
        ("%1", "decimalEnclosedCircle", "②"),
        ("%1", "decimalEnclosedCircleChinese", "②"),
        ("%1．", "decimalFullWidth", "２．"),
        ("%1)", "lowerLetter", "b)"),
        ("%1.", "upperLetter", "B. "),
        ("%1.", "lowerRoman", "ii. "),
        ("%1.", "upperRoman", "II. "),
        ("%1、", "ideographTraditional", "乙、"),
        ("%1、", "chineseLegalSimplified", "贰、"),
        ("%1", "decimalZero", "02 "),
        ("附件%1：", "decimal", "附件2："),
        ("附", "none", "附"),
        ("", "decimal", ""),
        ("", "bullet", "- "),
        ("●", "bullet", "- "),
    ],
)
def test_a_generated_number_stands_as_text(lines, template, style, label):
    numbering = lists(lvl(0, template, style))
    assert lines(p("甲。", num=1), p("乙。", num=1), numbering=numbering)[1] == f"{label}乙。"


@pytest.mark.parametrize(
    ("style", "values"),
    [
        ("chineseCountingThousand", {10: "十", 11: "十一", 20: "二十", 99: "九十九", 100: "一百", 101: "一百〇一", 110: "一百一十", 1260: "一千二百六十"}),
        ("chineseCounting", {10: "十", 20: "二十", 99: "九十九", 100: "一○○", 101: "一○一"}),
        ("japaneseCounting", {10: "十", 21: "二十一", 100: "百", 101: "百一", 111: "百十一"}),
        ("taiwaneseCountingThousand", {101: "一百零一"}),
        ("chineseLegalSimplified", {10: "壹拾", 11: "壹拾壹", 102: "壹佰零贰"}),
        ("lowerLetter", {26: "z", 27: "aa"}),
        ("lowerRoman", {4: "iv", 1994: "mcmxciv"}),
        ("decimalEnclosedCircle", {20: "⑳", 21: "21"}),
        ("ideographTraditional", {10: "癸", 11: "11"}),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)  # fmt: skip
def test_large_numbers_are_written_as_word_does(lines, style, values):
    found = {}
    for value in values:
        level = lvl(0, "%1、", style).replace('w:start w:val="1"', f'w:start w:val="{value}"')
        found[value] = lines(p("甲", num=1), numbering=lists(level))[0].removesuffix("、甲")
    assert found == values


def test_items_begin_anew_under_each_article_and_articles_run_on_over_chapters(lines):
    found = lines(
        p("总则", num=1), p("甲：", num=1, level=1), p("一；", num=1, level=2), p("二。", num=1, level=2),
        p("分则", num=1), p("乙：", num=1, level=1), p("三。", num=1, level=2), numbering=ARTICLES,
    )  # fmt: skip
    assert found == [
        "第一章 总则",
        "第一条 甲：",
        "（一）一；",
        "（二）二。",
        "第二章 分则",
        "第二条 乙：",
        "（一）三。",
    ]


def test_levels_without_another_word_begin_anew_under_their_parent(lines):
    numbering = lists(lvl(0, "%1.") + lvl(1, "%1.%2") + lvl(2, "%1.%2.%3"))
    order = (0, 1, 2, 2, 1, 2, 0, 1)
    found = lines(*(p("文", num=1, level=at) for at in order), numbering=numbering)
    assert [x.split(" ")[0] for x in found] == ["1.", "1.1", "1.1.1", "1.1.2", "1.2", "1.2.1", "2.", "2.1"]


def test_a_level_may_write_the_numbers_above_it_as_decimals(lines):
    numbering = lists(lvl(0, "第%1章", "chineseCounting") + lvl(1, "%1.%2", "chineseCounting", "<w:isLgl/>"))
    assert lines(p("总则", num=1), p("范围", num=1, level=1), numbering=numbering)[1] == "1.1 范围"


def test_a_level_whose_parent_never_came_counts_it_as_begun(lines):
    assert lines(p("文", num=1, level=1), numbering=lists(lvl(0, "%1") + lvl(1, "%1.%2"))) == ["1.1 文"]


NUM = '<w:num w:numId="{}"><w:abstractNumId w:val="0"/>{}</w:num>'
RESTART = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{}"/></w:lvlOverride>'


@pytest.mark.parametrize(
    ("second", "labels"),
    [
        pytest.param("", ["1、", "2、", "3、", "4、"], id="counts on"),
        pytest.param(RESTART.format(1), ["1、", "2、", "1、", "2、"], id="begins anew"),
        pytest.param(RESTART.format(7), ["1、", "2、", "7、", "8、"], id="begins at seven"),
        pytest.param(
            f'<w:lvlOverride w:ilvl="0">{lvl(0, "（%1）", "chineseCounting")}</w:lvlOverride>',
            ["1、", "2、", "（三）", "（四）"],
            id="looks different",
        ),
    ],
)
def test_a_second_list_of_one_scheme(lines, second, labels):
    numbering = lists(lvl(0, "%1、"), nums=NUM.format(1, "") + NUM.format(2, second))
    found = lines(p("文", num=1), p("文", num=1), p("文", num=2), p("文", num=2), numbering=numbering)
    assert [line.removesuffix("文") for line in found] == labels


def test_numbers_come_from_styles_and_what_they_are_based_on(lines):
    styles = """
    <w:style w:type="paragraph" w:styleId="tiao"><w:name w:val="条"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
    <w:style w:type="paragraph" w:styleId="xiang"><w:name w:val="项"/><w:pPr><w:numPr><w:ilvl w:val="2"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
    <w:style w:type="paragraph" w:styleId="tiao2"><w:name w:val="条二"/><w:basedOn w:val="tiao"/></w:style>
    <w:style w:type="paragraph" w:styleId="kuan"><w:name w:val="款"/><w:basedOn w:val="tiao"/><w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>
    """
    numbering = ARTICLES.replace(
        '<w:lvlText w:val="第%2条"/>', '<w:pStyle w:val="tiao"/><w:lvlText w:val="第%2条"/>'
    )
    found = lines(
        p("甲。", "tiao"), p("乙：", "tiao2"), p("丙。", "xiang"), p("丁。", "kuan"), p("戊。", "tiao", num=0),
        p("己。", "tiao"), numbering=numbering, styles=styles,
    )  # fmt: skip
    assert found == ["第一条 甲。", "第二条 乙：", "（一）丙。", "丁。", "戊。", "第三条 己。"]


def test_a_list_style_holds_the_levels_of_a_scheme(lines):
    numbering = lists(
        '<w:numStyleLink w:val="L"/>', '<w:styleLink w:val="L"/>' + lvl(0, "%1、", "chineseCounting")
    )
    styles = '<w:style w:type="numbering" w:styleId="L"><w:name w:val="L"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    assert lines(p("甲", num=1), p("乙", num=1), numbering=numbering, styles=styles) == ["一、甲", "二、乙"]


def test_a_list_that_does_not_exist_gives_no_number(lines):
    assert lines(p("甲", num=9), p("乙", num=1, level=5), numbering=lists(lvl(0, "%1、"))) == ["甲", "乙"]


@pytest.mark.parametrize(
    ("template", "text", "expected"),
    [
        ("第%1章", "规划", "第一章 规划"),
        ("第%1条", "为了规范。", "第一条为了规范。"),
        ("%1.", "5G网络", "1. 5G网络"),
        ("第%1条　", "为了规范。", "第一条 为了规范。"),
    ],
)
def test_a_number_without_a_blank_after_it_stays_a_number(lines, template, text, expected):
    style = "decimal" if "." in template else "chineseCounting"
    assert lines(p(text, num=1), numbering=lists(lvl(0, template, style, '<w:suff w:val="nothing"/>'))) == [
        expected
    ]


def test_a_style_of_numbers_that_is_not_known_is_told(tmp_path):
    found = read(
        fakes_docx.write(tmp_path / "a.docx", p("甲", num=1), numbering=lists(lvl(0, "%1、", "hebrew1")))
    )
    assert (found.lines, remarks_of(found)) == (
        ("1、甲",),
        ("1 number in an unknown style was written as 1, 2, 3",),
    )
