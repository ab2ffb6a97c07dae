"""Documents in .zip files: what is read, what is refused one by one, and which archives are refused as a whole."""

import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from fakes_archive import GOOD, TEXT, failure, locked, names, refusals, saved, zipped

from ingest.source import copies
from ingest.source.files import clear, copied, find, is_there


def in_gbk(data, name, encoded):
    """Give a member a name in another encoding, without the sign for UTF-8, as programs in China do."""
    placeholder = name.encode()
    assert len(placeholder) == len(encoded)
    return data.replace(placeholder, encoded)


def test_members_are_files_with_the_archives_path_size_and_time(tmp_path):
    path = saved(tmp_path, zipped([("甲.txt", TEXT), ("b/", ""), ("b/乙.docx", "x"), ("c.exe", "x")]))
    found = find([tmp_path])
    assert names(found) == ["甲.txt", "b/乙.docx", "c.exe"]
    file = found.files[1]
    assert (file.path, file.size, file.name) == (path, path.stat().st_size, "乙.docx")
    assert file.address == f"{path}/b/乙.docx"
    assert found.refused == ()


def test_a_member_is_copied_under_its_own_name(tmp_path):
    [file] = find([saved(tmp_path, zipped([("b/甲.txt", TEXT)]))]).files
    with copied(file, tmp_path / "reading") as copy:
        assert (copy.path.name, copy.path.read_text(encoding="utf-8")) == ("甲.txt", TEXT)
    assert list((tmp_path / "reading").iterdir()) == []


def test_an_archive_in_an_archive_is_read_and_one_in_that_is_refused(tmp_path):
    third = zipped([("丙.txt", "丙")])
    second = zipped([("乙.txt", TEXT), ("深/三.zip", third), ("乙二.txt", "乙二")])
    path = saved(tmp_path, zipped([("甲.txt", "甲"), ("二.zip", second)]))
    found = find([path])
    assert names(found) == ["甲.txt", "二.zip/乙.txt", "二.zip/乙二.txt"]
    assert refusals(found, path) == {"二.zip/深/三.zip": "三.zip is an archive in an archive in an archive."}
    for file, text in zip(found.files, ["甲", TEXT, "乙二"], strict=True):
        with copied(file, tmp_path / "reading") as copy:
            assert copy.path.read_text(encoding="utf-8") == text
    assert all(is_there(file.address) for file in found.files)


def test_what_is_beside_the_documents_of_a_mac_is_no_document(tmp_path):
    members = [
        "__MACOSX/._甲.txt",
        "._甲.txt",
        ".DS_Store",
        "b/.hidden/x.txt",
        "README.md",
        "甲.txt.meta.toml",
        "甲.txt",
    ]
    found = find([saved(tmp_path, zipped([(name, "x") for name in members]))])
    assert (names(found), found.refused) == (["甲.txt"], ())


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("附件/数据管理办法.docx".encode("gb18030"), "附件/数据管理办法.docx", id="GBK"),
        pytest.param("鄱阳.txt".encode("gb18030"), "鄱阳.txt", id="GBK, rare characters"),
        pytest.param("資料管理辦法.txt".encode("cp950"), "資料管理辦法.txt", id="Big5"),
        pytest.param("办法.txt".encode(), "办法.txt", id="UTF-8 without its sign"),
        pytest.param("café.txt".encode("cp437"), "café.txt", id="a Western name"),
    ],
)
def test_names_are_read_as_they_were_meant(tmp_path, raw, shown):
    name = "x" * len(raw)
    [file] = find([saved(tmp_path, in_gbk(zipped([(name, TEXT)]), name, raw))]).files
    assert file.member == shown
    if shown.endswith(".txt"):
        with copied(file, tmp_path / "reading") as copy:
            assert copy.path.read_text(encoding="utf-8") == TEXT


def member(name, **fields):
    info = zipfile.ZipInfo(name)
    for key, value in fields.items():
        setattr(info, key, value)
    return info


OUT = "has a name that leads out of the archive"


@pytest.mark.parametrize(
    ("info", "reason"),
    [
        pytest.param(member("../甲.txt"), OUT, id="up"),
        pytest.param(member("b/../../甲.txt"), OUT, id="up in the middle"),
        pytest.param(member("/etc/甲.txt"), OUT, id="absolute"),
        pytest.param(member("C:/甲.txt"), OUT, id="drive letter"),
        pytest.param(member("..\\甲.txt"), OUT, id="backslash"),
        pytest.param(member("b\\甲.txt"), OUT, id="backslash as separator"),
        pytest.param(member("a\nb.txt"), "has a name that holds the control character U+000A", id="newline"),
        pytest.param(
            member("a\x1b[2Jb.txt"), "has a name that holds the control character U+001B", id="escape"
        ),
        pytest.param(
            member("链.txt", create_system=3, external_attr=(stat.S_IFLNK | 0o777) << 16),
            "is a link or a device, not a file",
            id="link",
        ),
    ],
)
def test_a_dangerous_member_is_refused_and_the_rest_goes_in(tmp_path, info, reason):
    path = saved(tmp_path, zipped([(info, "x"), ("甲.txt", TEXT)]))
    found = find([path])
    assert names(found) == ["甲.txt"]
    [failed] = found.refused
    assert reason in failed.message
    assert failed.fix == "unpack it and give the folder"
    assert "\n" not in failed.path + failed.message


