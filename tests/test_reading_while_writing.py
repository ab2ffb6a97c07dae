"""Others ask while one writes: no error, nothing that is of no state, the newest soon, and nothing piles up."""

import re
import time
from pathlib import Path

import fake_processes
import pytest
from fakes import BEIJING, fake_settings
from fakes_pipeline import closes, leftovers, open_below, quiet, record, set_removed, state, write

from ingest.pipeline import ingest, undo

QUESTION = "甲市编号办法的编号是几号？"
TITLE = "甲市编号办法"
NEWEST_WITHIN_S = 3.0
RUNS = 10
CHANGES = 30


@pytest.fixture
def settings(tmp_path, monkeypatch):
    record(monkeypatch)
    (tmp_path / "files").mkdir()
    write(tmp_path / "files" / "北京.md", BEIJING)
    made = fake_settings(tmp_path / "data")
    number_files(made, 0)
    ingest([tmp_path / "files"], made)
    return made


def files_of(settings):
    return settings.data.parent / "files"


def number_files(settings, number):
    """Write a document in which every clause says the number of the state, and which has another length in each."""
    clauses = [f"第{n}条 编号是{number}号，本条是第{n}项，编号办法。" for n in range(1, 6 + number % 4)]
    write(files_of(settings) / "编号.md", "\n\n".join([f"# {TITLE}", *clauses]) + "\n")


def numbers(texts):
    return {int(found[1]) for text in texts if (found := re.search(r"编号是(\d+)号", text))}


def write_states(settings):
    """Change the collection again and again; returns (when, number) of each state, None when the document was out."""
    states = [(0.0, 0)]

    def note(number):
        states.append((time.monotonic(), number))

    for number in range(1, RUNS + 1):
        number_files(settings, number)
        ingest([files_of(settings)], settings)
        note(number)
        if number % 3 == 0:
            set_removed(settings, TITLE, True)
            note(None)
            undo(settings, quiet)
            note(number)
    return states


def assert_of_one_state(answers, states):
    """Every answer shows one state, and none that had been replaced for long when the question came."""
    for when, hits in answers:
        seen = numbers(text for _, text in hits)
        assert len(seen) <= 1, hits
        shown = seen.pop() if seen else None
        later = [at for at, _ in states[1:]] + [float("inf")]
        allowed = {
            number for (_, number), end in zip(states, later, strict=True) if end + NEWEST_WITHIN_S > when
        }
        assert shown in allowed, (when, shown, states)
        if shown is not None:
            asked = [text for i, text in hits if numbers([text])]
            assert len(set(asked)) == len(asked) <= 5 + shown % 4


def test_readers_see_whole_states_and_the_newest_soon(settings):
    readers = [fake_processes.start(fake_processes.read_on, settings.data, QUESTION) for _ in range(3)]
    for _, connection in readers:
        assert connection.recv() == "begun"
    states = write_states(settings)
    time.sleep(NEWEST_WITHIN_S / 3)
    # All have changed over by now, and let go of what was before.
    ingest([files_of(settings)], settings)
    assert (leftovers(settings), state(settings).is_sound) == (set(), True)
    for _, connection in readers:
        connection.send("stop")
    for process, connection in readers:
        answers = connection.recv()
        assert isinstance(answers, list), answers
        assert_of_one_state(answers, states)
        assert len({tuple(numbers(t for _, t in hits)) for _, hits in answers}) > RUNS / 2, (
            "it saw most states"
        )
        assert numbers(text for _, text in answers[-1][1]) == {RUNS}
        process.join(60)
        assert process.exitcode == 0


def memory_mb(process):
    for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no RssAnon")


def test_a_reader_that_lives_long_gives_back_what_it_no_longer_reads(settings):
    process, connection = fake_processes.start(fake_processes.read_when_told, settings.data, QUESTION)
    assert connection.recv() == "begun"
    files, memory = [], []
    for number in range(1, CHANGES + 1):
        number_files(settings, number)
        ingest([files_of(settings)], settings)
        connection.send("ask")
        assert numbers(connection.recv()) == {number}
        assert closes(settings.data / "index" / str(number), process.pid)
        assert open_below(settings.data / "index" / str(number + 1), process.pid)
        files.append(len(list(Path(f"/proc/{process.pid}/fd").iterdir())))
        memory.append(memory_mb(process.pid))
        ingest([files_of(settings)], settings)
        assert leftovers(settings) == set()
    # Chroma opens its database as often as it likes; one file kept for each change would come to 25.
    assert max(files[5:]) - min(files[5:]) <= 8, files
    # The allocator keeps some 25 MB in the end; what one generation takes, five, would come to 100.
    assert memory[-1] - memory[9] < 50, memory
    connection.close()
    process.join(60)
    assert process.exitcode == 0


def test_a_reader_that_does_not_ask_keeps_its_state_on_disk_and_no_other(settings):
    process, connection = fake_processes.start(fake_processes.read_when_told, settings.data, QUESTION)
    assert connection.recv() == "begun"
    for number in range(1, 5):
        number_files(settings, number)
        ingest([files_of(settings)], settings)
        assert leftovers(settings) == {"index/1"}
    connection.send("ask")
    assert numbers(connection.recv()) == {4}
    process.kill()
    process.join(60)
    ingest([files_of(settings)], settings)
    assert leftovers(settings) == set()


def test_two_that_write_at_once_take_turns_or_are_turned_away(settings):
    """Whoever is turned away changes nothing; the other one does it all."""
    number_files(settings, 1)
    writers = [
        fake_processes.start(fake_processes.ingest, [files_of(settings)], settings.data) for _ in range(4)
    ]
    for process, connection in writers:
        process.join(60)
        connection.close()
    assert 0 in {process.exitcode for process, _ in writers}
    ingest([files_of(settings)], settings)
    assert (state(settings).is_sound, leftovers(settings)) == (True, set())
