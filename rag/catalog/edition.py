"""What of a document's source belongs to it and stands in no clause: the editor's note, and the file as it was put in."""

import re
from dataclasses import dataclass
from pathlib import Path

from rag.catalog.catalog import Catalog
from rag.schema import Document
from rag.text import bare

_MARKUP = re.compile(r"^[#*>\s]+|[*\s]+$")
_NOTE_HEADINGS = ("编者按", "编者按:")


@dataclass(frozen=True, slots=True)
class Edition:
    """One document's source, as far as a reader wants it."""

    editor_note: tuple[str, ...] = ()
    """Its paragraphs, without the heading 编者按; empty without a note."""
    original: Path | None = None
    """The kept copy of the source's file; None when none was kept."""


def edition(catalog: Catalog, document: Document) -> Edition:
    """Return what belongs to a document beside its clauses."""
    source = catalog.source(document.source)
    note: list[str] = []
    if document.editor_note:
        first, last = document.editor_note
        lines = (_MARKUP.sub("", line) for line in source.lines[first - 1 : last])
        note = [line for line in lines if line and bare(line) not in _NOTE_HEADINGS]
    return Edition(tuple(note), _original(catalog.folder / "originals" / source.sha256[:12], source.name))


def _original(folder: Path, name: str) -> Path | None:
    """Return the file under its own name, or else the one of the same content under another."""
    kept = sorted(p for p in folder.glob("*") if p.is_file() and not p.is_symlink())
    return next((p for p in kept if p.name == name), kept[0] if kept else None)
