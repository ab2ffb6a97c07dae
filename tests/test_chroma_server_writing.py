"""One writes to a Chroma server while others ask, or dies while it writes: one state is shown, and nothing is lost."""

import shutil
import signal
import threading
import time
from contextlib import closing

import fake_chroma
import fake_processes
import pytest
from fakes import BEIJING, FakeEmbedder, fake_settings, open_assistant, open_collection
from fakes_pipeline import LONG, leftovers, quiet, record, set_removed, state, write
from test_reading_while_writing import QUESTION, TITLE, assert_of_one_state, files_of, number_files, numbers

from ingest.pipeline import ingest, undo
from rag.catalog import Catalog
from rag.chroma_server.place import CHUNKS, read_chunks, read_place
from rag.chroma_server.server import READ_S, ChromaServer
from rag.errors import IndexDamaged
from rag.generation import index_folder
from rag.schema import Question

RUNS = 3
DEATHS = [
    pytest.param("rag.chroma_server.place.Place.write", "after", id="before there is anything"),
    pytest.param("rag.chroma_server.writer.ServerWriter.add", "after", id="with chunks stored"),
    pytest.param("rag.chroma_server.writer.ServerWriter.complete", "after", id="with all stored"),
    pytest.param("ingest.index.tidy", "before", id="after the commit"),
    pytest.param("rag.chroma_server.server.ChromaServer.chunks", "after", id="before anything is deleted"),
]


@pytest.fixture
def settings(tmp_path, monkeypatch, chroma):
    record(monkeypatch)
    # The processes read the same.
    monkeypatch.setenv("POLICYQA_CHROMA_URL", chroma.url)
    (tmp_path / "files").mkdir()
    write(tmp_path / "files" / "北京.md", BEIJING)
    made = fake_settings(tmp_path / "data")
    number_files(made, 0)
    ingest([tmp_path / "files"], made)
    return made


def write_states(settings):
    """Change the collection again and again; returns (when, number) of each state, None when the document was out."""
    states = [(0.0, 0)]
    for number in range(1, RUNS + 1):
        number_files(settings, number)
        ingest([files_of(settings)], settings)
        states.append((time.monotonic(), number))
    set_removed(settings, TITLE, True)
    states.append((time.monotonic(), None))
    undo(settings, quiet)
    states.append((time.monotonic(), RUNS))
    return states


def test_three_processes_see_whole_states_while_one_writes(settings, chroma):
    readers = [
        fake_chroma.start_process(chroma.url, fake_processes.read_on, settings.data, QUESTION)
        for _ in range(3)
    ]
    for _, connection in readers:
        assert connection.recv() == "begun"
    states = write_states(settings)
    for _, connection in readers:
        connection.send("stop")
    for process, connection in readers:
        answers = connection.recv()
        assert isinstance(answers, list), answers
        assert_of_one_state(answers, states)
        process.join(60)
    ingest([files_of(settings)], settings)
    assert (leftovers(settings), state(settings).is_sound) == (set(), True)


def test_a_reader_of_the_state_before_finds_what_it_found_and_nothing_newer(settings):
    retriever = open_collection(settings).retriever()
    asked = FakeEmbedder().get_query_embedding("某长条例第5项规定的内容。")
    before = retriever._store.search(asked, 4)
    number_files(settings, 1)
    # More clauses that come nearer than are asked for at first.
    write(files_of(settings) / "长.md", LONG)
    ingest([files_of(settings)], settings)
    assert open_collection(settings).retriever()._store.search(asked, 4) != before
    assert retriever._store.search(asked, 4) == before
    assert retriever._store.error is None


def folder_of(settings):
    with closing(Catalog(settings.data)) as catalog:
        return index_folder(settings.data, catalog.generation)


def stored_after(settings, number):
    """Change the collection; returns what the server holds then, and what the newest generation needs of it."""
    number_files(settings, number)
    ingest([files_of(settings)], settings)
    folder = folder_of(settings)
    with closing(ChromaServer(settings, READ_S)) as server:
        return server.chunks(server.collection(read_place(folder).collection)), read_chunks(folder)


def test_a_reader_that_stays_keeps_its_own_chunks_and_no_others(settings):
    retriever, held = open_collection(settings).retriever(), folder_of(settings)
    asked = FakeEmbedder().get_query_embedding(QUESTION)
    before, its = retriever._store.search(asked, 500), read_chunks(held)
    for number in (1, 2):
        stored, newest = stored_after(settings, number)
        assert stored == its | newest
        assert newest - its
    assert (retriever._store.search(asked, 500), retriever._store.error) == (before, None)
    assert state(settings).is_sound
    # Made by a version that did not write them: nothing is deleted while it is held.
    (held / CHUNKS).unlink()
    stored, newest_of_all = stored_after(settings, 3)
    assert stored == its | newest | newest_of_all
    del retriever
    stored, newest = stored_after(settings, 4)
    assert stored == newest


def test_the_reader_of_a_copy_does_without_the_server_once_the_original_deletes_its_chunks(
    settings, tmp_path, monkeypatch
):
    shutil.copytree(settings.data, tmp_path / "copy")
    retriever = open_collection(settings.model_copy(update={"data": tmp_path / "copy"})).retriever()
    store, asked = retriever._store, FakeEmbedder().get_query_embedding(QUESTION)
    before = store.search(asked, 500)
    set_removed(settings, TITLE, True)
    connect, goes_on = store._circuit._connect, threading.Event()
    store._circuit._connect = lambda: goes_on.wait(20) and connect()
    monkeypatch.setattr("rag.chroma_server.circuit.CHECK_S", 0.0)
    assert len(store.search(asked, 500)) < len(before)
    looking = store._circuit._trying
    assert looking.is_alive(), "a question waited for the look"
    goes_on.set()
    looking.join(20)
    assert isinstance(store.error, IndexDamaged)
    assert store.search(asked, 500) == before


@pytest.mark.parametrize(("name", "when"), DEATHS)
def test_the_run_after_a_killed_one_finishes_it(settings, chroma, name, when):
    number_files(settings, 1)
    write(files_of(settings) / "长.md", LONG)
    process, connection = fake_chroma.start_process(
        chroma.url,
        fake_processes.ingest,
        [files_of(settings)],
        settings.data,
        (name, 1, when),
    )
    assert connection.recv() == "begun"
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    shown = [h.clause.text for h in open_assistant(settings).search(Question(QUESTION)).hits]
    assert numbers(shown) == ({1} if name == "ingest.index.tidy" else {0})
    number_files(settings, 2)
    ingest([files_of(settings)], settings)
    assert state(settings).is_sound
    shown = [h.clause.text for h in open_assistant(settings).search(Question(QUESTION)).hits]
    assert numbers(shown) == {2}
    assert leftovers(settings) == set()
