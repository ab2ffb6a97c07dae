import pytest

from rag.text import bare, has_words, is_chinese, loose, plain, sentences, terms, text_hash, wide_brackets


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("第 三　章\n（一）", "第三章(一)", id="blanks of all widths and full-width brackets"),
        pytest.param("ＡＩ２０２４", "AI2024", id="full-width letters and digits"),
        pytest.param("", "", id="empty"),
    ],
)
def test_bare_drops_blanks_and_width(text, expected):
    assert bare(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "ＡＩ２０２４年，（试行）？", "AI2024年，（试行）？", id="width of letters, not of marks"
        ),
        pytest.param(" 数据\n\n　交易\x00 ", "数据 交易", id="blanks and control characters"),
        pytest.param("数\u200b据\u202e登\ufeff记", "数据登记", id="unseen characters"),
        pytest.param("\udcff数", "数", id="half a character"),
        pytest.param("數據", "數據", id="traditional characters stay"),
        pytest.param("", "", id="empty"),
    ],
)
def test_plain_is_what_is_searched_for(text, expected):
    assert plain(text) == expected


@pytest.mark.parametrize(
    "title", ["《“数据要素×”行动计划》（2024－2026年）", "数据要素×行动计划（2024—2026年）"]
)
def test_loose_makes_spellings_of_a_title_equal(title):
    assert loose(title) == "数据要素×行动计划(2024-2026年)"


def test_loose_ignores_case():
    assert loose("China AI Plan") == loose("china ai plan")


def test_wide_forms():
    assert wide_brackets(" (试行) ") == "（试行）"


def test_text_hash_ignores_blanks_and_width_but_no_word():
    assert text_hash("数据 应当(登记)") == text_hash("数据应当（登记）")
    assert text_hash("数据应当登记") != text_hash("数据可以登记")
    assert len(text_hash("")) == 64


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "甲应当登记。乙可以登记；丙不登记！", ["甲应当登记。", "乙可以登记；", "丙不登记！"], id="marks"
        ),
        pytest.param(
            "他说“可以。”随后登记。", ["他说“可以。”", "随后登记。"], id="closing quotation mark stays"
        ),
        pytest.param(
            "第一行\n  第二行  \n\n第三行", ["第一行", "第二行", "第三行"], id="line breaks without blanks"
        ),
        pytest.param("占12.5%，其余不变", ["占12.5%，其余不变"], id="decimal point does not end a sentence"),
        pytest.param(" \n ", [], id="nothing"),
    ],
)
def test_sentences_are_spans_of_the_text(text, expected):
    assert [text[a:b] for a, b in sentences(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("数据法", ["数", "据", "法", "数据", "据法"], id="characters and pairs"),
        pytest.param("AI 大会", ["ai", "大", "会", "大会"], id="Latin words in lower case"),
        pytest.param("２０２４-06", ["2024-06"], id="numbers of any width"),
        pytest.param("甲，乙", ["甲", "乙"], id="no pair across a comma"),
        pytest.param("？！", [], id="only marks"),
    ],
)
def test_terms(text, expected):
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("？！…", False), ("  ", False), ("a", True), ("条", True), ("7?", True)]
)
def test_has_words(text, expected):
    assert has_words(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("登记证书有效多久？", True, id="Chinese"),
        pytest.param("How long is it valid?", False, id="English"),
        pytest.param("What does 《数据办法》 say?", False, id="an English question about a Chinese title"),
        pytest.param("《Data Act》是什么？", True, id="a Chinese question about an English title"),
        pytest.param(
            "What does 第十六条之一 of 《数据办法》 say?", False, id="an English question about an article"
        ),
        pytest.param(
            "What does 二/（三） of 《数据办法》 say?",
            False,
            id="an English question about a place in an outline",
        ),
        pytest.param("What is meant by “公共数据”?", False, id="an English question about a Chinese word"),
        pytest.param("《数据办法》第三条？", True, id="names alone"),
        pytest.param("“公共数据”", True, id="a quotation alone"),
        pytest.param("《AI办法》第三条？", True, id="names alone, with Latin letters"),
    ],
)
def test_language_of_the_answer(text, expected):
    assert is_chinese(text) is expected
