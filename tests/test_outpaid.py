import pytest
from fakes import make_clause, make_document, make_hit

from rag.hit.query import Asked
from rag.verdict.evidence import weigh
from rag.verdict.outpaid import amount_untold
from rag.verdict.signals import Found

PLAN = make_document("d", "河南省制造业行动计划", region="河南省")


def untold(question, text):
    hits = [make_hit(make_clause("第一条", text, document=PLAN), dense=0.8)]
    return amount_untold(Found(question, question, hits, {"d": PLAN}))


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        pytest.param("哪个省补得更多？", "鼓励机器换人。", True, id="no amount"),
        pytest.param("哪个省补得更多？", "给予不超过500万元补助。", False, id="an amount"),
        pytest.param("两地的补贴哪个高？", "按投资的20%给予补贴。", False, id="a share"),
        pytest.param("两地的补贴哪个高？", "到2025年补贴一批企业。", True, id="a year"),
        pytest.param("两地的手续费相差多少？", "收取手续费。", True, id="a difference"),
        pytest.param("奖励谁更多的企业？", "奖励先进企业。", False, id="more firms"),
        pytest.param("两地的登记有什么不同？", "应当登记。", False, id="no amount is compared"),
    ],
)
def test_amounts_that_cannot_be_compared_are_told(question, text, missing):
    assert untold(question, text) is missing


def test_such_a_question_is_refused_with_what_is_missing():
    question = "河南的补贴哪个高？"
    hits = [make_hit(make_clause("第一条", "给予补贴。", document=PLAN), dense=0.9, keyword=30.0)]
    judged = weigh(Asked(question, question), hits, {"d": PLAN}, embedder="another")
    assert (judged.enough, "没有写可以比较的金额" in judged.why) == (False, True)
