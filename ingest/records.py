"""Passages that are divided already, as those of a public test set, into a collection of their own."""

import hashlib
from collections.abc import Sequence
from contextlib import closing

from ingest import index
from ingest.chunks import Progress
from rag.catalog import Catalog
from rag.catalog.rows import FileState, Parsed
from rag.schema import Clause, Document, Source
from rag.settings import Settings


def store(
    documents: Sequence[tuple[Document, Sequence[Clause]]], settings: Settings, progress: Progress
) -> None:
    """Make a collection of exactly these documents; one that holds them already is left as it is.

    Nothing is read from their words: no reference is followed and no document counts as another's newer version. A run
    that is stopped keeps the vectors that it has made.

    Args:
        documents: Each with its clauses, in printed order; a source of its own for each.
        settings: Data folder and embedder.
        progress: Told what is done.

    Raises:
        CollectionBusy: Another process is writing.
        CollectionMismatch: The collection was made with another embedder.
        DiskFull: Nothing has changed then.
    """
    with closing(Catalog(settings.data, create=True)) as catalog, catalog.writing():
        catalog.check_embedder(settings.embedder)
        with catalog.run("store"):
            known = {name: state.sha256 for name, state in catalog.files().items()}
            for document, clauses in documents:
                state = _state(document, clauses)
                if known.pop(document.source, None) == state.sha256:
                    continue
                source = Source(document.source, state.sha256, tuple(c.text for c in clauses))
                catalog.replace_source(source, state, [Parsed(document, tuple(clauses), ())])
            for name in known:
                catalog.drop_source(name)
            index.publish(catalog, settings, progress)
        index.tidy(catalog, settings, None)


def _state(document: Document, clauses: Sequence[Clause]) -> FileState:
    text = "\n".join(f"{c.clause_id}\n{c.text}" for c in clauses)
    sha256 = hashlib.sha256(f"{document.title}\n{text}".encode()).hexdigest()
    return FileState(document.source, document.source, len(text), 0, sha256, parser="")
