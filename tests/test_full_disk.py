"""A full disk: the command says so in words, what was there still answers, and with room the next run does it all."""

import os
import resource
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from fakes import GUIZHOU, SHENZHEN_TITLE, fake_settings, open_assistant, open_collection
from fakes_pipeline import LONG, exported, leftovers, quiet, record, set_removed, state, write, write_files

from ingest.pipeline import ingest, rebuild, undo
from rag.errors import DiskFull
from rag.schema import Question

QUESTION = Question("登记证书的有效期是多久？")
DISK_KB = 24_000


@pytest.fixture
def embedder(monkeypatch):
    return record(monkeypatch)


@pytest.fixture(scope="session")
def disk(tmp_path_factory):
    """A small disk of its own."""
    folder = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_KB}k", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a disk is not permitted")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def fill(disk):
    """Leave so many KB on the disk; None leaves all."""
    blocker = disk / "full"

    def _fill(free_kb):
        blocker.unlink(missing_ok=True)
        if free_kb is not None:
            state = os.statvfs(disk)
            blocker.write_bytes(bytes(max(0, state.f_bavail * state.f_bsize - free_kb * 1024)))

    yield _fill
    blocker.unlink(missing_ok=True)


@contextmanager
def files_of_at_most(kb):
    """No file may be written beyond this size, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python would keep what it can write of a module that it compiles, and load that ever after.
    monkey = pytest.MonkeyPatch()
    monkey.setattr(sys, "dont_write_bytecode", True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (kb * 1024, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        monkey.undo()


@pytest.fixture
def settings(disk, fill):
    """Of a collection on the small disk."""
    yield fake_settings(disk / "data")
    fill(None)
    shutil.rmtree(disk / "data", ignore_errors=True)


@pytest.fixture
def files(tmp_path):
    return write_files(tmp_path / "files")


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """What runs without trouble make of the files and of those that come later."""
    folder = tmp_path_factory.mktemp("undisturbed")
    settings = fake_settings(folder / "data")
    with pytest.MonkeyPatch.context() as patch:
        record(patch)
        files = write_files(folder / "files")
        ingest([files], settings)
        add(files)
        ingest([files], settings)
    return exported(settings)


def add(files):
    write(files / "长.md", LONG)
    write(files / "贵州.md", GUIZHOU.replace("三十年", "二十年"))


def take_away(files):
    (files / "长.md").unlink()
    write(files / "贵州.md", GUIZHOU)


def quotes(assistant):
    return [c.quote for c in assistant.ask(QUESTION).citations]


def assert_full_and_unchanged(run, settings, reader):
    """Run something for which there is no room; tell whether it had some in the end."""
    before, said = exported(settings), quotes(reader)
    try:
        run()
    except DiskFull as error:
        assert "no room" in error.message or "cannot be written" in error.message
        assert "make room" in error.fix
        assert quotes(reader) == said
        return False
    assert exported(settings) != before
    return True


@pytest.mark.parametrize("free_kb", [0, 8, 40, 100, 250, 500, 900, 1500, 2200, 3000, 4000])
def test_a_run_on_a_disk_that_gets_full_changes_nothing(settings, fill, files, grown, embedder, free_kb):
    ingest([files], settings)
    before, reader = exported(settings), open_assistant(settings)
    add(files)
    fill(free_kb)
    had_room = assert_full_and_unchanged(lambda: ingest([files], settings), settings, reader)
    fill(None)
    if not had_room:
        assert (exported(settings), leftovers(settings)) == (before, set())
        assert state(settings).is_sound
        assert quotes(open_assistant(settings)) == quotes(reader)
    del reader
    ingest([files], settings)
    assert exported(settings) == grown
    assert (state(settings).is_sound, leftovers(settings)) == (True, set())


def _room(disk):
    left = os.statvfs(disk)
    return left.f_bavail * left.f_bsize


def test_a_failed_run_gives_back_the_room_that_it_took(settings, disk, fill, files, embedder):
    ingest([files], settings)
    add(files)
    fill(1500)
    with pytest.raises(DiskFull):
        ingest([files], settings)
    # What was embedded is kept. Chroma closes its files in threads of its own, a moment later.
    end = time.monotonic() + 20
    while (room := _room(disk)) <= 1_000_000 and time.monotonic() < end:
        time.sleep(0.05)
    assert room > 1_000_000
    assert quotes(open_assistant(settings))


def test_with_no_room_at_all_a_new_reader_says_so(settings, fill, files, embedder):
    ingest([files], settings)
    fill(0)
    with pytest.raises(DiskFull) as caught:
        open_collection(settings)
    assert "make room" in caught.value.fix
    fill(None)
    assert quotes(open_assistant(settings))


@pytest.mark.parametrize("limit_kb", [1, 8, 40, 100, 170, 250, 350, 500])
def test_a_run_that_may_not_write_on_changes_nothing(tmp_path, files, grown, embedder, limit_kb):
    settings = fake_settings(tmp_path / "data")
    ingest([files], settings)
    before, reader = exported(settings), open_assistant(settings)
    add(files)
    with files_of_at_most(limit_kb):
        had_room = assert_full_and_unchanged(lambda: ingest([files], settings), settings, reader)
    if not had_room:
        assert (exported(settings), leftovers(settings)) == (before, set())
        assert state(settings).is_sound
    ingest([files], settings)
    assert exported(settings) == grown
    assert state(settings).is_sound


@pytest.mark.parametrize("limit_kb", [8, 100])
@pytest.mark.parametrize("command", ["remove", "undo", "rebuild"])
def test_other_changes_change_nothing_either(tmp_path, files, embedder, limit_kb, command):
    settings = fake_settings(tmp_path / "data")
    ingest([files], settings)
    before = exported(settings)
    run = {
        "remove": lambda: set_removed(settings, SHENZHEN_TITLE, True),
        "undo": lambda: undo(settings, quiet),
        "rebuild": lambda: rebuild(settings, quiet, embed_again=True),
    }[command]
    with files_of_at_most(limit_kb), pytest.raises(DiskFull):
        run()
    assert (exported(settings), state(settings).is_sound, leftovers(settings)) == (before, True, set())
    run()
    assert state(settings).is_sound


@pytest.mark.parametrize("limit_kb", [1, 20, 90, 250])
def test_a_first_run_without_room_leaves_nothing_to_be_in_the_way(tmp_path, files, embedder, limit_kb):
    settings = fake_settings(tmp_path / "data")
    with files_of_at_most(limit_kb), pytest.raises(DiskFull):
        ingest([files], settings)
    assert len(ingest([files], settings).added) == 4
    assert (state(settings).is_sound, leftovers(settings)) == (True, set())


def test_vectors_that_were_kept_survive_a_full_disk(tmp_path, files, embedder):
    settings = fake_settings(tmp_path / "data")
    ingest([files], settings)
    embedder._texts.clear()
    add(files)
    for limit_kb in (1, 8, 40):
        with files_of_at_most(limit_kb), pytest.raises(DiskFull):
            ingest([files], settings)
    take_away(files)
    rebuild(settings, quiet)
    assert not [text for text in embedder.texts if "某长条例" not in text and "二十年" not in text]


def test_the_command_says_it_in_words(tmp_path, files, environment):
    command = [sys.executable, "-B", "-m", "fake_policyqa", "ingest", files, "--data", "data"]
    limited = environment | {"MOST_KB": "250"}
    done = subprocess.run(command, env=limited, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert "Fix: make room" in done.stderr
    assert "Traceback" not in done.stderr and "panicked" not in done.stderr
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, "新增 4" in done.stdout) == (0, True), done.stderr
