"""An answer as mrkdwn and as Markdown: the same content, nothing of a text becomes markup."""

import re

import pytest
from fake_hostile import STRINGS, letters
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt
from slack_reading import read_mrkdwn, same

from ui.export.blocks import blocks_of
from ui.export.sheet import cleaned
from ui.slack.shape.guard import BREAK
from ui.slack.shape.link import clause_url
from ui.slack.shape.markdown import markdown
from ui.slack.shape.mrkdwn import bold, escaped, linked, mrkdwn

SLACK = [
    "<!here> <!channel|频道> <@U024BE7LH> <@W1> <#C024BE7LR|general> <!subteam^S1> <!date^1392734382^{date}|x>",
    "@here @channel @everyone @张三 ＠here #general #综合",
    ":smile: :+1::skin-tone-2: ：好： :中文: 10:30:15 :)",
    "<https://evil.example|点这里> https://evil.example evil.example a@evil.example tel:110 mailto:a@b.cn",
    "*粗* _斜_ ~删~ `码` ```块``` ＊粗＊ ＿斜＿ ｀码｀ **双** *_都_*",
    "> 引\n&gt; 引\n>>> 引\n＞引\n  > 引",
    "&lt;!here&gt; &amp;lt; &#64;here",
    "3~5年、6~8年 a_b_c 2*3*4 * 项",
]
PIECES = st.lists(
    st.sampled_from([*SLACK, *STRINGS[:60], "*", "_", "~", "`", ">", "<", "&", "|", ":", "@", "#", "[1]", "(", "\n", " ", "甲", "a", "1.", "- ", "  "]),
    max_size=12,
).map("".join)  # fmt: skip
ANY = st.text(alphabet=st.characters(codec="utf-8"), max_size=80) | PIECES
RICH = "\n".join((
    "## 一、对比", "**登记**的期限为三年[1]；应当**（按期）**续展[2]。", "", "要点：", "- 甲[1]", "  - 甲一", "    1. 甲一一", "- 乙",
    "1. 第一项", "   - 子项", "2. 第二项", "", "| 地区 | 期限 |", "| --- | --- |", "| 北京 | 三年[1] |", "| 上海 | 两年 |",
    "", "|地区|期限|费用|", "|---|---|---|", "|广东|一年||", "||无|免|",
))  # fmt: skip


def blocks(text):
    return blocks_of(cleaned(text), {1: 1, 2: 2})


def rendered(text):
    made = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    return html.fromstring(f"<div>{made}</div>")


def without_structure(text):
    """Return the letters without the marks of lists, headings, tables and bold words."""
    return re.sub(r"[#*|•◦▪\d.\-:：;；)）、．∗﹡ˍˋ∼｜~_`＊＿｀·]", "", letters(text))


def test_mrkdwn_of_an_answer():
    assert mrkdwn(blocks(RICH)).replace(BREAK, "") == (
        "*一、对比*\n*登记*的期限为三年[1]；应当*（按期）*续展[2]。\n\n要点：\n• 甲[1]\n    ◦ 甲一\n        1. 甲一一\n• 乙\n"
        "1. 第一项\n    ◦ 子项\n2. 第二项\n• *地区：北京*；期限：三年[1]\n• *地区：上海*；期限：两年\n"
        "• *地区：广东*\n    ◦ 期限：一年\n• *期限：无*\n    ◦ 费用：免"
    )


def test_markdown_of_an_answer():
    root = rendered(markdown(blocks(RICH)))
    assert [bold.replace(BREAK, "") for bold in root.xpath("//strong/text()")] == [
        "一、对比", "登记", "（按期）", "地区：北京", "地区：上海", "地区：广东", "期限：无",
    ]  # fmt: skip
    assert [li.text_content().strip().replace(BREAK, "") for li in root.xpath("//li//li")] == [
        "甲一", "期限：一年", "费用：免",
    ]  # fmt: skip
    assert "1. 第一项" in root.text_content()
    assert not root.xpath("//ol|//table|//a")


def test_items_inside_numbered_ones_are_one_list_in_markdown():
    root = rendered(markdown(blocks("1. 提交\n   - 线上\n     - 网页\n   - 线下\n2、审核")))
    assert [len(ul.findall("li")) for ul in root.iter("ul")] == [2, 1]
    assert mrkdwn(blocks("1. 提交\n2、审核")) == "1. 提交\n2、审核"


def test_the_two_say_the_same():
    said = rendered(markdown(blocks(RICH))).text_content()
    assert without_structure(said) == without_structure(read_mrkdwn(mrkdwn(blocks(RICH))).letters)


