"""The machine that a run was made on: what of it makes figures differ, and the memory that was used."""

import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from rag.chunk.processor import processor

PEAK = "memory_peak_mb"
"""Key in `machine`, filled in when a run has ended."""
_LIBRARIES = ("onnxruntime", "tokenizers", "numpy", "chromadb")
"""Those whose releases may compute other figures."""
_CPU_FLAGS = ("avx", "amx", "fma", "asimd", "i8mm", "sve")
"""Beginnings of the names of what makes 8-bit figures differ between kinds of CPU."""


def machine(threads: int = 0) -> dict[str, object]:
    """Return what of this machine makes figures differ.

    Args:
        threads: Of the bundled models; 0 when onnxruntime chooses.
    """
    name, flags = processor()
    return {
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "threads": threads,
        "cpu": name,
        "cpu_flags": sorted(flag for flag in flags if flag.startswith(_CPU_FLAGS)),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
    }


def memory_peak_mb() -> float:
    """Return the most memory that this process has held so far, in megabytes of 1,000,000 bytes."""
    try:
        # getrusage would count, on Linux, what the process held that started this one.
        found = _facts(Path("/proc/self/status"))["VmHWM"].split()[0]
    except (OSError, KeyError):
        from resource import RUSAGE_SELF, getrusage  # noqa: PLC0415

        # Kilobytes, but bytes on macOS.
        unit = 1 if sys.platform == "darwin" else 1024
        return round(getrusage(RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)
    return round(int(found) * 1024 / 1e6, 1)


def _facts(path: Path) -> dict[str, str]:
    """Read lines of `name: value`; of lines with the same name the last one counts."""
    lines = (line.partition(":") for line in path.read_text(encoding="utf-8").split("\n"))
    return {name.strip(): value.strip() for name, _, value in lines}
