import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.citation.statement import Statement, StatementStream, statements
from rag.text import sentences


def cut(pieces):
    stream = StatementStream()
    return [sentence for piece in pieces for sentence in stream.feed(piece)] + stream.close()


# `|` shows where the text is cut; ¦ stands for a bar of a table.
CASES = [
    ("nothing", ""),
    ("one sentence", "有效期为三年[1]。"),
    ("no stop", "有效期为三年[1]"),
    ("marker before the stop", "有效期为三年[1]。|可续展[2]。"),
    ("marker behind the stop", "有效期为三年。[1]|可续展。[2]"),
    ("several behind the stop", "有效期为三年。[1][2]|可续展。"),
    ("several with blanks", "有效期为三年。 [1] [2] |可续展。"),
    ("on both sides", "有效期为三年[1]。[2]|可续展。"),
    ("question", "是否有效？|有效[1]！|可续展。"),
    ("several marks", "真的吗？！|当然！！！|是。"),
    ("ellipsis behind", "等等。……|其他。"),
    ("ellipsis inside", "甲……乙。|丙。"),
    ("comma and colon", "甲，乙：丙、丁。"),
    ("semicolon without marker", "甲三年；乙五年[1]。"),
    ("semicolon behind a marker", "甲三年[1]；|乙五年[2]。"),
    ("semicolon before a marker", "甲三年；[1]|乙五年[2]。"),
    ("ASCII semicolon", "A shall register; B may. |C shall [1]; |D may."),
    ("decimal", "增长12.5%。|其余不变。"),
    ("ASCII stops in Chinese", "可以吗?|可以!|好。"),
    ("blanks between", "甲。  |乙。\u3000|丙。"),
    ("blanks at the beginning", "\n\n 甲。|乙。"),
    ("lines", "甲\n|乙\n|丙"),
    ("paragraphs", "甲。\n\n|乙。\n\n\n|丙"),
    ("only blanks", " \n "),
    ("marker alone", "[1]"),
    ("line of markers", "有效期为三年。\n[1][2]\n|下一段。"),
    ("line of markers behind an empty line", "有效期为三年。\n\n[1]\n\n|下一段。"),
    ("line of markers at the end", "有效期为三年。\n[1]"),
    ("line of signs and markers", "有效期为三年。\n- [1]\n|- 五年[2]"),
    ("line of signs alone", "三年。\n|---\n|五年。"),
    ("list of sources", "三年[1]。\n|[1] 《甲办法》第四条\n|[2] 《乙办法》第二条"),
    ("list", "包括：\n|- 申请表[1]；\n|- 身份证明[2]。\n|其他。"),
    ("list with sentences", "- 甲[1]。|乙[2]。\n|- 丙。"),
    ("numbered list", "1. 申请[1]\n|2. 登记[2]\n|3．公告"),
    ("numbered list in English", "1. Apply first. |Then wait [1].\n|2. Register [2]."),
    ("nested list", "1. 甲：\n|   - 乙[1]\n|   - 丙[2]\n|2. 丁"),
    ("Chinese labels", "（一）申请；\n|（二）登记。|公告。"),
    ("inline labels", "包括：（1）申请；（2）登记。|公告。"),
    ("heading", "# 登记。|期限".replace("|", "") + "\n|三年[1]。"),
    ("heading without a blank", "##期限\n|三年。"),
    ("table", "¦ 地区 ¦ 期限。年 ¦\n|¦---¦---¦\n|¦ 甲 ¦ 三年[1]。¦\n|¦ 乙 ¦ 五年[2] ¦\n\n|说明。|完。"),
    ("block of code", "代码：\n|```\na。b. C\n\nd\n```\n|完。"),
    ("block of code with a language", "```python\nx = 1\n```\n|完。"),
    ("block of code never closed", "```\na。\nb。"),
    ("block of waves", "~~~\na。\n~~~\n|完"),
    ("code span", "用`a. B。c`表示。|完。"),
    ("code span never closed", "用`表示。|完。"),
    ("quotation", "规定“三年。五年。”的内容[1]。|完。"),
    ("quotation that ends the sentence", "规定：“有效期为三年。”[1]|可续展。"),
    ("quotation that ends the sentence without a marker", "他说“可以。”|随后登记。"),
    ("quotation before a comma", "规定“三年。”，可续展[1]。|完。"),
    ("quotation before a stop", "规定“三年。”。|完。"),
    ("quotation with a marker inside", "规定“三年。[1]”|完。"),
    ("quotation of several sentences", "第四条：「甲。乙！丙？」[1]|完。"),
    ("quotation of several paragraphs", "第四条：「甲。\n乙。\n丙。」[1]\n|完。"),
    ("quotation never closed", "规定“三年。|五年[1]。\n\n|完。"),
    ("quotation never closed at the end", "规定“三年。|五年[1]。"),
    ("quotation in a quotation", "规定“甲「乙。」丙。”[1]|完。"),
    ("quotation never closed around another", "规定“甲「乙。丙」丁。|戊。"),
    ("closing mark without an opening one", "三年。”|五年。"),
    ("straight quotation marks", '规定"三年。五年。"[1]|完。'),
    ("straight mark never closed", '规定"三年。|五年。\n|完。'),
    ("inches", '屏幕5"。|完。'),
    ("quotation with a marker before a comma", "规定“三年。”[1]，可续展。|完。"),
    ("marker inside and words behind", "“三年。[1]”的规定有效。|完。"),
    ("English quotation before a comma", '"Valid." [1], it says. |Done.'),
    ("title", "《甲办法。乙》规定三年。|完。"),
    ("brackets", "三年（见第四条。下同）[1]。|完。"),
    ("sentence in brackets", "三年。|（见第四条。）[1]|完。"),
    ("brackets of two widths", "三年（见第四条。下同)。|完。"),
    ("bracket never closed", "三年（见第四条。|完。"),
    ("bracket behind a list number", "1) 甲。|乙。"),
    ("bold", "**三年。**[1]|五年。"),
    ("bold that begins behind", "三年。|**五年。**|完。"),
    ("marker in bold", "**三年。[1]**|五年。"),
    ("English", "It is valid [1]. |It can be renewed [2]."),
    ("English behind the stop", "It is valid. [1] |It can be renewed.[2] |Done."),
    ("English marker without blanks", "It is valid.[1]|It can be renewed."),
    ("No.", "See No. 5 of 2024. |Then apply."),
    ("No. as an answer", "No. |The law forbids it."),
    ("Art.", "Art. 3 and Arts. 4 to 5 apply. |Done."),
    ("Sec. and paras.", "See Sec. 2, paras. 3 and 4, p. 5. |Done."),
    ("e.g.", "Data, e.g. Names, i.e. Words, are kept. |Done."),
    ("decimal in English", "It grew 3.5 percent. |Done."),
    ("initials", "J. R. Smith of the U.S. Office agreed. |Done."),
    ("titles of persons", "Dr. Smith and Mr. Li agreed. |Done."),
    ("vs.", "Smith vs. Li was decided. |Done."),
    ("month", "Effective Jan. 5. |Done."),
    ("year", "It began in 2024. |Then it ended."),
    ("lower case", "It is valid. then it is not."),
    ("question in English", "Is it valid? |Yes! |Done."),
    ("ellipsis in English", "And so on... |Then more."),
    ("quotation in English", 'It says "Valid. Renewable." [1] |Done.'),
    ("curly quotation in English", "It says “Valid. Renewable.” [1] |Done."),
    ("quotation that goes on", '"Valid." means three years [1]. |Done.'),
    ("address", "See www.example.com for more. |Done."),
    ("abbreviation with a marker", "Words, e.g.[1] names, count. |Done."),
    ("mixed", "The rule says “有效期为三年。可续展。” [1]. |Then it ends."),
    ("Chinese behind English", "依据 GB/T 1.1 和 No. 5. |另外登记。"),
    ("list number behind a sentence", "Apply. |2. Register."),
    ("roman label", "iv. The operator registers. |Done."),
    ("dash", "---\n|甲。"),
    ("blockquote", "> 甲。|乙。\n|> 丙。"),
    ("Windows lines", "甲。\r\n|乙。"),
    ("emoji", "好👍。|完。"),
    ("refusal", "现有文件中没有找到这个问题的答案。"),
    ("greeting", "您好！|根据资料，三年[1]。"),
]  # fmt: skip


