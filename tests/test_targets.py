"""Which clause of the collection a reference means."""

import pytest
from fakes_ingest import document_of
from fakes_references import law

from ingest.references import annotated, places, resolve, resolved
from rag.schema import Clause, Document

OWN = "某市数据管理办法"


def resolve_all(*parsed):
    documents = [p.document for p in parsed]
    clauses = [c for p in parsed for c in annotated(p.clauses, p.document)]
    labels = places((c.clause_id, c.document_id, c.locator) for c in clauses)
    changed = {c.clause_id: c for c in resolve(clauses, documents, labels)}
    return [r for c in clauses for r in changed.get(c.clause_id, c).references]


def test_a_reference_points_to_its_own_document():
    parsed = document_of(OWN, "第一条 甲。", "第二条 违反本办法第一条的，处罚。")
    (reference,) = resolve_all(parsed)
    assert reference.target_document_id == parsed.document.document_id
    assert reference.clause_id == parsed.clauses[0].clause_id


@pytest.mark.parametrize(
    "name", ["中华人民共和国某数据法", "某数据法", "某数据法（2023修正）", "某数据法（试行）"]
)
def test_a_reference_points_to_a_document_of_the_collection_by_full_or_short_title(name):
    rules = document_of(OWN, "第一条 甲。", f"第二条 依照《{name}》第二条处罚。")
    for title in ("中华人民共和国某数据法", "某数据法(2018-10-26)"):
        other = document_of(title, "第一条 甲。", "第二条 乙。")
        (reference,) = resolve_all(other, rules)
        assert reference.clause_id == other.clauses[1].clause_id


def test_a_title_without_its_issuer_is_known():
    other = document_of("最高人民法院关于审理甲案件的解释", "第一条 甲。", "第二条 乙。")
    rules = document_of(OWN, "第一条 甲。", "第二条 依照最高人民法院《关于审理甲案件的解释》第二条处罚。")
    (reference,) = resolve_all(other, rules)
    assert reference.clause_id == other.clauses[1].clause_id


@pytest.mark.parametrize("printed", ["第1条", "第 一 条", "第１条"])
def test_a_number_finds_the_article_however_it_is_printed(printed):
    parsed = document_of(OWN, "第一条 甲。", f"第二条 依照本办法{printed}处罚。")
    (reference,) = resolve_all(parsed)
    assert reference.clause_id == parsed.clauses[0].clause_id


def shelf(*versions):
    """Documents of one title, given as fields."""
    return [
        Document(f"d{n}", "中华人民共和国甲法", "s", "articles", 1, 1, **fields)
        for n, fields in enumerate(versions)
    ]


CITING = Clause("x:一", "x", "某报告", "一", "一", "依照《甲法》第二条办理。", 1, 1, 0)


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        pytest.param([{"effective_date": "2013-01-01"}, {"effective_date": "2023-01-01"}], "d1", id="in force later"),
        pytest.param([{"adopted_on": "2023-01-01"}, {"adopted_on": "2013-01-01"}], "d0", id="adopted later"),
        pytest.param([{"effective_date": "2013-01-01"}, {"status": "草案", "issue_date": "2024-01-01"}], "d0", id="no draft"),
    ],
)  # fmt: skip
def test_of_several_versions_the_newest_is_meant(versions, expected):
    documents = shelf(*versions)
    clause = annotated([CITING], Document("x", "某报告", "s", "report", 1, 1))[0]
    (changed,) = resolved([clause], documents, lambda document_id, key: f"{document_id}:{key}")
    assert changed.references[0].clause_id == f"{expected}:第二条"


def test_a_text_in_several_parts_is_searched_in_all_of_them():
    documents = shelf({}, {})
    clause = annotated([CITING], Document("x", "某报告", "s", "report", 1, 1))[0]
    (changed,) = resolve([clause], documents, {("d1", "第二条"): "d1:第二条"})
    assert changed.references[0].target_document_id == "d1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("依照刑法分则第一章的规定", "第二编/第一章/第四条", id="a half of the code"),
        pytest.param(
            "依照刑法第二编第一章的规定", "第二编/第一章/第四条", id="a division is its first clause"
        ),
        pytest.param("依照刑法第四条的规定", "第二编/第一章/第四条", id="an article"),
    ],
)
def test_places_of_another_law(text, expected):
    record = {"title": "中华人民共和国刑法", "source": "刑法.md", "scheme": "articles", "texts": {}}
    record["locators"] = ["第一编/第一章/第一条", "/第二条", "第二编/第一章/第四条"]
    document, clauses = law(1, record)
    rules = Clause("x:第一条", "x", "某解释", "第一条", "第一条", text, 1, 1, 0)
    citing = annotated([rules], Document("x", "某解释", "s", "articles", 1, 1))
    labels = places((c.clause_id, c.document_id, c.locator) for c in clauses)
    (changed,) = resolve(citing, [document], labels)
    assert changed.references[0].clause_id == f"law1:{expected}"


def test_a_part_of_an_outline_may_be_printed_as_a_number():
    title = "某方案"
    clauses = [
        Clause(f"d:{locator}", "d", title, locator, locator[-3:], text, 1, 1, n)
        for n, (locator, text) in enumerate([("三/（一）", "甲"), ("四", "按照本方案第三部分执行")])
    ]
    document = Document("d", title, "s", "outline", 1, 1)
    labels = places((c.clause_id, c.document_id, c.locator) for c in clauses)
    (changed,) = resolve(annotated(clauses, document), [document], labels)
    assert changed.references[0].clause_id == "d:三/（一）"


def test_a_reference_out_of_the_collection_keeps_only_its_words():
    parsed = document_of(OWN, "第一条 依照《某数据法》第二条处罚。", "第二条 依照本办法第九条处罚。")
    other, own = resolve_all(parsed)
    assert (other.target_title, other.target_locator) == ("某数据法", "第二条")
    assert (other.target_document_id, other.clause_id) == (None, None)
    assert (own.target_document_id, own.clause_id) == (parsed.document.document_id, None)


def test_a_target_that_went_away_is_forgotten():
    other = document_of("某数据法", "第一条 甲。", "第二条 乙。")
    rules = document_of(OWN, "第一条 甲。", "第二条 依照《某数据法》第二条处罚。")
    labels = {(c.document_id, c.label): c.clause_id for c in other.clauses}
    citing = annotated(rules.clauses, rules.document)[1:]
    found = resolve(citing, [other.document, rules.document], labels)
    assert found[0].references[0].clause_id == other.clauses[1].clause_id
    (alone,) = resolve(found, [rules.document], {})
    assert alone.references[0].clause_id is None
    assert resolve([alone], [rules.document], {}) == []


def test_clauses_are_read_one_at_a_time():
    (clause,) = annotated([CITING], Document("x", "某报告", "s", "report", 1, 1))

    def clauses():
        yield clause
        raise AssertionError("the second was asked for before the first was taken")

    first = next(resolved(clauses(), shelf({}), lambda *_: "d0:第二条"))
    assert first.references[0].clause_id == "d0:第二条"
