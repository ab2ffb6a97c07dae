"""The other texts of one document: a draft and what became of it, a law before and after an amendment."""

from collections.abc import Sequence

from rag.schema import Document


def versions(document: Document, documents: Sequence[Document]) -> list[Document]:
    """Return the other versions of a document in the collection, newest first; empty when it is the only one."""
    newer = {d.document_id: d.superseded_by for d in documents}
    family = {document.document_id}
    while True:
        grown = family | {i for i in (newer.get(i) for i in family) if i}
        grown |= {i for i, successor in newer.items() if successor in grown}
        if grown == family:
            break
        family = grown
    found = [d for d in documents if d.document_id in family and d.document_id != document.document_id]
    return sorted(found, key=lambda d: d.adopted_on or d.effective_date or d.issue_date or "", reverse=True)
