import pytest
from fakes import make_clause, make_document, make_hit

from rag.hit.query import Asked
from rag.verdict.breach import states_breach
from rag.verdict.evidence import weigh
from rag.verdict.signals import Found

RULES = make_document("c", "长春市数据交易管理办法", region="长春市")
SAID = "存在违规、违法行为的，对直接负责的主管人员依法给予处分。"


def found(question, text=SAID):
    return Found(
        question,
        question,
        [make_hit(make_clause("第三十八条", text, document=RULES), dense=0.5)],
        {"c": RULES},
    )


@pytest.mark.parametrize(
    "question",
    [
        "违反长春办法有什么法律责任？",
        "违反《长春市数据交易管理办法》会怎么样",
        "不遵守长春数据交易办法怎么处罚？",
        "违反长春数据交易办法最高罚多少钱？",
    ],
)
def test_what_follows_from_breaking_a_document(question):
    assert states_breach(found(question))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        pytest.param("违反长春办法有什么法律责任？", "数据交易应当备案。", id="nothing follows"),
        pytest.param("违反长春办法有什么法律责任？", "对表现突出的给予奖励。", id="a reward"),
        pytest.param("违规骑车长春怎么处罚？", SAID, id="another matter"),
        pytest.param("违反广西办法有什么法律责任？", SAID, id="another document"),
        pytest.param("违反规定有什么法律责任？", SAID, id="no document"),
        pytest.param("长春办法怎么规定交易？", SAID, id="no breach"),
    ],
)
def test_what_is_not_known(question, text):
    assert not states_breach(found(question, text))


def test_the_amount_that_is_missing_is_told():
    asked = "违反长春办法怎么处罚？罚款多少？"
    search = found(asked)
    judged = weigh(Asked(asked, asked), search.hits, search.documents, embedder="another")
    assert judged.enough
    assert judged.missing == ("“罚款多少”",)
