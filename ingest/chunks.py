"""Clauses of the catalog as chunks with their vectors, a batch at a time."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from rag.catalog import Catalog
from rag.catalog.vectors import VectorCache
from rag.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.schema import BaseNode

Progress = Callable[[str, int, int], None]
"""Called with the stage (`read`, `embed`, `index`), how much is done and how much there is in all."""
CLAUSES = 512
"""Of one batch."""


def chunks(
    catalog: Catalog, settings: Settings, clause_ids: Sequence[str], progress: Progress
) -> Iterator[list["BaseNode"]]:
    """Yield the chunks of some clauses with the vectors that were made before, all chunks of a clause in one batch.

    Args:
        catalog: Inside a run.
        settings: Embedder and data folder.
        clause_ids: Of clauses that can be found.
        progress: Told of clauses.
    """
    from rag.chunk.nodes import chunk_nodes  # noqa: PLC0415

    documents = {d.document_id: d for d in catalog.documents()}
    with closing(VectorCache(settings.data, settings.embedder)) as cache:
        for start in range(0, len(clause_ids), CLAUSES):
            progress("index", start, len(clause_ids))
            clauses = catalog.clause_map(clause_ids[start : start + CLAUSES])
            keys = catalog.passages_of(list(clauses))
            vectors = cache.get(sorted(set(keys.values())))
            batch: list[BaseNode] = []
            for clause_id, clause in clauses.items():
                nodes = chunk_nodes(clause, documents[clause.document_id])
                for node, vector in zip(nodes, vectors[keys[clause_id]], strict=True):
                    node.embedding = vector.tolist()
                batch += nodes
            yield batch
    progress("index", len(clause_ids), len(clause_ids))
