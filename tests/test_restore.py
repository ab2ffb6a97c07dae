"""A backup comes back: the same answers, all of it or nothing, and what was there can be had again."""

import os
import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import fake_processes
import pytest
from fakes import GUIZHOU, fake_settings, open_assistant
from fakes_pipeline import LONG, exported, quiet, state, stored, write
from filelock import FileLock

import rag.backup.place
from ingest.pipeline import ingest, rebuild
from rag.backup.backup import back_up
from rag.backup.place import Place
from rag.backup.restoration import restore
from rag.catalog import Catalog
from rag.errors import (
    BackupUnusable,
    CollectionBusy,
    CollectionMismatch,
    DiskFull,
    EmptyCollection,
    IndexDamaged,
)
from rag.generation import Hold
from rag.records import Records
from rag.schema import Question

QUESTIONS = [
    "登记证书的有效期是多久？",
    "贵州省数据流通交易有什么规定？",
    "公共数据怎样开放？",
    "第四条说什么？",
    "火星上的税率是多少？",
]


@pytest.fixture
def saved(settings, tmp_path):
    """A backup of the small collection."""
    return back_up(settings.data, tmp_path / "saved.zip", quiet).path


@pytest.fixture
def changed(settings, files, saved):
    """The collection, changed since; what it holds now."""
    write(files / "贵州.md", GUIZHOU.replace("三十年", "二十年"))
    write(files / "长.md", LONG)
    ingest([files], settings)
    return exported(settings)


def answers(settings):
    """What is found and said, to the last digit."""
    assistant = open_assistant(settings)
    found = []
    for question in QUESTIONS:
        hits = assistant.search(Question(question)).hits
        answer = assistant.ask(Question(question))
        found.append(
            (
                [(hit.clause.clause_id, hit.score) for hit in hits],
                (answer.text, answer.verdict, [(c.clause_id, c.quote) for c in answer.citations]),
            )
        )
    return found


def asides(tmp_path):
    return [p for p in tmp_path.iterdir() if "before-restore-" in p.name]


def test_a_restored_collection_gives_the_same_answers(settings, saved, tmp_path):
    new = fake_settings(tmp_path / "elsewhere" / "new")
    done = restore(saved, new.data, quiet)
    assert (done.data, done.aside, done.has_index, done.is_read) == (new.data, None, True, False)
    assert answers(new) == answers(settings)
    assert (stored(new), exported(new)) == (stored(settings), exported(settings))
    assert state(new).is_sound


def test_the_bundled_models_give_the_same_answers_through_the_commands(run, call, own_collection, tmp_path):
    flags = {"env": {"POLICYQA_LLM": "none"}}
    asked = ("ask", "登记证书的有效期是多久？", "--json")
    before = run(*asked, "--data", own_collection, **flags).json
    assert call("backup", tmp_path / "b.zip", "--data", own_collection).status == 0
    assert call("restore", tmp_path / "b.zip", "--data", tmp_path / "new").status == 0
    kept = [call("answers", "--json", "--data", data).json for data in (own_collection, tmp_path / "new")]
    after = run(*asked, "--data", tmp_path / "new", **flags).json
    passing = {"id", "seconds", "timings"}
    assert {k: v for k, v in before.items() if k not in passing} == {
        k: v for k, v in after.items() if k not in passing
    }
    assert kept[0] != []
    assert [one["question"] for one in kept[1]] == [one["question"] for one in kept[0]]


def test_files_come_back_with_their_bytes_times_and_modes(settings, tmp_path):
    own = settings.data / "eval" / "own.jsonl"
    own.parent.mkdir()
    own.write_bytes(b"\x00\xff" * 1000)
    own.chmod(0o600)
    os.utime(own, ns=(1, 1_700_000_000_123_456_789))
    restore(back_up(settings.data, tmp_path / "b.zip", quiet).path, tmp_path / "new", quiet)
    back = tmp_path / "new" / "eval" / "own.jsonl"
    assert (back.read_bytes(), back.stat().st_mtime_ns, back.stat().st_mode & 0o777) == (
        own.read_bytes(),
        1_700_000_000_123_456_789,
        0o600,
    )


def test_what_was_committed_to_the_log_alone_comes_back(settings, tmp_path):
    records = Records(settings.data)
    with closing(sqlite3.connect(settings.data / "slack.sqlite")) as db, db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE words (word)")
        db.execute("INSERT INTO words VALUES ('in the log')")
        db.commit()
        assert (settings.data / "slack.sqlite-wal").stat().st_size
        made = back_up(settings.data, tmp_path / "b.zip", quiet)
    records.close()
    restore(made.path, tmp_path / "new", quiet)
    with closing(sqlite3.connect(tmp_path / "new" / "slack.sqlite")) as db:
        assert db.execute("SELECT word FROM words").fetchall() == [("in the log",)]


