"""What documents say of each other, once all of them are known; inside a run."""

from ingest.document.versions import successors
from ingest.references import places, resolved
from rag.catalog import Catalog
from rag.catalog.rows import Standing
from rag.schema import Document
from rag.validity import is_draft


def link(catalog: Catalog) -> None:
    """Point references to clauses that have come or gone, and tell which documents are superseded or repealed."""
    documents = catalog.documents()
    at = places(catalog.places())
    pointing = catalog.each_with("references", "repeals")
    catalog.update_clauses(resolved(pointing, documents, lambda document_id, key: at.get((document_id, key))))
    catalog.set_standing(_standing(catalog, documents))


def _standing(catalog: Catalog, documents: list[Document]) -> dict[str, Standing]:
    newer = successors(documents, catalog.sketches())
    by_id = {d.document_id: d for d in documents}
    repealed: dict[str, tuple[str, str | None]] = {}
    for clause in catalog.each_with("repeals"):
        by = by_id[clause.document_id]
        for repeal in clause.repeals:
            target = repeal.target_document_id
            # A draft puts nothing out of force, and a text that repeals its own title means an older version.
            if target and target != clause.document_id and not is_draft(by):
                repealed[target] = (clause.clause_id, by.effective_date)
    return {key: Standing(newer.get(key), *repealed.get(key, (None, None))) for key in {*newer, *repealed}}
