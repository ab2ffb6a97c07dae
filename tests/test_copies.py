"""Copies of files that do not change while they are read."""

import errno
import hashlib
import os

import pytest

from ingest.source import copies
from ingest.source.files import clear, copied, find
from rag.errors import DiskFull, UnreadableFile, UnsupportedFormat

TEXT = "某市数据管理办法\n第一条 为了规范，制定本办法。\n"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "in"
    made.mkdir()
    return made


def written(path, text=TEXT):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_copy_has_the_files_name_bytes_and_hash_and_is_gone_afterwards(folder, tmp_path):
    name = "长" * 83 + "ab.txt"  # 255 bytes
    path = written(folder / name)
    [file] = find([folder]).files
    with copied(file, tmp_path / "data" / "reading") as copy:
        path.write_text("another", encoding="utf-8")
        assert copy.path.name == name
        assert copy.path.read_text(encoding="utf-8") == TEXT
        assert copy.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert list((tmp_path / "data" / "reading").iterdir()) == []


def test_a_copy_is_removed_after_an_error_and_what_a_kill_left_by_clear(folder, tmp_path):
    [file] = find([written(folder / "甲.txt")]).files
    with pytest.raises(KeyError), copied(file, tmp_path / "reading"):
        raise KeyError
    assert list((tmp_path / "reading").iterdir()) == []
    written(tmp_path / "reading" / "tmpabc" / "甲.txt")
    clear(tmp_path / "reading")
    clear(tmp_path / "reading")
    assert not (tmp_path / "reading").exists()


def test_a_file_that_is_being_written_is_refused_and_taken_once_it_is_saved(folder, tmp_path, monkeypatch):
    path = written(folder / "甲.txt")
    [file] = find([path]).files
    blocks = copies._blocks

    def growing(path):
        yield from blocks(path)
        with path.open("a", encoding="utf-8") as stream:
            stream.write("第二条\n")

    monkeypatch.setattr(copies, "_WAIT_S", 0.01)
    with monkeypatch.context() as patch:
        patch.setattr(copies, "_blocks", growing)
        with pytest.raises(UnreadableFile, match=r"甲\.txt changed while it was being read") as caught:
            copied(file, tmp_path / "reading").__enter__()
    assert caught.value.fix == "try again when it is saved"
    assert list((tmp_path / "reading").iterdir()) == []
    with copied(file, tmp_path / "reading") as copy:
        assert copy.path.read_bytes() == path.read_bytes()


def test_a_file_that_changes_once_is_copied_at_the_second_try(folder, tmp_path, monkeypatch):
    path = written(folder / "甲.txt")
    [file] = find([path]).files
    blocks = copies._blocks

    def changing(path):
        yield from blocks(path)
        if path.read_text(encoding="utf-8") == TEXT:
            path.write_text(TEXT * 2, encoding="utf-8")

    monkeypatch.setattr(copies, "_blocks", changing)
    monkeypatch.setattr(copies, "_WAIT_S", 0.01)
    with copied(file, tmp_path) as copy:
        assert copy.path.read_text(encoding="utf-8") == TEXT * 2


def failure(file, tmp_path):
    with pytest.raises((UnreadableFile, UnsupportedFormat)) as caught, copied(file, tmp_path / "reading"):
        pass
    assert caught.value.fix
    return caught.value.message


def test_a_sparse_file_is_refused_before_it_is_copied(folder, tmp_path):
    path = folder / "大.txt"
    with path.open("wb") as stream:
        stream.truncate(2**42)
    [file] = find([folder]).files
    assert failure(file, tmp_path) == "大.txt has 4,398,047 MB; a .txt file may have 20 MB."
    assert not (tmp_path / "reading").exists()


def test_a_suffix_without_reader_is_refused_before_it_is_copied(folder, tmp_path):
    [file] = find([written(folder / "程序.exe")]).files
    assert "no reader for '.exe'" in failure(file, tmp_path)
    assert not (tmp_path / "reading").exists()


def test_a_file_that_has_gone_or_become_a_pipe_is_refused(folder, tmp_path):
    path = written(folder / "甲.txt")
    [file] = find([path]).files
    path.unlink()
    assert failure(file, tmp_path) == "甲.txt has just gone."
    os.mkfifo(path)
    assert failure(file, tmp_path) == "甲.txt is no longer a regular file."


def test_a_pipe_that_takes_the_files_place_at_the_last_moment_does_not_block(folder):
    os.mkfifo(folder / "甲.txt")
    assert list(copies._blocks(folder / "甲.txt")) == []


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "Cannot read 甲.txt: Permission denied."),
        (OSError(errno.EIO, "Input/output error"), "Cannot read 甲.txt: Input/output error."),
    ],
)
def test_what_the_disk_refuses_is_told(folder, tmp_path, monkeypatch, error, message):
    [file] = find([written(folder / "甲.txt")]).files

    def refused(*args):
        raise error

    monkeypatch.setattr(copies.os, "open", refused)
    assert failure(file, tmp_path) == message


def test_a_full_disk_stops_the_run(folder, tmp_path, monkeypatch):
    [file] = find([written(folder / "甲.txt")]).files

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(copies, "_blocks", full)
    with pytest.raises(DiskFull, match=r"There is no room in .*reading for a copy of 甲\.txt") as caught:
        copied(file, tmp_path / "reading").__enter__()
    assert "make room" in caught.value.fix
