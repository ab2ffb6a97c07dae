import pytest

from rag.quote.unfit import loss, polarity

ALLOWED = "第一款。\n下列数据可以交易：\n（一）数据产品；\n（二）数据服务。"
FORBIDDEN = "下列数据不得交易：\n（一）涉密数据；\n（二）来源不明的数据。"


def of(question, text, words):
    start = text.index(words)
    return loss(question, text, start, start + len(words))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("哪些数据可以交易", "may"),
        ("专项资金能用于什么", "may"),
        ("可以用在哪些方面", "may"),
        ("哪些情形可以登记", "may"),
        ("什么情况下允许延期", "may"),
        ("哪些数据不得交易", "may not"),
        ("专项资金不能用于什么", "may not"),
        ("什么情形不予登记", "may not"),
        ("哪些数据禁止交易", "may not"),
        pytest.param(
            "专项资金不能用于 能用于什么", "may", id="a follow-up counts before the turn it leans on"
        ),
        pytest.param("能用于什么 骗钱会怎样", None, id="a follow-up that asks something else"),
        pytest.param("哪些数据可以交易 长春", "may", id="a place behind a blank"),
        pytest.param("能不能交易", None, id="whether: both may answer"),
        pytest.param("可以委托代理机构吗", None, id="yes or no"),
        pytest.param("哪些许可证要年检", None, id="许可 is no permission to do"),
        pytest.param("智能制造有哪些任务", None, id="能 within a word"),
        pytest.param("什么情形可以不公示", None, id="exceptions"),
        pytest.param("登记要交哪些材料", None, id="no modal verb"),
        ("", None),
    ],
)
def test_what_is_asked_to_be_allowed_or_forbidden(question, expected):
    assert polarity(question) == expected


def test_what_is_forbidden_does_not_answer_what_is_allowed():
    assert of("哪些数据可以交易", FORBIDDEN, "下列数据不得交易：") > 0
    assert of("哪些数据可以交易", ALLOWED, "下列数据可以交易：") == 0
    assert of("哪些数据不得交易", FORBIDDEN, "下列数据不得交易：") == 0
    assert of("哪些数据不得交易", ALLOWED, "下列数据可以交易：") > 0


def test_an_item_says_what_its_lead_says():
    assert of("哪些数据可以交易", FORBIDDEN, "（一）涉密数据；") > 0
    assert of("哪些数据可以交易", ALLOWED, "（二）数据服务。") == 0


def test_a_permission_with_a_limit_answers_both():
    text = "申请人可以使用数据，但不得转让。"
    assert of("哪些数据可以使用", text, text) == of("哪些数据不得转让", text, text) == 0


def test_a_sentence_without_either_loses_nothing():
    text = "数据交易标的包括数据产品、数据服务。"
    assert of("哪些数据可以交易", text, text) == of("哪些数据不得交易", text, text) == 0


def test_why_a_document_was_made_answers_only_that():
    text = "为规范数据登记行为，维护各方权益，制定本办法。"
    assert of("数据登记有什么要求", text, text) > 0
    assert of("为什么制定登记办法", text, text) == 0
