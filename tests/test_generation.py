"""Folders of indexes: held while they are read, deleted when nobody holds them, and known by their sums."""

import json
import sqlite3
import threading
from pathlib import Path

import pytest

from rag.errors import IndexDamaged
from rag.generation import (
    Hold,
    _sum,
    copy_vectors,
    discard_unused,
    finish,
    index_folder,
    making_folder,
    new_folder,
    verify,
)


def make(data, generation, chunks=3):
    """A generation as it is written, with files for its vectors."""
    folder = new_folder(data, generation)
    vectors = folder / "chroma" / "0f"
    for below in (folder / "keyword", folder / "matrix", vectors):
        below.mkdir(parents=True)
    (folder / "matrix" / "vectors.f32").write_bytes(b"vectors" * 4)
    (folder / "keyword" / "clauses.json").write_text("[]", encoding="utf-8")
    (vectors / "data_level0.bin").write_bytes(b"vectors" * 1000)
    (vectors / "index_metadata.pickle").write_bytes(b"pickle")
    with sqlite3.connect(folder / "chroma" / "chroma.sqlite3") as db:
        db.execute("CREATE TABLE collections (name)")
        db.execute("INSERT INTO collections VALUES ('clauses')")
    db.close()
    finish(data, generation, chunks)
    return index_folder(data, generation)


def generations(data):
    return sorted(path.name for path in (data / "index").iterdir())


def test_a_generation_has_its_name_only_when_it_is_complete(tmp_path):
    folder = new_folder(tmp_path, 1)
    (folder / "rest").touch()
    assert generations(tmp_path) == ["1.new"]
    assert list(new_folder(tmp_path, 1).glob("rest")) == [], "what a killed run left is not taken over"
    make(tmp_path, 1)
    assert generations(tmp_path) == ["1"]
    assert not making_folder(tmp_path, 1).exists()


def test_a_complete_one_that_no_catalog_names_gives_way(tmp_path):
    make(tmp_path, 1, chunks=3)
    make(tmp_path, 1, chunks=5)
    assert verify(index_folder(tmp_path, 1)) == 5


def test_what_nobody_holds_is_deleted_but_for_the_current_one(tmp_path):
    for generation in (1, 2, 3):
        make(tmp_path, generation)
    new_folder(tmp_path, 4)
    hold, again = Hold(tmp_path, 1), Hold(tmp_path, 1)
    discard_unused(tmp_path, 3)
    assert generations(tmp_path) == ["1", "3"]
    hold.release()
    discard_unused(tmp_path, 3)
    assert generations(tmp_path) == ["1", "3"]
    again.release()
    discard_unused(tmp_path, 3)
    assert generations(tmp_path) == ["3"]
    discard_unused(tmp_path / "none", 3)


def test_a_deletion_that_was_killed_half_way_is_finished(tmp_path):
    make(tmp_path, 1)
    make(tmp_path, 2)
    (index_folder(tmp_path, 1) / "in-use").unlink()
    with pytest.raises(FileNotFoundError):
        Hold(tmp_path, 1)
    discard_unused(tmp_path, 2)
    assert generations(tmp_path) == ["2"]


def test_what_is_gone_cannot_be_held(tmp_path):
    with pytest.raises(FileNotFoundError):
        Hold(tmp_path, 7)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux tells which files are open")
def test_what_goes_while_it_is_taken_hold_of_is_not_held_and_nothing_stays_open(tmp_path, monkeypatch):
    make(tmp_path, 1)
    mark = index_folder(tmp_path, 1) / "in-use"
    monkeypatch.setattr("rag.generation.fcntl.flock", lambda *_: mark.unlink())
    with pytest.raises(FileNotFoundError):
        Hold(tmp_path, 1)
    # Of a file that is gone the link ends in " (deleted)".
    assert not [link for link in Path("/proc/self/fd").iterdir() if str(tmp_path) in _target(link)]


def _target(link):
    """Return what an open file is; nothing for one that has been closed since the folder was listed."""
    try:
        return str(link.readlink())
    except FileNotFoundError:
        return ""


def test_a_copy_has_the_database_as_it_is_and_no_journal(tmp_path):
    folder = make(tmp_path, 1)
    (folder / "chroma" / "chroma.sqlite3-journal").write_bytes(b"")
    target = new_folder(tmp_path, 2)
    copy_vectors(folder, target)
    assert sorted(p.name for p in (target / "chroma").rglob("*")) == [
        "0f", "chroma.sqlite3", "data_level0.bin", "index_metadata.pickle",
    ]  # fmt: skip
    with sqlite3.connect(target / "chroma" / "chroma.sqlite3") as db:
        assert db.execute("SELECT * FROM collections").fetchall() == [("clauses",)]
    db.close()


@pytest.mark.parametrize("name", ["keyword/clauses.json", "matrix/vectors.f32", "chroma/0f/data_level0.bin"])
def test_a_file_that_is_not_as_it_was_made_is_named(tmp_path, name):
    folder = make(tmp_path, 1)
    assert verify(folder) == verify(folder, thoroughly=True) == 3
    path = folder / name
    path.write_bytes(path.read_bytes()[::-1])
    assert verify(folder) == 3, "a quick look sees only the sizes"
    with pytest.raises(IndexDamaged, match=path.name):
        verify(folder, thoroughly=True)
    path.write_bytes(b"")
    with pytest.raises(IndexDamaged, match=path.name):
        verify(folder)


def test_files_are_summed_at_the_same_time(tmp_path, monkeypatch):
    folder, both = make(tmp_path, 1), threading.Barrier(2)
    monkeypatch.setattr("rag.generation._READERS", 2)

    def together(path):
        # One after the other, the first would wait for ever: the barrier breaks.
        both.wait(10)
        return _sum(path)

    monkeypatch.setattr("rag.generation._sum", together)
    assert len(json.loads((folder / "sums.json").read_text(encoding="utf-8"))["files"]) == 4
    assert verify(folder, thoroughly=True) == 3


def test_a_generation_of_another_format_is_named_with_the_way_out(tmp_path):
    folder = make(tmp_path, 1)
    path = folder / "sums.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    for older in ({k: v for k, v in facts.items() if k != "format"}, {**facts, "format": 1}, []):
        path.write_text(json.dumps(older), encoding="utf-8")
        with pytest.raises(IndexDamaged, match=r"sums\.json") as caught:
            verify(folder)
        assert caught.value.fix == "policyqa rebuild"


def test_files_that_chroma_writes_to_on_each_opening_are_not_compared(tmp_path):
    folder = make(tmp_path, 1)
    (folder / "chroma" / "chroma.sqlite3").write_bytes(b"")
    assert verify(folder, thoroughly=True) == 3
    known = json.loads((folder / "sums.json").read_text(encoding="utf-8"))["files"]
    assert set(known) == {
        "keyword/clauses.json",
        "matrix/vectors.f32",
        "chroma/0f/data_level0.bin",
        "chroma/0f/index_metadata.pickle",
    }
