import pytest
from fakes import make_clause, make_document, make_hit

from rag.verdict.premise import false_premises

RULES = make_document("r", "贵州省数据登记管理办法", region="贵州省")
TEXTS = {
    "第一条": "数据登记凭证的有效期为三年，自发证之日起计算。",
    "第二条": "登记机构对审核结果进行公示，公示期为十个工作日。",
    "第三条": "凭证期满前一个月内申请续证。",
}
CLAUSES = [make_clause(label, text, document=RULES) for label, text in TEXTS.items()]
HITS = [make_hit(clause, dense=0.8) for clause in CLAUSES]


def premises(question, lang="zh", hits=HITS):
    return false_premises(question, hits, {"r": RULES}, lambda _: CLAUSES, lang)


@pytest.mark.parametrize(
    ("question", "text", "quote"),
    [
        pytest.param(
            "为什么数据登记凭证的有效期规定为十年？",
            "问题中的“十年”与所引条款不符：《贵州省数据登记管理办法》第一条写的是“三年”。",
            TEXTS["第一条"],
            id="years",
        ),
        pytest.param(
            "听说登记机构的审核结果要公示60个工作日，是吗？",
            "问题中的“60个工作日”与所引条款不符：《贵州省数据登记管理办法》第二条写的是“十个工作日”。",
            TEXTS["第二条"],
            id="working days",
        ),
        pytest.param(
            "贵州省数据登记管理办法第五十条规定了什么？",
            "《贵州省数据登记管理办法》没有第五十条，最后一条是第三条。",
            TEXTS["第三条"],
            id="article that is not there",
        ),
        pytest.param(
            "为什么数据登记要求缴纳保证金？",
            "问题中说到的“保证金”，找到的条款都没有写；最接近的是《贵州省数据登记管理办法》第一条。",
            TEXTS["第一条"],
            id="fee that nothing mentions",
        ),
    ],
)
def test_what_the_clause_contradicts_is_corrected(question, text, quote):
    (premise,) = premises(question)
    assert premise.text == text
    assert premise.hit.clause.text[premise.start : premise.end] == quote


def test_an_english_question_gets_an_english_sentence():
    (premise,) = premises("Why does 贵州省数据登记管理办法 have an Article 50?", "en")
    assert premise.text == "《贵州省数据登记管理办法》 has no Article 50; its last article is 第三条."


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("数据登记凭证三年期满后怎么续证？", id="the clause's own number"),
        pytest.param("为什么数据登记凭证的有效期只有三年？", id="the clause's own number, asked why"),
        pytest.param("我公司有50人，能申请数据登记凭证吗？", id="the asker's own case"),
        pytest.param("既然我们公司成立5年了，数据登记凭证的有效期怎么算？", id="own case with a cue"),
        pytest.param("数据登记凭证的有效期是不是够10年？", id="nothing taken for granted"),
        pytest.param("为什么2023年要做数据登记凭证？", id="a year of the calendar"),
        pytest.param("贵州省数据登记管理办法第二条规定了什么？", id="article that is there"),
        pytest.param("为什么要求公示？", id="no number"),
        pytest.param("为什么要求办理数据登记？", id="a demand that is there"),
    ],
)
def test_questions_that_are_right_are_left_alone(question):
    assert premises(question) == []


def test_nothing_found_contradicts_nothing():
    assert premises("为什么规定十年？", hits=[]) == []
