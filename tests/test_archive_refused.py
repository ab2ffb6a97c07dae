"""Archives that are refused as a whole: damaged, locked, empty, or made to fill a disk."""

import os
import struct

import pytest
from fakes_archive import GOOD, TEXT, names, refusals, saved, whole, zipped

from ingest.archive import opened
from ingest.source.files import find


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(GOOD[:-30], "包.zip is damaged: File is not a zip file", id="cut off"),
        pytest.param(b"", "包.zip is damaged", id="empty file"),
        pytest.param(b"Rar!\x1a\x07\0" + bytes(100), "包.zip is damaged", id="not a zip"),
        pytest.param(GOOD.replace(b"PK\1\2", b"PK\1\3", 1), "包.zip is damaged: Bad magic", id="bad directory"),
        pytest.param(zipped([]), "包.zip holds no file", id="no member"),
        pytest.param(zipped([("__MACOSX/x", "x")]), "包.zip holds no file", id="only companions"),
        pytest.param(zipped([("[Content_Types].xml", "x"), ("word/document.xml", "x")]), "is a document of an office program", id="a .docx"),
    ],
)  # fmt: skip
def test_an_archive_that_cannot_be_read_is_refused_once(tmp_path, data, message):
    assert message in whole(tmp_path, data)


def test_an_inner_archive_that_is_damaged_is_refused_and_the_rest_goes_in(tmp_path):
    path = saved(tmp_path, zipped([("坏.zip", GOOD[:-30]), ("好.zip", GOOD), ("甲.txt", TEXT)]))
    found = find([path])
    assert names(found) == ["好.zip/甲.txt", "好.zip/乙.txt", "甲.txt"]
    assert refusals(found, path) == {"坏.zip": "坏.zip is damaged: File is not a zip file."}


def test_a_bomb_is_refused_whether_flat_or_nested(tmp_path, monkeypatch):
    monkeypatch.setattr(opened, "_SMALL", 1024**2)
    zeros = zipped([("大.txt", bytes(11 * 1024**2))])
    assert "包.zip would unpack from 0.0 to 12 MB or more" in whole(tmp_path, zeros)
    assert "炸.zip would unpack from" in whole(tmp_path, zipped([("内.zip", zeros)]), "炸.zip")
    many = zipped([(f"{i}.zip", zipped([("零.txt", bytes(1024**2))])) for i in range(12)])
    assert "多.zip would unpack from" in whole(tmp_path, many, "多.zip")


def test_a_large_archive_of_ordinary_files_is_no_bomb(tmp_path, monkeypatch):
    monkeypatch.setattr(opened, "_SMALL", 1024**2)
    content = os.urandom(1024**2)
    path = saved(tmp_path, zipped([("空白.bmp", bytes(9 * 1024**2)), ("扫描.pdf", content)]))
    assert names(find([path])) == ["空白.bmp", "扫描.pdf"]


def test_too_many_members_are_refused(tmp_path, monkeypatch):
    data = zipped([(f"{i}.txt", "") for i in range(30)])
    monkeypatch.setattr(opened, "MAX_MEMBERS", 20)
    assert whole(tmp_path, data) == "包.zip holds more than 20 files."
    monkeypatch.setattr(opened, "MAX_MEMBERS", 35)
    assert (
        whole(tmp_path, zipped([("内.zip", data), ("b.zip", data)]), "二.zip")
        == "二.zip holds more than 35 files."
    )
    monkeypatch.setattr(opened, "_MAX_SIGNATURES", 20)
    monkeypatch.setattr(opened.zipfile, "ZipFile", None)  # Refused before the directory is read into memory.
    assert "holds more than" in whole(tmp_path, data, "三.zip")


def test_an_archive_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(opened, "MAX_BYTES", 200)
    assert whole(tmp_path, GOOD) == "包.zip has 0 MB; a .zip may have 0 MB."


def test_members_that_share_their_bytes_are_refused(tmp_path):
    """The trick of bombs that unpack to petabytes without nesting."""
    data = bytearray(zipped([("甲.txt", TEXT * 9), ("乙.txt", TEXT * 9)]))
    second = data.rindex(b"PK\1\2")
    data[second + 42 : second + 46] = struct.pack("<L", 0)
    assert whole(tmp_path, bytes(data)) == "包.zip holds files that overlap, as only a crafted one does."


def test_an_archive_that_holds_itself_ends(tmp_path):
    data = zipped([("甲.txt", TEXT)])
    for _ in range(5):
        data = zipped([("包.zip", data)])
    path = saved(tmp_path, data)
    found = find([path])
    assert found.files == ()
    assert list(refusals(found, path)) == ["包.zip/包.zip"]
