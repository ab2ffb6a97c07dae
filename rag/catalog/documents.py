"""The documents of a catalog, with how they stand to each other."""

from rag.catalog.links import Links
from rag.catalog.rows import document_from, standing_from
from rag.errors import NotFound
from rag.schema import Document

_DOCUMENT = "SELECT fields, superseded_by, repealed_by, repealed_on FROM documents LEFT JOIN standing USING (document_id)"


class Documents(Links):
    """A catalog's documents."""

    _known: tuple[tuple[int, int], tuple[Document, ...]] | None = None
    """What was counted when the documents were read, and the documents."""

    def documents(self, *, removed: bool = False) -> list[Document]:
        """Return the documents in the order of their sources; with `removed`, those that were taken out.

        They are read anew only after a change: each question asks for them, and 25,000 take half a second.
        """
        if removed or self._db.in_transaction:
            return self._read_documents(removed)
        # The first number counts the changes of other connections, the second those of this one.
        version = (self._db.execute("PRAGMA data_version").fetchone()[0], self._db.total_changes)
        known = self._known
        if known is None or known[0] != version:
            self._known = known = (version, tuple(self._read_documents(removed)))
        return list(known[1])

    def _read_documents(self, removed: bool) -> list[Document]:
        rows = self._db.execute(f"{_DOCUMENT} WHERE removed = ? ORDER BY source, ordinal", (int(removed),))
        return [self._made(document_from, fields, **standing_from(row)) for fields, *row in rows]

    def document(self, document_id: str) -> Document:
        """Return one document that is not taken out.

        Raises:
            NotFound: There is none of that id.
        """
        row = self._db.execute(
            f"{_DOCUMENT} WHERE document_id = ? AND NOT removed", (document_id,)
        ).fetchone()
        if row is None:
            raise no_document(document_id)
        return self._made(document_from, row[0], **standing_from(row[1:]))

    def as_read(self) -> dict[str, Document]:
        """Return all documents by id as their texts say, without corrections; those taken out too."""
        rows = self._db.execute("SELECT as_read FROM documents ORDER BY source, ordinal")
        found = (self._made(document_from, row["as_read"]) for row in rows)
        return {d.document_id: d for d in found}


def no_document(document_id: str) -> NotFound:
    """Return the error for an id that no document has, or none that one may see."""
    fix = "policyqa documents"
    return NotFound(f"No document {document_id!r}.", fix, chinese=(f"没有文件 {document_id!r}。", fix))


def no_source(name: str) -> NotFound:
    """Return the error for a name that no source has, or none that one may see."""
    fix = "policyqa documents"
    return NotFound(f"No source {name!r}.", fix, chinese=(f"没有来源 {name!r}。", fix))