def test_without_indexes_the_rest_comes_back_and_rebuild_makes_them(settings, tmp_path, embedder):
    expected = answers(settings)
    made = back_up(settings.data, tmp_path / "b.zip", quiet, index=False)
    new = fake_settings(tmp_path / "new")
    assert not restore(made.path, new.data, quiet).has_index
    with pytest.raises(IndexDamaged) as error:
        open_assistant(new)
    assert error.value.fix == "policyqa rebuild"
    embedder._texts.clear()
    rebuild(new, quiet)
    assert embedder.texts == [], "the vectors are in the backup"
    assert answers(new) == expected


def test_a_folder_that_holds_a_collection_is_left_alone(settings, saved, changed, tmp_path):
    with pytest.raises(CollectionMismatch, match="holds a collection already") as error:
        restore(saved, settings.data, quiet)
    assert "--force" in error.value.fix
    assert exported(settings) == changed
    assert asides(tmp_path) == []


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_of_other_things_is_never_moved(saved, tmp_path, force):
    home = tmp_path / "home"
    home.mkdir()
    (home / "thesis.docx").touch()
    with pytest.raises(CollectionMismatch, match="holds other things than a collection"):
        restore(saved, home, quiet, force=force)
    assert {p.name for p in home.iterdir()} <= {"thesis.docx", "writer.lock"}


def test_with_force_what_was_there_is_moved_aside_and_can_be_had_again(settings, saved, changed, tmp_path):
    done = restore(saved, settings.data, quiet, force=True)
    assert exported(settings) != changed
    assert asides(tmp_path) == [done.aside]
    assert exported(fake_settings(done.aside)) == changed
    back = restore(done.aside, settings.data, quiet, force=True)
    assert exported(settings) == changed
    assert state(settings).is_sound
    assert asides(tmp_path) == [back.aside]
    assert back.manifest is None


def test_a_damaged_collection_can_be_replaced(settings, saved, tmp_path):
    for path in settings.data.glob("catalog.sqlite*"):
        path.unlink()
    (settings.data / "catalog.sqlite").write_bytes(b"no longer a database")
    done = restore(saved, settings.data, quiet, force=True)
    assert state(settings).is_sound
    assert (done.aside / "catalog.sqlite").read_bytes() == b"no longer a database"


def test_the_restored_indexes_have_a_number_that_is_not_in_use_there(settings, saved):
    before = Catalog(settings.data).generation
    restore(saved, settings.data, quiet, force=True)
    assert Catalog(settings.data).generation == before + 1
    assert state(settings).is_sound


def test_who_reads_goes_on_with_the_collection_before_and_that_is_said(settings, saved, changed):
    assistant = open_assistant(settings)
    before = [hit.clause.text for hit in assistant.search(Question(QUESTIONS[0])).hits]
    done = restore(saved, settings.data, quiet, force=True)
    assert done.is_read
    assert [hit.clause.text for hit in assistant.search(Question(QUESTIONS[0])).hits] == before
    assert not restore(saved, settings.data, quiet, force=True).is_read


def test_a_collection_that_is_being_written_to_is_not_replaced(settings, saved, changed, tmp_path):
    with FileLock(settings.data / "writer.lock"), pytest.raises(CollectionBusy):
        restore(saved, settings.data, quiet, force=True)
    assert exported(settings) == changed
    assert asides(tmp_path) == []


def test_nobody_writes_while_a_collection_is_replaced(settings, files, saved, changed):
    refused = []

    def meanwhile(stage, done, total):
        if not refused:
            with pytest.raises(CollectionBusy) as error:
                ingest([files], settings)
            refused.append(error.value)

    restore(saved, settings.data, meanwhile, force=True)
    assert refused


@pytest.mark.parametrize("place", [0.2, 0.5, 0.8])
def test_a_damaged_backup_changes_nothing(settings, saved, changed, tmp_path, place):
    damaged = bytearray(saved.read_bytes())
    start = int(len(damaged) * place)
    damaged[start : start + 4000] = os.urandom(4000)
    saved.write_bytes(damaged)
    with pytest.raises(BackupUnusable):
        restore(saved, settings.data, quiet, force=True)
    with pytest.raises(BackupUnusable):
        restore(saved, tmp_path / "new", quiet)
    assert exported(settings) == changed
    assert {p.name for p in tmp_path.iterdir()} == {"data", "files", "saved.zip"}
    assert not (settings.data / ".restoring").exists()


