"""One writes to a Chroma server while others ask, or dies while it writes: one state is shown, and nothing is lost."""

import signal
import time

import fake_chroma
import fake_processes
import pytest
from fakes import BEIJING, FakeEmbedder, fake_settings, open_assistant, open_collection
from fakes_pipeline import LONG, leftovers, quiet, record, set_removed, state, write
from test_reading_while_writing import QUESTION, TITLE, assert_of_one_state, files_of, number_files, numbers

from ingest.pipeline import ingest, undo
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
