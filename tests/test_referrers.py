"""What the catalog keeps for questions: which clause refers to which, and the documents, read once."""

import sqlite3
from contextlib import closing, suppress
from dataclasses import replace

import pytest
from test_catalog import CLAUSES, DOCUMENT, store

from rag.catalog import Catalog
from rag.schema import Reference

FIRST, SECOND, THIRD = (c.clause_id for c in CLAUSES)


def to(*clause_ids):
    return tuple(Reference((n, n + 1), None, None, "d1", i) for n, i in enumerate(clause_ids))


REFERRING = (
    CLAUSES[0],
    replace(CLAUSES[1], references=to(FIRST, FIRST, THIRD)),
    replace(CLAUSES[2], references=(*to(FIRST), Reference((5, 6), "没有的办法", None))),
)


@pytest.fixture
def catalog(tmp_path):
    opened = Catalog(tmp_path, create=True)
    store(opened, REFERRING)
    yield opened
    opened.close()


def referring(catalog, *clause_ids):
    return [c.clause_id for c in catalog.referring(clause_ids)]


def test_clauses_that_refer_to_another_are_found_in_printed_order(catalog):
    assert referring(catalog, FIRST) == [SECOND, THIRD]
    assert referring(catalog, THIRD, FIRST) == [SECOND, THIRD]
    assert referring(catalog, SECOND) == []


def test_references_that_are_stored_again_take_the_place_of_those_before(catalog):
    with catalog.run("link"):
        catalog.update_clauses([replace(CLAUSES[1], references=to(THIRD))])
    assert referring(catalog, FIRST) == [THIRD]
    assert referring(catalog, THIRD) == [SECOND]


def test_what_is_gone_refers_to_nothing_until_it_is_taken_back(catalog):
    with catalog.run("drop"):
        catalog.drop_source(DOCUMENT.source)
    assert referring(catalog, FIRST) == []
    with catalog.run("undo"):
        catalog.take_back()
    assert referring(catalog, FIRST) == [SECOND, THIRD]


def test_a_catalog_of_an_older_version_gets_the_table_when_it_is_opened(catalog, tmp_path):
    catalog.close()
    db = sqlite3.connect(tmp_path / "catalog.sqlite")
    for statement in ("TRIGGER referrers_insert", "TRIGGER referrers_update", "TABLE referrers"):
        db.execute(f"DROP {statement}")
    db.commit()
    db.close()
    opened = Catalog(tmp_path)
    assert referring(opened, FIRST) == [SECOND, THIRD]
    opened.close()


def test_documents_are_read_again_after_a_change_of_another_process(catalog, tmp_path):
    assert catalog.documents() == [DOCUMENT]
    other = Catalog(tmp_path)
    with other.run("set"):
        other.update_document(replace(DOCUMENT, region="湖南省"))
    assert [d.region for d in catalog.documents()] == [d.region for d in other.documents()] == ["湖南省"]
    other.close()


def test_documents_of_a_run_that_failed_are_not_remembered(catalog):
    with suppress(ZeroDivisionError), catalog.run("set"):
        catalog.update_document(replace(DOCUMENT, region="湖南省"))
        assert [d.region for d in catalog.documents()] == ["湖南省"]
        raise ZeroDivisionError
    assert catalog.documents() == [DOCUMENT]


def test_who_changes_the_list_of_documents_changes_no_other(catalog):
    catalog.documents().clear()
    assert catalog.documents() == [DOCUMENT]


def test_an_older_catalog_is_read_while_another_process_writes_and_gets_its_table_later(catalog, tmp_path):
    for thing in ("TRIGGER referrers_insert", "TRIGGER referrers_update", "TABLE referrers"):
        catalog._db.execute(f"DROP {thing}")
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with closing(Catalog(tmp_path)) as meanwhile:
            assert not meanwhile._has("referrers")
            assert referring(meanwhile, FIRST) == [SECOND, THIRD]
        writer.execute("ROLLBACK")
    with closing(Catalog(tmp_path)) as later:
        assert later._has("referrers")
        assert referring(later, FIRST) == [SECOND, THIRD]
