"""What may go to a model with a question: the hits, and the clauses that belong to them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from rag.catalog import Catalog
from rag.context.companions import Companion, companions_of
from rag.context.side import Side
from rag.errors import NotFound
from rag.hit.filters import allowed
from rag.hit.regions import holds_in
from rag.schema import Clause, Document, Hit, Question, Viewer


def _no_clauses(document_id: str) -> Sequence[Clause]:
    return ()


@dataclass(frozen=True, slots=True)
class Context:
    """The hits of one question with what belongs to them; more than a model may have room for."""

    asked: str
    """The question as it was searched for."""
    hits: Sequence[Hit]
    """Best first."""
    documents: Mapping[str, Document]
    """Of all clauses here, by id."""
    companions: Sequence[Companion] = ()
    """First what the hits cannot be understood without."""
    clauses_of: Callable[[str], Sequence[Clause]] = _no_clauses
    """Returns all clauses of one of these documents, in printed order; none for a document that is not among them."""

    sides: Sequence[Side] = ()
    """The places that the question compares; empty when it compares none."""

    def about(self, hit: Hit) -> str:
        """Return the words that tell which document a hit is of: its title, region and issuer."""
        document = self.documents[hit.clause.document_id]
        return f"{document.title} {document.region} {document.issuer}"

    def is_for(self, hit: Hit, place: str) -> bool:
        """Tell whether a hit is of a document about a place, or of one that holds there: 贵州's for 贵阳."""
        region = self.documents[hit.clause.document_id].region
        return place in self.about(hit) or holds_in(region, place)


def with_companions(context: Context, question: Question, viewer: Viewer, catalog: Catalog) -> Context:
    """Return the hits together with the clauses that belong to them.

    Args:
        context: The hits alone.
        question: Its filters and its date limit what may be shown, as they limit the hits.
        viewer: Decides which documents exist.
        catalog: Knows the links.

    Raises:
        FilterError: A filter does not exist.
    """
    found = companions_of(context.asked, context.hits, catalog)
    # The documents of hits were weighed by the search; only others can be hidden, filtered out or superseded.
    others = {c.clause.document_id for c in found} - context.documents.keys()
    shown = allowed(_with_newer(others, catalog), question.filters, question.as_of, viewer)
    documents = {**{d.document_id: d for d in shown}, **context.documents}
    kept = tuple(c for c in found if c.clause.document_id in documents)
    return replace(context, documents=documents, companions=kept)


def _with_newer(document_ids: Iterable[str], catalog: Catalog) -> list[Document]:
    """Return documents and their newer versions, without which nobody can tell that they are superseded."""
    found: dict[str, Document] = {}
    wanted = sorted(document_ids)
    while wanted:
        document_id = wanted.pop()
        with suppress(NotFound):
            document = found[document_id] = catalog.document(document_id)
            if document.superseded_by and document.superseded_by not in found:
                wanted.append(document.superseded_by)
    return list(found.values())
