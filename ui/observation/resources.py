"""Memory and disk: how much there is for this process, and how much of it is left."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_ROOT = Path("/")
_GROUPS = "sys/fs/cgroup"


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes; None for what the operating system does not tell."""

    process: int | None
    """Held by this process."""
    machine: int | None
    """Of the whole machine."""
    available: int | None
    """Of the machine, for new demands."""
    limit: int | None
    """Of the container or unit that this process runs in; None without a limit."""
    used: int | None
    """Of that limit, without what the system only keeps to read files faster; None without a limit."""

    @property
    def free(self) -> int | None:
        """What this process can still have."""
        rest = None if self.limit is None or self.used is None else max(0, self.limit - self.used)
        known = [value for value in (rest, self.available) if value is not None]
        return min(known, default=None)


@dataclass(frozen=True, slots=True)
class Disk:
    """The file system of a folder, in bytes."""

    total: int
    free: int


def memory(root: Path = _ROOT) -> Memory:
    """Look at the memory of this process and of what it runs in.

    Args:
        root: Under which Linux shows them; elsewhere nothing is known.
    """
    machine = _table(root / "proc" / "meminfo")
    limit, used = min(_limits(root), default=(None, None))
    return Memory(
        process=_table(root / "proc" / "self" / "status").get("VmRSS"),
        machine=machine.get("MemTotal"),
        available=machine.get("MemAvailable"),
        limit=limit,
        used=used,
    )


def disk(folder: Path) -> Disk:
    """Look at the file system of a folder, or of the nearest one above it that exists; raises OSError when it cannot."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    found = shutil.disk_usage(there)
    return Disk(found.total, found.free)


def _table(path: Path) -> dict[str, int]:
    """Return the values of a file such as /proc/meminfo in bytes; empty when it cannot be read."""
    found: dict[str, int] = {}
    with suppress(OSError):
        for line in path.read_text(encoding="utf-8").splitlines():
            name, _, rest = line.partition(":")
            number = rest.removesuffix("kB").strip()
            if number.isdecimal() and rest.endswith("kB"):
                found[name] = int(number) * 1024
    return found


def _limits(root: Path) -> Iterator[tuple[int, int]]:
    """Yield limit and use of each control group around this process that has a limit."""
    with suppress(OSError):
        for line in (root / "proc" / "self" / "cgroup").read_text(encoding="utf-8").splitlines():
            _, kinds, place = line.split(":", 2)
            if kinds == "":
                yield from _group(root / _GROUPS, place, "memory.max", "memory.current", "inactive_file")
            elif "memory" in kinds.split(","):
                yield from _group(
                    root / _GROUPS / "memory",
                    place,
                    "memory.limit_in_bytes",
                    "memory.usage_in_bytes",
                    "total_inactive_file",
                )


def _group(top: Path, place: str, limit: str, used: str, cached: str) -> Iterator[tuple[int, int]]:
    """Yield limit and use of a control group and of those above it; in a container only the topmost can be seen."""
    inner = PurePosixPath(place.lstrip("/"))
    for folder in dict.fromkeys((top / inner, *(top / above for above in inner.parents))):
        most, now = _number(folder / limit), _number(folder / used)
        # The first version writes "no limit" as a number beyond all memory.
        if most is not None and now is not None and most < 1 << 60:
            yield most, max(0, now - _stat(folder / "memory.stat", cached))


def _number(path: Path) -> int | None:
    with suppress(OSError):
        text = path.read_text(encoding="utf-8").strip()
        return int(text) if text.isdecimal() else None
    return None


def _stat(path: Path, name: str) -> int:
    with suppress(OSError):
        for line in path.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(" ")
            if key == name and value.isdecimal():
                return int(value)
    return 0
