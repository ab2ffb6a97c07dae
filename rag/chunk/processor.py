"""What the processor can do that changes the figures of models in 8 bits."""

import platform
from functools import cache
from pathlib import Path

_EXACT = {"avx512_vnni", "avx_vnni"}


@cache
def processor() -> tuple[str, frozenset[str]]:
    """Return its name and its flags; only Linux tells flags, elsewhere there are none."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine(), frozenset()
    lines = (line.partition(":") for line in text.split("\n"))
    facts = {name.strip(): value.strip() for name, _, value in lines}
    flags = facts.get("flags") or facts.get("Features") or ""
    return facts.get("model name") or platform.machine(), frozenset(flags.split())


def saturates() -> bool:
    """Tell whether sums of 8-bit products may overflow: on x86 without VNNI, or when that is not known."""
    is_x86 = platform.machine().lower() in ("x86_64", "amd64", "i386", "i686")
    return is_x86 and not processor()[1] & _EXACT
