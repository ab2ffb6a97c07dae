"""Which questions ask from when on a document holds, and which clauses say it."""

import pytest

from rag.hit.in_force import asks_in_force, says_in_force


@pytest.mark.parametrize(
    "question",
    [
        "这个办法什么时候施行？",
        "本办法的有效期到哪天？",
        "这个规定现在还有效吗？",
        "登记办法什么时候失效？",
        "When do the measures take effect?",
    ],
)
def test_from_when_on_a_document_holds_is_asked(question):
    assert asks_in_force(question)


@pytest.mark.parametrize(
    "question",
    [
        "身份证有效期几年？",
        "登记证书的有效期是多久？",
        "许可证什么时候到期？",
        "合同还有效吗？",
        "谁负责登记？",
    ],
)
def test_a_paper_is_no_document_of_the_collection(question):
    assert not asks_in_force(question)


@pytest.mark.parametrize(
    ("clause", "says"),
    [
        ("本办法自2024年1月1日起施行，有效期五年。", True),
        ("本条例从公布之日起施行。", True),
        ("登记机构应当在十日内审核。", False),
    ],
)
def test_a_clause_that_says_from_when_on_its_document_holds(clause, says):
    assert says_in_force(clause) is says
