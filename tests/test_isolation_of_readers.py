"""Readers in a process of their own: what breaks there fails one file, and nothing stays behind."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import fakes_readers
import pytest
from fakes_readers import is_gone

from ingest.readers.child import Limits
from ingest.readers.isolation import ReadingProcess
from rag.errors import UnreadableFile, UnsupportedFormat
from rag.schema import SourceText

CHECKOUT = Path(__file__).parents[1]
SOON = Limits(file_s=2, page_s=0, megabyte_s=0)


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "办法.docx"
    made.write_bytes(b"x")
    return made


@pytest.fixture
def reading():
    made = []

    def _reading(limits=None):
        made.append(ReadingProcess(limits))
        return made[-1]

    yield _reading
    for process in made:
        process.stop()


def pid(text):
    return int(text.lines[1])


def test_a_text_comes_back_whole_and_one_process_reads_all_files(path, reading):
    process = reading()
    first, second = process.read(fakes_readers.good, path), process.read(fakes_readers.good, path)
    assert first == SourceText(lines=("办法.docx", first.lines[1]), encoding="fake", pages=((1, 1), (1, 2)))
    assert pid(first) == pid(second) != os.getpid()


def test_nothing_is_started_before_the_first_file(reading):
    assert reading()._process is None


def test_the_start_takes_little_time(path, reading):
    times = []
    for _ in range(3):
        process, since = reading(), time.monotonic()
        process.read(fakes_readers.good, path)
        times.append(time.monotonic() - since)
    assert min(times) < 0.9  # 0.1 s on two cores; the bound is three times the target.


def test_an_error_for_the_user_arrives_as_it_was_raised(path, reading):
    with pytest.raises(UnsupportedFormat, match=r"^办法\.docx is odd\.") as caught:
        reading().read(fakes_readers.refusing, path)
    assert (type(caught.value), caught.value.fix) == (UnsupportedFormat, "make it even")


@pytest.mark.parametrize(
    ("reader", "message"),
    [
        (fakes_readers.raising, "办法.docx cannot be read: KeyError: 'no\\nfont 办法'."),
        (fakes_readers.leaving, "办法.docx cannot be read: SystemExit: 0."),
        (fakes_readers.unpicklable, "办法.docx cannot be read: AttributeError: Can't "),
        (fakes_readers.crashing, "办法.docx cannot be read: the program that reads this format broke down (SIGSEGV)."),
        (fakes_readers.waiting, "办法.docx cannot be read: reading it took longer than 2 seconds."),
        (fakes_readers.endless, "办法.docx cannot be read: reading it took longer than 2 seconds."),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_whatever_happens_fails_one_file_and_the_next_is_read(path, reading, reader, message):
    process = reading(SOON)
    before = pid(process.read(fakes_readers.good, path))
    with pytest.raises(UnreadableFile) as caught:
        process.read(reader, path)
    assert caught.value.message.startswith(message)
    assert caught.value.fix
    after = pid(process.read(fakes_readers.good, path))
    assert after == before or is_gone(before)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no limit on the address space")
@pytest.mark.parametrize("warm", [False, True])
def test_a_file_that_needs_too_much_memory_is_refused_and_the_next_finds_it_free(path, reading, warm):
    process = reading(Limits(memory_bytes=1024**3))
    if warm:
        process.read(fakes_readers.good, path)
    with pytest.raises(UnreadableFile, match=r"办法\.docx needs more than 1 GB of memory"):
        process.read(fakes_readers.hungry, path)
    assert process.read(fakes_readers.good, path)


def test_more_pages_and_bytes_give_more_time():
    limits = Limits(file_s=60, page_s=30, megabyte_s=10, most_s=4000)
    assert [limits.seconds(p, s) for p, s in ((1, 0), (100, 0), (1, 3_000_000), (1000, 0))] == [
        90,
        3060,
        120,
        4000,
    ]


def test_the_pages_of_a_pdf_count(tmp_path, reading):
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

    path = tmp_path / "三页.pdf"
    canvas = Canvas(str(path))
    for _ in range(3):
        canvas.showPage()
    canvas.save()
    since = time.monotonic()
    with pytest.raises(UnreadableFile, match="longer than 4 seconds"):
        reading(Limits(file_s=3, page_s=0.3, megabyte_s=0)).read(fakes_readers.waiting, path)
    assert time.monotonic() - since > 3.8


def test_what_libraries_print_goes_nowhere(path, reading, capfd):
    assert reading().read(fakes_readers.talking, path).lines[0] == "办法.docx"
    assert capfd.readouterr() == ("", "")


def test_threads_read_one_after_the_other(path, reading):
    process, found = reading(), []
    threads = [
        threading.Thread(target=lambda: found.append(process.read(fakes_readers.good, path)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({text.lines for text in found}) == 1
    assert len(found) == 8


def test_the_process_ends_when_it_is_told_and_when_nobody_has_it_any_more(path, reading):
    process = reading()
    first = pid(process.read(fakes_readers.good, path))
    process.stop()
    assert is_gone(first)
    own = ReadingProcess()
    second = pid(own.read(fakes_readers.good, path))
    del own
    assert is_gone(second)


def test_a_process_that_was_killed_between_two_files_is_started_again(path, reading):
    process = reading()
    first = pid(process.read(fakes_readers.good, path))
    os.kill(first, signal.SIGKILL)
    assert is_gone(first)
    assert pid(process.read(fakes_readers.good, path)) != first


def test_a_process_that_cannot_start_is_a_bug_that_is_told(path, reading, monkeypatch):
    monkeypatch.setattr("ingest.readers.isolation._START", "import nothing_of_this_name")
    with pytest.raises(RuntimeError, match=r"did not start:\n[^$]*No module named 'nothing_of_this_name'"):
        reading().read(fakes_readers.good, path)
