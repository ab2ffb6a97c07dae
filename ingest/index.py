"""Both indexes from the catalog: bring up to date, make anew, compare."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from rag import keyword_index
from rag.catalog import Catalog
from rag.chunk.parts import TEMPLATE
from rag.settings import Settings

_BATCH = 64


@dataclass(frozen=True, slots=True)
class IndexState:
    """How the indexes stand against the catalog; all lists empty when they agree."""

    clauses: int
    pending: tuple[str, ...]
    """Clauses that are still to be embedded."""
    missing: tuple[str, ...]
    """Clauses that the catalog says are embedded and Chroma does not have."""
    extra: tuple[str, ...]
    """Clauses in Chroma that the catalog does not have."""
    keyword_current: bool

    @property
    def is_sound(self) -> bool:
        """Nothing is to be done."""
        return not (self.pending or self.missing or self.extra) and self.keyword_current


def is_current(catalog: Catalog, settings: Settings) -> bool:
    """Tell from the catalog alone, without opening Chroma, whether nothing is to be done.

    Raises:
        CollectionMismatch: The vectors were made with another embedder.
    """
    catalog.check_embedder(settings.embed_model)
    if catalog.get("template") not in (None, TEMPLATE):
        return False
    fresh = keyword_index.revision(settings.data) == catalog.get("revision")
    return fresh and not catalog.pending() and not catalog.stale()


def update(catalog: Catalog, settings: Settings, progress: Callable[[int, int], None]) -> None:
    """Embed what is pending, delete what is stale, write the keyword index. A kill in between loses no more than a batch."""
    from rag.chunk.nodes import chunk_nodes  # noqa: PLC0415
    from rag.embed import build_embedder  # noqa: PLC0415
    from rag.vector_store import VectorStore  # noqa: PLC0415

    if catalog.get("template") not in (None, TEMPLATE):
        catalog.mark_all_pending()
    store = VectorStore(settings.data)
    store.delete(catalog.stale())
    catalog.clear_stale()
    pending = catalog.pending()
    if pending:
        embedder = build_embedder(settings)
        for key, value in (
            ("embed_model", settings.embed_model),
            ("dimension", str(embedder.dimension)),
            ("template", TEMPLATE),
        ):
            catalog.set(key, value)
        documents = {d.document_id: d for d in catalog.documents()}
        clauses = catalog.clause_map(clause_id for clause_id, _ in pending)
        # Texts of like length in one batch: padding is what costs.
        pending.sort(key=lambda row: len(clauses[row[0]].text))
        for start in range(0, len(pending), _BATCH):
            progress(start, len(pending))
            batch = pending[start : start + _BATCH]
            # A clause that has fewer parts than before must not keep the last ones.
            store.delete([clause_id for clause_id, _ in batch])
            nodes = [n for i, _ in batch for n in chunk_nodes(clauses[i], documents[clauses[i].document_id])]
            vectors = embedder.get_text_embedding_batch([n.get_content("embed") for n in nodes])
            for node, vector in zip(nodes, vectors, strict=True):
                node.embedding = vector
            store.add(nodes)
            catalog.mark_embedded(batch)
        progress(len(pending), len(pending))
    keyword_index.build(settings.data, catalog.clauses(), catalog.get("revision") or "")


def rebuild(catalog: Catalog, settings: Settings, progress: Callable[[int, int], None]) -> None:
    """Make both indexes anew from the catalog, with the embedder of the settings."""
    from rag.embed import build_embedder  # noqa: PLC0415
    from rag.vector_store import VectorStore  # noqa: PLC0415

    # Loaded first: a name that is wrong must not cost the index that is there.
    build_embedder(settings)
    VectorStore.let_go()
    # Deleted as a folder: a damaged index may not even open.
    shutil.rmtree(settings.data / "chroma", ignore_errors=True)
    catalog.mark_all_pending()
    catalog.clear_stale()
    update(catalog, settings, progress)


def compare(catalog: Catalog, settings: Settings) -> IndexState:
    """Compare the catalog with both indexes, clause by clause.

    Raises:
        IndexDamaged: Chroma cannot be opened.
    """
    from rag.vector_store import VectorStore  # noqa: PLC0415

    pending = {clause_id for clause_id, _ in catalog.pending()}
    wanted = {c.clause_id for c in catalog.clauses()}
    stored = VectorStore(settings.data).clause_ids()
    return IndexState(
        clauses=len(wanted),
        pending=tuple(sorted(pending)),
        missing=tuple(sorted(wanted - stored - pending)),
        extra=tuple(sorted(stored - wanted)),
        keyword_current=keyword_index.revision(settings.data) == catalog.get("revision"),
    )
