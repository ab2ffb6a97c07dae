"""What the tests of the pipeline and of the indexes share: an embedder that keeps its texts, files, looks into a collection."""

import time
from contextlib import suppress
from pathlib import Path

import pytest
from fakes import FILES, FakeEmbedder
from pydantic import PrivateAttr

import rag.embed
from ingest.comparison import IndexState, compare
from ingest.pipeline import changing
from rag.catalog import Catalog
from rag.generation import index_folder
from rag.keyword_index import KeywordIndex
from rag.locator.title import find_document
from rag.settings import Settings
from rag.vector_store import VectorStore
from ui.shapes import clause_shape, document_shape, json_line

LONG = "# 某长条例\n\n" + "\n\n".join(f"第{n}条 第{n}项规定的内容。" for n in range(1, 131))
"""A text of 130 clauses, more than are embedded at once."""


class RecordingEmbedder(FakeEmbedder):
    """Keeps what it embeds, and may be stopped by Ctrl-C after a number of texts."""

    stop_after: int | None = None
    _texts: list[str] = PrivateAttr(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return self._texts

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        if self.stop_after is not None and len(self._texts) >= self.stop_after:
            raise KeyboardInterrupt
        self._texts.extend(texts)
        return super()._get_text_embeddings(texts)


def record(monkeypatch: pytest.MonkeyPatch) -> RecordingEmbedder:
    """Put a recording embedder in the place of the real one."""
    made = RecordingEmbedder()
    monkeypatch.setattr(rag.embed, "build_embedder", lambda settings: made)
    return made


def write_files(folder: Path) -> Path:
    """Write the four small documents into a new folder."""
    folder.mkdir()
    for name, text in FILES.items():
        write(folder / name, text)
    return folder


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def state(settings: Settings) -> IndexState:
    catalog = Catalog(settings.data)
    found = compare(catalog, settings)
    catalog.close()
    return found


def ids(settings: Settings) -> set[str]:
    catalog = Catalog(settings.data)
    found = {c.clause_id for c in catalog.clauses()}
    catalog.close()
    return found


def quiet(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def set_removed(settings: Settings, title: str, removed: bool) -> None:
    """What `policyqa remove` does."""
    with changing(settings, "remove", quiet) as catalog:
        document = find_document(catalog.documents(removed=not removed), title)
        catalog.set_removed(document.document_id, removed)


def exported(settings: Settings) -> list[str]:
    """What `policyqa export` prints, line by line."""
    catalog = Catalog(settings.data)
    shapes = [
        json_line(shape)
        for document in catalog.documents()
        for shape in (document_shape(document), *map(clause_shape, catalog.clauses(document.document_id)))
    ]
    catalog.close()
    return shapes


def stored(settings: Settings) -> dict[str, list[str]]:
    """Everything that a catalog holds but its history, row by row; the times of the files aside."""
    catalog = Catalog(settings.data)
    skipped = {"meta", "runs", "changes", "undo"}
    tables = {
        row[0] for row in catalog._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    } - skipped
    found = {}
    for table in sorted(tables):
        rows = [dict(row) for row in catalog._db.execute(f"SELECT * FROM {table}")]
        found[table] = sorted(str({k: v for k, v in row.items() if k != "mtime_ns"}) for row in rows)
    catalog.close()
    return found


def indexed(settings: Settings) -> tuple[dict[str, tuple[int, str]], set[str]]:
    """The clauses in Chroma with the number of their chunks and the hash of their text, and those of the keyword index."""
    catalog = Catalog(settings.data)
    folder = index_folder(settings.data, catalog.generation)
    catalog.close()
    store = VectorStore(folder)
    found = store.parts(), set(KeywordIndex(folder).clause_ids)
    store.close()
    return found


def leftovers(settings: Settings) -> set[str]:
    """What a collection's folder holds besides what belongs to its newest state; the locks and SQLite's logs aside."""
    catalog = Catalog(settings.data)
    current = f"index/{catalog.generation}"
    catalog.close()
    found = {p.relative_to(settings.data).as_posix() for p in settings.data.glob("*")}
    found |= {p.relative_to(settings.data).as_posix() for p in settings.data.glob("index/*")}
    lasting = {"catalog.sqlite", "vectors.sqlite", "writer.lock", "originals", "index", current}
    return {name for name in found - lasting if not name.endswith(("-wal", "-shm"))}


def open_below(folder: Path, process: int | str = "self") -> list[str]:
    """Which files of a folder a process has open."""
    found = []
    for link in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):  # Closed meanwhile, as the one that lists them.
            found.append(str(link.readlink()))
    return [path for path in found if path.startswith(str(folder))]


def closes(folder: Path, process: int | str = "self") -> bool:
    """Wait until a process has no file of a folder open: Chroma closes its own in threads, somewhat later."""
    end = time.monotonic() + 10
    while open_below(folder, process):
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
