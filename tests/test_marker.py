import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.citation.marker import MarkerStream

SOURCES = 5


def read(pieces, sources=SOURCES):
    stream = MarkerStream(sources)
    return "".join(stream.feed(piece) for piece in pieces) + stream.close(), stream


BRACKETS = [
    ("plain", "甲[1]。", "甲[1]。", [0]),
    ("Chinese brackets", "甲【1】。", "甲[1]。", [0]),
    ("full-width brackets", "甲［1］。", "甲[1]。", [0]),
    ("full-width digit", "甲[１]。", "甲[1]。", [0]),
    ("brackets of two kinds", "甲[1】乙【2］。", "甲[1]乙[2]。", [0, 1]),
    ("circled digit", "甲[②]。", "甲[1]。", [1]),
    ("Arabic digits of other scripts", "甲[٣]。", "甲[1]。", [2]),
    ("footnote", "甲[^1]。", "甲[1]。", [0]),
    ("number sign", "甲[#2]。", "甲[1]。", [1]),
    ("leading zero", "甲[01]。", "甲[1]。", [0]),
    ("blanks", "甲[ 1 ]。", "甲[1]。", [0]),
    ("comma", "甲[1,2]。", "甲[1][2]。", [0, 1]),
    ("Chinese commas", "甲[1，2、3]。", "甲[1][2][3]。", [0, 1, 2]),
    ("semicolons", "甲[1;2；3]。", "甲[1][2][3]。", [0, 1, 2]),
    ("blank between", "甲[1 2]。", "甲[1][2]。", [0, 1]),
    ("two footnotes", "甲[^1, ^2]。", "甲[1][2]。", [0, 1]),
    ("range", "甲[1-3]。", "甲[1][2][3]。", [0, 1, 2]),
    ("range with dash", "甲[1–2]乙[2—3]。", "甲[1][2]乙[2][3]。", [0, 1, 2]),
    ("range with wave", "甲[1~2]乙[3～4]。", "甲[1][2]乙[3][4]。", [0, 1, 2, 3]),
    ("range with word", "甲[1至3]。", "甲[1][2][3]。", [0, 1, 2]),
    ("English range", "A [1 to 3].", "A [1][2][3].", [0, 1, 2]),
    ("range and single", "甲[1-2,4]。", "甲[1][2][3]。", [0, 1, 3]),
    ("range backwards", "甲[2-1]。", "甲[1][2]。", [1, 0]),
    ("one twice in one", "甲[1,1]。", "甲[1]。", [0]),
    ("neighbours", "甲[1][2]。", "甲[1][2]。", [0, 1]),
    ("neighbours with a blank", "甲[1] [2]。", "甲[1] [2]。", [0, 1]),
    ("Chinese neighbours", "甲【1】【3】。", "甲[1][2]。", [0, 2]),
    ("renumbered by first appearance", "甲[3]乙[1]丙[3]。", "甲[1]乙[2]丙[1]。", [2, 0]),
    ("after the stop", "甲。[2]乙。[1]", "甲。[1]乙。[2]", [1, 0]),
    ("word 来源", "甲[来源1]。", "甲[1]。", [0]),
    ("word 资料", "甲【资料2】。", "甲[1]。", [1]),
    ("word with colon and list", "甲[来源：1、3]。", "甲[1][2]。", [0, 2]),
    ("word repeated", "甲[资料1、资料3]。", "甲[1][2]。", [0, 2]),
    ("word joined", "甲[资料1和资料3]。", "甲[1][2]。", [0, 2]),
    ("see word", "甲[见资料1]。", "甲[1]。", [0]),
    ("Source", "A [Source 1].", "A [1].", [0]),
    ("Sources in capitals", "A [SOURCES: 1 and 2].", "A [1][2].", [0, 1]),
    ("abbreviated word", "A [ref. 1] and [Nos. 2, 3].", "A [1] and [2][3].", [0, 1, 2]),
    ("clause word", "A [clause 2].", "A [1].", [1]),
    ("place behind the number", "甲[1，第四条]。", "甲[1]。", [0]),
    ("title behind the number", "甲[2：《办法》第四条]。", "甲[1]。", [1]),
    ("dagger", "甲【1†source】。", "甲[1]。", [0]),
    ("doubled", "甲[[1]]。", "甲[1]。", [0]),
    ("doubled once closed", "甲[[1]乙。", "甲[[1]乙。", [0]),
    ("inside a bracket with words", "甲[见[1]]。", "甲[见[1]]。", [0]),
    ("parenthesised marker", "甲（见[1]）。", "甲（见[1]）。", [0]),
    ("list of marked words", "甲（来源：[1]、[2]）。", "甲（来源：[1]、[2]）。", [0, 1]),
    ("in a quotation", "“三年[1]”，「四年【2】」。", "“三年[1]”，「四年[2]」。", [0, 1]),
    ("in bold", "**三年[1]**。", "**三年[1]**。", [0]),
    ("in a table", "| 甲 | 三年[1] |\n", "| 甲 | 三年[1] |\n", [0]),
    ("in a list", "1. 三年[2]\n2. 五年[1]", "1. 三年[1]\n2. 五年[2]", [1, 0]),
    ("at the beginning of a line", "[1] 甲\n[2] 乙", "[1] 甲\n[2] 乙", [0, 1]),
    ("over a line break", "甲[1\n]", "甲[1\n]", []),
]
DROPPED = [
    ("unknown", "甲[9]。", "甲。", 1),
    ("zero", "甲[0]。", "甲。", 1),
    ("range beyond the end", "甲[4-9]。", "甲[1][2]。", 4),
    ("one of two", "甲[2,99]乙。", "甲[1]乙。", 1),
    ("a thousand in a range", "甲[1-999]。", "甲[1][2][3][4][5]。", 16),
    ("with the blank before", "Three years [9].", "Three years.", 1),
    ("with the blank before, at a line's end", "甲 [9]\n乙", "甲\n乙", 1),
    ("with the blank before, at the end", "甲 [9]", "甲", 1),
    ("one blank of two", "Three [9] years.", "Three years.", 1),
    ("before a known one", "甲 [9] [1]。", "甲 [1]。", 1),
    ("named", "甲[来源9]。", "甲。", 1),
    ("named in round brackets", "甲（来源9）。", "甲。", 1),
    ("with its address", "甲[9](http://a.b/c)。", "甲。", 1),
    ("raised", "三年⁹。", "三年。", 1),
    ("inside a bracket that closes behind", "甲[[9]1]。", "甲[1］。", 1),
    ("several", "甲[7]乙[8]丙【9】。", "甲乙丙。", 3),
]
STAYS = [
    ("words in brackets", "甲[注]乙[a]。"),
    ("emphasis", "甲【重要】。"),
    ("empty brackets", "甲[]。"),
    ("blank brackets", "甲[ ]。"),
    ("a task", "- [ ] 甲\n- [x] 乙"),
    ("a decimal", "甲[1.5]。"),
    ("an interval", "甲[-1]。"),
    ("an open list", "甲[1-]。"),
    ("a count", "甲[3个]。"),
    ("a year with a word", "甲[2024年]。"),
    ("two years", "甲[2015,2016]。"),
    ("a 文号", "国发〔2015〕50号。"),
    ("no marker", "没有标记。"),
    ("a list number of Chinese law", "（一）甲；（二）乙。"),
    ("list numbers at line starts", "(1) 甲\n(2) 乙。\n（3）丙"),
    ("list numbers behind bullets", "- (1) 甲\n* （2）乙\n> (3) 丙"),
    ("list numbers after a colon", "包括：(1)甲；(2)乙；(3)丙。"),
    ("list numbers after stops", "分两步。（1）申请。（2）登记。"),
    ("list numbers after semicolons", "（1）甲；（2）乙；（3）丙"),
    ("list numbers with blanks", "including: (1) A; (2) B; and (3) C."),
    ("a year in brackets", "计划（2024）。"),
    ("an unknown number in brackets", "乙类（9）。"),
    ("a paragraph of an English law", "Article 5(1). Section 3 (2)."),
    ("a paragraph by word", "under paragraph (1)."),
    ("a letter and a number", "Art. 5(b)(1)."),
    ("an annex", "见附件（1）。"),
    ("a table", "见表（2）。"),
    ("an item", "第（1）项、第（2）项。"),
    ("numbers in a row", "第二条（1）、（2）。"),
    ("a number before a comma", "甲类（3），乙类。"),
    ("a number before words", "甲（1）乙。"),
    ("a formula", "f(1)=2(1)。"),
    ("a journal", "数据研究，2020(3)。"),
    ("a label in two parts", "（一）（1）。"),
    ("a cell of a table", "| (1) | 甲 |"),
    ("a number behind an opening mark", "“（1）”"),
    ("a decimal behind brackets", "版本(1).5。"),
    ("a power", "10²平方米，5km²，3 m²，平方米²。"),
    ("chemistry", "CO²排放"),
    ("words in a link", "见[链接](http://a)。"),
    ("round brackets never closed", "甲(1"),
    ("a see-word without a number", "（见第三条）"),
    ("an English aside", "(see Annex 1)"),
    ("a clause of a contract", "(clause 3) applies"),
    ("emoji", "🙂👍🏽 e\u0301"),
]
ROUND = [
    ("before the stop", "有效期为三年（1）。", "有效期为三年[1]。", [0]),
    ("ASCII before the stop", "有效期为三年(2)。", "有效期为三年[1]。", [1]),
    ("with a blank", "有效期为三年 (1)。", "有效期为三年 [1]。", [0]),
    ("before a question mark", "三年(1)？", "三年[1]？", [0]),
    ("before a semicolon", "甲三年（1）；乙五年（2）。", "甲三年[1]；乙五年[2]。", [0, 1]),
    ("at a line's end", "三年（1）\n五年（2）", "三年[1]\n五年[2]", [0, 1]),
    ("behind the stop, at a line's end", "三年。（1）\n五年。(2)", "三年。[1]\n五年。[2]", [0, 1]),
    ("several", "三年(1)(2)。", "三年[1][2]。", [0, 1]),
    ("several with blanks", "三年 (1) (3)。", "三年 [1] [2]。", [0, 2]),
    ("list", "三年（1、2）。", "三年[1][2]。", [0, 1]),
    ("range", "三年(1-3)。", "三年[1][2][3]。", [0, 1, 2]),
    ("English", "It is valid for three years (1). It can be renewed (2).", "It is valid for three years [1]. It can be renewed [2].", [0, 1]),
    ("behind a closing quotation mark", "“三年”（1）。", "“三年”[1]。", [0]),
    ("before a closing quotation mark", "他说“三年（1）”。", "他说“三年[1]”。", [0]),
    ("before the end of bold", "**三年(1)**。", "**三年[1]**。", [0]),
    ("behind an article", "见第四条（1）。", "见第四条[1]。", [0]),
    ("behind a percentage", "增长12%（1）。", "增长12%[1]。", [0]),
    ("in a cell", "| 甲 | 三年(1) |", "| 甲 | 三年[1] |", [0]),
    ("next to a bracket", "三年[2](1)。", "三年[1][2]。", [1, 0]),
    ("named anywhere", "（来源1）规定三年。", "[1]规定三年。", [0]),
    ("named in the middle", "三年（资料2、3），期满续展。", "三年[1][2]，期满续展。", [1, 2]),
    ("named in English", "three years (Source 1), renewable", "three years [1], renewable", [0]),
    ("named with a verb", "三年（见资料2）期满", "三年[1]期满", [1]),
    ("raised", "三年¹。五年²", "三年[1]。五年[2]", [0, 1]),
    ("raised behind the stop", "三年。¹", "三年。[1]", [0]),
    ("raised in English", "three years¹ and five²", "three years[1] and five[2]", [0, 1]),
    ("raised twice", "三年¹²。", "三年[1][2]。", [0, 1]),
]  # fmt: skip
LINKS = [
    ("link", "三年[1](http://a.b/c)。", "三年[1]。"),
    ("link with title", '三年[1](https://a.b "北京 办法")。', "三年[1]。"),
    ("link with brackets in it", "三年[1](http://a.b/(c)d)。", "三年[1]。"),
    ("link with Chinese words", "三年[1](http://a.b/?q=登记（办法）)。", "三年[1]。"),
    ("link with Chinese words that never closes", "三年[1](http://a.b/登记。五年", "三年[1]。五年"),
    ("link that never closes", "三年[1](http://a.b 五年", "三年[1]五年"),
    ("link to nowhere", "三年[1](#)。", "三年[1]。"),
    ("link to a file", "三年[1](file:///etc/passwd)。", "三年[1]。"),
    ("script", "三年[1](javascript:alert(1))。", "三年[1]。"),
    ("link in angle brackets", "三年[1](<http://a.b c>)。", "三年[1]。"),
    ("link in Chinese brackets", "三年【1】（https://a.b）。", "三年[1]。"),
    ("image", "![1](http://a.b/leak?q=x)", "![1]"),
    ("doubled link", "三年[[1]](http://a.b)。", "三年[1]。"),
    ("definition", "[1]: http://a.b/c\n三年[1]", "[1]\n三年[1]"),
    ("definition in Chinese", "[1]：https://a.b 甲", "[1] 甲"),
    ("a title behind a colon is none", "[1]：《办法》", "[1]：《办法》"),
    ("words in brackets are no address", "三年[1](见第三条)。", "三年[1] (见第三条)。"),
    ("Chinese brackets with words", "三年[1]（见第三条）。", "三年[1]（见第三条）。"),
    ("torn address", "三年[1](htt", "三年[1]"),
]
CODE = [
    ("span", "`a[1]`三年[2]", "`a[1］`三年[1]", [1]),
    ("double span", "``a`[1]`b``[1]", "``a`[1］`b``[1]", [0]),
    ("span ends with its line", "`a[1]\n三年[1]", "`a[1］\n三年[1]", [0]),
    ("block", "```\n[1]\n```\n三年[1]", "```\n[1］\n```\n三年[1]", [0]),
    ("block with a language", "```json\n[1, 2]\n```\n", "```json\n[1, 2]\n```\n", []),
    ("block of waves", "~~~\n[1]\n~~~\n三年[1]", "~~~\n[1］\n~~~\n三年[1]", [0]),
    ("shorter fence inside", "````\n```\n[1]\n````\n[1]", "````\n```\n[1］\n````\n[1]", [0]),
    ("block never closed", "```\n三年[1]", "```\n三年[1］", []),
    ("Chinese brackets in code", "`【1】`", "`【1】`", []),
    ("round numbers in code", "`f(1)`。", "`f(1)`。", []),
    ("three in the middle of a line", "甲```[1]```乙[1]", "甲```[1］```乙[1]", [0]),
]
YEARS = [
    ("国发[2015]50号[1]。", "国发〔2015〕50号[1]。"),
    ("国发【2015】50号。", "国发〔2015〕50号。"),
    ("[20240101]", "〔20240101〕"),
]
TORN = [
    ("甲[1", "甲"), ("甲【1、", "甲"), ("甲[", "甲"), ("甲[[1]", "甲[1]"), ("甲[来源", "甲"), ("甲(1", "甲(1"), ("甲(1)", "甲[1]"),
    ("甲¹", "甲[1]"), ("甲[1](", "甲[1]"), ("", ""), (" ", " "), ("[1]:", "[1]:"),
]  # fmt: skip

