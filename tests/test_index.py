"""Both indexes follow the catalog, whatever stops a run in between."""

import pathlib
import subprocess
import sys

import pytest
from fakes import BEIJING_TITLE, GUIZHOU, SHENZHEN, SHENZHEN_TITLE, fake_settings
from fakes_pipeline import (
    LONG,
    exported,
    ids,
    indexed,
    leftovers,
    quiet,
    set_removed,
    state,
    write,
)

from ingest.pipeline import ingest, rebuild
from rag.catalog import Catalog
from rag.catalog.vectors import VectorCache
from rag.errors import CollectionBusy, CollectionMismatch, ModelUnavailable

IMPORTS = """
import sys
from pathlib import Path
from ingest.pipeline import ingest
from rag.settings import Settings
report = ingest([Path("files")], Settings(data=Path("data"), embed_model="fake"))
heavy = {"chromadb", "llama_index", "onnxruntime", "torch"} & {name.split(".")[0] for name in sys.modules}
print(len(report.added), len(report.unchanged), sorted(heavy))
"""


@pytest.fixture
def settings(tmp_path):
    return fake_settings(tmp_path / "data")


def generation(settings):
    catalog = Catalog(settings.data)
    found = catalog.generation
    catalog.close()
    return found


def test_a_second_run_loads_no_heavy_library(files, settings, embedder, tmp_path, environment):
    ingest([files], settings)
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("0 4 []\n", 0), done.stderr


def test_both_indexes_hold_the_clauses_of_the_catalog(files, settings, embedder):
    ingest([files], settings)
    chunks, words = indexed(settings)
    assert set(chunks) == words == ids(settings)
    assert sum(count for count, _ in chunks.values()) == len(embedder.texts)


def test_a_run_that_changes_something_makes_the_next_generation_and_deletes_the_one_before(
    files, settings, embedder
):
    ingest([files], settings)
    assert generation(settings) == 1
    ingest([files], settings)
    assert generation(settings) == 1
    write(files / "贵州.md", GUIZHOU.replace("三十年", "二十年"))
    ingest([files], settings)
    assert generation(settings) == 2
    assert [p.name for p in (settings.data / "index").iterdir()] == ["2"]
    assert leftovers(settings) == set()


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
    assert (len(ids(settings)), set(indexed(settings)[0])) == (12, ids(settings))
    write(files / "深圳.md", SHENZHEN.replace("五年", "六年"))
    report = ingest([files], settings)
    assert (report.clauses, len(ids(settings))) == (12, 12)
    set_removed(settings, SHENZHEN_TITLE, False)
    assert ids(settings) == everything
    assert state(settings).is_sound


def test_bringing_a_document_back_embeds_nothing_again(files, settings, embedder):
    ingest([files], settings)
    embedder._texts.clear()
    set_removed(settings, SHENZHEN_TITLE, True)
    ingest([files], settings)
    set_removed(settings, SHENZHEN_TITLE, False)
    assert embedder.texts == []
    assert state(settings).is_sound


def test_vectors_that_nothing_needs_and_no_undo_would_need_are_forgotten(files, settings, embedder):
    ingest([files], settings)
    for name in ("贵州.md", "深圳.md"):
        (files / name).unlink()
        ingest([files], settings)
    cache = VectorCache(settings.data, "fake")
    # Those of the documents that are there, and of the one that the last run took out.
    assert len(cache.keys()) == 9 + 3
    cache.close()


def test_a_clause_that_chroma_has_too_many_is_named(files, settings, embedder):
    ingest([files], settings)
    catalog = Catalog(settings.data)
    (gone,) = [d for d in catalog.documents() if d.title == BEIJING_TITLE]
    with catalog.run("remove"):
        catalog.set_removed(gone.document_id, True)
    catalog.close()
    found = state(settings)
    assert (len(found.extra), found.missing, len(found.keyword_extra), found.keyword_missing) == (
        5,
        (),
        5,
        (),
    )
    assert not found.is_sound


def test_a_rebuild_for_another_embedder_embeds_everything(files, settings, embedder):
    ingest([files], settings)
    other = fake_settings(settings.data, embed_model="另一个")
    embedder._texts.clear()
    assert rebuild(other, quiet) == 15
    assert len(embedder.texts) == 15
    assert state(other).is_sound
    with pytest.raises(CollectionMismatch, match="built with '另一个'"):
        ingest([files], settings)
    assert ingest([files], other).added == ()


def test_a_model_of_the_same_name_with_other_vectors_is_refused_until_all_are_made_again(
    files, settings, embedder, tmp_path
):
    ingest([files], settings)
    before = exported(settings)
    embedder.dimension = 128
    write(files / "长.md", LONG)
    with pytest.raises(
        CollectionMismatch, match="vectors of 128 numbers; those that are kept have 256"
    ) as caught:
        ingest([files], settings)
    assert caught.value.fix == "policyqa rebuild --embed-again"
    assert (exported(settings), state(settings).is_sound) == (before, True)
    rebuild(settings, quiet, embed_again=True)
    assert len(ingest([files], settings).added) == 1
    assert state(settings).is_sound


def test_a_rebuild_without_its_embedder_leaves_what_is_there(files, settings, embedder, monkeypatch):
    ingest([files], settings)

    def gone(settings):
        raise ModelUnavailable("No such model.", fix="set another")

    monkeypatch.setattr("rag.embed.build_embedder", gone)
    with pytest.raises(ModelUnavailable):
        rebuild(settings, quiet, embed_again=True)
    rebuild(settings, quiet)
    assert state(settings).is_sound


def test_the_same_words_under_one_title_are_embedded_once(tmp_path, settings, embedder):
    (tmp_path / "files").mkdir()
    write(
        tmp_path / "files" / "甲.md",
        "# 甲市办法\n\n第一条 数据应当登记。\n\n第二条 本办法自2024年1月1日起施行。\n",
    )
    write(
        tmp_path / "files" / "乙.md",
        "# 甲市办法\n\n第一条 数据应当登记。\n\n第二条 本办法自2025年1月1日起施行。\n",
    )
    assert ingest([tmp_path / "files"], settings).clauses == 4
    assert len(embedder.texts) == 3
    assert state(settings).is_sound


def test_a_new_text_template_makes_everything_anew(files, settings, embedder, monkeypatch):
    ingest([files], settings)
    catalog = Catalog(settings.data)
    catalog.set("template", "an older one")
    catalog.close()
    ingest([files], settings)
    assert generation(settings) == 2
    assert state(settings).is_sound


def test_the_folder_of_a_collection_may_be_moved(files, settings, embedder, tmp_path):
    ingest([files], settings)
    pathlib.Path(settings.data).rename(tmp_path / "elsewhere")
    moved = fake_settings(tmp_path / "elsewhere")
    assert state(moved).is_sound
    assert len(ingest([files], moved).unchanged) == 4
