"""Both indexes follow the catalog, whatever stops a run in between."""

import subprocess
import sys

import pytest
from fakes import BEIJING_TITLE, SHENZHEN, SHENZHEN_TITLE, fake_settings
from fakes_pipeline import ids, record, set_removed, state, write, write_files

from ingest import index
from ingest.pipeline import ingest
from rag.catalog import Catalog
from rag.errors import CollectionBusy, CollectionMismatch
from rag.vector_store import VectorStore

LONG = "# 某长条例\n\n" + "\n\n".join(f"第{n}条 第{n}项规定的内容。" for n in range(1, 131))
IMPORTS = """
import sys
from pathlib import Path
from ingest.pipeline import ingest
from rag.settings import Settings
report = ingest([Path("files")], Settings(data=Path("data"), embed_model="fake"))
heavy = {"chromadb", "llama_index", "onnxruntime", "torch", "bm25s"} & {name.split(".")[0] for name in sys.modules}
print(len(report.added), len(report.unchanged), sorted(heavy))
"""


@pytest.fixture
def embedder(monkeypatch):
    return record(monkeypatch)


@pytest.fixture
def files(tmp_path):
    return write_files(tmp_path / "files")


@pytest.fixture
def settings(tmp_path):
    return fake_settings(tmp_path / "data")


def test_a_second_run_loads_no_heavy_library(files, settings, embedder, tmp_path, environment):
    ingest([files], settings)
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("0 4 []\n", 0), done.stderr


def test_a_run_that_was_stopped_while_embedding_is_finished_by_the_next(tmp_path, settings, embedder):
    write(tmp_path / "长.md", LONG)
    embedder.stop_after = 64
    with pytest.raises(KeyboardInterrupt):
        ingest([tmp_path / "长.md"], settings)
    stopped = state(settings)
    assert (stopped.clauses, len(stopped.pending), stopped.missing) == (130, 130 - 64, ())
    done, embedder.stop_after = list(embedder.texts), None
    report = ingest([tmp_path / "长.md"], settings)
    assert (report.unchanged, report.clauses) == (("某长条例",), 130)
    assert state(settings).is_sound
    assert len(embedder.texts) == 130
    assert len(set(embedder.texts[64:]) - set(done)) == 66


def test_two_writers_at_once_are_refused(files, settings, embedder):
    catalog = Catalog(settings.data, create=True)
    with catalog.writing(), pytest.raises(CollectionBusy, match="Another policyqa is writing"):
        ingest([files], settings)
    catalog.close()
    assert len(ingest([files], settings).added) == 4


def test_another_embedder_is_refused_and_nothing_is_lost(files, settings, embedder):
    ingest([files], settings)
    other = fake_settings(settings.data, embed_model="另一个")
    with pytest.raises(CollectionMismatch, match="built with 'fake' \\(256 numbers per chunk\\)") as caught:
        ingest([files], other)
    assert caught.value.fix.startswith("policyqa rebuild")
    assert state(settings).is_sound


def test_a_removed_document_stays_out_until_it_is_brought_back(files, settings, embedder):
    ingest([files], settings)
    everything = ids(settings)
    set_removed(settings, SHENZHEN_TITLE, True)
    assert (len(ids(settings)), VectorStore(settings.data).clause_ids()) == (12, ids(settings))
    write(files / "深圳.md", SHENZHEN.replace("五年", "六年"))
    report = ingest([files], settings)
    assert (report.clauses, len(ids(settings))) == (12, 12)
    set_removed(settings, SHENZHEN_TITLE, False)
    assert ids(settings) == everything
    assert state(settings).is_sound


def test_a_rebuild_makes_both_indexes_anew(files, settings, embedder):
    ingest([files], settings)
    (settings.data / "keyword" / "clauses.json").write_text("[]", encoding="utf-8")
    VectorStore(settings.data).delete(ids(settings))
    assert len(state(settings).missing) == 15
    catalog = Catalog(settings.data)
    index.rebuild(catalog, settings, lambda done, total: None)
    assert index.compare(catalog, settings).is_sound
    assert index.is_current(catalog, settings)
    catalog.close()


def test_a_clause_that_chroma_has_too_many_is_named(files, settings, embedder):
    ingest([files], settings)
    catalog = Catalog(settings.data)
    (gone,) = [d for d in catalog.documents() if d.title == BEIJING_TITLE]
    with catalog.transaction():
        catalog.set_removed(gone.document_id, True)
    found = index.compare(catalog, settings)
    catalog.close()
    assert (len(found.extra), found.missing, found.keyword_current, found.is_sound) == (5, (), False, False)


def test_a_run_that_was_stopped_before_anything_was_stored_begins_again(files, settings, embedder):
    embedder.stop_after = 0
    with pytest.raises(KeyboardInterrupt):
        ingest([files], settings)
    embedder.stop_after = None
    report = ingest([files], settings)
    assert (report.added, len(report.unchanged)) == ((), 4)
    assert state(settings).is_sound


def test_a_run_may_be_stopped_again_and_again(tmp_path, settings, embedder):
    write(tmp_path / "长.md", LONG)
    for stop in (64, 128):
        embedder.stop_after = stop
        with pytest.raises(KeyboardInterrupt):
            ingest([tmp_path / "长.md"], settings)
    embedder.stop_after = None
    ingest([tmp_path / "长.md"], settings)
    assert state(settings).is_sound
    assert VectorStore(settings.data).count() == len(embedder.texts) == 130
