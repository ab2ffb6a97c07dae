"""What a .zip holds; its names are only names, and nothing is ever written to where they point."""

import hashlib
import re
import stat
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO

from ingest.archive.names import fault, is_companion, shown
from ingest.archive.opened import Budget, TooMuch, check_count, name_of, open_archive, state_of, unpacked
from ingest.report import FailedFile, failed_file
from ingest.unread import AGAIN, AGAIN_ZH
from rag.errors import UnreadableFile

MAX_DEPTH = 2
"""A .zip in a .zip is read, one in that is not."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_UNIX = 3
_UNPACK = "unpack it and give the folder"
_UNPACK_ZH = "请解压后把里面的文件放进来"


@dataclass(slots=True)
class Contents:
    """The members of an archive, in its order; those of an archive in it are named `inner.zip/b.docx`."""

    members: list[str] = field(default_factory=list)
    refused: list[FailedFile] = field(default_factory=list)
    """Members that must not be read, each under the archive's path and its own name."""


def contents(path: Path) -> Contents:
    """List the members that are no companions, those of inner archives too.

    Raises:
        UnreadableFile: The archive as a whole is damaged, locked, empty, or would unpack to too much.
        OSError: It cannot be opened.
    """
    found = Contents()
    with path.open("rb") as stream:
        _list(stream, path, (), found, Budget(path))
    if not found.members and not found.refused:
        raise UnreadableFile(
            f"{path.name} holds no file.",
            fix="put the documents into it, or leave it out",
            chinese=(f"{path.name} 里没有文件。", "请把文件放进去，或不要收入"),
        )
    if "[Content_Types].xml" in found.members:
        fix = "give it its right suffix: .docx for a document of Word"
        raise UnreadableFile(
            f"{path.name} is a document of an office program, not an archive.",
            fix=fix,
            chinese=(f"{path.name} 是办公软件的文件，不是压缩包。", "请改回正确的后缀：Word 文件为 .docx"),
        )
    return found


def blocks(path: Path, member: str, folder: Path) -> Iterator[bytes]:
    """Yield the bytes of a member.

    Args:
        path: The archive.
        member: Its name as `contents` gives it.
        folder: Where inner archives stay unpacked.

    Raises:
        UnreadableFile: The member is gone or damaged.
    """
    archive, infos = _kept_open(path, *state_of(path.stat()))
    if info := infos.get(member):
        yield from unpacked(archive, info)
        return
    for name, info in infos.items():
        if is_archive(name) and member.startswith(f"{name}/"):
            key = hashlib.sha256(f"{path}/{name}/{path.stat().st_mtime_ns}".encode()).hexdigest()
            inner = folder / f"{key[:32]}.zip"
            if not inner.exists():
                part = inner.with_suffix(".part")
                with part.open("wb") as copy:
                    copy.writelines(unpacked(archive, info))
                part.replace(inner)
            yield from blocks(inner, member.removeprefix(f"{name}/"), folder)
            return
    raise UnreadableFile(
        f"{member} is no longer in its archive.",
        fix=AGAIN,
        chinese=(f"{member} 已不在压缩包里。", AGAIN_ZH),
    )


def close() -> None:
    """Close the archives that `blocks` keeps open, as their members are asked for one by one."""
    _kept_open.cache_clear()


@lru_cache(maxsize=2)
def _kept_open(path: Path, size: int, mtime_ns: int) -> tuple[zipfile.ZipFile, Mapping[str, zipfile.ZipInfo]]:
    """Open an archive once in each state of it; reading the list of its members anew for each takes too long."""
    archive = open_archive(path, path.name)
    return archive, {name_of(info): info for info in archive.infolist()}


def is_archive(name: str) -> bool:
    """Tell from a name whether this is an archive that is looked into."""
    return name.lower().endswith(".zip")


def _list(stream: IO[bytes], path: Path, within: tuple[str, ...], found: Contents, budget: Budget) -> None:
    """Add what an archive holds; `within` are the names of the inner archives that lead to it."""
    own_name = (path.name, *within)[-1]
    check_count(stream, own_name)
    with open_archive(stream, own_name) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        budget.take(infos)
        if infos and all(_is_locked(info) for info in infos):
            raise UnreadableFile(
                f"{own_name} is protected by a password.",
                fix=_UNPACK,
                chinese=(f"{own_name} 有密码保护。", _UNPACK_ZH),
            )
        same: dict[str, list[zipfile.ZipInfo]] = {}
        for info in infos:
            same.setdefault(name_of(info), []).append(info)
        for name, twins in same.items():
            member, fault = "/".join((*within, name)), _fault(name, twins, len(within))
            if fault is None and is_companion(name.split("/")):
                continue
            if fault is None and is_archive(name):
                fault = _list_inner(archive, twins[0], path, (*within, name), found, budget)
            elif fault is None:
                found.members.append(member)
            if fault:
                found.refused.append(failed_file(f"{path}/{shown(member)}", fault))


def _list_inner(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    path: Path,
    within: tuple[str, ...],
    found: Contents,
    budget: Budget,
) -> UnreadableFile | None:
    """Add what an inner archive holds; return why it cannot be read, or None."""
    try:
        with tempfile.TemporaryFile() as copy:
            copy.writelines(unpacked(archive, info))
            _list(copy, path, within, found, budget)
    except TooMuch:
        raise
    except UnreadableFile as error:
        return error
    return None


def _fault(name: str, twins: Sequence[zipfile.ZipInfo], depth: int) -> UnreadableFile | None:
    """Return why a member must not be read, or None; companions are refused for nothing but a dangerous name."""
    parts, info = name.split("/"), twins[0]
    kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system == _UNIX else 0
    if ".." in parts or "" in parts or "\\" in name or re.match("[A-Za-z]:", name):
        reason, chinese = "has a name that leads out of the archive", "的名称指向压缩包之外"
    elif is_companion(parts):
        return None
    elif wrong := fault(name):
        reason, chinese = f"has a name that {wrong.english}", f"的名称{wrong.chinese}"
    elif len(twins) > 1:
        reason, chinese = f"is {len(twins)} files of one name", f"：有 {len(twins)} 个同名文件"
    elif kind not in (0, stat.S_IFREG):
        reason, chinese = "is a link or a device, not a file", "是链接或设备，不是文件"
    elif _is_locked(info):
        reason, chinese = "is protected by a password", "有密码保护"
    elif info.compress_type not in _METHODS:
        method = info.compress_type
        reason = f"is packed by a method that cannot be read here ({method})"
        chinese = f"的压缩方法（{method}）无法读取"
    elif is_archive(name) and depth + 1 >= MAX_DEPTH:
        reason, chinese = "is an archive in an archive in an archive", "是第三层压缩包"
    else:
        return None
    own = shown(parts[-1] or name)
    return UnreadableFile(f"{own} {reason}.", fix=_UNPACK, chinese=(f"{own} {chinese}。", _UNPACK_ZH))


def _is_locked(info: zipfile.ZipInfo) -> bool:
    return bool(info.flag_bits & 1)
