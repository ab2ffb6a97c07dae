"""The document that a user means by a title, part of one, or an id."""

from collections.abc import Sequence

from rag.errors import NotFound
from rag.schema import Document
from rag.text import loose


def find_document(documents: Sequence[Document], title: str) -> Document:
    """Return the document of a title, an id, or the only one whose title contains the words.

    Raises:
        NotFound: None fits, or several do.
    """
    wanted = loose(title)
    exact = [d for d in documents if loose(d.title) == wanted or d.document_id == title]
    near = exact or [d for d in documents if wanted and wanted in loose(d.title)]
    if len(near) == 1:
        return near[0]
    if not near:
        raise NotFound(f"No document {title!r}.", fix="policyqa documents")
    names = "; ".join(f"{d.title} ({d.document_id})" for d in near[:5])
    raise NotFound(
        f"{len(near)} documents fit {title!r}: {names}.", fix="give the whole title or the id in brackets"
    )
