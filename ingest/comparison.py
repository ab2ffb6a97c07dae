"""The catalog against both indexes, clause by clause."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ingest import server_index
from rag.catalog import Catalog
from rag.chroma_server.place import check_place
from rag.errors import IndexDamaged
from rag.generation import Hold, verify
from rag.keyword_index import KeywordIndex
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class IndexState:
    """How the indexes stand against the catalog; all lists empty when they agree."""

    clauses: int
    missing: tuple[str, ...]
    """Clauses that Chroma lacks, or has in another number of parts or with other words."""
    extra: tuple[str, ...]
    """Clauses in Chroma that the catalog does not have."""
    keyword_missing: tuple[str, ...]
    keyword_extra: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Nothing is to be done."""
        return not (self.missing or self.extra or self.keyword_missing or self.keyword_extra)


def compare(catalog: Catalog, settings: Settings) -> IndexState:
    """Compare the catalog with both indexes.

    Raises:
        IndexDamaged: An index is gone or cannot be opened.
        CollectionMismatch: The vectors are elsewhere than the settings say.
        ChromaUnavailable: They are on a server that does not answer.
    """
    wanted = catalog.parts()
    if not wanted and not catalog.generation:
        return IndexState(0, (), (), (), ())
    try:
        hold = Hold(settings.data, catalog.generation)
    except OSError as error:
        raise IndexDamaged(
            f"The indexes of {settings.data} are gone.",
            fix="policyqa rebuild",
            chinese=(f"{settings.data} 的索引不见了。", "policyqa rebuild"),
        ) from error
    try:
        check_place(hold.folder, settings)
        verify(hold.folder, thoroughly=True)
        words = set(KeywordIndex(hold.folder).clause_ids)
        if settings.chroma_url is not None:
            wanted, stored = server_index.parts(catalog, settings, hold.folder)
        else:
            stored = _stored(hold.folder)
    finally:
        hold.release()
    return IndexState(
        clauses=len(wanted),
        missing=tuple(sorted(c for c, made in wanted.items() if stored.get(c) != made)),
        extra=tuple(sorted(stored.keys() - wanted.keys())),
        keyword_missing=tuple(sorted(wanted.keys() - words)),
        keyword_extra=tuple(sorted(words - wanted.keys())),
    )


def _stored(folder: Path) -> dict[str, tuple[int, str]]:
    from rag.vector_store import VectorStore  # noqa: PLC0415

    with closing(VectorStore(folder)) as store:
        return store.parts()
