"""The catalog against both indexes, clause by clause."""

from contextlib import closing
from dataclasses import dataclass

from rag.catalog import Catalog
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
    """
    from rag.vector_store import VectorStore  # noqa: PLC0415

    wanted = catalog.parts()
    if not wanted and not catalog.generation:
        return IndexState(0, (), (), (), ())
    try:
        hold = Hold(settings.data, catalog.generation)
    except OSError as error:
        raise IndexDamaged(f"The indexes of {settings.data} are gone.", fix="policyqa rebuild") from error
    try:
        verify(hold.folder, thoroughly=True)
        words = set(KeywordIndex(hold.folder).clause_ids)
        with closing(VectorStore(hold.folder)) as store:
            stored = store.parts()
    finally:
        hold.release()
    return IndexState(
        clauses=len(wanted),
        missing=tuple(sorted(c for c, made in wanted.items() if stored.get(c) != made)),
        extra=tuple(sorted(stored.keys() - wanted.keys())),
        keyword_missing=tuple(sorted(wanted.keys() - words)),
        keyword_extra=tuple(sorted(words - wanted.keys())),
    )