def bounds(marked):
    return [piece.replace("¦", "|") for piece in marked.split("|")] if marked else []


@pytest.mark.parametrize("marked", [pytest.param(marked, id=name) for name, marked in CASES])
def test_where_a_text_is_cut(marked):
    expected = bounds(marked)
    text = "".join(expected)
    for size in (len(text) or 1, 1, 2, 3):
        assert cut([text[i : i + size] for i in range(0, len(text), size)]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("三年[1]。可续展[2]。", [("三年。", (1,)), ("可续展。", (2,))], id="before the stop"),
        pytest.param("三年。[1]可续展。[2]", [("三年。", (1,)), ("可续展。", (2,))], id="behind the stop"),
        pytest.param("“三年。”[1]可续展[2]。", [("“三年。”", (1,)), ("可续展。", (2,))], id="behind a quotation"),
        pytest.param("（见第三条。）[1]", [("（见第三条。）", (1,))], id="behind a bracket"),
        pytest.param("三年[1][2][1]。", [("三年。", (1, 2))], id="each number once"),
        pytest.param("开头\n\n- 三年[1]", [("开头", ()), ("- 三年", (1,))], id="lines"),
        pytest.param("甲三年；乙五年[1]。", [("甲三年；乙五年。", (1,))], id="one marker for two halves"),
        pytest.param("三年。\n[2]\n完。", [("三年。", (2,)), ("完。", ())], id="a line of markers"),
        pytest.param("| 甲 | 三年[1] |\n|---|---|", [("| 甲 | 三年 |", (1,))], id="a rule of a table says nothing"),
        pytest.param("[1]", [], id="a marker alone says nothing"),
        pytest.param("---\n。\n**\n", [], id="signs alone say nothing"),
        pytest.param("", [], id="empty"),
    ],
)  # fmt: skip
def test_statements_have_the_numbers_of_their_markers(text, expected):
    assert statements(text) == [Statement(words, numbers) for words, numbers in expected]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param(["三年[1]。", "可"], [[], ["三年[1]。"]], id="when the next one begins"),
        pytest.param(["三年。", "[", "1]", "可"], [[], [], [], ["三年。[1]"]], id="not before its marker"),
        pytest.param(["三年。", "”", "可"], [[], [], ["三年。”"]], id="not before its closing mark"),
        pytest.param(["三年。\n", "[1]", "\n可"], [[], [], ["三年。\n[1]\n"]], id="not before its line of markers"),
        pytest.param(["三年。\n", "可"], [[], ["三年。\n"]], id="with its line"),
        pytest.param(["It ends. ", "T"], [[], ["It ends. "]], id="English when a capital follows"),
        pytest.param(["“甲。", "乙。”", "[1]丙"], [[], [], ["“甲。乙。”[1]"]], id="a quotation as a whole"),
    ],
)  # fmt: skip
def test_a_sentence_is_finished_as_soon_as_nothing_more_can_belong_to_it(pieces, expected):
    stream = StatementStream()
    assert [stream.feed(piece) for piece in pieces] == expected


