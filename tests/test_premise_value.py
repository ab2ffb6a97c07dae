import pytest
from fakes import make_clause, make_document, make_hit

from rag.premise.premise import false_premises

RULES = make_document("v", "乙市停车登记办法", region="乙市")
TEXTS = {
    "第一条": "停车登记证书的有效期为三年，自发证之日起计算。",
    "第二条": "登记机构将审核结果在网站公示，公示时间为30个工作日。",
    "第三条": "停车记录的保存期限不得少于20年。",
    "第四条": "经营者试营业期最长不得超过六个月。",
    "第五条": "管理员每日工作时间不超过八小时、平均每周工作时间不超过四十四小时。",
    "第六条": "经与管理员协商后可以延长工作时间，一般每日不得超过一小时。",
    "第七条": "停车满二年的，可以申请续约，续约期限为一年。",
}
CLAUSES = [make_clause(label, text, document=RULES) for label, text in TEXTS.items()]


def premises(question, first="第一条", lang="zh"):
    clauses = sorted(CLAUSES, key=lambda clause: clause.label != first)
    hits = [make_hit(clause) for clause in clauses]
    return false_premises(question, hits, {"v": RULES}, lambda _: CLAUSES, lang)


@pytest.mark.parametrize(
    ("question", "label", "asked", "said"),
    [
        pytest.param("停车登记证书有效期五年，到期怎么续？", "第一条", "五年", "三年", id="stated beside what is asked"),
        pytest.param("停车登记公示期是10个工作日对吧？", "第二条", "10个工作日", "30个工作日", id="right, without a comma"),
        pytest.param("听说停车登记公示要15天", "第二条", "15天", "30个工作日", id="days for working days"),
        pytest.param("停车登记证书的有效期是五年吗？", "第一条", "五年", "三年", id="is it so"),
        pytest.param("法律规定停车试营业期最长一年对吗", "第四条", "一年", "六个月", id="years for months"),
        pytest.param("停车记录的保存期限至多15年，对吗？", "第三条", "15年", "20年", id="beyond a bound"),
        pytest.param("停车试营业期最长三个月，是吗？", "第四条", "三个月", "六个月", id="said to be the bound"),
        pytest.param("为什么停车管理员每天工作十小时？", "第五条", "十小时", "八小时", id="a day, not a week"),
    ],
)  # fmt: skip
def test_another_number_for_the_same_thing_is_corrected(question, label, asked, said):
    (premise,) = premises(question, label)
    assert premise.text == f"问题中的“{asked}”与所引条款不符：《乙市停车登记办法》{label}写的是“{said}”。"


@pytest.mark.parametrize(
    ("question", "label"),
    [
        pytest.param("停车登记证书有效期三年，到期怎么续？", "第一条", id="its own number"),
        pytest.param("停车登记公示期是30个工作日对吧？", "第二条", id="its own number, right"),
        pytest.param("听说停车登记公示要30天", "第二条", id="days for as many working days"),
        pytest.param("停车登记证书的有效期是不是五年？", "第一条", id="asked"),
        pytest.param("停车登记证书的有效期可以是五年吗？", "第一条", id="leave asked"),
        pytest.param("停车试营业期三个月，工资怎么算？", "第四条", id="within a bound"),
        pytest.param("停车试营业期是三个月对吗", "第四条", id="within a bound, right"),
        pytest.param("为什么停车记录的保存期限要30年？", "第三条", id="within a least"),
        pytest.param("停车满五年，可以申请续约吗？", "第七条", id="the asker's own years"),
        pytest.param("停车登记五年，要注意什么？", "第一条", id="no quantity named"),
        pytest.param("为什么管理员每周工作四十四小时？", "第五条", id="its own number a week"),
        pytest.param("我公司的停车登记证书有效期五年，怎么续？", "第一条", id="own case"),
        pytest.param("停车登记的公示期反对吗", "第二条", id="a verb that ends as a tag does"),
    ],
)
def test_a_number_that_holds_or_may_hold_or_is_not_stated_is_left_alone(question, label):
    assert premises(question, label) == []


def test_an_english_question_is_corrected_by_the_only_number_of_the_best_clause():
    question = "Why must parking records be kept only 10 years?"
    (premise,) = premises(question, "第三条", "en")
    assert premise.text == (
        "“10 years” in the question does not agree with the clause cited: 第三条 of 《乙市停车登记办法》 says “20年”."
    )
    assert premises("Why must parking records be kept for 20 years?", "第三条", "en") == []
    assert premises("Why must parking records be kept for 25 years?", "第三条", "en") == []
    assert premises("How do I register for 10 years?", "第三条", "en") == []
    assert premises("Why do attendants work 10 hours?", "第五条", "en") == []


def test_a_sum_that_no_clause_asks_for_is_corrected():
    (premise,) = premises("停车办法规定经营者必须缴纳注册资本1000万，对不对")
    assert premise.text.startswith("问题中说到的“注册资本”，找到的条款都没有写；")
    assert premises("停车办法规定经营者必须提交登记材料，对不对") == []
