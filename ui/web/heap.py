"""The memory of the server's process: what answers have freed goes back to the machine."""

import ctypes
import sys
import threading
import time

_EVERY_S = 30.0
_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's malloc.h."""
_ARENAS = 2


def few_arenas() -> None:
    """Have all threads that are begun from now on share two arenas; nothing happens where the C library is another.

    glibc would make eight for each processor, and each keeps what the answers of its threads have freed. Python lets one
    thread work at a time, so hardly two ever ask for memory at once.
    """
    limit = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if limit is not None:
        limit(_ARENA_MAX, _ARENAS)


def trim_regularly() -> None:
    """Give freed memory back every `_EVERY_S` seconds until the process ends; nothing happens where the C library cannot.

    glibc keeps what was freed in an arena for each of many threads: dozens of megabytes after a thousand answers.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is None:
        return

    def run() -> None:
        while True:
            time.sleep(_EVERY_S)
            trim(0)

    threading.Thread(target=run, daemon=True, name="heap").start()
