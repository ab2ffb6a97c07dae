import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import QuestionError
from rag.hit.query import MAX_QUESTION, Asked, check_question, understood
from rag.schema import Question

ODD = (
    "'; DROP TABLE clauses; --", "SELECT * FROM x WHERE a LIKE '%", '{"$and": [{"region": {"$ne": ""}}]}', "(((((", "[\\", "*+?|^$.{1,9999}",
    "🙂👨‍👩‍👧登记", "數據交易資料保存多少年？", "北京市數據知識產權登記", "ｓｊｊｙ２０２４", "shuju jiaoyi", "sjjy", "\u202eabc\u2066数据", "數\u0301据", "a\x00b\x1b[31m",
    "\ufeff数据", "数\u200b据", "第零条", "第999999999999条", "第条之", "《《《》", "》《", "（）（", "ﷺ", "𠀀数", "é", "١٢٣ 条", "①②㈠",
)  # fmt: skip
"""What people and programs paste: none of it is a mistake of the search."""
PIECES = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="那这该上下一二十第条《》（）：，。？！\n \u200b长春贵阳数据办法它呢", max_size=60),
    st.sampled_from(ODD),
)
TEXTS = st.one_of(PIECES, st.builds(lambda piece, n: piece * n, PIECES, st.integers(1, 400)))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, st.lists(st.tuples(TEXTS, TEXTS), max_size=3))
def test_no_text_raises_anything_but_a_question_error(text, history):
    try:
        asked = understood(Question(text, tuple(history)))
    except QuestionError as error:
        assert error.fix
    else:
        assert asked.text and asked.full
        asked.full.encode()


@pytest.mark.parametrize("text", ODD)
def test_odd_questions_are_searched_for_or_refused_with_a_fix(text):
    for history in ((), ((text, text),)):
        try:
            assert understood(Question(text, history)).full.strip()
        except QuestionError as error:
            assert error.fix


def test_a_surrogate_in_the_history_is_dropped():
    assert understood(Question("那贵阳呢？", (("长春\udcff的数据", "\udcff"),))).full == "数据 贵阳"


def test_letters_and_digits_of_any_width_are_the_same():
    assert understood(Question("２０２４年ＡＩ的\u200b标准（试行）？")).text == "2024年AI的标准（试行）？"


def test_places_in_english_are_searched_for_in_chinese_too():
    assert understood(Question("Rules of Guizhou?")).full == "Rules of Guizhou? 贵州"


def test_an_english_question_is_searched_for_and_compared_in_chinese_terms_too():
    asked = understood(Question("Fees in Guizhou?"))
    assert (asked.text, asked.full) == ("Fees in Guizhou?", "Fees in Guizhou? 贵州 费用")
    assert asked.compared == "Fees in Guizhou? 费用"
    assert asked.report() == {}


def test_a_chinese_question_is_compared_as_it_is():
    asked = understood(Question("贵州登记收费吗？ fee"))
    assert asked.compared == asked.text == asked.full


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        (" \n　", "empty"),
        ("？！…", "no words"),
        ("\u200b\u202e", "no words"),
        ("数据\ud800", "UTF-8"),
        ("数" * (MAX_QUESTION + 1), "20001 characters"),
    ],
)
def test_what_cannot_be_searched_for_is_refused(text, message):
    for check in (check_question, lambda text: understood(Question(text))):
        with pytest.raises(QuestionError, match=message):
            check(text)


def test_a_text_at_the_bound_is_searched_for():
    asked = understood(Question("数" * MAX_QUESTION))
    assert asked.shortened
    assert 0 < len(asked.full) <= 300


def test_the_report_says_what_was_searched_for():
    assert understood(Question("登记证书的有效期是多久？")).report() == {}
    followed = understood(Question("那贵阳呢？", (("长春的数据交易资料保存多少年？", "三十年"),)))
    assert followed.report() == {"history": "数据交易资料保存多少年"}
    long = understood(Question("公司成立于北方某地。" * 60 + "登记证书的有效期是多久？"))
    assert long.report() == {"sentences": "登记证书的有效期是多久？"}
    assert Asked("a", "b").put("甲").report() == {"rewritten": "甲"}
    assert Asked("a", "b").put("甲").full == "b 甲"
