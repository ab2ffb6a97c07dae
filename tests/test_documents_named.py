"""Documents that a question is about by their names."""

import pytest
from fakes import make_clause, make_document, make_hit

from rag.context.context import Context
from rag.quote.named import documents_named

LAW = make_document("law", "劳动合同法")
RULES = make_document("rules", "劳动合同法实施条例")


@pytest.mark.parametrize(
    ("asked", "told", "named"),
    [
        pytest.param("劳动合同法实施条例里派遣单位的规定", "", ["rules"], id="a title within a longer one"),
        pytest.param("派遣单位的规定", "劳动合同法实施条例", ["rules"], id="as the search read it"),
        pytest.param("劳动合同法和劳动合同法实施条例有什么不同", "", ["law", "rules"], id="both named"),
        pytest.param("《劳动合同法》怎么说", "劳动合同法", ["law"], id="the shorter one"),
        pytest.param("派遣单位的规定", "", [], id="none"),
    ],
)
def test_a_title_within_a_longer_one_names_nothing(asked, told, named):
    hits = [make_hit(make_clause(document=d)) for d in (LAW, RULES)]
    context = Context(asked, hits, {"law": LAW, "rules": RULES})
    assert [d.document_id for d in documents_named(context, {"title": told})] == named
