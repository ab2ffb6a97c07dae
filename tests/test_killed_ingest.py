"""A run that is killed at any point: the collection answers as before, and the next run does what it would have done."""

import multiprocessing
import random
import shutil
import signal
import time

import fake_processes
import pytest
from fakes import GUIZHOU, fake_settings, open_collection
from fakes_pipeline import LONG, exported, indexed, leftovers, record, state, stored, write, write_files

from ingest.pipeline import ingest
from rag.schema import Question

DEATHS = [
    pytest.param("ingest.reading.read", 2, "before", id="in reading"),
    pytest.param("rag.catalog.Catalog.replace_source", 1, "after", id="with a source stored"),
    pytest.param("rag.catalog.Catalog.drop_source", 1, "after", id="with a source dropped"),
    pytest.param("ingest.pipeline.link", 1, "after", id="after linking"),
    pytest.param("fakes.FakeEmbedder._get_text_embeddings", 3, "before", id="in embedding"),
    pytest.param("rag.catalog.vectors.VectorCache.add", 1, "after", id="between two batches"),
    pytest.param("ingest.index.copy_vectors", 1, "after", id="with Chroma copied"),
    pytest.param("rag.vector_store.VectorStore.delete", 1, "after", id="with chunks deleted"),
    pytest.param("rag.vector_store.VectorStore.add", 1, "after", id="with chunks stored"),
    pytest.param("rag.keyword_index.build", 1, "before", id="before the keyword index"),
    pytest.param("rag.keyword_index.build", 1, "after", id="after the keyword index"),
    pytest.param("rag.generation._sum", 3, "after", id="in finishing the generation"),
    pytest.param("ingest.index.finish", 1, "after", id="with the generation renamed"),
    pytest.param("rag.catalog.Catalog._note", 1, "after", id="before the commit"),
    pytest.param("ingest.index.tidy", 1, "before", id="after the commit"),
    pytest.param("pathlib.Path.unlink", 1, "after", id="in deleting the old generation"),
    pytest.param("rag.catalog.vectors.VectorCache.keep_only", 1, "before", id="before forgetting vectors"),
    pytest.param("rag.catalog.vectors.VectorCache.keep_only", 1, "after", id="after forgetting vectors"),
]
EMBEDDED = {name for name, *_ in (p.values for p in DEATHS[6:])}
COMMITTED = {"ingest.index.tidy", "pathlib.Path.unlink", "rag.catalog.vectors.VectorCache.keep_only"}


@pytest.fixture
def embedder(monkeypatch):
    return record(monkeypatch)


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A collection before a run, the files as that run finds them, and what it makes of them when nothing happens."""
    folder = tmp_path_factory.mktemp("story")
    before = fake_settings(folder / "before")
    with pytest.MonkeyPatch.context() as patch:
        record(patch)
        files = write_files(folder / "files")
        ingest([files], before)
        write(files / "长.md", LONG)
        write(files / "贵州.md", GUIZHOU.replace("三十年", "二十年"))
        (files / "深圳.md").unlink()
        after = fake_settings(shutil.copytree(before.data, folder / "after"))
        ingest([files], after)
        first = fake_settings(folder / "first")
        ingest([files], first)
    return files, before, after, first


def kill(process, connection):
    """Kill a process, unless it has ended by itself."""
    process.kill()
    process.join(60)
    connection.close()


def assert_nothing_is_lost(settings, files, before, after):
    """After a kill: one of the two states, whole; after the next run the new one, as if nothing had happened."""
    assert state(settings).is_sound
    now = stored(settings)
    assert now in (stored(before), stored(after))
    if exported(settings):
        found = open_collection(settings).retriever().search(Question("登记证书的有效期是多久？"))
        assert found.hits[0].clause.label == "第四条"
    ingest([files], settings)
    assert (stored(settings), exported(settings)) == (stored(after), exported(after))
    assert indexed(settings) == indexed(after)
    assert state(settings).is_sound
    assert leftovers(settings) == set()
    return now


@pytest.mark.parametrize(("name", "call", "when"), DEATHS)
def test_a_run_that_is_killed_at_a_stage_loses_nothing(story, tmp_path, embedder, name, call, when):
    files, before, after, _ = story
    settings = fake_settings(shutil.copytree(before.data, tmp_path / "data"))
    process, connection = fake_processes.start(
        fake_processes.ingest, [files], settings.data, (name, call, when)
    )
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    connection.close()
    found = assert_nothing_is_lost(settings, files, before, after)
    assert found == stored(after if name in COMMITTED else before)
    if name in EMBEDDED:
        assert embedder.texts == [], "a vector that was made is kept"


@pytest.mark.parametrize(
    ("name", "call", "when"),
    [
        pytest.param("rag.catalog.Catalog._prepare", 1, "before", id="before there are tables"),
        pytest.param("fakes.FakeEmbedder._get_text_embeddings", 3, "before", id="in embedding"),
        pytest.param("ingest.index.finish", 1, "after", id="with the generation renamed"),
    ],
)
def test_a_first_run_that_is_killed_is_begun_again(story, tmp_path, embedder, name, call, when):
    files, _, _, after = story
    settings = fake_settings(tmp_path / "data")
    process, connection = fake_processes.start(
        fake_processes.ingest, [files], settings.data, (name, call, when)
    )
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    connection.close()
    assert exported(settings) == []
    ingest([files], settings)
    assert (stored(settings), indexed(settings)) == (stored(after), indexed(after))
    assert (state(settings).is_sound, leftovers(settings)) == (True, set())


@pytest.mark.parametrize(
    ("count", "seed"),
    [
        pytest.param(6, 20240131, id="some"),
        pytest.param(100, 7, id="many", marks=pytest.mark.slow),
    ],
)
def test_a_run_that_is_killed_at_any_time_loses_nothing(story, tmp_path, embedder, count, seed):
    files, before, after, _ = story
    chance = random.Random(seed)
    took = 0.0
    for number in range(count + 1):
        settings = fake_settings(shutil.copytree(before.data, tmp_path / f"data-{number}"))
        process, connection = fake_processes.start(fake_processes.ingest, [files], settings.data)
        assert connection.recv() == "begun"
        if number:
            time.sleep(took * (number - chance.random()) / count)
        else:
            began = time.monotonic()
            assert connection.recv() == "ended"
            took = time.monotonic() - began
        kill(process, connection)
        found = assert_nothing_is_lost(settings, files, before, after)
        assert found in (stored(before), stored(after)), "a state is whole or not there"


def test_runs_that_are_killed_one_after_the_other_come_to_an_end(story, tmp_path, embedder):
    files, before, after, _ = story
    settings = fake_settings(shutil.copytree(before.data, tmp_path / "data"))
    for death in (p.values for p in DEATHS[:14:3]):
        process, connection = fake_processes.start(fake_processes.ingest, [files], settings.data, death)
        process.join(60)
        connection.close()
        assert process.exitcode == -signal.SIGKILL
        assert stored(settings) == stored(before)
    assert_nothing_is_lost(settings, files, before, after)
    assert multiprocessing.active_children() == []
