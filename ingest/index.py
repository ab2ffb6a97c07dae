"""Both indexes from the catalog: what a run changed goes into their next generation."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, suppress
from itertools import chain, islice
from pathlib import Path

import numpy as np

from ingest import server_index
from ingest.chunks import CLAUSES, Progress, chunks
from rag import keyword_index
from rag.catalog import Catalog
from rag.catalog.disk import unwritable
from rag.catalog.indexing import Delta
from rag.catalog.vectors import VectorCache
from rag.chunk import matrix
from rag.chunk.matrix import Matrix
from rag.chunk.parts import TEMPLATE, passages
from rag.errors import CollectionMismatch, DiskFull, IndexDamaged
from rag.generation import (
    copy_vectors,
    discard_unused,
    finish,
    index_folder,
    new_folder,
    verify,
)
from rag.settings import Settings

_BATCH = 64
_CHUNKS = 5000
"""Given to Chroma at once, which takes 5,461 at most; it writes its whole graph after each time with more than 1,000."""


def publish(catalog: Catalog, settings: Settings, progress: Progress, *, anew: bool = False) -> None:
    """Make the generation of indexes that belongs to what the open run changed, and name it in the catalog.

    Readers see it when the run's transaction ends. Vectors that are known are not made again; those that are made are
    kept even when the run is stopped.

    Args:
        catalog: Inside `Catalog.run`.
        settings: Embedder and data folder.
        progress: Told of clauses embedded and chunks stored.
        anew: Make all from nothing, as after damage or for another embedder.

    Raises:
        DiskFull: The generation that could be read before is still there.
        ChromaUnavailable: The same; the server does not answer.
    """
    delta = catalog.delta()
    whole = anew or not _fits(catalog, settings)
    if not (whole or delta):
        return
    _embed(catalog, settings, progress)
    generation = catalog.generation + 1
    try:
        count = None if whole else _changed(catalog, settings, generation, delta, progress)
        if count is None:
            folder = new_folder(settings.data, generation)
            count = _store(catalog, settings, folder, None, None, progress)
            keyword_index.build(folder, catalog.each_clause())
            _write_matrix(catalog, settings, folder, None)
        finish(settings.data, generation, count)
    except OSError as error:
        raise unwritable(settings.data, error) from error
    except IndexDamaged as error:
        # In a new folder there is nothing that could be damaged, and Chroma does not always say that the disk is full.
        raise DiskFull(
            f"The index cannot be written to {settings.data} ({error.message}); the collection is as it was before.",
            fix="make room, then run the command again; what was embedded is kept",
            chinese=(
                f"索引无法写入 {settings.data}（{error.message}）；库保持原样。",
                "腾出空间后再运行一次；已生成的向量会保留",
            ),
        ) from error
    for key, value in (
        ("embed_model", settings.embedder),
        ("template", TEMPLATE),
        ("generation", str(generation)),
    ):
        catalog.set(key, value)


def _fits(catalog: Catalog, settings: Settings) -> bool:
    """Tell whether the current generation is there and made as one would be made now."""
    same = catalog.get("template") == TEMPLATE and catalog.get("embed_model") == settings.embedder
    try:
        verify(index_folder(settings.data, catalog.generation))
    except IndexDamaged:
        return False
    return same


def _changed(
    catalog: Catalog, settings: Settings, generation: int, delta: Delta, progress: Progress
) -> int | None:
    """Make the vectors and words of a generation from those of the one before; None when these turn out to be damaged."""
    before = index_folder(settings.data, catalog.generation)
    folder = new_folder(settings.data, generation)
    try:
        if verify(before, thoroughly=True) != delta.chunks_before:
            return None
        count = _store(catalog, settings, folder, before, delta, progress)
        fresh = catalog.clause_map(delta.fresh).values()
        order = [clause_id for clause_id, _, _ in catalog.places()]
        keyword_index.build(folder, fresh, before=before, order=order)
        if count != sum(parts for parts, _ in catalog.parts().values()):
            return None
        _write_matrix(catalog, settings, folder, Matrix(before), _documents_of((*delta.gone, *delta.fresh)))
    except (IndexDamaged, sqlite3.DatabaseError):
        return None
    return count


def _embed(catalog: Catalog, settings: Settings, progress: Progress) -> None:
    """Make the vectors that no earlier run has made, texts of like length together: padding is what costs."""
    from rag.embed import build_embedder  # noqa: PLC0415

    cache = VectorCache(settings.data, settings.embedder)
    try:
        known = cache.keys()
        wanted = [row for row in catalog.by_length() if row[0] not in known]
        if wanted:
            embedder = build_embedder(settings)
            _check_dimension(embedder.dimension, cache.dimension())
        for start in range(0, len(wanted), _BATCH):
            progress("embed", start, len(wanted))
            batch = wanted[start : start + _BATCH]
            clauses = catalog.clause_map(clause_id for _, clause_id in batch)
            texts = [passages(clauses[clause_id]) for _, clause_id in batch]
            vectors = iter(embedder.get_text_embedding_batch([t for parts in texts for t in parts]))
            made = zip(batch, texts, strict=True)
            cache.add({key: np.array([next(vectors) for _ in parts]) for (key, _), parts in made})
        if wanted:
            progress("embed", len(wanted), len(wanted))
        if dimension := cache.dimension():
            catalog.set("dimension", str(dimension))
    finally:
        cache.close()


def _check_dimension(made: int, kept: int | None) -> None:
    """Refuse to mix the vectors of two models that a server gave the same name.

    Raises:
        CollectionMismatch: The vectors that are kept have another dimension.
    """
    if kept not in (None, made):
        raise CollectionMismatch(
            f"The model now makes vectors of {made} numbers; those that are kept have {kept}.",
            fix="policyqa rebuild --embed-again",
            chinese=(f"模型现在生成 {made} 维向量，已保存的是 {kept} 维。", "policyqa rebuild --embed-again"),
        )


def _store(
    catalog: Catalog,
    settings: Settings,
    folder: Path,
    before: Path | None,
    delta: Delta | None,
    progress: Progress,
) -> int:
    """Make the chunks of a generation, where the settings say; return how many it has.

    Args:
        catalog: Inside a run.
        settings: Embedder, data folder and server.
        folder: Of the generation; in a data folder without a server it holds what `before` does.
        before: Folder of the generation before; None makes all from nothing.
        delta: What differs from `before`.
        progress: Told of clauses.
    """
    if settings.chroma_url is not None:
        return server_index.store(catalog, settings, folder, before, progress)
    from rag.vector_store import VectorStore  # noqa: PLC0415

    if before:
        copy_vectors(before, folder)
    gone, fresh = (delta.gone, delta.fresh) if delta else ((), list(catalog.parts()))
    with closing(VectorStore(folder)) as store:
        store.delete(gone)
        nodes = chain.from_iterable(chunks(catalog, settings, fresh, progress))
        while batch := list(islice(nodes, _CHUNKS)):
            store.add(batch)
        return store.count()


def _documents_of(clause_ids: Iterable[str]) -> set[str]:
    return {clause_id.partition(":")[0] for clause_id in clause_ids}


def _write_matrix(
    catalog: Catalog, settings: Settings, folder: Path, before: Matrix | None, changed: Collection[str] = ()
) -> None:
    """Write the vectors of all chunks for exact search, document by document; 1 s for 55,000 clauses.

    Args:
        catalog: Inside a run.
        settings: Embedder and data folder.
        folder: Of the generation that is being made.
        before: Vectors of the generation before, from which those of most documents are taken; None takes none.
        changed: Ids of the documents that are not as they are there.
    """
    by_document: dict[str, list[str]] = {}
    for clause_id, document_id, _ in catalog.places():
        by_document.setdefault(document_id, []).append(clause_id)
    same = before.documents - set(changed) if before else set()
    with closing(VectorCache(settings.data, settings.embedder)) as cache:

        def rows() -> Iterator[tuple[str, list[str], np.ndarray]]:
            for document_id, ids in by_document.items():
                if before and document_id in same:
                    yield document_id, *before.rows_of(document_id)
                    continue
                vectors: dict[str, np.ndarray] = {}
                for start in range(0, len(ids), CLAUSES):
                    keys = catalog.passages_of(ids[start : start + CLAUSES])
                    found = cache.get(sorted(set(keys.values())))
                    vectors |= {clause_id: found[key] for clause_id, key in keys.items()}
                chunks = [clause_id for clause_id in ids for _ in vectors[clause_id]]
                yield document_id, chunks, np.concatenate([vectors[clause_id] for clause_id in ids])

        matrix.write(folder, rows(), same)


def tidy(catalog: Catalog, settings: Settings, in_use: set[str] | None) -> None:
    """After a run: forget vectors that nothing needs, and generations that nobody reads.

    Args:
        catalog: Whose writer's place is still held.
        settings: Of the collection.
        in_use: Keys of the vectors to keep; None keeps all.
    """
    discard_unused(settings.data, catalog.generation)
    server_index.sweep(catalog, settings)
    if in_use is not None:
        # What cannot be forgotten for want of room is forgotten after the next run.
        with suppress(DiskFull), closing(VectorCache(settings.data, settings.embedder)) as cache:
            cache.keep_only(in_use)
