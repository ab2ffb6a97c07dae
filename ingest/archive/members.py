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
from ingest.report import FailedFile
from rag.errors import UnreadableFile

MAX_DEPTH = 2
"""A .zip in a .zip is read, one in that is not."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_UNIX = 3
_UNPACK = "unpack it and give the folder"


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
        raise UnreadableFile(f"{path.name} holds no file.", fix="put the documents into it, or leave it out")
    if "[Content_Types].xml" in found.members:
        fix = "give it its right suffix: .docx for a document of Word"
        raise UnreadableFile(f"{path.name} is a document of an office program, not an archive.", fix=fix)
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
    raise UnreadableFile(f"{member} is no longer in its archive.", fix="run the command again")


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
            raise UnreadableFile(f"{own_name} is protected by a password.", fix=_UNPACK)
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
                found.refused.append(FailedFile(f"{path}/{shown(member)}", fault.message, fault.fix))


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
        reason = "has a name that leads out of the archive"
    elif is_companion(parts):
        return None
    elif wrong := fault(name):
        reason = f"has a name that {wrong}"
    elif len(twins) > 1:
        reason = f"is {len(twins)} files of one name"
    elif kind not in (0, stat.S_IFREG):
        reason = "is a link or a device, not a file"
    elif _is_locked(info):
        reason = "is protected by a password"
    elif info.compress_type not in _METHODS:
        reason = f"is packed by a method that cannot be read here ({info.compress_type})"
    elif is_archive(name) and depth + 1 >= MAX_DEPTH:
        reason = "is an archive in an archive in an archive"
    else:
        return None
    return UnreadableFile(f"{shown(parts[-1] or name)} {reason}.", fix=_UNPACK)


def _is_locked(info: zipfile.ZipInfo) -> bool:
    return bool(info.flag_bits & 1)
