import pytest

from eval.report.highlight import changed, marked, with_markers
from eval.report.texts import BUDGET_BYTES, Texts


def words(pieces):
    return [(piece.text, *piece.marks) for piece in pieces]


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        pytest.param("甲乙丙", {"q": ["乙"]}, [("甲",), ("乙", "q"), ("丙",)], id="inside"),
        pytest.param("甲乙丙", {"q": ["丁"]}, [("甲乙丙",)], id="not in the text"),
        pytest.param("甲乙丙", {"q": ["", " "]}, [("甲乙丙",)], id="nothing to mark"),
        pytest.param("", {"q": ["甲"]}, [], id="no text"),
        pytest.param(
            "第 １ 条\n内容", {"q": ["第1条内"]}, [("第 １ 条\n内", "q"), ("容",)], id="blanks and widths"
        ),
        pytest.param(
            "甲乙丙丁",
            {"q": ["甲乙丙"], "e": ["乙丙丁"]},
            [("甲", "q"), ("乙丙", "q", "e"), ("丁", "e")],
            id="overlapping",
        ),
        pytest.param("甲㎡乙", {"q": ["m2"]}, [("甲",), ("㎡", "q"), ("乙",)], id="one sign for two letters"),
    ],
)
def test_words_are_marked_where_they_stand(text, marks, expected):
    assert words(marked(text, marks)) == expected


def test_a_long_text_keeps_its_beginning_and_what_is_near_marks():
    text = "头" + "甲" * 500 + "证据" + "乙" * 500
    pieces = marked(text, {"e": ["证据"]}, longest=700)
    assert [(p.text[:1], len(p.text), p.left_out) for p in pieces] == [
        ("头", 120, 0),
        ("", 0, 321),
        ("甲", 60, 0),
        ("证", 2, 0),
        ("乙", 60, 0),
        ("", 0, 440),
    ]
    assert sum(len(p.text) + p.left_out for p in pieces) == len(text)
    assert words(marked("甲" * 700, {}, longest=700)) == [("甲" * 700,)]


def test_only_markers_with_a_citation_are_links():
    assert [(p.text, p.marker) for p in with_markers("甲[1]，乙[2]。[1]", [1])] == [
        ("甲", None),
        ("[1]", 1),
        ("，乙[2]。", None),
        ("[1]", 1),
    ]
    assert with_markers("", []) == ()


@pytest.mark.parametrize(
    ("before", "after", "old", "new"),
    [
        pytest.param(
            "甲办法，有效期五年[1]。",
            "甲办法，有效期三年[1]。",
            [("甲办法，",), ("有效期五年", "gone"), ("[1]。",)],
            [("甲办法，",), ("有效期三年", "new"), ("[1]。",)],
            id="a phrase",
        ),
        pytest.param("甲", "甲", [("甲",)], [("甲",)], id="equal"),
        pytest.param("甲乙", "丙丁", [("甲乙",)], [("丙丁",)], id="nothing in common"),
        pytest.param(
            "valid for five years",
            "valid for 5 years",
            [("valid for ",), ("five", "gone"), (" years",)],
            [("valid for ",), ("5", "new"), (" years",)],
            id="English words",
        ),
        pytest.param("", "甲", [("",)], [("甲",)], id="no answer before"),
    ],
)
def test_two_answers_are_compared_phrase_by_phrase(before, after, old, new):
    one, other = changed(before, after)
    assert (words(one), words(other)) == (old, new)


def test_a_text_that_was_found_often_stands_once():
    texts = Texts()
    assert [
        texts.number("甲", "一", "文"),
        texts.number("甲", "二", "文"),
        texts.number("甲", "一", "文"),
    ] == [0, 1, 0]
    assert [(t.locator, t.text, t.left_out) for t in texts.all()] == [("一", "文", 0), ("二", "文", 0)]


def test_texts_are_cut_to_what_a_page_can_hold():
    texts = Texts()
    for number in range(1000):
        texts.number("甲", str(number), "文" * 600)
    shown = texts.all()
    assert {(len(text.text), text.left_out) for text in shown} == {(120, 480)}
    assert sum(len(text.text.encode()) for text in shown) <= BUDGET_BYTES
