"""A collection of the first format is brought up to date by the next ingest."""

import sqlite3
from contextlib import closing

import pytest
from fakes import FILES, FakeEmbedder, fake_settings

import rag.embed
from ingest.pipeline import ingest
from rag.catalog import Catalog
from rag.errors import CollectionMismatch

OLD_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE sources (name TEXT PRIMARY KEY, path TEXT, size INTEGER, mtime_ns INTEGER, sha256 TEXT, parser TEXT, lines TEXT,
    source_name TEXT, issue_no INTEGER, issue_date TEXT);
CREATE TABLE documents (document_id TEXT PRIMARY KEY, source TEXT, ordinal INTEGER, fields TEXT, removed INTEGER);
INSERT INTO meta VALUES ('format', '1');
"""


@pytest.fixture
def old(tmp_path, monkeypatch):
    """A data folder as the first version left it, with two sources whose files are gone, and a new file to ingest."""
    monkeypatch.setattr(rag.embed, "build_embedder", lambda settings: FakeEmbedder())
    settings = fake_settings(tmp_path / "data")
    settings.data.mkdir()
    for derived in ("chroma", "keyword"):
        (settings.data / derived).mkdir()
    with closing(sqlite3.connect(settings.data / "catalog.sqlite")) as db, db:
        db.executescript(OLD_TABLES)
        for name in ("北京.md", "贵州.md"):
            row = (name, f"/gone/{name}", 1, 1, name, "1", FILES[name], None, None, None)
            db.execute("INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    (tmp_path / "深圳.md").write_text(FILES["深圳.md"], encoding="utf-8")
    return settings, tmp_path / "深圳.md"


def test_what_the_old_collection_held_is_in_the_new_one(old):
    settings, file = old
    report = ingest([file], settings)
    assert len(report.added) == 3
    with closing(Catalog(settings.data)) as catalog:
        assert {d.source for d in catalog.documents()} == {"北京.md", "贵州.md", "深圳.md"}


def test_what_had_been_taken_out_stays_out(old):
    settings, file = old
    ingest([file], fake_settings(file.parent / "probe"))
    with closing(Catalog(file.parent / "probe")) as catalog:
        (document,) = catalog.documents()
    with closing(sqlite3.connect(settings.data / "catalog.sqlite")) as db, db:
        db.execute("INSERT INTO documents VALUES (?, '深圳.md', 0, '{}', 1)", (document.document_id,))
        row = ("深圳.md", str(file), 1, 1, "x", "1", FILES["深圳.md"], None, None, None)
        db.execute("INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    ingest([file], settings)
    with closing(Catalog(settings.data)) as catalog:
        assert [d.document_id for d in catalog.documents(removed=True)] == [document.document_id]


def test_nothing_of_the_old_format_is_left(old):
    settings, file = old
    ingest([file], settings)
    names = {p.name for p in settings.data.iterdir()}
    assert names.isdisjoint({"catalog.format-1.sqlite", "chroma", "keyword"})


def test_an_upgrade_that_was_stopped_is_done_by_the_next_run(old, monkeypatch):
    settings, file = old
    with monkeypatch.context() as patch:
        patch.setattr("ingest.index.publish", _stop)
        with pytest.raises(KeyboardInterrupt):
            ingest([file], settings)
    assert len(ingest([file], settings).added) == 3


def test_reading_an_old_collection_names_the_fix(old):
    settings, _ = old
    with pytest.raises(CollectionMismatch, match="has format 1; this version reads 2") as error:
        Catalog(settings.data)
    assert "policyqa ingest" in error.value.fix


def _stop(*args, **kwargs):
    raise KeyboardInterrupt
