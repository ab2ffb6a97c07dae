"""A page of a PDF as a picture, drawn in a process of its own: a damaged file breaks that, and not the page's server."""

import subprocess
import sys
from functools import lru_cache
from pathlib import Path

_PIXELS = 1600
"""Longest side of a picture."""
_MOST_SCALE = 3.0
_SECONDS = 20
_KEPT = 48
"""Pictures of some 200 KB that are kept."""
_DRAW = """
import io, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (2 * 1024**3, resource.getrlimit(resource.RLIMIT_AS)[1]))
except (ImportError, OSError, ValueError):
    pass
import pypdfium2
path, number, pixels, scale = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
with pypdfium2.PdfDocument(path) as document:
    page = document[number - 1]
    drawn = page.render(scale=min(pixels / max(1.0, *page.get_size()), scale)).to_pil()
    out = io.BytesIO()
    drawn.quantize(64, method=2).save(out, "PNG")
sys.stdout.buffer.write(out.getvalue())
"""


def is_drawable(original: Path | None) -> bool:
    """Tell whether pages of a file can be drawn."""
    return original is not None and original.suffix.lower() == ".pdf"


@lru_cache(maxsize=_KEPT)
def sheet(original: Path, number: int) -> bytes | None:
    """Return a page as PNG, at most 1,600 pixels high or wide.

    Args:
        original: A kept file; its path changes with its content.
        number: From 1.

    Returns:
        None when there is no such page, or it cannot be drawn within 20 seconds.
    """
    if number < 1:
        return None
    command = [sys.executable, "-c", _DRAW, str(original), str(number), str(_PIXELS), str(_MOST_SCALE)]
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter with a constant; no shell
            command, capture_output=True, timeout=_SECONDS, check=True, stdin=subprocess.DEVNULL
        )
    except (subprocess.SubprocessError, OSError):
        return None
    return done.stdout or None
