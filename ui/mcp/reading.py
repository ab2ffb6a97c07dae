"""The tools that need no language model: search, show and documents."""

from datetime import date

from rag.locator.pinpoint import split_pinpoint
from rag.locator.title import find_document
from rag.schema import Clause, Document, Hit, Viewer
from rag.validity import validity
from ui.address import Place, clause_place
from ui.api.bodies import chosen
from ui.api.documents import clause_shapes, meeting
from ui.commands.show import find_clause, pinpoint_span
from ui.mcp.arguments import Listing, Searching, Showing
from ui.mcp.results import ListedDocumentOut, Told
from ui.mcp.text import document_text, found_text, listed_text, shown_text
from ui.service import Assistant
from ui.shapes import Shape, document_shape, retrieval_shape

_EXCERPT = 600
_BEGINNING = 40
_AT_ONCE = 200
"""Most clauses in one list: a code of a thousand articles would fill what an assistant can read."""


class Reading:
    """Searches and reads one collection with the eyes of whoever asks."""

    def __init__(self, assistant: Assistant, web_url: str | None) -> None:
        """Read what an assistant reads; links begin with `web_url`, None for no links."""
        self._assistant, self._web_url = assistant, web_url

    def search(self, asked: Searching, viewer: Viewer) -> Told:
        """Return the best clauses; raises as the assistant."""
        found = self._assistant.search(asked.as_question(), asked.limit, viewer)
        clauses = [self.found_shape(hit, viewer) for hit in found.hits]
        shape = {"clauses": clauses, "filters": retrieval_shape(None, found)["filters"]}
        return Told(found_text(shape), shape)

    def show(self, asked: Showing, viewer: Viewer) -> Told:
        """Return a document with the list of its clauses, or one of them with its neighbours; raises NotFound."""
        document = find_document(self._assistant.documents(viewer), asked.title)
        clauses = self._assistant.clauses(document.document_id, viewer)
        shape: Shape = {
            "document": document_shape(document), "validity": validity(document, date.today()),
            "link": self._link(Place(document.document_id)), "clauses": [], "clauses_total": len(clauses),
            "clause": None, "pinpoint": None, "context": [],
        }  # fmt: skip
        if asked.locator:
            shape |= self._place(document, clauses, asked.locator, viewer)
            return Told(shown_text(shape, [c.clause_id for c in clauses]), shape)
        listed = clauses[asked.first - 1 :][:_AT_ONCE]
        shape["clauses"] = [
            {
                "clause_id": c.clause_id,
                "locator": c.locator,
                "label": c.label,
                "text": c.text[:_BEGINNING],
                "is_whole": len(c.text) <= _BEGINNING,
            }
            for c in listed
        ]
        return Told(document_text(shape, asked.first), shape)

    def documents(self, asked: Listing, viewer: Viewer) -> Told:
        """Return the documents that meet all conditions."""
        found = meeting(self._assistant.documents(viewer), chosen(asked.filters), asked.as_of)
        today = date.today()
        listed = [
            {key: value for key, value in document_shape(d).items() if key in ListedDocumentOut.model_fields}
            | {"validity": validity(d, today)}
            for d in found[asked.first - 1 :][: asked.limit]
        ]
        shape = {"documents": listed, "total": len(found)}
        return Told(listed_text(shape, asked.first), shape)

    def found_shape(self, hit: Hit, viewer: Viewer) -> Shape:
        """Return a clause that was found, with what its document says of its force."""
        clause = hit.clause
        document = self._assistant.document(clause.document_id, viewer)
        return {
            "clause_id": clause.clause_id, "document_id": clause.document_id, "title": clause.title,
            "locator": clause.locator, "label": clause.label, "text": clause.text[:_EXCERPT],
            "is_whole": len(clause.text) <= _EXCERPT, "status": document.status,
            "validity": validity(document, date.today()), "link": self.link(clause.clause_id),
        }  # fmt: skip

    def link(self, clause_id: str) -> str | None:
        """Return the address of a clause on the page; None where the page has no public address."""
        return self._link(clause_place(clause_id))

    def _link(self, place: Place) -> str | None:
        return f"{self._web_url.rstrip('/')}/{place.address}" if self._web_url else None

    def _place(self, document: Document, clauses: list[Clause], locator: str, viewer: Viewer) -> Shape:
        within, pinpoint = split_pinpoint(locator)
        clause = find_clause(clauses, within, document.title)
        span = pinpoint_span(clause, pinpoint, locator)
        near = self._assistant.neighbours(clause.clause_id, viewer)
        [shape, *context] = clause_shapes(self._assistant, [clause, *near], viewer)
        return {
            "link": self.link(clause.clause_id),
            "clause": shape,
            "pinpoint": clause.text[slice(*span)] if span else None,
            "context": context,
        }
