import pytest
from fakes import make_clause, make_document
from llama_index.core.schema import MetadataMode

from rag.chunk.metadata import as_json, chunk_metadata, day
from rag.chunk.nodes import ClauseNodeParser, chunk_nodes, clause_node
from rag.chunk.parts import heading_of, passages

DOCUMENT = make_document(issuer="甲市数据局", effective_date="2024-01-01", status="试行", issue_no=50)
LONG = "".join(f"第{i}项材料应当在受理之日前提交给登记机构。" for i in range(40))
CLAUSES = [
    pytest.param(make_clause(text="数据应当登记。"), id="short"),
    pytest.param(make_clause(text=LONG), id="long"),
    pytest.param(make_clause(text="数据应当登记。", headings="第一章 总则"), id="with headings"),
    pytest.param(make_clause(text=LONG, headings="第一章 总则 / 第一节"), id="long with headings"),
    pytest.param(make_clause(text="见 {value} 与 {content}。"), id="braces in the text"),
]


@pytest.mark.parametrize("clause", CLAUSES)
def test_what_is_embedded_is_the_passage(clause):
    nodes = chunk_nodes(clause, DOCUMENT)
    assert [n.get_content(MetadataMode.EMBED) for n in nodes] == passages(clause)


@pytest.mark.parametrize("clause", CLAUSES)
def test_chunks_know_their_clause_and_their_part(clause):
    nodes = chunk_nodes(clause, DOCUMENT)
    assert [n.metadata["part"] for n in nodes] == list(range(len(passages(clause))))
    assert {n.metadata["clause_id"] for n in nodes} == {clause.clause_id}
    assert [n.node_id for n in nodes] == [f"{clause.clause_id}#{i}" for i in range(len(nodes))]
    assert {n.ref_doc_id for n in nodes} == {DOCUMENT.document_id}


def test_a_whole_clause_is_one_node_with_its_text():
    clause = make_clause(text=LONG, headings="第一章 总则")
    node = clause_node(clause, DOCUMENT)
    assert (node.node_id, node.get_content()) == (clause.clause_id, LONG)
    assert node.get_content(MetadataMode.EMBED) == f"{heading_of(clause)}\n{LONG}"


def test_the_splitter_works_on_nodes_of_a_llama_index_user():
    nodes = ClauseNodeParser().get_nodes_from_documents([clause_node(make_clause(text=LONG), DOCUMENT)])
    assert len(nodes) == len(passages(make_clause(text=LONG)))


def test_an_unknown_value_is_left_out():
    known = chunk_metadata(make_clause(), make_document())
    assert not {"issuer", "region", "effective_date", "effective_day", "page_first", "chapter"} & set(known)
    assert None not in known.values()
    assert "" not in known.values()


def test_dates_have_an_integer_twin():
    found = chunk_metadata(make_clause(), DOCUMENT)
    assert (found["effective_date"], found["effective_day"]) == ("2024-01-01", 20240101)
    assert day(None) is None


def test_metadata_as_json_does_not_depend_on_order():
    assert as_json({"b": 1, "a": "条"}) == as_json({"a": "条", "b": 1}) == '{"a": "条", "b": 1}'
