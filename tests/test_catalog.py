import sqlite3
from dataclasses import replace

import pytest
from fakes import make_clause, make_document

from rag.catalog import Catalog, FileState, Parsed
from rag.catalog.tables import FORMAT
from rag.errors import CatalogDamaged, CollectionBusy, CollectionMismatch, EmptyCollection, NotFound
from rag.schema import Leftover, Reference, Source

DOCUMENT = make_document(editor_note=(1, 3), inferred=("issuer",), issue_no=50)
CLAUSES = tuple(make_clause(f"第{n}条", f"第{n}条的内容。", ordinal=i) for i, n in enumerate("一二三"))
SOURCE = Source("甲.txt", "aa", ("第一行", "", "第三行"), "动态", 50, "2023-12-31")
STATE = FileState("甲.txt", "/甲.txt", 10, 20, "aa", "1")


@pytest.fixture
def catalog(tmp_path):
    opened = Catalog(tmp_path, create=True)
    yield opened
    opened.close()


def store(catalog, clauses=CLAUSES, document=DOCUMENT):
    """One run that reads the source; returns how the clauses differ from those before."""
    parsed = Parsed(document, tuple(clauses), (Leftover(7, "join", "数据"),))
    with catalog.run("ingest"):
        catalog.replace_source(SOURCE, STATE, [parsed])
        return catalog.delta()


def set_removed(catalog, removed):
    with catalog.run("remove"):
        catalog.set_removed("d1", removed)
        return catalog.delta()


def ids(clauses):
    return sorted(c.clause_id for c in clauses)


def test_what_is_stored_comes_back_equal(catalog):
    references = (
        Reference((0, 3), "甲市数据管理办法", "第二条", "d1", "d1:第二条"),
        Reference((4, 6), None, None),
    )
    clauses = (replace(CLAUSES[0], references=references, page_first=3, headings="总则"), *CLAUSES[1:])
    store(catalog, clauses)
    assert catalog.documents() == [DOCUMENT]
    assert catalog.clauses() == catalog.clauses("d1") == list(clauses)
    assert catalog.clause("d1:第一条") == clauses[0]
    assert catalog.source("甲.txt") == SOURCE
    assert catalog.files() == {"甲.txt": STATE}
    assert catalog.leftovers("d1") == [Leftover(7, "join", "数据")]
    assert catalog.count_clauses() == 3


def test_another_process_sees_what_was_stored(catalog, tmp_path):
    store(catalog)
    reader = Catalog(tmp_path)
    assert reader.documents() == [DOCUMENT]
    reader.close()


def test_what_is_not_there_is_an_error_with_a_fix(catalog):
    with pytest.raises(NotFound, match="'d9:第一条'"):
        catalog.clause("d9:第一条")
    with pytest.raises(NotFound, match=r"'乙\.txt'"):
        catalog.source("乙.txt")
    assert catalog.clause_map(["d9:第一条"]) == {}
    assert catalog.clauses("d9") == []


def test_many_clauses_are_fetched_at_once(catalog):
    many = tuple(make_clause(f"第{n}条", ordinal=n) for n in range(1300))
    store(catalog, many)
    assert len(catalog.clause_map(c.clause_id for c in many)) == 1300


def test_everything_new_is_fresh_in_the_run_that_brings_it_and_in_no_other(catalog):
    first, again = store(catalog), store(catalog)
    assert (sorted(first.fresh), first.gone, first.chunks_before) == (ids(CLAUSES), (), 0)
    assert (again.fresh, again.gone, again.chunks_before) == ((), (), 3)
    assert first and not again


def test_only_a_changed_clause_is_fresh_and_a_lost_one_is_gone(catalog):
    store(catalog)
    found = store(catalog, (CLAUSES[0], replace(CLAUSES[1], text="第二条的新内容。")))
    assert found.fresh == ("d1:第二条",)
    assert sorted(found.gone) == ["d1:第三条", "d1:第二条"]


@pytest.mark.parametrize(
    ("document", "fresh", "same_vectors"),
    [
        pytest.param(replace(DOCUMENT, region="乙市"), 3, True, id="a field that chunks carry"),
        pytest.param(replace(DOCUMENT, editor_note=None), 0, True, id="a field that they do not"),
        pytest.param(replace(DOCUMENT, title="乙市数据办法"), 3, False, id="the title, which is embedded"),
    ],
)
def test_chunks_are_made_again_when_their_fields_change_and_vectors_when_their_words_do(
    catalog, document, fresh, same_vectors
):
    store(catalog)
    before = catalog.passages_of(ids(CLAUSES))
    with catalog.run("set"):
        assert catalog.update_document(document)
        assert not catalog.update_document(document)
        found = catalog.delta()
    assert (len(found.fresh), len(found.gone)) == (fresh, fresh)
    assert (catalog.passages_of(ids(CLAUSES)) == before) == same_vectors
    assert {c.title for c in catalog.clauses()} == {document.title}


def test_a_long_clause_has_as_many_parts_as_chunks(catalog):
    long = replace(CLAUSES[0], text="数据应当登记，证书三年有效。" * 40)
    store(catalog, (long, CLAUSES[1]))
    assert {key: parts for key, (parts, _) in catalog.parts().items()} == {"d1:第一条": 3, "d1:第二条": 1}


