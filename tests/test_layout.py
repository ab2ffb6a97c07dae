import pytest

from ingest.clause.joins import Joiner
from ingest.layout import lines_of


def line(text):
    (found,) = lines_of([text])
    return found


def joined(*texts, elsewhere=()):
    """The paragraphs of some lines, in a source that also holds `elsewhere`."""
    lines = lines_of(texts)
    joiner = Joiner([*lines, *lines_of(elsewhere)])
    return joiner.paragraphs([(x, x.text) for x in lines])


def texts_of(paragraphs):
    return [p.text for p in paragraphs]


@pytest.mark.parametrize(
    ("raw", "text", "level", "bold", "item"),
    [
        ("## 第一章 总则", "第一章 总则", 2, False, False),
        ("- （一）公共数据；", "（一）公共数据；", 0, False, True),
        ("**（一）标题。**正文", "（一）标题。正文", 0, False, False),
        ("**基本原则**", "基本原则", 0, True, False),
        ("　　第一条 为了", "第一条 为了", 0, False, False),
        ("\ufeff# 标题", "标题", 1, False, False),
        ("#标签", "#标签", 0, False, False),
        ("-5℃", "-5℃", 0, False, False),
    ],
)
def test_markup_goes_and_the_words_stay(raw, text, level, bold, item):
    found = line(raw)
    assert (found.text, found.level, found.bold, found.item) == (text, level, bold, item)


def test_blank_lines_go_and_numbers_are_the_files_own():
    assert [(x.number, x.text) for x in lines_of(["", "甲", "   ", "**", "乙"])] == [(2, "甲"), (5, "乙")]


def test_articles_on_one_line_are_parted_when_their_numbers_rise():
    glued = "第一条 为了规范。 第二条 适用本法。 依照第三条 的规定。 第三条 国家鼓励。"
    assert [(x.number, x.text) for x in lines_of([glued])] == [
        (1, "第一条 为了规范。"),
        (1, "第二条 适用本法。 依照第三条 的规定。"),
        (1, "第三条 国家鼓励。"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("依照刑法处罚。 第七十三条 的情形除外。", id="a reference after prose"),
        pytest.param("第一条 依照刑法处罚。 第七十三条 另有规定。", id="a reference inside an article"),
    ],
)
def test_a_reference_after_a_full_stop_parts_nothing(text):
    assert [x.text for x in lines_of([text])] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "扫描二维码", "阅读全文", "扫 描 二 维 码", "查看原文", "扫码阅读", "新媒体", "---", "12", "- 12 -", "— 3 —",
        "![图](a.png)", "<!-- INFO END -->",
    ],
)  # fmt: skip
def test_traces_of_pictures_and_pages_are_leftovers(text):
    assert line(text).is_trace


@pytest.mark.parametrize(
    "text", ["新媒体融合发展", "扫码支付是一种支付方式。", "12月份增长", "图1 规模", "阅读"]
)
def test_words_of_the_text_are_no_leftovers(text):
    assert line(text).is_trace is (text == "阅读")


