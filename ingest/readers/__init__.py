"""One file per format, each with `read(path) -> SourceText`; a suffix that is not listed is refused."""

from collections.abc import Callable
from pathlib import Path

from ingest.readers import plain
from rag.errors import UnreadableFile, UnsupportedFormat
from rag.schema import SourceText

READERS: dict[str, Callable[[Path], SourceText]] = {
    ".md": plain.read,
    ".txt": plain.read,
}
MAX_BYTES = 20 * 1024 * 1024
"""Over a hundred bulletins in one file: such a text is a dump, not a document, and would take hours to embed."""


def read(path: Path) -> SourceText:
    """Read one file with the reader of its suffix.

    Raises:
        UnsupportedFormat: No reader has this suffix.
        UnreadableFile: The content is empty, binary, in an unknown encoding, or over `MAX_BYTES`.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(READERS))
        raise UnsupportedFormat(
            f"Cannot read {path.name}: no reader for {path.suffix or 'a file without suffix'!r}.",
            fix=f"convert it to one of {known}",
        )
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise UnreadableFile(
            f"{path.name} has {size / 1e6:.0f} MB; a text file may have {MAX_BYTES / 1e6:.0f} MB.",
            fix="split it into one file per issue or document",
        )
    return reader(path)
