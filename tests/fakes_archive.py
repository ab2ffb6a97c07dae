"""What the tests of archives share: making, damaging and listing them."""

import io
import zipfile

import pytest

from ingest.source.files import copied, find
from rag.errors import UnreadableFile, UnsupportedFormat

TEXT = "某市数据管理办法\n第一条 为了规范，制定本办法。\n"


def zipped(members, **how):
    """The bytes of a .zip; `members` are (name or ZipInfo, content)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression=zipfile.ZIP_DEFLATED, **how) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def saved(folder, data, name="包.zip"):
    path = folder / name
    path.write_bytes(data)
    return path


def locked(data, *members):
    """Set the sign for encryption on these members, in both headers."""
    data = bytearray(data)
    for signature, flags, name in ((b"PK\1\2", 8, 46), (b"PK\3\4", 6, 30)):
        at = data.find(signature)
        while at >= 0:
            if any(data[at + name :].startswith(m.encode()) for m in members):
                data[at + flags] |= 1
            at = data.find(signature, at + 1)
    return bytes(data)


GOOD = zipped([("甲.txt", TEXT), ("乙.txt", TEXT)])


def names(found):
    return [file.member for file in found.files]


def refusals(found, path):
    assert all(failed.fix for failed in found.refused)
    return {failed.path.removeprefix(f"{path}/"): failed.message for failed in found.refused}


def whole(tmp_path, data, name="包.zip"):
    """The single reason why an archive is refused."""
    found = find([saved(tmp_path, data, name)])
    assert found.files == ()
    [failed] = found.refused
    assert failed.path == str(tmp_path / name)
    assert failed.fix
    return failed.message


def failure(file, tmp_path):
    with pytest.raises((UnreadableFile, UnsupportedFormat)) as caught, copied(file, tmp_path / "reading"):
        pass
    assert caught.value.fix
    return caught.value.message
