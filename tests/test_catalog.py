import sqlite3
from dataclasses import replace

import pytest
from fakes import make_clause, make_document

from rag.catalog import Catalog, FileState, Parsed
from rag.database import FORMAT
from rag.errors import CollectionBusy, CollectionMismatch, EmptyCollection, NotFound
from rag.locator.title import find_document
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


def store(catalog, clauses=CLAUSES, digests=None, document=DOCUMENT):
    digests = digests or tuple(f"d-{c.label}" for c in clauses)
    parsed = Parsed(document, tuple(clauses), digests, (Leftover(7, "join", "数据"),))
    with catalog.transaction():
        catalog.replace_source(SOURCE, STATE, [parsed])


def embed_all(catalog):
    catalog.mark_embedded(catalog.pending())


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


def test_everything_new_is_pending_until_it_is_embedded(catalog):
    store(catalog)
    assert sorted(catalog.pending()) == sorted((c.clause_id, f"d-{c.label}") for c in CLAUSES)
    embed_all(catalog)
    assert catalog.pending() == []
    catalog.mark_all_pending()
    assert len(catalog.pending()) == 3


def test_only_a_changed_clause_is_embedded_again_and_a_lost_one_is_stale(catalog):
    store(catalog)
    embed_all(catalog)
    store(catalog, CLAUSES[:2], ("d-第一条", "new"))
    assert catalog.pending() == [("d1:第二条", "new")]
    assert catalog.stale() == ["d1:第三条"]
    catalog.clear_stale()
    assert catalog.stale() == []


def test_a_document_can_be_taken_out_and_brought_back(catalog):
    store(catalog)
    embed_all(catalog)
    with catalog.transaction():
        catalog.set_removed("d1", True)
    assert (catalog.documents(), catalog.clauses(), catalog.count_clauses()) == ([], [], 0)
    assert catalog.documents(removed=True) == [DOCUMENT]
    assert sorted(catalog.stale()) == sorted(c.clause_id for c in CLAUSES)
    assert catalog.pending() == []
    with catalog.transaction():
        catalog.set_removed("d1", False)
    assert catalog.documents() == [DOCUMENT]
    assert len(catalog.pending()) == 3


def test_a_document_that_was_taken_out_stays_out_when_its_file_is_read_again(catalog):
    store(catalog)
    with catalog.transaction():
        catalog.set_removed("d1", True)
    store(catalog)
    assert catalog.documents() == []
    assert catalog.documents(removed=True) == [DOCUMENT]


def test_a_source_that_is_gone_takes_its_documents_along(catalog):
    store(catalog)
    with catalog.transaction():
        catalog.drop_source("甲.txt")
    assert (catalog.documents(), catalog.files(), catalog.leftovers("d1")) == ([], {}, [])
    assert sorted(catalog.stale()) == sorted(c.clause_id for c in CLAUSES)


def test_a_file_that_moved_is_remembered(catalog):
    store(catalog)
    catalog.touch(replace(STATE, path="/neu/甲.txt", mtime_ns=99))
    assert catalog.files()["甲.txt"] == replace(STATE, path="/neu/甲.txt", mtime_ns=99)


def test_references_are_stored_again(catalog):
    store(catalog)
    pointed = replace(CLAUSES[1], references=(Reference((0, 3), None, "第一条", "d1", "d1:第一条"),))
    catalog.update_references([pointed])
    assert catalog.clause("d1:第二条") == pointed


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_transaction_that_fails_leaves_nothing(catalog, error):
    store(catalog)
    revision = catalog.get("revision")
    with pytest.raises(error), catalog.transaction():
        catalog.drop_source("甲.txt")
        raise error
    assert catalog.documents() == [DOCUMENT]
    assert catalog.stale() == []
    assert catalog.get("revision") == revision


def test_the_revision_changes_with_every_transaction(catalog):
    seen = {catalog.get("revision")}
    for _ in range(3):
        store(catalog)
        seen.add(catalog.get("revision"))
    assert len(seen) == 4


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
    assert "--data" in caught.value.fix


def test_what_is_no_database_is_refused(tmp_path):
    (tmp_path / "catalog.sqlite").write_bytes(b"no database at all, " * 50)
    with pytest.raises(CollectionMismatch, match="not a catalog of policyqa"):
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


SHELF = [
    make_document("d1", "甲市数据办法（试行）"),
    make_document("d2", "乙市数据办法"),
    make_document("d3", "乙市数据办法实施细则"),
]


@pytest.mark.parametrize(
    ("title", "found"),
    [
        pytest.param("甲市数据办法（试行）", "d1", id="whole title"),
        pytest.param("《甲市数据办法(试行)》", "d1", id="other brackets"),
        pytest.param("甲市", "d1", id="the only one with these words"),
        pytest.param("乙市数据办法", "d2", id="the whole title before a longer one"),
        pytest.param("d3", "d3", id="id"),
    ],
)
def test_a_document_is_found_by_its_title(title, found):
    assert find_document(SHELF, title).document_id == found


@pytest.mark.parametrize(
    ("title", "words"), [("丙市", "No document '丙市'"), ("数据", "3 documents fit"), ("", "No document")]
)
def test_no_document_or_several_are_an_error(title, words):
    with pytest.raises(NotFound, match=words):
        find_document(SHELF, title)
