import pytest
from fakes import make_clause, make_document, make_hit

from rag.hit.query import Asked
from rag.verdict.evidence import weigh
from rag.verdict.signals import Found
from rag.verdict.swapped import swapped_object

MEASURES = make_document("d", "数据要素登记服务管理办法")
CERTIFICATE = "数据要素登记凭证有效期为三年。"


def swapped(question, text, cosine=0.6):
    hits = [make_hit(make_clause("第一条", text, document=MEASURES), dense=0.8)]
    return swapped_object(
        Found(question, question, hits, {"d": MEASURES}, cosines=[[(0, len(text), cosine)]])
    )


@pytest.mark.parametrize(
    ("question", "text", "thing"),
    [
        pytest.param("驾驶证的有效期是多久？", CERTIFICATE, "驾驶证", id="another paper"),
        pytest.param("请问驾驶证几年有效？", CERTIFICATE, "驾驶证", id="behind words that ask"),
        pytest.param("煤炭交易要签合同吗？", "数据交易双方应当签订合同。", "煤炭交易", id="another trade"),
        pytest.param(
            "驾驶证几年有效？", "自动驾驶试点。\n登记凭证有效期三年。", None, id="a clause has both words"
        ),
        pytest.param("登记凭证的有效期是多久？", CERTIFICATE, None, id="the printed object"),
        pytest.param("数据交易要签合同吗？", "数据交易双方应当签订合同。", None, id="the printed trade"),
        pytest.param("房本登记要多久？", "不动产权属证书登记机构五日内登记。", None, id="an everyday word"),
        pytest.param("煤炭交易要签合同吗？", "双方应当守法。", None, id="no other thing of the sort"),
        pytest.param("登记办法里登记归谁管？", "数据登记由主管部门管理。", None, id="the end of a title"),
        pytest.param("证明材料有哪些？", CERTIFICATE, None, id="part of another word"),
    ],
)
def test_a_thing_of_another_kind_is_found(question, text, thing):
    assert swapped(question, text) == thing


def test_a_sentence_near_the_question_may_call_the_thing_otherwise():
    assert swapped("驾驶证的有效期是多久？", CERTIFICATE, cosine=0.75) is None


def test_without_cosines_nothing_is_told():
    hits = [make_hit(make_clause("第一条", CERTIFICATE, document=MEASURES), dense=0.8)]
    question = "驾驶证的有效期是多久？"
    assert swapped_object(Found(question, question, hits, {"d": MEASURES})) is None
    judged = weigh(Asked(question, question), hits, {"d": MEASURES}, embedder="another")
    assert "驾驶证" not in judged.why
