"""Where a text that is too long for Slack is cut."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ui.export.blocks import Mark, Paragraph, Text
from ui.slack.shape.cut import cut, cut_paragraph
from ui.slack.shape.mrkdwn import mrkdwn

ANY = st.text(alphabet=st.characters(codec="utf-8"), max_size=300)
PIECES = st.lists(
    st.sampled_from(["登记", "有效期为三年", "。", "，", "；", "[1]", "[12]", " ", "\n", "Word ", "a_b", "1,000", "e\u0301", "👨\u200d👩\u200d👧", "🇨🇳", "“", "”"]),
    max_size=80,
).map("".join)  # fmt: skip


def parts(text, most):
    return cut(text, lambda part: len(part) <= most, most)


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        pytest.param("甲甲。乙丙丁，戊己", 8, ["甲甲。", "乙丙丁，戊己"], id="behind a sentence"),
        pytest.param("甲乙丙丁，戊己庚辛", 7, ["甲乙丙丁，", "戊己庚辛"], id="behind a clause"),
        pytest.param("有效期三年[1][2]。续展", 12, ["有效期三年[1][2]。", "续展"], id="markers before the stop"),
        pytest.param("有效期三年。[1][2]续展", 12, ["有效期三年。[1][2]", "续展"], id="markers behind the stop"),
        pytest.param("有效期三年，续展。[1][2]无", 10, ["有效期三年，", "续展。[1][2]无"], id="a stop is no border when its markers do not fit"),
        pytest.param("It is valid. It can be renewed.", 20, ["It is valid. ", "It can be renewed."], id="English"),
        pytest.param("a long expression", 8, ["a long ", "expressi", "on"], id="a word longer than everything"),
        pytest.param("第一行\n第二行 有空格", 8, ["第一行\n", "第二行 有空格"], id="behind a line"),
        pytest.param("登记主体名称Words登记", 9, ["登记主体名称", "Words登记"], id="not inside a Latin word"),
        pytest.param("一二三四五》六", 5, ["一二三四", "五》六"], id="no part begins with a closing mark"),
        pytest.param("一二三四[12]五", 6, ["一二三", "四[12]五"], id="a marker stays with its words"),
        pytest.param("", 5, [], id="nothing"),
    ],
)  # fmt: skip
def test_a_text_is_cut_at_its_best_border(text, most, expected):
    assert parts(text, most) == expected


@pytest.mark.parametrize(
    "letter", ["e\u0301\u0302", "👨\u200d👩\u200d👧", "🇨🇳", "👍🏽", "각", "1\ufe0f\u20e3"]
)
def test_what_is_seen_as_one_letter_stays_whole(letter):
    assert {
        part.removeprefix(letter).replace(letter, "") for part in parts(letter * 20, len(letter) + 1)
    } == {""}


@settings(max_examples=200, deadline=None)
@given(ANY | PIECES, st.integers(min_value=7, max_value=60))
@example("[1]" * 40, 7)
@example("\u0301" * 40, 7)
def test_nothing_is_lost_and_every_part_fits(text, most):
    found = parts(text, most)
    assert "".join(found) == text
    assert all(0 < len(part) <= most for part in found)


@settings(max_examples=200, deadline=None)
@given(PIECES, st.integers(min_value=20, max_value=60))
def test_no_marker_word_or_letter_is_cut(text, most):
    at = 0
    for part in parts(text, most)[:-1]:
        at += len(part)
        assert not unicodedata.combining(text[at])
        assert "\u200d" not in (text[at - 1], text[at])
        assert not (text[at - 1].isascii() and text[at].isascii() and text[at - 1 : at + 1].isalnum())
        opened = text.rfind("[", 0, at)
        assert opened < 0 or "]" in text[opened:at]


def test_a_paragraph_keeps_its_bold_words_and_markers():
    spans = (Text("甲乙丙丁。"), Text("戊己庚辛", True), Mark(12), Text("。壬癸"))
    first, second = cut_paragraph(Paragraph(spans, "bullet", depth=1), lambda p: len(mrkdwn([p])) < 22, 40)
    assert first == Paragraph((Text("甲乙丙丁。"),), "bullet", depth=1)
    assert second == Paragraph((Text("戊己庚辛", True), Mark(12), Text("。壬癸")))


def test_a_paragraph_that_fits_is_left_as_it_is():
    paragraph = Paragraph((Text("甲"),), "numbered", "1.")
    assert cut_paragraph(paragraph, lambda _: True, 10) == [paragraph]


def test_a_run_of_a_hundred_thousand_letters_is_cut_at_once():
    assert [len(part) for part in parts("长" * 100_000, 2900)] == [2900] * 34 + [1400]
