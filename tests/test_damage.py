"""Damage to what is derived: `check` names it or the next run heals it, nothing crashes, and `rebuild` mends it."""

import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from fakes import GUIZHOU, GUIZHOU_TITLE, fake_settings, make_clause, make_document, open_collection
from fakes_pipeline import exported, ids, indexed, quiet, record, state, write, write_files

from ingest.pipeline import ingest, rebuild
from rag.chunk.nodes import chunk_nodes
from rag.errors import IndexDamaged
from rag.schema import Question
from rag.vector_store import VectorStore

MANY = 1100
"""From 1,000 chunks on Chroma keeps its vectors in files of their own."""


@pytest.fixture
def embedder(monkeypatch):
    return record(monkeypatch)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A folder with a collection and its files, not to be changed."""
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        record(patch)
        ingest([write_files(folder / "files")], fake_settings(folder / "data"))
    return folder


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """The same with so many clauses that Chroma writes files for their vectors."""
    folder = tmp_path_factory.mktemp("large")
    text = "# 某条例\n\n" + "\n\n".join(f"第{n}条 第{n}项规定的内容。" for n in range(1, MANY))
    with pytest.MonkeyPatch.context() as patch:
        record(patch)
        files = write_files(folder / "files")
        write(files / "长.md", text)
        ingest([files], fake_settings(folder / "data"))
    return folder


@pytest.fixture
def settings(kept, tmp_path, embedder):
    return fake_settings(Path(shutil.copytree(kept / "data", tmp_path / "data")))


@pytest.fixture
def large_settings(large, tmp_path, embedder):
    return fake_settings(Path(shutil.copytree(large / "data", tmp_path / "data")))


def remove(path):
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def empty(path):
    os.truncate(path, 0)


def halve(path):
    os.truncate(path, path.stat().st_size // 2)


def spoil(path):
    """Write rubbish over a file, which keeps its size."""
    path.write_bytes(bytes(i * 37 % 251 for i in range(path.stat().st_size)))


def spoil_the_middle(path):
    data = bytearray(path.read_bytes())
    for i in range(len(data) // 4, len(data)):
        data[i] = i * 37 % 251
    path.write_bytes(data)


def assert_named(settings):
    try:
        assert not state(settings).is_sound
    except IndexDamaged as error:
        assert error.fix == "policyqa rebuild"
        assert str(settings.data) in error.message


def assert_mended(settings, before):
    assert state(settings).is_sound
    assert exported(settings) == before
    found = open_collection(settings).retriever().search(Question("登记证书的有效期是多久？"))
    assert found.hits[0].clause.label == "第四条"


FILES = [
    pytest.param("", remove, id="the whole index"),
    pytest.param("1", remove, id="the generation"),
    pytest.param("1/keyword", remove, id="the keyword index"),
    pytest.param("1/keyword/clauses.json", spoil, id="its clauses"),
    pytest.param("1/keyword/counts.npy", halve, id="its counts"),
    pytest.param("1/keyword/terms.npy", empty, id="its words"),
    pytest.param("1/matrix", remove, id="the vectors for filters"),
    pytest.param("1/matrix/vectors.f32", spoil, id="the vectors for filters overwritten"),
    pytest.param("1/chroma", remove, id="the vectors"),
    pytest.param("1/chroma/chroma.sqlite3", remove, id="Chroma's database"),
    pytest.param("1/chroma/chroma.sqlite3", empty, id="Chroma's database emptied"),
    pytest.param("1/chroma/chroma.sqlite3", halve, id="Chroma's database cut"),
    pytest.param("1/chroma/chroma.sqlite3", spoil, id="Chroma's database overwritten"),
    pytest.param("1/chroma/chroma.sqlite3", spoil_the_middle, id="Chroma's database overwritten in the middle"),
    pytest.param("1/sums.json", remove, id="the sums"),
    pytest.param("1/sums.json", spoil, id="the sums overwritten"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "damage"), FILES)
def test_damaged_files_are_named_and_mended_by_a_rebuild(settings, embedder, name, damage):
    before = exported(settings)
    damage(settings.data / "index" / name)
    assert_named(settings)
    with pytest.raises(IndexDamaged) as caught:
        open_collection(settings)
    assert caught.value.fix == "policyqa rebuild"
    rebuild(settings, quiet)
    assert_mended(settings, before)
    assert embedder.texts == []


@pytest.mark.parametrize(("name", "damage"), FILES)
def test_damaged_files_are_mended_by_the_next_run_that_changes_something(
    kept, settings, embedder, tmp_path, name, damage
):
    write(tmp_path / "贵州.md", GUIZHOU.replace("贵州", "云南"))
    damage(settings.data / "index" / name)
    report = ingest([tmp_path / "贵州.md"], settings)
    assert (len(report.added), state(settings).is_sound) == (1, True)
    assert set(indexed(settings)[0]) == indexed(settings)[1] == ids(settings)
    assert len(embedder.texts) == 3


@pytest.mark.parametrize(
    "name",
    [
        "",
        "1",
        "1/keyword",
        "1/keyword/terms.npy",
        "1/matrix/rows.json",
        "1/chroma/chroma.sqlite3",
        "1/sums.json",
    ],
)
def test_what_is_gone_is_made_again_by_the_next_run_even_without_a_change(kept, settings, embedder, name):
    before = exported(settings)
    remove(settings.data / "index" / name)
    assert len(ingest([kept / "files"], settings).unchanged) == 4
    assert_mended(settings, before)
    assert embedder.texts == []


def lose_a_chunk(store, clause_id):
    store.delete([clause_id])


def lose_a_part(store, clause_id):
    [row] = store._collection.get(where={"clause_id": clause_id})["ids"]
    store._collection.delete(ids=[row])


def reword_a_chunk(store, clause_id):
    [row] = store._collection.get(where={"clause_id": clause_id})["ids"]
    store._collection.update(ids=[row], metadatas=[{"text_hash": "of an older text"}])


@pytest.mark.parametrize("damage", [lose_a_chunk, lose_a_part, reword_a_chunk])
def test_a_clause_that_chroma_lacks_or_has_otherwise_is_named(settings, damage):
    before = exported(settings)
    clause_id = next(c for c in ids(settings) if c.endswith("第四条"))
    with closing(VectorStore(settings.data / "index" / "1")) as store:
        damage(store, clause_id)
    found = state(settings)
    assert (found.missing, found.extra, found.is_sound) == ((clause_id,), (), False)
    rebuild(settings, quiet)
    assert_mended(settings, before)


def test_a_clause_that_only_chroma_has_is_named(settings):
    document = make_document()
    (node,) = chunk_nodes(make_clause(document=document), document)
    node.embedding = [1.0] + [0.0] * 255
    with closing(VectorStore(settings.data / "index" / "1")) as store:
        store.add([node])
    assert state(settings).extra == ("d1:第一章/第一条",)


def test_a_collection_that_lacks_chunks_is_not_searched(settings):
    with closing(VectorStore(settings.data / "index" / "1")) as store:
        store.delete(list(ids(settings))[:2])
    with pytest.raises(IndexDamaged, match=r"Chroma holds 13 chunks .* of 15"):
        open_collection(settings)


@pytest.mark.parametrize("damage", [remove, empty, halve, spoil])
@pytest.mark.parametrize("name", ["data_level0.bin", "header.bin", "index_metadata.pickle", "link_lists.bin"])
def test_damaged_vectors_are_named_and_never_loaded(large_settings, name, damage):
    """Some of these would end the process without a word."""
    [path] = (large_settings.data / "index" / "1" / "chroma").glob(f"*/{name}")
    damage(path)
    for use in (state, open_collection):
        with pytest.raises(IndexDamaged) as caught:
            use(large_settings)
        assert caught.value.fix == "policyqa rebuild"


def test_damaged_vectors_are_made_again(large, large_settings, embedder):
    [path] = (large_settings.data / "index" / "1" / "chroma").glob("*/data_level0.bin")
    spoil(path)
    write(large_settings.data.parent / "贵州.md", GUIZHOU.replace("贵州", "云南"))
    ingest([large_settings.data.parent / "贵州.md"], large_settings)
    assert state(large_settings).is_sound
    assert len(embedder.texts) == 3
    assert open_collection(large_settings).retriever().search(Question("保存期限不少于多少年")).hits


@pytest.mark.parametrize("damage", [remove, empty, halve, spoil, spoil_the_middle])
def test_vectors_that_were_kept_and_are_damaged_are_made_again(settings, embedder, tmp_path, damage):
    (settings.data / "vectors.sqlite").touch()
    damage(settings.data / "vectors.sqlite")
    assert state(settings).is_sound
    assert GUIZHOU_TITLE in {d.title for d in open_collection(settings).catalog.documents()}
    write(tmp_path / "贵州.md", GUIZHOU.replace("贵州", "云南"))
    ingest([tmp_path / "贵州.md"], settings)
    assert state(settings).is_sound
    assert len(embedder.texts) == 18


def test_a_full_index_without_its_catalog_is_no_collection(settings, call):
    (settings.data / "catalog.sqlite").unlink()
    done = call("check", "--data", settings.data)
    assert (done.status, "policyqa ingest PATH" in done.err) == (1, True)
