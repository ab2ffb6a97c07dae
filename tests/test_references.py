"""Places in a clause that name another clause or document."""

import pytest
from fakes_ingest import document_of

from ingest.references import references_in, resolve

OWN = "某市数据管理办法"


def found(text):
    return [(text[slice(*r.span)], r.target_title, r.target_locator) for r in references_in(text, OWN)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("违反本办法第六条的", [("本办法第六条", OWN, "第六条")], id="own article"),
        pytest.param("依照《数据安全法》处罚", [("《数据安全法》", "数据安全法", None)], id="a document"),
        pytest.param("依照《数据安全法》第二十条处罚", [("《数据安全法》第二十条", "数据安全法", "第二十条")], id="its article"),
        pytest.param("依照《刑法》第一百三十三条之一处罚", [("《刑法》第一百三十三条之一", "刑法", "第一百三十三条之一")], id="an inserted article"),
        pytest.param(
            "本办法第六条第二款、第二十一条规定的",
            [("本办法第六条", OWN, "第六条"), ("第二十一条", OWN, "第二十一条")],
            id="a list goes on",
        ),
        pytest.param(
            "《数据安全法》第二条和第三条",
            [("《数据安全法》第二条", "数据安全法", "第二条"), ("第三条", "数据安全法", "第三条")],
            id="a list of another law",
        ),
        pytest.param("依照第七十三条处罚", [], id="a bare article may be another law's"),
        pytest.param("本办法所称数据", [], id="own title alone"),
        pytest.param("依照前款规定", [], id="the paragraph before"),
        pytest.param("", [], id="nothing"),
    ],
)  # fmt: skip
def test_references_are_found_where_they_are_printed(text, expected):
    assert found(text) == expected


def resolved(*parsed):
    documents = [p.document for p in parsed]
    clauses = [c for p in parsed for c in p.clauses]
    labels = {(c.document_id, c.label): c.clause_id for c in clauses}
    changed = {c.clause_id: c for c in resolve([c for c in clauses if c.references], documents, labels)}
    return [r for c in clauses for r in changed.get(c.clause_id, c).references]


def test_a_reference_points_to_its_own_document():
    parsed = document_of(OWN, "第一条 甲。", "第二条 违反本办法第一条的，处罚。")
    (reference,) = resolved(parsed)
    assert reference.target_document_id == parsed.document.document_id
    assert reference.clause_id == parsed.clauses[0].clause_id


@pytest.mark.parametrize("name", ["中华人民共和国某数据法", "某数据法"])
def test_a_reference_points_to_a_document_of_the_collection_by_full_or_short_title(name):
    law = document_of("中华人民共和国某数据法", "第一条 甲。", "第二条 乙。")
    rules = document_of(OWN, "第一条 甲。", f"第二条 依照《{name}》第二条处罚。")
    (reference,) = resolved(law, rules)
    assert reference.clause_id == law.clauses[1].clause_id


def test_an_arabic_number_finds_the_article():
    parsed = document_of(OWN, "第一条 甲。", "第二条 依照本办法第1条处罚。")
    (reference,) = resolved(parsed)
    assert reference.clause_id == parsed.clauses[0].clause_id


def test_a_reference_out_of_the_collection_keeps_only_its_words():
    parsed = document_of(OWN, "第一条 依照《某数据法》第二条处罚。", "第二条 依照本办法第九条处罚。")
    other, own = resolved(parsed)
    assert (other.target_title, other.target_locator) == ("某数据法", "第二条")
    assert (other.target_document_id, other.clause_id) == (None, None)
    assert (own.target_document_id, own.clause_id) == (parsed.document.document_id, None)


def test_a_target_that_went_away_is_forgotten():
    law = document_of("某数据法", "第一条 甲。", "第二条 乙。")
    rules = document_of(OWN, "第一条 甲。", "第二条 依照《某数据法》第二条处罚。")
    labels = {(c.document_id, c.label): c.clause_id for c in law.clauses}
    linked = resolve(rules.clauses[1:], [law.document, rules.document], labels)
    assert linked[0].references[0].clause_id == law.clauses[1].clause_id
    (alone,) = resolve(linked, [rules.document], {})
    assert alone.references[0].clause_id is None
    assert resolve([alone], [rules.document], {}) == []
