"""The memory of this process, and what of it other processes over the same collection would not need again."""

from dataclasses import dataclass
from pathlib import Path

from eval.machine import memory_peak_mb


@dataclass(frozen=True, slots=True)
class Memory:
    """In megabytes of 1,000,000 bytes."""

    resident: float
    """All pages, those of mapped files too, which the system takes back when it needs them."""
    own: float | None
    """Pages that hold no file: what each further process needs. None where the system does not tell."""
    proportional: float | None
    """Each page shared out among the processes that have it; None where the system does not tell."""


def memory() -> Memory:
    """Return what this process holds now."""
    try:
        rows = Path("/proc/self/smaps_rollup").read_text(encoding="utf-8").splitlines()[1:]
    except OSError:
        return Memory(memory_peak_mb(), None, None)
    found = {
        name: int(value.split()[0]) * 1024 / 1e6 for name, _, value in (row.partition(":") for row in rows)
    }
    return Memory(*(round(found[name], 1) for name in ("Rss", "Anonymous", "Pss")))
