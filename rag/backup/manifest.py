"""What a backup says of itself: what made it, of what, and the sum of each of its files."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePosixPath
from typing import Any

from rag.catalog.tables import FORMAT as CATALOG_FORMAT
from rag.errors import BackupUnusable
from rag.record.tables import FORMAT as RECORDS_FORMAT

NAME = "manifest.json"
FORMAT = 1
MOST_BYTES = 256 * 1024**2
"""Of a manifest; each file takes about 200."""
_PRODUCT = "policyqa backup"
_READABLE = {"catalog.sqlite": CATALOG_FORMAT, "records.sqlite": RECORDS_FORMAT}


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup."""

    name: str
    """Below the data folder, with `/`."""
    size: int
    """In bytes, unpacked."""
    sha256: str
    mode: int
    """Who may read and write it, as `0o600`."""
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of a backup."""

    version: str
    """Of the policyqa that made it."""
    made_at: str
    """UTC, ISO with milliseconds."""
    folder: str
    """Absolute path of the data folder that it was made from."""
    generation: int | None
    """Of the indexes that are in it; None when there are none."""
    embedder: str | None
    formats: Mapping[str, str]
    """Of the databases that have one, by file."""
    counts: Mapping[str, int]
    """How many `sources`, `documents`, `clauses` and `answers`; what could not be counted is missing."""
    left_out: tuple[str, ...]
    """Files that should have been in it and could not be, each with the reason."""
    members: tuple[Member, ...]

    @property
    def size(self) -> int:
        """Bytes of all files, unpacked."""
        return sum(member.size for member in self.members)

    def written(self) -> bytes:
        """Return it as JSON."""
        return json.dumps({"product": _PRODUCT, "format": FORMAT, **asdict(self)}).encode()


def program_version() -> str:
    """Return the version of this policyqa; `unknown` when it is not installed."""
    try:
        return version("policyqa")
    except PackageNotFoundError:
        return "unknown"


def manifest_from(written: bytes, file: object) -> Manifest:
    """Read a manifest.

    Args:
        written: As `Manifest.written` gives it; anything else is refused.
        file: The backup, for the message.

    Raises:
        BackupUnusable: It is something else, or was made by a newer version.
    """
    try:
        found: dict[str, Any] = json.loads(written)
        if found.pop("product") != _PRODUCT:
            raise ValueError("it was made by another program")
        newer, made_by = int(found.pop("format")) > FORMAT, str(found["version"])
        made = None if newer else _made(found)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise not_a_backup(file, f"its {NAME} cannot be read: {error}") from error
    if made is None or any(_number(made.formats.get(name)) > int(known) for name, known in _READABLE.items()):
        raise BackupUnusable(
            f"{file} was made by policyqa {made_by}, which is newer than this one ({program_version()}).",
            fix="install the version that made it, then run the command again",
            chinese=(
                f"{file} 由 policyqa {made_by} 生成，比这个版本（{program_version()}）新。",
                "安装生成它的版本，再运行该命令",
            ),
        )
    return made


def not_a_backup(file: object, reason: str) -> BackupUnusable:
    """Return the error that says that a file is no backup."""
    return BackupUnusable(
        f"{file} is no backup of policyqa, or only part of one ({reason}).",
        fix="policyqa restore FILE, with a file that policyqa backup made",
        chinese=(
            f"{file} 不是 policyqa 的备份，或不完整。",
            "policyqa restore FILE，用 policyqa backup 生成的文件",
        ),
    )


def _made(found: dict[str, Any]) -> Manifest:
    members = tuple(_member(Member(**one)) for one in found.pop("members"))
    if len({member.name for member in members}) != len(members):
        raise ValueError("a file is in it twice")
    generation = found.pop("generation")
    return Manifest(
        members=members,
        generation=None if generation is None else int(generation),
        left_out=tuple(str(one) for one in found.pop("left_out")),
        formats={str(k): str(v) for k, v in found.pop("formats").items()},
        counts={str(k): int(v) for k, v in found.pop("counts").items()},
        **found,
    )


def _member(member: Member) -> Member:
    """Refuse a name that would lead out of the data folder."""
    name, parts = member.name, PurePosixPath(member.name).parts
    if not parts or name != "/".join(parts) or ".." in parts or name.startswith("/") or "\0" in name:
        raise ValueError(f"{name!r} is not the name of a file in a data folder")
    if not all(
        isinstance(number, int) and number >= 0 for number in (member.size, member.mode, member.mtime_ns)
    ):
        raise ValueError(f"what it says of {name!r} cannot be")
    return member


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