CASES = [
    *((f"bracket: {name}", text, shown, order) for name, text, shown, order in BRACKETS),
    *((f"dropped: {name}", text, shown, None) for name, text, shown, _ in DROPPED),
    *((f"stays: {name}", text, text, []) for name, text in STAYS),
    *((f"round: {name}", text, shown, order) for name, text, shown, order in ROUND),
    *((f"link: {name}", text, shown, None) for name, text, shown in LINKS),
    *((f"code: {name}", text, shown, order) for name, text, shown, order in CODE),
    *((f"year: {text}", text, shown, None) for text, shown in YEARS),
    *((f"torn: {text}", text, shown, None) for text, shown in TORN),
]


@pytest.mark.parametrize(("text", "shown", "order"), [pytest.param(*c[1:], id=c[0]) for c in CASES])
def test_what_is_shown(text, shown, order):
    for size in (len(text) or 1, 1, 2, 3):
        found, stream = read([text[i : i + size] for i in range(0, len(text), size)])
        assert found == shown
        assert order is None or stream.order == order


@pytest.mark.parametrize(("text", "unknown"), [pytest.param(c[1], c[3], id=c[0]) for c in DROPPED])
def test_what_is_dropped_is_counted(text, unknown):
    assert read([text])[1].unknown == unknown