def test_texts_are_listed_once_and_the_shortest_first(catalog):
    long = replace(CLAUSES[1], text="数据应当登记。" * 9)
    twin = replace(CLAUSES[0], clause_id="d1:第一条~2", ordinal=7)
    store(catalog, (long, CLAUSES[0], twin))
    assert [clause_id.split("~")[0] for _, clause_id in catalog.by_length()] == ["d1:第一条", "d1:第二条"]


def test_a_document_can_be_taken_out_and_brought_back(catalog):
    store(catalog)
    out = set_removed(catalog, True)
    assert (catalog.documents(), catalog.clauses(), catalog.count_clauses()) == ([], [], 0)
    assert catalog.documents(removed=True) == [DOCUMENT]
    assert (sorted(out.gone), out.fresh) == (ids(CLAUSES), ())
    back = set_removed(catalog, False)
    assert catalog.documents() == [DOCUMENT]
    assert (back.gone, sorted(back.fresh)) == ((), ids(CLAUSES))


def test_a_document_that_was_taken_out_stays_out_when_its_file_is_read_again(catalog):
    store(catalog)
    set_removed(catalog, True)
    store(catalog)
    assert catalog.documents() == []
    assert catalog.documents(removed=True) == [DOCUMENT]


def test_a_source_that_is_gone_takes_its_documents_along(catalog):
    store(catalog)
    with catalog.run("ingest"):
        catalog.drop_source("甲.txt")
        assert sorted(catalog.delta().gone) == ids(CLAUSES)
    assert (catalog.documents(), catalog.files(), catalog.leftovers("d1")) == ([], {}, [])


def test_a_file_that_moved_is_remembered(catalog):
    store(catalog)
    catalog.touch(replace(STATE, path="/neu/甲.txt", mtime_ns=99))
    assert catalog.files()["甲.txt"] == replace(STATE, path="/neu/甲.txt", mtime_ns=99)


def test_references_are_stored_again(catalog):
    store(catalog)
    pointed = replace(CLAUSES[1], references=(Reference((0, 3), None, "第一条", "d1", "d1:第一条"),))
    with catalog.run("ingest"):
        catalog.update_clauses([pointed])
        assert not catalog.delta(), "a link is no part of a chunk"
    assert catalog.clause("d1:第二条") == pointed


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_run_that_fails_leaves_nothing_and_the_next_one_works(catalog, error):
    store(catalog)
    changes = catalog.changes()
    with pytest.raises(error), catalog.run("ingest"):
        catalog.drop_source("甲.txt")
        catalog.set("generation", "7")
        raise error
    assert catalog.documents() == [DOCUMENT]
    assert (catalog.generation, catalog.changes()) == (0, changes)
    assert set_removed(catalog, True).gone


def test_readers_see_a_run_when_it_ends(catalog, tmp_path):
    store(catalog)
    reader = Catalog(tmp_path)
    with catalog.run("ingest"):
        catalog.drop_source("甲.txt")
        catalog.set("generation", "1")
        assert (reader.documents(), reader.generation) == ([DOCUMENT], 0)
    assert (reader.documents(), reader.generation) == ([], 1)
    reader.close()


def test_one_writes_at_a_time(catalog, tmp_path):
    other = Catalog(tmp_path)
    with catalog.writing(), pytest.raises(CollectionBusy, match="Another policyqa"), other.writing():
        pass
    with other.writing():
        other.set("x", "y")
    other.close()
    assert catalog.get("x") == "y"


def test_a_missing_collection_is_not_made_by_a_reader(tmp_path):
    with pytest.raises(EmptyCollection) as caught:
        Catalog(tmp_path / "none")
    assert caught.value.fix == "policyqa ingest PATH"
    assert not (tmp_path / "none").exists()


def test_another_format_is_refused_with_both_versions(tmp_path):
    made = Catalog(tmp_path, create=True)
    made.set("format", "99")
    made.close()
    with pytest.raises(CollectionMismatch, match=f"format 99; this version reads {FORMAT}") as caught:
        Catalog(tmp_path)
    assert caught.value.fix.startswith("policyqa ingest PATH")


def test_what_is_no_database_is_refused(tmp_path):
    (tmp_path / "catalog.sqlite").write_bytes(b"no database at all, " * 50)
    with pytest.raises(CatalogDamaged, match="not a catalog of policyqa"):
        Catalog(tmp_path)


def test_the_database_of_another_program_is_left_alone(tmp_path):
    other = sqlite3.connect(tmp_path / "catalog.sqlite")
    other.execute("CREATE TABLE meta (key TEXT, value TEXT)")
    other.commit()
    other.close()
    with pytest.raises(CollectionMismatch):
        Catalog(tmp_path)


@pytest.mark.parametrize(("asked", "refused"), [("bundled", True), ("fake", False)])
def test_vectors_of_two_models_are_not_mixed(catalog, asked, refused):
    catalog.check_embedder(asked)
    catalog.set("embed_model", "fake")
    catalog.set("dimension", "256")
    if refused:
        with pytest.raises(CollectionMismatch, match=r"'fake' \(256 numbers per chunk\).*'bundled'"):
            catalog.check_embedder(asked)
    else:
        catalog.check_embedder(asked)