@pytest.mark.parametrize(
    "text",
    ["甲**乙**丙", "《**办法**》", "**《办法》**规定", "**三年。**续展", "**a** b", "见**“甲”**、**乙**。"],
)
def test_words_are_bold_beside_whatever_stands_there(text):
    wanted = re.findall(r"\*\*(.+?)\*\*", text)
    assert [*map(letters, read_mrkdwn(mrkdwn(blocks(text))).bold)] == wanted
    assert [*map(letters, rendered(markdown(blocks(text))).xpath("//strong/text()"))] == wanted


def test_bold_words_touch_only_what_slack_takes_for_a_border():
    for mark in re.finditer(r"(.)\*(.)", mrkdwn(blocks("甲**（乙）**丙"))):
        assert BREAK in mark.groups()


@pytest.mark.parametrize("text", [*SLACK, *STRINGS])
def test_hostile_texts_stay_texts_in_mrkdwn(text):
    read = read_mrkdwn(escaped(text))
    assert read.letters == same(cleaned(text))
    assert (read.faults, read.links, read.bold) == ((), (), ())


@pytest.mark.parametrize("text", [*SLACK, *STRINGS])
def test_hostile_answers_become_nothing_but_lists_and_bold_words(text):
    text = f"{text}\n{text}[1]({text})\n- {text}\n**{text}**\n| {text} | b |\n| --- | --- |\n| a | {text} |"
    read = read_mrkdwn(mrkdwn(blocks(text)))
    assert (read.faults, read.links) == ((), ())
    shown = markdown(blocks(text))
    check_markdown(shown)
    assert without_structure(rendered(shown).text_content()) == without_structure(read.letters)


@settings(max_examples=150, deadline=None)
@given(ANY)
def test_any_text_is_shown_letter_by_letter_in_mrkdwn(text):
    read = read_mrkdwn(escaped(text))
    assert (read.letters, read.faults, read.links, read.bold) == (same(cleaned(text)), (), (), ())


@settings(max_examples=150, deadline=None)
@given(ANY)
@example("[1]: http://evil.example\n[1](http://evil.example)")
@example("1\n===\n2024. 年\n---\n    码")
def test_any_answer_is_shown_letter_by_letter_in_both(text):
    shown = markdown(blocks(text))
    check_markdown(shown)
    read = read_mrkdwn(mrkdwn(blocks(text)))
    assert (read.faults, read.links) == ((), ())
    said = without_structure(rendered(shown).text_content())
    assert said == without_structure(read.letters)


def check_markdown(shown):
    root = rendered(shown)
    assert {element.tag for element in root.iter()} <= {"div", "p", "strong", "ul", "li", "br"}, shown
    assert not re.search(r"://|www\.\w|[@#][^\s\u200b\[]|:[^\s:\u200b\[]+:", root.text_content()), shown


def test_nothing_of_a_text_ends_or_opens_a_link():
    url = "https://policy.example/?doc=a&loc=b"
    for text in [*SLACK, *STRINGS, "a|b>c"]:
        one = " ".join(text.split()) or "空"
        read = read_mrkdwn(linked(one, url))
        assert [link for link, _ in read.links] == [url], text
        assert (read.letters, read.faults) == (same(cleaned(one)), ()), text


def test_without_an_address_the_words_stand_alone():
    assert linked("《办法》 第一条", "") == "《办法》 第一条"


def test_blanks_around_bold_words_stay_outside():
    assert bold(" 甲 ") == f" {BREAK}*甲*{BREAK} "
    assert bold("  ") == "  "


@pytest.mark.parametrize(
    ("web_url", "clause_id", "expected"),
    [
        pytest.param(None, "b1:第一条", "", id="no page"),
        pytest.param("https://p.example/qa/", "b1:第一条", "https://p.example/qa/?doc=b1&loc=%E7%AC%AC%E4%B8%80%E6%9D%A1", id="a slash is not doubled"),
        pytest.param("http://p.example", "b1:a|b>c", "http://p.example/?doc=b1&loc=a%7Cb%3Ec", id="nothing of an id ends the link"),
        pytest.param("https://p.example/a|b> c", "b1:x", "https://p.example/a%7Cb%3E%20c/?doc=b1&loc=x", id="nothing of the setting ends it"),
        pytest.param("javascript:alert(1)", "b1:x", "", id="another scheme"),
        pytest.param("https://p.example", "b1:" + "长" * 200, "", id="longer than a section can bear"),
    ],
)  # fmt: skip
def test_the_address_of_a_clause(web_url, clause_id, expected):
    assert clause_url(web_url, clause_id) == expected
