"""A run that is stopped by Ctrl-C changes nothing, keeps its vectors, and the next one does the whole."""

import pytest
from fakes import GUIZHOU, fake_settings
from fakes_pipeline import LONG, exported, indexed, leftovers, state, write

from ingest.pipeline import ingest


@pytest.fixture
def settings(tmp_path):
    return fake_settings(tmp_path / "data")


def test_a_run_that_was_stopped_while_embedding_changes_nothing_and_its_vectors_are_kept(
    files, tmp_path, settings, embedder
):
    ingest([files], settings)
    before, embedder._texts[:] = exported(settings), []
    write(tmp_path / "长.md", LONG)
    embedder.stop_after = 64
    with pytest.raises(KeyboardInterrupt):
        ingest([tmp_path / "长.md"], settings)
    assert exported(settings) == before
    assert state(settings).is_sound
    embedder.stop_after = None
    report = ingest([tmp_path / "长.md"], settings)
    assert (report.added, report.clauses) == (("某长条例",), 145)
    assert state(settings).is_sound
    assert len(embedder.texts) == len(set(embedder.texts)) == 130


def test_a_first_run_that_was_stopped_leaves_an_empty_collection(tmp_path, settings, embedder):
    write(tmp_path / "长.md", LONG)
    embedder.stop_after = 64
    with pytest.raises(KeyboardInterrupt):
        ingest([tmp_path / "长.md"], settings)
    assert (exported(settings), state(settings).clauses, state(settings).is_sound) == ([], 0, True)
    embedder.stop_after = None
    assert ingest([tmp_path / "长.md"], settings).added == ("某长条例",)


def test_a_run_may_be_stopped_again_and_again(tmp_path, settings, embedder):
    write(tmp_path / "长.md", LONG)
    for stop in (0, 64, 128):
        embedder.stop_after = stop
        with pytest.raises(KeyboardInterrupt):
            ingest([tmp_path / "长.md"], settings)
    embedder.stop_after = None
    ingest([tmp_path / "长.md"], settings)
    assert state(settings).is_sound
    assert len(indexed(settings)[0]) == len(embedder.texts) == 130


@pytest.mark.parametrize(
    "where",
    ["rag.keyword_index.build", "ingest.index.finish", "ingest.pipeline.link", "rag.vector_store.VectorStore.add"],
)  # fmt: skip
def test_a_run_that_is_stopped_after_embedding_changes_nothing_either(
    files, settings, embedder, monkeypatch, where
):
    ingest([files], settings)
    before, embedder._texts[:] = exported(settings), []
    write(files / "贵州.md", GUIZHOU.replace("三十年", "二十年"))

    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(where, interrupted)
        ingest([files], settings)
    assert exported(settings) == before
    assert state(settings).is_sound
    ingest([files], settings)
    assert exported(settings) != before
    assert (state(settings).is_sound, len(embedder.texts), leftovers(settings)) == (True, 1, set())
