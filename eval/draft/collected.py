"""A collection opened for drafting: what rules, tables and checks need of it."""

from contextlib import closing
from pathlib import Path

from eval.cases import ClauseKey, Gold, clause_key
from eval.draft.shelf import Shelf
from rag.catalog import Catalog
from rag.errors import EmptyCollection
from rag.schema import Clause


def open_shelf(data: Path) -> Shelf:
    """Read a collection into memory.

    Raises:
        EmptyCollection: There is no collection, or no document in it.
        CollectionMismatch: It was written in another format.
    """
    with closing(Catalog(data)) as catalog:
        documents = catalog.documents()
        clauses: dict[str, list[Clause]] = {}
        for clause in catalog.each_clause():
            clauses.setdefault(clause.document_id, []).append(clause)
    if not documents:
        raise EmptyCollection(
            f"There is no document in {data}.",
            fix="policyqa ingest PATH",
            chinese=(f"{data} 中没有文件。", "policyqa ingest PATH"),
        )
    return Shelf(documents, clauses)


def clause_names(shelf: Shelf) -> dict[ClauseKey, Gold]:
    """Return every clause's name as printed, by `clause_key`."""
    return {
        clause_key(c.title, c.locator): Gold(c.title, c.locator)
        for d in shelf.documents
        for c in shelf.of(d)
    }  # fmt: skip
