import pytest
from fakes import make_clause, make_document, make_hit

from rag.hit.locality import local, place_of
from rag.hit.query import Asked

DOCUMENTS = {
    d.document_id: d
    for d in (
        make_document("guizhou", "贵州省登记办法", region="贵州省"),
        make_document("guiyang", "贵阳市登记办法", region="贵阳市"),
        make_document("hainan", "海南省登记细则", region="海南省"),
        make_document("nation", "数据法", region="全国"),
        make_document("report", "研究报告"),
    )
}


def hit(document_id, text="数据应当登记。", **legs):
    return make_hit(make_clause("第一条", text, document=DOCUMENTS[document_id]), **(legs or {"dense": 0.8}))


HITS = [hit(i) for i in DOCUMENTS]


def kept(question, hits=HITS, before=""):
    asked = Asked(question, f"{before} {question}")
    return [h.clause.document_id for h in local(hits, DOCUMENTS, asked)]


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("海南怎么登记", ["hainan", "nation", "report"]),
        ("贵阳怎么登记", ["guizhou", "guiyang", "nation", "report"]),
        ("贵州怎么登记", ["guizhou", "guiyang", "nation", "report"]),
        ("遵义怎么登记", ["guizhou", "nation", "report"]),
        ("贵州省贵阳市怎么登记", ["guizhou", "guiyang", "nation", "report"]),
        ("怎么登记", list(DOCUMENTS)),
        ("海南和贵州怎么登记", list(DOCUMENTS)),
    ],
)
def test_a_question_about_one_place_is_not_answered_by_another(question, documents):
    assert kept(question) == documents


def test_a_follow_up_is_about_its_own_place_or_that_of_the_turn_before():
    assert kept("那海南呢", before="贵州怎么登记") == ["hainan", "nation", "report"]
    assert kept("公示多久", before="海南怎么登记") == ["hainan", "nation", "report"]


def test_what_names_the_place_or_is_looked_up_by_number_stays():
    hits = [hit("guizhou", "与海南合作。"), hit("guizhou", lookup=2.0), hit("guizhou"), hit("hainan")]
    assert len(kept("海南怎么登记", hits)) == 3


def test_when_all_is_of_other_places_all_stays():
    assert kept("海南怎么登记", [hit("guizhou")]) == ["guizhou"]
    assert kept("海南怎么登记", []) == []


def test_the_place_of_a_question():
    assert place_of(Asked("贵州省贵阳市怎么登记", "")) == "贵阳"
    assert place_of(Asked("海南和贵州", "")) == ""
    assert place_of(Asked("怎么登记", "")) == ""
