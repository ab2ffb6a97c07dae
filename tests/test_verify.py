import pytest
from fakes import make_clause, make_hit

from rag.schema import Citation
from rag.verify import citations_of, cite, is_verbatim, support

TERM = "登记证书的有效期为三年，自公告之日起计算。\n期满前一个月内可以续展。"
FINE = "数据商违反第十条规定的，处5万元以上10万元以下罚款，增幅12.5%。"


def hits(*texts):
    return [make_hit(make_clause(f"第{n}条", text)) for n, text in enumerate(texts or (TERM, FINE), 1)]


def test_each_statement_is_tied_to_its_sentence():
    found = citations_of("有效期为三年[1]。期满前一个月可续展[1]。罚款最高10万元[2]。", hits())
    assert [(c.n, c.quote) for c in found] == [
        (1, "登记证书的有效期为三年，自公告之日起计算。"),
        (1, "期满前一个月内可以续展。"),
        (2, FINE),
    ]
    assert [c.pinpoint for c in found] == ["第一款", "第二款", None]


def test_equal_quotes_are_given_once():
    assert len(citations_of("有效期三年[1]。证书有效期三年[1]。", hits())) == 1


@pytest.mark.parametrize("text", [TERM, FINE, "没有句号的短语", "（一）甲；\n（二）乙。", " 空格 与 ABC。 "])
@pytest.mark.parametrize("said", ["三年续展[1]。", "毫不相干的话[1]。", "ABC 乙[1]。"])
def test_every_quote_is_verbatim(text, said):
    (citation,) = citations_of(said, hits(text))
    assert citation.quote in text
    assert is_verbatim(citation, text)


def test_support_is_the_whole_of_a_text_without_sentences():
    assert support("甲", "") == (0, 0)


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        pytest.param("有效期为三年", True, id="word for word"),
        pytest.param("有效期 为三年", True, id="apart from blanks"),
        pytest.param("有效期为叁年", False, id="another word"),
        pytest.param("有效期三年", False, id="a word left out"),
        pytest.param(" ", False, id="nothing"),
    ],
)
def test_is_verbatim(quote, expected):
    assert is_verbatim(Citation(1, "d1:第1条", "甲", "第1条", None, quote), TERM) is expected


def test_cite_keeps_the_clause_and_the_span():
    citation = cite(2, hits()[0], 0, 11)
    assert (citation.n, citation.clause_id, citation.locator, citation.quote) == (
        2,
        "d1:第1条",
        "第1条",
        TERM[:11],
    )