def test_a_disk_without_room_is_noticed_first(settings, saved, changed, tmp_path, monkeypatch):
    full = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: full)
    with pytest.raises(DiskFull):
        restore(saved, settings.data, quiet, force=True)
    assert exported(settings) == changed
    assert {p.name for p in tmp_path.iterdir()} == {"data", "files", "saved.zip"}


def restore_and_die(connection, saved, data, death):
    fake_processes._die_at(*death)
    restore(saved, data, quiet, force=True)
    connection.send("ended")


DEATHS = [
    pytest.param(("rag.backup.restoration.held", 1, "after"), False, id="at the beginning"),
    pytest.param(("rag.backup.place.Place._can_exchange", 1, "after"), False, id="with a folder beside"),
    pytest.param(("rag.backup.restoration._write", 1, "before"), False, id="before the first file"),
    pytest.param(("rag.backup.restoration._write", 9, "after"), False, id="in unpacking"),
    pytest.param(("rag.backup.restoration._renumbered", 1, "after"), False, id="with all unpacked"),
    pytest.param(("rag.backup.place.exchange", 1, "before"), False, id="before the exchange"),
    pytest.param(("rag.backup.place.exchange", 1, "after"), True, id="after the exchange"),
    pytest.param(("rag.backup.place.Place._set_aside", 1, "after"), True, id="with the former one aside"),
    pytest.param(("rag.backup.place.Place.take", 1, "after"), True, id="at the end"),
]  # fmt: skip


@pytest.mark.parametrize(("death", "is_new"), DEATHS)
def test_a_kill_leaves_the_collection_before_or_the_new_one(
    settings, saved, changed, tmp_path, death, is_new
):
    original = fake_settings(tmp_path / "original")
    restore(saved, original.data, quiet)
    process, connection = fake_processes.start(restore_and_die, saved, settings.data, death)
    process.join(60)
    connection.close()
    assert process.exitcode == -signal.SIGKILL
    assert exported(settings) == (exported(original) if is_new else changed)
    assert state(settings).is_sound
    restore(saved, settings.data, quiet, force=True)
    assert exported(settings) == exported(original)
    kept = [exported(fake_settings(path)) for path in asides(tmp_path)]
    assert changed in kept, "the collection before is still to be had"
    assert not (tmp_path / ".data.restoring").exists()
    assert not (settings.data / ".being-restored").exists()


@pytest.fixture
def _no_exchange(monkeypatch):
    """A system that cannot exchange two folders in one step."""
    monkeypatch.setattr(rag.backup.place, "exchange", lambda one, other: False)


@pytest.fixture
def _no_room_beside(monkeypatch):
    """A parent folder that may not be written to, as that of a mount point."""
    monkeypatch.setattr(Place, "_can_exchange", lambda self, beside: False)


@pytest.mark.parametrize("system", ["_no_exchange", "_no_room_beside"])
def test_a_folder_that_cannot_be_exchanged_is_filled_anew(
    settings, saved, changed, tmp_path, system, request
):
    request.getfixturevalue(system)
    original = stored(fake_settings(restore(saved, tmp_path / "original", quiet).data))
    done = restore(saved, settings.data, quiet, force=True)
    assert stored(settings) == original
    assert state(settings).is_sound
    assert done.aside.parent == settings.data
    assert exported(fake_settings(done.aside)) == changed
    restore(done.aside, settings.data, quiet, force=True)
    assert exported(settings) == changed
    assert not (settings.data / ".restoring").exists()
    assert not done.aside.exists()


@pytest.mark.usefixtures("_no_room_beside")
@pytest.mark.parametrize("number", [1, 3, 8])
def test_an_entry_that_cannot_be_moved_leaves_all_where_it_was(settings, saved, changed, monkeypatch, number):
    real, calls = Path.rename, []

    def rename(self, target):
        calls.append(target)
        if len(calls) == number:
            raise OSError(16, "Device or resource busy", str(self))
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        with pytest.raises(CollectionMismatch, match="nothing was restored"):
            restore(saved, settings.data, quiet, force=True)
    assert exported(settings) == changed
    assert state(settings).is_sound
    assert not list(settings.data.glob("before-restore-*"))


@pytest.fixture
def mount(tmp_path):
    """A data folder that is a mount point, as in a container."""
    folder = tmp_path / "mounted"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a disk is not permitted")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_mount_point_takes_a_backup_too(settings, saved, mount):
    new = fake_settings(mount)
    assert restore(saved, mount, quiet).aside is None
    assert exported(new) == exported(settings)
    done = restore(saved, mount, quiet, force=True)
    assert done.aside.parent == mount
    assert state(new).is_sound


