"""Articles behind the last one of the documents that a question means."""

from fakes import make_clause, make_document, make_hit

from rag.premise.premise import false_premises

CITY = make_document("c", "长春市数据交易管理办法", region="长春市")
OTHER = make_document("o", "云南省公共数据管理办法", region="云南省")
CLAUSES = {
    d.document_id: [make_clause(label, "数据交易应当登记。", document=d) for label in ("第一条", "第二条")]
    for d in (CITY, OTHER)
}
HITS = [make_hit(CLAUSES["o"][0], dense=0.8)]
ENDS = "《长春市数据交易管理办法》没有第三条，最后一条是第二条。"


def premises(question, meant, lang="zh"):
    found = false_premises(question, HITS, {"o": OTHER}, lambda i: CLAUSES[i], lang, meant)
    assert all(premise.leaves_nothing for premise in found)
    return [premise.text for premise in found]


def test_a_document_that_is_meant_by_its_place_is_said_to_end():
    assert premises("长春办法第三条罚款多少", {"c"}) == [ENDS]
    assert premises("长春办法3条", {"c"}) == [ENDS.replace("第三条", "第3条")]


def test_it_is_said_in_english():
    said = "《长春市数据交易管理办法》 has no Article 3; its last article is 第二条."
    assert premises("Article 3 of the Changchun measures", {"c"}, "en") == [said]


def test_each_of_few_documents_is_told():
    assert premises("办法第三条", {"c", "o"}) == [ENDS, ENDS.replace(CITY.title, OTHER.title)]


def test_nothing_is_said_of_articles_that_exist_or_of_another_law():
    assert premises("长春办法第二条", {"c"}) == []
    assert premises("长春要遵守证券法第三条吗", {"c"}) == []
    assert premises("那个规定第三条", ()) == []


def test_a_law_that_a_clause_mentions_is_still_another_one():
    clauses = [make_clause("第一条", "依据网络安全法，制定本办法。", document=CITY), CLAUSES["c"][1]]
    hits = [make_hit(clauses[0], dense=0.8)]
    question = "长春要遵守网络安全法第三条吗"
    assert false_premises(question, hits, {"c": CITY}, lambda _: clauses, "zh", {"c"}) == []


def test_a_contract_of_the_askers_own_is_no_document_that_ends():
    assert premises("我们合同第三条写的在长春仲裁，有效吗", {"c"}) == []
    assert premises("Is article 3 of our lease contract valid in Changchun?", {"c"}, "en") == []
    assert premises("长春办法第三条说的合同怎么登记", {"c"}) == [ENDS]
