"""A backup: one file, whole or not there, of one moment, while others write."""

import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import stat
import sys
import zipfile
from contextlib import closing

import fake_processes
import pytest
from fakes import GUIZHOU, SHENZHEN_TITLE, fake_settings, make_collection
from fakes_pipeline import LONG, exported, quiet, set_removed, state, write

from ingest.pipeline import ingest
from rag.backup.backup import back_up
from rag.backup.partial import Partial
from rag.backup.restoration import check, restore
from rag.catalog import Catalog
from rag.errors import (
    BackupUnusable,
    CollectionBusy,
    CollectionMismatch,
    DiskFull,
    EmptyCollection,
    PolicyQAError,
)
from rag.generation import index_folder


@pytest.fixture
def saved(settings, tmp_path):
    """A backup of the small collection."""
    return back_up(settings.data, tmp_path / "saved.zip", quiet)


def names(path):
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def manifest_of(path):
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))


def rewritten(path, to, **changes):
    """Write the same archive with another manifest."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            new.writestr(
                name, old.read(name) if name != "manifest.json" else json.dumps(manifest_of(path) | changes)
            )
    return to


def test_a_backup_holds_what_cannot_be_made_again_and_the_indexes_that_are_read(settings, tmp_path):
    data = settings.data
    for name in (
        "staging/a/x.txt",
        "reading/x.txt",
        "eval/cache/vectors.sqlite",
        "eval/bench/stard/catalog.sqlite",
    ):
        write_below(data, name)
    for name in (
        "eval/own.jsonl",
        "eval/bench/x.json",
        "eval/20240131-020000/rows.jsonl",
        "uploads/办法　全文.txt",
        "counts.json",
    ):
        write_below(data, name)
    write_below(data, "before-restore-20240131-020000/catalog.sqlite")
    found = names(back_up(data, tmp_path / "b.zip", quiet).path)
    assert {
        "catalog.sqlite",
        "vectors.sqlite",
        "manifest.json",
        "counts.json",
        "uploads/办法　全文.txt",
        "eval/own.jsonl",
    } <= found
    assert {"eval/bench/x.json", "eval/20240131-020000/rows.jsonl"} <= found
    assert any(name.startswith("originals/") for name in found)
    generation = Catalog(data).generation
    assert {f"index/{generation}/sums.json", f"index/{generation}/chroma/chroma.sqlite3"} <= found
    unwanted = ("staging", "reading", "before", "eval/cache", "eval/bench/stard", "writer.lock")
    assert [name for name in found if name.startswith(unwanted) or name.endswith(("-wal", "-shm"))] == []


def write_below(data, name):
    path = data / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x", encoding="utf-8")


def test_the_manifest_says_what_is_in_it(settings, saved):
    made = manifest_of(saved.path)
    assert (made["product"], made["format"], made["folder"]) == ("policyqa backup", 1, str(settings.data))
    assert made["counts"] == {"sources": 4, "documents": 4, "clauses": len(saved_clauses(settings))}
    assert made["embedder"] == "fake"
    assert made["left_out"] == []
    assert {member["name"] for member in made["members"]} == names(saved.path) - {"manifest.json"}
    assert check(saved.path, quiet) == saved.manifest


def saved_clauses(settings):
    return [line for line in exported(settings) if '"type":"clause"' in line.replace(" ", "")]


def test_only_its_owner_can_read_it_and_nothing_else_stays(saved):
    assert stat.S_IMODE(saved.path.stat().st_mode) == 0o600
    assert {p.name for p in saved.path.parent.iterdir()} == {"saved.zip", "data", "files"}


def test_a_database_that_is_being_written_to_is_saved_as_it_was_last_committed(settings, tmp_path):
    with closing(sqlite3.connect(settings.data / "slack.sqlite", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE said (word TEXT)")
        db.execute("INSERT INTO said VALUES ('kept')")
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO said VALUES ('not yet')")
        made = back_up(settings.data, tmp_path / "b.zip", quiet)
        db.execute("COMMIT")
    restore(made.path, tmp_path / "new", quiet)
    with closing(sqlite3.connect(tmp_path / "new" / "slack.sqlite")) as db:
        assert db.execute("SELECT word FROM said").fetchall() == [("kept",)]


def test_a_run_that_ends_in_the_middle_of_a_backup_changes_nothing_of_it(settings, files, tmp_path):
    """Its indexes stay for as long as they are packed, although the run would delete them."""
    before, done = exported(settings), []

    def meanwhile(stage, _done, _total):
        if not done:
            done.append(stage)
            write(files / "长.md", LONG)
            ingest([files], settings)

    made = back_up(settings.data, tmp_path / "b.zip", meanwhile)
    assert exported(settings) != before
    new = fake_settings(tmp_path / "new")
    restore(made.path, new.data, quiet)
    assert exported(new) == before
    assert state(new).is_sound


def change_on(connection, files, data):
    """Change the collection again and again until a word comes."""
    fake_processes.use_fakes()
    settings = fake_settings(data)
    connection.send("begun")
    turns = 0
    while not connection.poll():
        turns += 1
        write(files / "贵州.md", GUIZHOU.replace("三十年", f"{turns}年"))
        ingest([files], settings)
        set_removed(settings, SHENZHEN_TITLE, removed=bool(turns % 2))
    connection.send(turns)


def test_backups_of_a_collection_that_changes_all_the_time_are_each_whole(settings, files, tmp_path):
    process, connection = fake_processes.start(change_on, files, settings.data)
    assert connection.recv() == "begun"
    try:
        made = [back_up(settings.data, tmp_path / "many", quiet, keep=9) for _ in range(4)]
    finally:
        connection.send("stop")
        assert connection.poll(60)
        assert connection.recv() > 0
        process.join(60)
        connection.close()
    for number, backup in enumerate(made):
        new = fake_settings(tmp_path / f"new{number}")
        assert restore(backup.path, new.data, quiet).has_index
        assert state(new).is_sound


def test_a_database_without_anything_in_it_is_saved(settings, tmp_path):
    (settings.data / "slack.sqlite").touch()
    restore(back_up(settings.data, tmp_path / "b.zip", quiet).path, tmp_path / "new", quiet)
    with closing(sqlite3.connect(tmp_path / "new" / "slack.sqlite")) as db:
        assert db.execute("SELECT * FROM sqlite_master").fetchall() == []


def test_a_missing_index_is_said_and_the_rest_is_saved(settings, tmp_path):
    shutil.rmtree(settings.data / "index")
    made = back_up(settings.data, tmp_path / "b.zip", quiet)
    generation = Catalog(settings.data).generation
    assert made.manifest.generation is None
    assert made.manifest.left_out == (f"index/{generation}: it is gone",)


def test_a_damaged_index_is_not_saved(settings, tmp_path):
    folder = index_folder(settings.data, Catalog(settings.data).generation)
    (folder / "matrix" / "vectors.f32").write_bytes(b"cut")
    made = back_up(settings.data, tmp_path / "b.zip", quiet)
    assert made.manifest.generation is None
    assert "is damaged" in made.manifest.left_out[0]
    assert not any(name.startswith("index/") for name in names(made.path))


def test_a_damaged_cache_of_vectors_is_left_out(settings, tmp_path):
    (settings.data / "vectors.sqlite").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    made = back_up(settings.data, tmp_path / "b.zip", quiet)
    assert made.manifest.left_out == ("vectors.sqlite: it is damaged; it is made again",)


@pytest.mark.parametrize("name", ["catalog.sqlite", "accounts.sqlite"])
def test_of_a_damaged_database_no_backup_is_made(settings, tmp_path, name):
    path = settings.data / name
    if not path.exists():
        with closing(sqlite3.connect(path)) as db, db:
            db.execute(
                "CREATE TABLE accounts AS SELECT hex(randomblob(500)) x FROM json_each('[1,2,3,4,5,6,7,8,9]')"
            )
    damaged = bytearray(path.read_bytes())
    damaged[4096:8192] = os.urandom(4096)
    for log in settings.data.glob(f"{name}-*"):
        log.unlink()
    path.write_bytes(damaged)
    with pytest.raises(CollectionMismatch, match=r"is damaged .*no backup was made"):
        back_up(settings.data, tmp_path / "b.zip", quiet)
    assert {p.name for p in tmp_path.iterdir()} == {"data", "files"}


def test_without_a_collection_there_is_nothing_to_save(tmp_path):
    with pytest.raises(EmptyCollection):
        back_up(tmp_path / "none", tmp_path / "b.zip", quiet)


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        pytest.param("data/b.zip", "inside the data folder", id="inside the data folder"),
        pytest.param("data/originals", "inside the data folder", id="a folder inside the data folder"),
        pytest.param("no/b.zip", "There is no folder", id="a missing folder"),
        pytest.param("thesis.docx", "is no backup of policyqa that could give way", id="another file"),
    ],
)
def test_a_target_that_would_not_help_is_refused(settings, tmp_path, target, reason):
    (tmp_path / "thesis.docx").write_text("years of work", encoding="utf-8")
    with pytest.raises(CollectionMismatch, match=reason):
        back_up(settings.data, tmp_path / target, quiet)
    assert (tmp_path / "thesis.docx").read_text(encoding="utf-8") == "years of work"


def test_an_older_backup_of_the_same_name_gives_way_when_the_new_one_is_whole(settings, files, saved):
    write(files / "长.md", LONG)
    ingest([files], settings)
    again = back_up(settings.data, saved.path, quiet)
    assert check(saved.path, quiet).counts["documents"] == saved.manifest.counts["documents"] + 1
    assert again.path == saved.path


def test_a_disk_without_room_is_noticed_before_anything_is_written(settings, tmp_path, monkeypatch):
    full = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: full)
    with pytest.raises(DiskFull, match=r"has 0 MB free; about \d+ MB are needed"):
        back_up(settings.data, tmp_path / "b.zip", quiet)
    assert {p.name for p in tmp_path.iterdir()} == {"data", "files"}


@pytest.mark.parametrize("kb", [8, 64, 400])
def test_a_disk_that_fills_up_meanwhile_leaves_nothing(settings, saved, monkeypatch, kb):
    before = saved.path.read_bytes()
    write_below(settings.data, "uploads/x.txt")
    (settings.data / "uploads" / "x.txt").write_bytes(os.urandom(500_000))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python would keep what it can write of a module that it compiles.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (kb * 1024, limits[1]))
    try:
        with pytest.raises(DiskFull):
            back_up(settings.data, saved.path, quiet)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert saved.path.read_bytes() == before
    assert {p.name for p in saved.path.parent.iterdir()} == {"saved.zip", "data", "files"}


def test_a_stopped_backup_leaves_nothing_and_the_one_before(settings, saved):
    before = saved.path.read_bytes()

    def stop(stage, done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(settings.data, saved.path, stop)
    assert saved.path.read_bytes() == before
    assert {p.name for p in saved.path.parent.iterdir()} == {"saved.zip", "data", "files"}


def back_up_and_die(connection, data, target, calls):
    """Be killed by force when so many progress reports have come."""
    seen = []

    def die(stage, done, total):
        seen.append(stage)
        if len(seen) == calls:
            os.kill(os.getpid(), signal.SIGKILL)

    back_up(data, target, die)
    connection.send("ended")


@pytest.mark.parametrize("calls", [1, 2, 7])
def test_a_killed_backup_leaves_no_half_file_and_the_next_one_clears_up(settings, saved, calls):
    before, folder = saved.path.read_bytes(), saved.path.parent
    process, connection = fake_processes.start(back_up_and_die, settings.data, saved.path, calls)
    process.join(60)
    connection.close()
    assert process.exitcode == -signal.SIGKILL
    assert saved.path.read_bytes() == before
    assert len(list(folder.glob(".saved.zip.*"))) == 2
    back_up(settings.data, folder / "other.zip", quiet)
    assert {p.name for p in folder.iterdir()} == {"saved.zip", "other.zip", "data", "files"}


def test_two_backups_into_one_file_do_not_mix(settings, tmp_path):
    held = Partial(tmp_path / "b.zip")
    with pytest.raises(CollectionBusy, match=r"Another policyqa is writing .*b\.zip"):
        back_up(settings.data, tmp_path / "b.zip", quiet)
    held.abandon()
    assert check(back_up(settings.data, tmp_path / "b.zip", quiet).path, quiet)


def back_up_into(connection, data, folder):
    connection.send(str(back_up(data, folder, lambda *_: None).path))


def test_two_backups_into_one_folder_at_once_are_both_made(settings, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    started = [fake_processes.start(back_up_into, settings.data, folder) for _ in range(3)]
    found = set()
    for process, connection in started:
        assert connection.poll(60)
        found.add(connection.recv())
        process.join(60)
        connection.close()
    assert len(found) == 3
    assert {str(p) for p in folder.iterdir()} == found
    assert all(check(folder / path, quiet) for path in found)


def test_the_newest_of_this_collection_are_kept(settings, tmp_path):
    folder = tmp_path / "backups"
    made = [back_up(settings.data, folder, quiet, keep=9).path for _ in range(4)]
    other = make_collection_beside(tmp_path)
    strange = [back_up(other.data, folder / "data-20240131-020000.zip", quiet).path, folder / "notes.zip"]
    strange[1].write_text("mine", encoding="utf-8")
    last = back_up(settings.data, folder, quiet, keep=2)
    assert list(last.discarded) == made[:3]
    assert set(folder.iterdir()) == {made[3], last.path, *strange}


def make_collection_beside(tmp_path):
    """Another collection whose data folder has the same name."""
    (tmp_path / "other").mkdir()
    return make_collection(tmp_path / "other")


def test_damage_anywhere_in_the_file_is_found_or_harms_nothing(saved, tmp_path):
    chance, whole = random.Random(0), saved.path.read_bytes()
    found = 0
    for _ in range(60):
        place, damaged = chance.randrange(len(whole)), bytearray(whole)
        damaged[place] ^= 1 << chance.randrange(8)
        path = tmp_path / "damaged.zip"
        path.write_bytes(damaged)
        try:
            assert check(path, quiet).members == saved.manifest.members, place
        except PolicyQAError as error:
            found += 1
            assert isinstance(error, BackupUnusable), place
    assert found > 40


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.99])
def test_a_file_that_was_cut_off_is_no_backup(saved, tmp_path, share):
    whole = saved.path.read_bytes()
    path = tmp_path / "cut.zip"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(BackupUnusable, match="is no backup of policyqa, or only part of one"):
        check(path, quiet)


def test_a_backup_of_a_newer_version_is_named_as_such(saved, tmp_path):
    later = [
        rewritten(saved.path, tmp_path / "a.zip", format=2, version="9.9", members="otherwise"),
        rewritten(saved.path, tmp_path / "b.zip", formats={"catalog.sqlite": "99"}, version="9.9"),
    ]
    for path in later:
        with pytest.raises(BackupUnusable, match=r"made by policyqa 9\.9, which is newer than this one"):
            check(path, quiet)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"product": "other"}, id="another program"),
        pytest.param({"members": []}, id="files that it does not name"),
        pytest.param({"generation": "x"}, id="a number that is none"),
        pytest.param({"unknown": 1}, id="a key that it does not have"),
        pytest.param(
            {"members": [{"name": "../x", "size": 1, "sha256": "", "mode": 0, "mtime_ns": 0}]}, id="a way out"
        ),
        pytest.param(
            {"members": [{"name": "/etc/x", "size": 1, "sha256": "", "mode": 0, "mtime_ns": 0}]}, id="a path"
        ),
        pytest.param(
            {"members": [{"name": "a", "size": "1", "sha256": "", "mode": 0, "mtime_ns": 0}]}, id="no size"
        ),
    ],
)
def test_a_strange_manifest_is_refused(saved, tmp_path, changes):
    with pytest.raises(BackupUnusable, match="is no backup of policyqa"):
        check(rewritten(saved.path, tmp_path / "strange.zip", **changes), quiet)


def test_the_command_prints_what_was_saved(call, settings, tmp_path):
    data, file = ("--data", settings.data), tmp_path / "b.zip"
    done = call("backup", file, *data)
    assert done.status == 0
    assert f"已备份 backed up  {file}" in done.out
    assert "文件 documents 4" in done.out
    shapes = [call("backup", file, "--json", *data).json, call("backup", "--check", file, "--json").json]
    assert [shape["counts"]["documents"] for shape in shapes] == [4, 4]
    assert (shapes[0]["bytes"], shapes[1]["sound"]) == (file.stat().st_size, True)
    assert "备份完好 sound" in call("backup", "--check", file).out


def test_the_command_says_what_is_wrong(call, settings, tmp_path):
    other = tmp_path / "x.zip"
    other.write_text("x", encoding="utf-8")
    done = call("backup", "--check", other)
    assert (done.status, done.out) == (1, "")
    assert "is no backup of policyqa" in done.err
    assert call("backup", other, "--keep", "2", "--data", settings.data).status == 2
    assert call("backup", tmp_path, "--keep", "0", "--data", settings.data).status == 2