def test_a_raised_number_is_one_number_where_there_are_so_many_sources():
    assert read(["三年¹²。"], 12)[1].order == [11]
    assert read(["三年¹²。"], 5)[1].order == [0, 1]


def test_nothing_of_a_marker_is_shown_before_it_is_checked():
    stream = MarkerStream(1)
    assert [stream.feed(p) for p in ("甲[", "1", "2", "]乙")] == ["甲", "", "", "乙"]
    assert stream.unknown == 1


def test_without_sources_no_marker_is_shown():
    assert read(["甲[1]，乙(1)。丙²"], 0)[0] == "甲，乙(1)。丙"


WRITTEN = st.sampled_from([
    *"[]【】［］()（）1239^,，-–~` \n。.，：:“”|#*²¹ax资见第和[[", "http://a", "[1](", "```\n", "[1]", "(1)", "来源", "Source ", "至",
])  # fmt: skip
TEXTS = st.one_of(st.lists(WRITTEN, max_size=40).map("".join), st.text(max_size=60))
CUTS = st.lists(st.integers(0, 80), max_size=6)


def pieces(text, cuts):
    bounds = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    return [text[a:b] for a, b in pairwise(bounds)]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(TEXTS, CUTS, st.integers(0, 5))
def test_any_cut_of_the_stream_gives_the_same(text, cuts, sources):
    whole, first = read([text], sources)
    for found, stream in (read(pieces(text, cuts), sources), read(text, sources)):
        assert (found, stream.order, stream.unknown) == (whole, first.order, first.unknown)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(TEXTS, st.integers(0, 5))
