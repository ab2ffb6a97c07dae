"""The files that a user gives: found in folders and archives, named one by one, and remembered by their addresses."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest import readers
from ingest.archive.members import Contents, contents, is_archive
from ingest.archive.names import fault, is_companion, shown
from ingest.archive.opened import state_of
from ingest.report import FailedFile, failed_file
from ingest.source.copies import Copy, File, clear, copied
from ingest.unread import not_read
from rag.errors import MissingPath, UnreadableFile

__all__ = ["Copy", "File", "Found", "clear", "copied", "find", "is_there"]
_COLLECTION = "catalog.sqlite"
_KINDS = {
    stat.S_IFIFO: ("a named pipe", "命名管道"),
    stat.S_IFSOCK: ("a socket", "套接字"),
    stat.S_IFCHR: ("a device", "设备"),
    stat.S_IFBLK: ("a device", "设备"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to read, each file once, and what must not be read."""

    files: tuple[File, ...]
    refused: tuple[FailedFile, ...]


def find(paths: Sequence[Path]) -> Found:
    """List the files of folders and archives, and those that are named.

    Left out are hidden and companion files, links to what is found anyway, and a folder below that holds a collection. A
    path that is named may be hidden or a link.

    Returns:
        The files in the order of their names in each path; what must not or cannot be read is in `refused`.

    Raises:
        MissingPath: A path does not exist, or a folder holds no file at all.
    """
    files: dict[str, File] = {}
    refused: dict[str, FailedFile] = {}
    for path in paths:
        if not _exists(path):
            raise MissingPath(
                f"{shown(str(path))} does not exist.",
                fix="check the path",
                chinese=(f"{shown(str(path))} 不存在。", "请检查路径"),
            )
    roots = [path.resolve() for path in paths]
    for path, root in zip(paths, roots, strict=True):
        seen = list(_under(root, roots) if root.is_dir() else _at(root))
        if not seen:
            known = ", ".join(readers.READERS)
            raise MissingPath(
                f"The folder {shown(str(path))} holds no file to read.",
                fix=f"put files of one of these formats into it: {known}",
                chinese=(f"文件夹 {shown(str(path))} 中没有可读的文件。", f"请放入这些格式的文件：{known}"),
            )
        files.update((f.address, f) for f in seen if isinstance(f, File))
        refused.update((f.path, f) for f in seen if isinstance(f, FailedFile))
    return Found(tuple(files.values()), tuple(refused.values()))


def is_there(address: str) -> bool:
    """Tell whether a remembered address still exists; what cannot be looked at now counts as being there."""
    path = Path(address)
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError:
        return True
    else:
        return True
    for parent in path.parents:
        if is_archive(parent.name) and parent.is_file():
            try:
                found = _contents(parent, *state_of(parent.stat()))
            except (UnreadableFile, OSError):
                return True
            member = address.removeprefix(f"{parent}/")
            refused = (failed.path.removeprefix(f"{parent}/") for failed in found.refused)
            return member in found.members or any(f"{member}/".startswith(f"{one}/") for one in refused)
    return False


def _under(root: Path, roots: Sequence[Path]) -> Iterator[File | FailedFile]:
    """Yield what a folder holds at any depth."""
    entries: list[Path] = []
    closed: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=closed.append):
        here = Path(folder)
        inside = here.relative_to(root).parts
        kept = [
            n for n in folders if not is_companion((*inside, n)) and not (here / n / _COLLECTION).exists()
        ]
        # Neither links nor folders whose names cannot be stored are followed; `_at` says why.
        folders[:] = [n for n in kept if not (here / n).is_symlink() and not fault(n)]
        entries += [here / n for n in kept if n not in folders]
        entries += [here / n for n in names if not is_companion((*inside, n))]
    for path in sorted(entries):
        yield from _at(path, roots)
    for error in closed:
        name = shown(str(error.filename))
        words = (f"打不开文件夹 {name}：{error.strerror}。", "请检查文件夹的权限")
        yield FailedFile(
            name, f"Cannot look into {name}: {error.strerror}.", "check the folder's permissions", words
        )


def _at(path: Path, roots: Sequence[Path] = ()) -> Iterator[File | FailedFile]:
    """Yield the file at a path, or the members of an archive; a link that was not named must stay within `roots`."""
    address, name = shown(str(path)), shown(path.name)
    for part in path.parts:
        if wrong := fault(part):
            words = (f"{shown(part)} 的名称{wrong.chinese}。", "请改一个普通的文件名")
            yield FailedFile(address, f"The name of {shown(part)} {wrong.english}.", "rename the file", words)
            return
    try:
        if roots and path.is_symlink():
            target = path.resolve(strict=True)
            if not any(target.is_relative_to(root) for root in roots):
                fix = f"give its target too: {shown(str(target))}"
                words = (
                    f"{name} 是指向文件夹之外的链接。",
                    f"请把它指向的文件也放进来：{shown(str(target))}",
                )
                yield FailedFile(address, f"{name} is a link that leads out of the folder.", fix, words)
                return
            if target.is_dir():
                return
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            kind, chinese = _KINDS.get(stat.S_IFMT(state.st_mode), ("something else", "别的东西"))
            words = (f"{name} 不是文件，而是{chinese}。", "请不要收入")
            yield FailedFile(address, f"{name} is no file but {kind}.", "leave it out", words)
        elif is_archive(path.name):
            found = _contents(path, *state_of(state))
            yield from (File(path, member, *state_of(state)) for member in found.members)
            yield from found.refused
        else:
            yield File(path, None, *state_of(state))
    except UnreadableFile as error:
        yield failed_file(address, error)
    except RuntimeError:  # From resolve: a link that leads to itself.
        words = (f"{name} 是绕圈的链接。", "请删除")
        yield FailedFile(address, f"{name} is a link that leads in a circle.", "remove it", words)
    except FileNotFoundError:
        words = (f"{name} 是失效的链接，或已经不在了。", "请删除")
        yield FailedFile(
            address, f"{name} is a link that leads nowhere, or has just gone.", "remove it", words
        )
    except OSError as error:
        yield failed_file(address, not_read(name, error))


@lru_cache(maxsize=8)
def _contents(path: Path, size: int, mtime_ns: int) -> Contents:
    """Look into an archive once in each state of it."""
    return contents(path)


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except OSError:
        return False
    return True