@pytest.mark.parametrize(
    ("before", "after", "paragraph"),
    [
        pytest.param("建设通信", "网络。", "建设通信网络。", id="in mid-word"),
        pytest.param("到 202", "5 年建成。", "到 2025 年建成。", id="in mid-number"),
        pytest.param("平台由省级部门", "（以下简称部门）管理。", "平台由省级部门（以下简称部门）管理。", id="a bracket"),
        pytest.param("根据数据安全法、", "《某条例》制定。", "根据数据安全法、《某条例》制定。", id="a title"),
        pytest.param("建设国家级平台，支撑", "产业发展", "建设国家级平台，支撑产业发展", id="looks like a heading"),
        pytest.param("采用 Large Language", "Model 技术。", "采用 Large Language Model 技术。", id="Latin words keep a blank"),
    ],
)  # fmt: skip
def test_a_paragraph_torn_by_a_page_break_is_joined(before, after, paragraph):
    assert texts_of(joined("正文从这里开始，" + before, "", after)) == ["正文从这里开始，" + paragraph]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("第一段已经结束。", "第二段开始", id="the sentence has ended"),
        pytest.param("一、总体要求", "坚持统筹推进。", id="a numbered heading"),
        pytest.param("正文从这里开始，没有结束", "（一）建设平台。", id="a label follows"),
        pytest.param("正文从这里开始，没有结束", "## 保障措施", id="a heading follows"),
        pytest.param("正文从这里开始，没有结束", "- 建设平台", id="a list item follows"),
        pytest.param("正文从这里开始，没有结束", "图 5 用户情况", id="a caption follows"),
        pytest.param("图5 用户情况", "用户数保持增长，规模扩大。", id="a caption comes before"),
        pytest.param("| 甲类 | 百分之一 |", "| 乙类 | 百分之二 |", id="rows of a table"),
        pytest.param("包括以下内容：", "平台建设。", id="a colon"),
        pytest.param("包括平台建设；", "系统建设。", id="a semicolon"),
        pytest.param("参加人：某某、某某", "会议讨论了数据工作。", id="a line of a form"),
        pytest.param(
            "2021年5月1日某会议审议并通过某办法", "2022年5月1日某会议审议并通过某细则", id="entries of a list"
        ),
        pytest.param("第1条 服务内容", "乙方提供服务。", id="the title of an article"),
    ],
)
def test_two_paragraphs_stay_apart(before, after):
    assert len(joined(before, "", after)) == 2


@pytest.mark.parametrize(
    ("before", "after", "elsewhere", "text", "dropped"),
    [
        pytest.param(
            "数据开放通过公", "公共数据平台进行。", ["应当通过公共平台。"],
            "数据开放通过公共数据平台进行。", "公", id="one character, its word stands elsewhere",
        ),
        pytest.param(
            "成立推进工作小组", "小组由省长任组长。", ["小组负责实施。"],
            "成立推进工作小组由省长任组长。", "小组", id="a word",
        ),
        pytest.param(
            "促进成果转化。", "化和产业应用。", [], "促进成果转化和产业应用。", "。化", id="a full stop in mid-sentence",
        ),
        pytest.param(
            "这些问题往", "往难以解决。", ["往往如此。"], "这些问题往往难以解决。", "", id="a word that is doubled itself",
        ),
        pytest.param(
            "由有关部", "部署实施。", [], "由有关部部署实施。", "", id="one character without evidence",
        ),
        pytest.param("增长 1", "1.5 倍。", [], "增长 11.5 倍。", "", id="digits"),
    ],
)  # fmt: skip
def test_what_was_printed_twice_at_a_join_is_dropped_once(before, after, elsewhere, text, dropped):
    head = "本省坚持统筹推进，"
    (paragraph,) = joined(head + before, "", after, elsewhere=elsewhere)
    assert paragraph.text == head + text
    assert "".join(twice for _, twice in paragraph.doubled) == dropped
    assert all(number == 3 for number, _ in paragraph.doubled)


def test_three_parts_of_one_paragraph_are_joined():
    assert texts_of(joined("坚持统筹推进，建设通", "", "信网络，形成", "", "共享机制。")) == [
        "坚持统筹推进，建设通信网络，形成共享机制。"
    ]


def test_no_lines_give_no_paragraphs():
    assert joined() == []


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("一、总体要求", True),
        ("（一）夯实基础。", True),
        ("主要目标", True),
        ("## 主要目标", True),
        ("**主要目标**", True),
        ("主要目标。", False),
        ("坚持统筹，协调推进", False),
        ("（一）夯实基础。建设网络。", False),
        ("第三条 国家鼓励", False),
        ("图 3 规模", False),
        ("## 图 3 规模", False),
        ("一、" + "长" * 40, False),
    ],
)
def test_a_heading_is_short_and_without_the_end_of_a_sentence(text, heading):
    assert line(text).is_heading is heading
