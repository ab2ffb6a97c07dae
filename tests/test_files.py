"""Which files a path stands for, and what is refused."""

import errno
import os
import socket
from pathlib import Path

import pytest

from ingest.source import files
from ingest.source.files import File, find, is_there
from rag.errors import MissingPath

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


def addresses(found):
    return [file.address for file in found.files]


def test_a_folder_gives_its_files_at_any_depth_in_the_order_of_their_names(folder):
    paths = [written(folder / name) for name in ("丙.txt", "a/甲.txt", "乙.txt", "a/b/丁.docx")]
    assert addresses(find([folder])) == sorted(map(str, paths))


def test_a_file_knows_its_path_size_and_time(folder):
    path = written(folder / "甲.txt")
    [file] = find([path]).files
    assert file == File(path, None, len(TEXT.encode()), path.stat().st_mtime_ns)
    assert (file.address, file.name) == (str(path), "甲.txt")


def test_a_relative_path_has_the_same_address_from_everywhere(folder, monkeypatch):
    written(folder / "甲.txt")
    monkeypatch.chdir(folder)
    assert addresses(find([Path("甲.txt")])) == addresses(find([folder])) == addresses(find([Path()]))


@pytest.mark.parametrize(
    "name",
    [
        ".甲.txt", ".git/甲.txt", "__MACOSX/甲.txt", "README.md", "readme.txt", "NOTICE", "LICENSE.txt", "~$甲.docx",
        ".~甲.docx", "甲.txt.meta.toml", "Thumbs.db", "desktop.ini", "policyqa-data/originals/甲.txt",
    ],
)  # fmt: skip
def test_hidden_and_companion_files_are_no_documents(folder, name):
    kept = written(folder / "乙.txt")
    written(folder / name)
    (folder / "policyqa-data").mkdir(exist_ok=True)
    written(folder / "policyqa-data" / "catalog.sqlite")
    found = find([folder])
    assert (addresses(found), found.refused) == ([str(kept)], ())


def test_a_hidden_file_that_is_named_is_taken(folder):
    path = written(folder / ".甲.txt")
    assert addresses(find([path])) == [str(path)]


def test_a_file_that_is_given_twice_is_there_once(folder):
    path = written(folder / "甲.txt")
    assert addresses(find([path, folder, path])) == [str(path)]


@pytest.mark.parametrize("name", ["没有", "没有/甲.txt"])
def test_a_missing_path_is_an_error(folder, name):
    with pytest.raises(MissingPath, match=r"没有.* does not exist") as caught:
        find([folder / name])
    assert caught.value.fix == "check the path"


@pytest.mark.parametrize("name", [None, "README.md"])
def test_a_folder_without_any_document_is_an_error_that_names_the_formats(folder, name):
    if name:
        written(folder / name)
    with pytest.raises(MissingPath, match="in holds no file to read") as caught:
        find([folder])
    assert ".txt, .md, .docx, " in caught.value.fix


def refusals(found):
    assert all(failed.fix and "\n" not in failed.path + failed.message for failed in found.refused)
    return {Path(failed.path).name: failed.message for failed in found.refused}


def test_links_out_of_the_folder_to_nowhere_and_in_a_circle_are_refused_and_the_rest_goes_in(folder):
    secret = written(folder.parent / "out" / "密.txt")
    inside = written(folder / "甲.txt")
    for name, target in {
        "外.txt": secret, "外面": secret.parent, "断.txt": folder / "没有", "圈.txt": folder / "圈.txt",
        "内.txt": inside, "自己": folder,
    }.items():  # fmt: skip
        (folder / name).symlink_to(target)
    found = find([folder])
    assert addresses(found) == [str(folder / "内.txt"), str(inside)]
    assert refusals(found) == {
        "外.txt": "外.txt is a link that leads out of the folder.",
        "外面": "外面 is a link that leads out of the folder.",
        "断.txt": "断.txt is a link that leads nowhere, or has just gone.",
        "圈.txt": "圈.txt is a link that leads in a circle.",
    }


def test_a_link_that_is_named_and_one_into_another_given_folder_are_followed(folder):
    target = written(folder.parent / "out" / "外.txt")
    (folder / "链.txt").symlink_to(target)
    assert addresses(find([folder / "链.txt"])) == [str(target)]
    assert addresses(find([folder, target.parent])) == [str(folder / "链.txt"), str(target)]


def test_what_is_no_regular_file_is_refused_without_waiting_for_it(folder):
    os.mkfifo(folder / "管.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(folder / "座.txt"))
        found = find([folder])
    assert refusals(found) == {
        "管.txt": "管.txt is no file but a named pipe.",
        "座.txt": "座.txt is no file but a socket.",
    }
    assert find([Path("/dev/null")]).refused[0].message == "null is no file but a device."


def test_names_that_are_not_utf8_or_hold_control_characters_are_refused_and_shown_escaped(folder):
    raw = os.fsencode(folder) + b"/"
    for name in (
        "办法".encode("gb18030") + b".txt",
        b"\xff.txt",
        b"a\nb.txt",
        b"\x1b[31mred.txt",
        "甲\u202etxt.exe".encode(),
    ):
        Path(os.fsdecode(raw + name)).write_bytes(TEXT.encode())
    kept = written(folder / "甲 乙\u200b.txt")
    found = find([folder])
    assert addresses(found) == [str(kept)]
    assert refusals(found) == {
        "办法.txt": "The name of 办法.txt is not UTF-8.",
        "\ufffd.txt": "The name of \ufffd.txt is not UTF-8.",
        "a\\u000ab.txt": "The name of a\\u000ab.txt holds the control character U+000A.",
        "\\u001b[31mred.txt": "The name of \\u001b[31mred.txt holds the control character U+001B.",
        "甲\\u202etxt.exe": "The name of 甲\\u202etxt.exe holds the control character U+202E.",
    }
    assert {failed.fix for failed in found.refused} == {"rename the file"}


def test_a_folder_whose_name_cannot_be_stored_is_refused_once(folder):
    written(folder / "a\nb" / "甲.txt")
    written(folder / "a\nb" / "乙.txt")
    found = find([folder])
    assert found.files == ()
    assert refusals(found) == {"a\\u000ab": "The name of a\\u000ab holds the control character U+000A."}


def test_a_folder_that_may_not_be_read_is_named_and_the_rest_goes_in(folder, monkeypatch):
    kept = written(folder / "甲.txt")
    written(folder / "私" / "乙.txt")
    scandir = os.scandir

    def guarded(path):
        if Path(path).name == "私":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    found = find([folder])
    assert addresses(found) == [str(kept)]
    assert refusals(found) == {"私": f"Cannot look into {folder / '私'}: Permission denied."}


def test_an_address_is_there_while_its_file_is(folder):
    path = written(folder / "甲.txt")
    [file] = find([path]).files
    assert is_there(file.address)
    path.unlink()
    assert not is_there(file.address)
    assert not is_there(str(path / "乙.txt"))


def test_an_address_that_cannot_be_looked_at_counts_as_there(folder, monkeypatch):
    def guarded(self):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(files.Path, "lstat", guarded)
    assert is_there(str(folder / "甲.txt"))
