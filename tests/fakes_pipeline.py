"""What the tests of the pipeline and of the indexes share: an embedder that keeps its texts, files, looks into a collection."""

from pathlib import Path

import pytest
from fakes import FILES, FakeEmbedder
from pydantic import PrivateAttr

import rag.embed
from ingest import index
from rag.catalog import Catalog
from rag.locator.title import find_document
from rag.settings import Settings


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


def state(settings: Settings) -> index.IndexState:
    catalog = Catalog(settings.data)
    found = index.compare(catalog, settings)
    catalog.close()
    return found


def ids(settings: Settings) -> set[str]:
    catalog = Catalog(settings.data)
    found = {c.clause_id for c in catalog.clauses()}
    catalog.close()
    return found


def set_removed(settings: Settings, title: str, removed: bool) -> None:
    """What `policyqa remove` does."""
    catalog = Catalog(settings.data)
    document = find_document(catalog.documents(removed=not removed), title)
    with catalog.writing(), catalog.transaction():
        catalog.set_removed(document.document_id, removed)
    index.update(catalog, settings, lambda done, total: None)
    catalog.close()
