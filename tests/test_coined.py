import pytest
from fakes import make_clause, make_document, make_hit

from rag.hit.query import Asked
from rag.verdict.coined import coined_name
from rag.verdict.evidence import weigh
from rag.verdict.signals import Found

ISSUED = make_document("d", "数据评估指导意见", issuer="中国资产评估协会")


def named(question, text):
    hits = [make_hit(make_clause("第一条", text, document=ISSUED), dense=0.8)]
    return coined_name(Found(question, question, hits, {"d": ISSUED}))


@pytest.mark.parametrize(
    ("question", "text", "name"),
    [
        pytest.param(
            "“金钥匙计划”是什么？", "建设全连接工厂。", "金钥匙计划", id="a scheme in quotation marks"
        ),
        pytest.param("“一房多租”有效吗？", "就同一房屋订立数份租赁合同。", None, id="a word of practice"),
        pytest.param("“套娃式收费专项”怎么治？", "针对电视“套娃”收费专项整治。", None, id="in other words"),
        pytest.param("“数据经纪人”和“算力经纪人”是谁？", "数据经纪人是机构。", None, id="one of two stands"),
        pytest.param("哪一条说的是“下架”？", "停止提供服务。", None, id="a word that is talked about"),
        pytest.param("老板说“明天不用来了”合法吗？", "用人单位解除劳动合同。", None, id="speech"),
        pytest.param("老板说：“明天不用来了”合法吗？", "解除劳动合同。", None, id="speech behind a colon"),
        pytest.param(
            '老板说"明天不用来"算不算正式"辞退"？', "解除劳动合同。", None, id="words between quotations"
        ),
        pytest.param(
            '收到"你被开除了"的短信怎么办？', "用人单位解除劳动合同。", None, id="words to somebody"
        ),
        pytest.param(
            "文件里说的“金钥匙计划”是什么？", "建设工厂。", "金钥匙计划", id="a name that is spoken of"
        ),
        pytest.param(
            'How many showcase ("brand") datasets?', "试点建设10个品牌公共数据。", None, id="English"
        ),
        pytest.param("数据仲裁委员会怎么立案？", "提请诉讼或仲裁。", "仲裁委员会", id="a body"),
        pytest.param("找仲裁委员会行吗？", "由仲裁委员会裁决。", None, id="a body that is mentioned"),
        pytest.param("哪个委员会负责？", "由主管部门负责。", None, id="a body that is asked for"),
        pytest.param("评估协会怎么说？", "可以利用专家工作。", None, id="the issuer"),
        pytest.param("数据怎么登记？", "数据应当登记。", None, id="no name"),
    ],
)
def test_a_name_that_no_clause_mentions_is_found(question, text, name):
    assert named(question, text) == name


def test_such_a_question_is_refused_with_the_name():
    question = "“金钥匙计划”要建设多少家工厂？"
    hits = [make_hit(make_clause("第一条", "建设30家工厂。", document=ISSUED), dense=0.9, keyword=30.0)]
    judged = weigh(Asked(question, question), hits, {"d": ISSUED}, embedder="another")
    assert (judged.enough, judged.why) == (False, "没有条款提到“金钥匙计划”。")