def restore_by_entries_and_die(connection, saved, data, death):
    Place._can_exchange = lambda self, beside: False
    restore_and_die(connection, saved, data, death)


@pytest.mark.parametrize(
    "death", [("rag.backup.place.move_entries", 1, "after"), ("pathlib.Path.rename", 6, "after")]
)
def test_after_a_kill_between_two_entries_the_same_command_makes_it_whole(
    settings, saved, changed, tmp_path, death, request
):
    original = exported(fake_settings(restore(saved, tmp_path / "original", quiet).data))
    process, connection = fake_processes.start(restore_by_entries_and_die, saved, settings.data, death)
    process.join(60)
    connection.close()
    assert process.exitcode == -signal.SIGKILL
    with pytest.raises(EmptyCollection):
        Catalog(settings.data)
    request.getfixturevalue("_no_room_beside")
    restore(saved, settings.data, quiet, force=True)
    assert exported(settings) == original
    assert state(settings).is_sound
    aside = min(settings.data.glob("before-restore-*"))
    assert exported(fake_settings(aside)) == changed


def restore_into(connection, saved, data):
    try:
        restore(saved, data, quiet)
        connection.send("done")
    except (CollectionBusy, CollectionMismatch) as error:
        connection.send(type(error).__name__)


def test_of_two_restores_into_one_new_folder_one_is_told_to_wait(settings, saved, tmp_path):
    new = fake_settings(tmp_path / "new")
    started = [fake_processes.start(restore_into, saved, new.data) for _ in range(3)]
    said = []
    for process, connection in started:
        assert connection.poll(60)
        said.append(connection.recv())
        process.join(60)
        connection.close()
    assert said.count("done") == 1
    assert set(said) <= {"done", "CollectionBusy", "CollectionMismatch"}
    assert exported(new) == exported(settings)
    assert asides(tmp_path) == []


def test_a_folder_of_backups_names_the_newest(settings, tmp_path):
    made = [back_up(settings.data, tmp_path / "backups", quiet, keep=5) for _ in range(2)]
    with pytest.raises(BackupUnusable, match="is a folder of backups") as error:
        restore(tmp_path / "backups", tmp_path / "new", quiet)
    assert error.value.fix == f"policyqa restore {made[1].path}"


def test_questions_that_waited_on_slack_are_not_answered_again(call, settings, tmp_path):
    with closing(sqlite3.connect(settings.data / "slack.sqlite")) as db, db:
        db.execute("CREATE TABLE questions (number, state)")
        db.execute("INSERT INTO questions VALUES (1, 'waiting'), (2, 'running'), (3, 'withdrawn')")
    back_up(settings.data, tmp_path / "b.zip", quiet)
    assert call("restore", tmp_path / "b.zip", "--data", tmp_path / "new").status == 0
    with closing(sqlite3.connect(tmp_path / "new" / "slack.sqlite")) as db:
        found = db.execute("SELECT state FROM questions ORDER BY number").fetchall()
    assert found == [("done",), ("done",), ("withdrawn",)]


def test_the_command_says_what_was_done_and_what_is_left_to_do(call, settings, saved, changed, monkeypatch):
    monkeypatch.setenv("POLICYQA_EMBED_MODEL", "fake")
    hold = Hold(settings.data, Catalog(settings.data).generation)
    done = call("restore", saved, "--force", "--data", settings.data)
    hold.release()
    assert done.status == 0
    assert "已恢复 restored" in done.out
    assert "take it back: policyqa restore " in done.out
    assert "still uses the collection before" in done.err
    shape = call("restore", saved, "--force", "--json", "--data", settings.data).json
    assert (shape["index"], shape["in_use"], shape["notices"]) == (True, False, [])
    assert Path(shape["aside"]).is_dir()
    monkeypatch.setenv("POLICYQA_EMBED_MODEL", "other")
    shape = call("restore", saved, "--force", "--json", "--data", settings.data).json
    assert shape["notices"][0]["fix"] == "policyqa rebuild, or set POLICYQA_EMBED_MODEL back"


def test_the_command_says_that_the_indexes_are_to_be_made(call, settings, tmp_path):
    back_up(settings.data, tmp_path / "b.zip", quiet, index=False)
    done = call("restore", tmp_path / "b.zip", "--data", tmp_path / "new")
    assert "There are no indexes in the backup." in done.err
    assert "Fix: policyqa rebuild" in done.err


def test_the_command_tells_a_file_that_is_no_backup(call, tmp_path):
    done = call("restore", tmp_path / "none.zip", "--data", tmp_path / "new")
    assert (done.status, done.out) == (1, "")
    assert "Cannot read" in done.err
    assert not (tmp_path / "new").exists()