def test_a_very_long_quotation_does_not_hold_up_the_rest():
    stream = StatementStream()
    found = [s for _ in range(40) for s in stream.feed("“" + "登记应当公开。" * 10)]
    assert len(found) > 50
    found = [*StatementStream().feed("“" + "登记应当公开。" * 500)]
    assert len(found) > 100


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("See No. 5. Then apply, e.g. by post.", ["See No. 5.", "Then apply, e.g. by post."], id="abbreviations"),
        pytest.param('It says "Apply." Then (wait.) Done', ['It says "Apply."', "Then (wait.)", "Done"], id="closing marks"),
        pytest.param("1. Apply for it. 2. Wait 3.5 days.", ["1. Apply for it.", "2. Wait 3.5 days."], id="list numbers"),
        pytest.param("Article 4 of 《数据法》 applies. It is in force.", ["Article 4 of 《数据法》 applies.", "It is in force."], id="a Chinese title"),
        pytest.param("依据 GB 1. 其他见 Annex. 完", ["依据 GB 1. 其他见 Annex. 完"], id="Chinese"),
    ],
)  # fmt: skip
def test_sentences_of_english_clauses_end_at_full_stops(text, expected):
    assert [text[a:b] for a, b in sentences(text)] == expected


WRITTEN = st.sampled_from([
    *"。！？；;.!?”“「」（）()《》\"`*|#~-[]【】 \n甲乙aAB12的，：", "[1]", "[2]", " [1]", "**", "```", "\n```\n", "No. 5", "e.g. ", "\n\n", "| a |\n",
])  # fmt: skip
TEXTS = st.one_of(st.lists(WRITTEN, max_size=50).map("".join), st.text(max_size=60))


@settings(max_examples=500, deadline=None, derandomize=True)
@given(TEXTS, st.lists(st.integers(0, 80), max_size=6))
def test_any_cut_of_the_stream_gives_the_same_statements(text, cuts):
    places = [0, *sorted(min(place, len(text)) for place in cuts), len(text)]
    whole = cut([text])
    assert cut([text[a:b] for a, b in pairwise(places)]) == cut(text) == whole
    assert "".join(whole) == text
    assert all(whole)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXTS)
def test_no_marker_is_lost_but_those_of_wordless_pieces(text):
    found = statements(text)
    for statement in found:
        assert statement.text == statement.text.strip() != ""
        assert not re.search(r"\[\d{1,3}\]", statement.text) or re.search(r"\[\[", text) or "]" in text
    numbers = {int(n) for n in re.findall(r"\[(\d{1,3})\]", text)}
    assert {n for s in found for n in s.numbers} <= numbers