def test_only_markers_of_known_sources_are_shown_and_numbered_in_order(text, sources):
    shown, stream = read([text], sources)
    numbers = [int(n) for n in re.findall(r"\[(\d+)\]", shown)]
    assert list(dict.fromkeys(numbers)) == list(range(1, len(stream.order) + 1))
    assert len(set(stream.order)) == len(stream.order)
    assert all(0 <= source < sources for source in stream.order)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.one_of(WRITTEN, st.just("[" + "1" * 50), st.just("(来源：" + "1、" * 30)), max_size=20))
def test_little_is_held_back(texts):
    stream, read_so_far, shown = MarkerStream(5), "", ""
    text = "".join(t for t in texts if "http" not in t and t not in ("#", "[1](", "/"))
    for character in text:
        read_so_far += character
        shown += stream.feed(character)
        held = len(read_so_far) - len(shown)
        if held > 50:
            # Markers grow when [1-3] becomes [1][2][3], and shrink when they are dropped.
            assert held <= 50 + abs(len(read_so_far) - len(read([read_so_far])[0]))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(st.characters(exclude_characters="[]【】［］()（）`~⁰¹²³⁴⁵⁶⁷⁸⁹"), max_size=80))
def test_a_text_without_brackets_stays_as_it_is(text):
    assert read([text])[0] == text