def test_two_members_of_one_name_are_refused_as_nobody_knows_which_is_meant(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = saved(tmp_path, zipped([("甲.txt", "a"), ("甲.txt", "b"), ("乙.txt", "c")]))
    found = find([path])
    assert names(found) == ["乙.txt"]
    assert refusals(found, path) == {"甲.txt": "甲.txt is 2 files of one name."}


def test_a_locked_member_is_refused_and_a_locked_archive_once(tmp_path):
    data = zipped([("甲.txt", "a"), ("乙.txt", "b")])
    path = saved(tmp_path, locked(data, "甲.txt"))
    found = find([path])
    assert names(found) == ["乙.txt"]
    assert refusals(found, path) == {"甲.txt": "甲.txt is protected by a password."}
    found = find([saved(tmp_path, locked(data, "甲.txt", "乙.txt"), "锁.zip")])
    assert (found.files, [f.message for f in found.refused]) == ((), ["锁.zip is protected by a password."])


def test_a_packing_method_that_cannot_be_read_is_named(tmp_path):
    data = zipped([("甲.txt", TEXT), ("乙.txt", TEXT)])
    at = data.rindex(b"PK\1\2") + 10
    path = saved(tmp_path, data[:at] + struct.pack("<H", 9) + data[at + 2 :])
    found = find([path])
    assert names(found) == ["甲.txt"]
    assert refusals(found, path) == {"乙.txt": "乙.txt is packed by a method that cannot be read here (9)."}


def test_a_damaged_member_is_refused_when_it_is_copied_and_the_next_is_not(tmp_path):
    data = bytearray(zipped([("甲.txt", os.urandom(5000)), ("乙.txt", TEXT)]))
    data[200:220] = bytes(20)
    first, second = find([saved(tmp_path, bytes(data))]).files
    assert "甲.txt is damaged: Bad CRC-32" in failure(first, tmp_path)
    with copied(second, tmp_path / "reading") as copy:
        assert copy.path.read_text(encoding="utf-8") == TEXT


def test_a_member_that_is_too_large_for_its_format_is_not_unpacked_whole(tmp_path):
    [file] = find([saved(tmp_path, zipped([("大.txt", bytes(22 * 1000**2))]))]).files
    assert failure(file, tmp_path) == "大.txt has 21 MB; a .txt file may have 20 MB."


def test_a_member_that_lies_about_its_size_is_refused(tmp_path):
    data = bytearray(zipped([("甲.txt", TEXT * 1000)]))
    at = data.rindex(b"PK\1\2") + 24
    data[at : at + 4] = struct.pack("<L", 100)
    [file] = find([saved(tmp_path, bytes(data))]).files
    assert "甲.txt is damaged" in failure(file, tmp_path)


def test_a_member_without_a_reader_is_refused_like_a_file(tmp_path):
    [file] = find([saved(tmp_path, zipped([("程序.exe", "x")]))]).files
    assert "no reader for '.exe'" in failure(file, tmp_path)


def test_an_archive_that_changes_while_a_member_is_copied_is_refused(tmp_path, monkeypatch):
    path = saved(tmp_path, GOOD)
    file = find([path]).files[0]
    blocks = copies.blocks

    def changing(*args):
        yield from blocks(*args)
        path.write_bytes(path.read_bytes() + b"x")

    monkeypatch.setattr(copies, "blocks", changing)
    monkeypatch.setattr(copies, "_WAIT_S", 0)
    assert failure(file, tmp_path) == "甲.txt changed while it was being read."


def test_a_name_longer_than_a_file_may_have_is_cut_in_the_copy_only(tmp_path):
    name = "长" * 300 + ".txt"
    [file] = find([saved(tmp_path, zipped([(name, TEXT)]))]).files
    assert file.name == name
    with copied(file, tmp_path / "reading") as copy:
        assert copy.path.name == "长" * 83 + ".txt"
        assert copy.path.read_text(encoding="utf-8") == TEXT


def test_a_member_is_there_while_the_archive_lists_it(tmp_path):
    path = saved(tmp_path, zipped([("b/甲.txt", TEXT), ("二.zip", zipped([("乙.txt", TEXT)]))]))
    kept, inner = (f.address for f in find([path]).files)
    assert is_there(kept)
    assert is_there(inner)
    assert not is_there(f"{path}/丙.txt")
    saved(tmp_path, zipped([("二.zip", zipped([("丙.txt", TEXT)]))]))
    assert not is_there(kept)
    assert not is_there(inner)
    saved(tmp_path, locked(zipped([("b/甲.txt", TEXT), ("c.txt", "")]), "b/甲.txt"))
    assert is_there(kept), "it is refused now, not gone"
    saved(tmp_path, GOOD[:-30])
    assert is_there(kept), "nobody knows what a damaged archive holds"
    path.unlink()
    assert not is_there(kept)


OPEN = Path("/proc/self/fd")


@pytest.mark.skipif(not OPEN.is_dir(), reason="only Linux tells which files are open")
def test_archives_are_kept_open_between_members_and_closed_by_clear(tmp_path):
    path = saved(tmp_path, GOOD)
    for file in find([path]).files:
        with copied(file, tmp_path / "reading"):
            pass
    assert [link.resolve() for link in OPEN.iterdir()].count(path) == 1
    clear(tmp_path / "reading")
    assert path not in [link.resolve() for link in OPEN.iterdir()]
