import pytest

from rag.context.excerpt import GAP, excerpt
from rag.ollama.tokens import estimate_tokens

SENTENCES = [f"第{n}项事务由主管部门依照职责办理。" for n in "甲乙丙丁戊己庚辛壬癸"]
WANTED = "登记证书的有效期为三年。"
TEXT = "登记。\n" + "".join(SENTENCES[:5]) + WANTED + "\n" + "".join(SENTENCES[5:])


def cut(text=TEXT, room=120.0, asked="登记证书的有效期多久？", spans=()):
    return excerpt(text, room, asked, estimate_tokens, spans)


def test_what_fits_is_left_as_it_is():
    assert cut(room=estimate_tokens(TEXT)) == TEXT


@pytest.mark.parametrize("room", [60, 120, 200, 300])
def test_only_whole_sentences_are_kept_and_gaps_are_marked(room):
    found = cut(room=room)
    assert estimate_tokens(found) <= room
    pieces = [piece for piece in found.split(GAP) if piece]
    assert all(piece in TEXT and piece.rstrip().endswith("。") for piece in pieces)
    assert GAP in found


def test_the_heading_and_what_the_question_is_about_are_kept():
    assert cut(room=60) == f"登记。{GAP}{WANTED}{GAP}"


def test_sentences_that_follow_each_other_keep_their_line_breaks():
    assert f"{WANTED}\n{SENTENCES[5]}" in cut(
        room=1_000, text=TEXT + "末尾。" * 200, asked="有效期三年，己项？"
    )


def test_words_that_are_meant_come_alone():
    start = TEXT.index(SENTENCES[7])
    assert cut(spans=[(start, start + 4)]) == f"{GAP}{SENTENCES[7]}{GAP}"


def test_the_end_of_a_text_has_no_mark():
    start = TEXT.index(SENTENCES[-1])
    assert cut(spans=[(start, start + 4)]) == GAP + SENTENCES[-1]


@pytest.mark.parametrize("room", [-50, 0, 10, 100])
def test_a_sentence_that_is_too_long_is_cut_inside(room):
    found = cut("一" * 5_000, room)
    assert found.endswith(GAP)
    assert 1 < len(found) < 100


@pytest.mark.parametrize("text", ["", "\n"])
def test_a_text_without_sentences_is_no_error(text):
    assert cut(text, -10) in (text, text + GAP)


def test_english_is_cut_at_least_somewhere():
    text = "The certificate is valid for three years. " * 100
    assert estimate_tokens(cut(text, 200, "How long?")) <= 200
