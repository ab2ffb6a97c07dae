"""`/api/documents` and `/api/clauses`: reading the collection."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rag.errors import NotFound
from rag.hit.filters import FILTERS
from rag.schema import Clause, Document, Viewer
from rag.validity import passes
from ui.api.bodies import Listed, chosen
from ui.api.operation import operation
from ui.api.refusal import RequestRefused
from ui.api.schemas import ClausePlaceOut, DocumentOut, DocumentTreeOut
from ui.service import Assistant
from ui.shapes import Shape, clause_shape, document_shape
from ui.web.visitor import scoped

_LONGEST = 100


def add(router: APIRouter, assistant: Assistant) -> None:
    """Add the routes."""

    @router.get(
        "/api/documents",
        **operation(
            "read",
            list[DocumentOut],
            "列出文件 List documents",
            "包括旧版本；各项条件须全部满足。Older versions too; all conditions must be met.",
            sends=False,
        ),
    )
    def documents(request: Request, wanted: Annotated[Listed, Query()]) -> Response:  # type: ignore[valid-type]
        viewer = scoped(request, "read").viewer
        limits = chosen(wanted)
        as_of = limits.pop("as_of", None)
        found = meeting(assistant.documents(viewer), limits, as_of)
        return JSONResponse([document_shape(d) for d in found])

    @router.get(
        "/api/documents/{document_id}",
        **operation(
            "read",
            DocumentTreeOut,
            "一份文件及其条款 One document with its clauses",
            "条款按原文次序。The clauses stand in printed order.",
            sends=False,
        ),
    )
    def document(request: Request, document_id: str) -> Response:
        viewer = scoped(request, "read").viewer
        with _named(document_id):
            found = document_shape(assistant.document(document_id, viewer))
            clauses = assistant.clauses(document_id, viewer)
        return JSONResponse(found | {"clauses": clause_shapes(assistant, clauses, viewer)})

    @router.get(
        "/api/clauses/{clause_id:path}",
        **operation(
            "read",
            ClausePlaceOut,
            "一条及其前后 One clause with its neighbours",
            "引用指向的条款在 references 中。What it refers to stands in references.",
            sends=False,
        ),
    )
    def clause(request: Request, clause_id: str) -> Response:
        viewer = scoped(request, "read").viewer
        with _named(clause_id):
            [found] = clause_shapes(assistant, [assistant.clause(clause_id, viewer)], viewer)
            near = assistant.neighbours(clause_id, viewer)
        return JSONResponse(found | {"context": clause_shapes(assistant, near, viewer)})


@contextmanager
def _named(key: str) -> Iterator[None]:
    """Say of an id that is not there, or not for this person, where to find one that is."""
    try:
        yield
    except NotFound as error:
        shown = repr(key[:_LONGEST])
        raise RequestRefused(
            404,
            f"There is no {shown}.",
            fix="take the id from GET /api/documents or /api/search",
            chinese=(f"没有 {shown}。", "请使用 GET /api/documents 或 /api/search 给出的编号"),
        ) from error


def meeting(documents: Iterable[Document], filters: dict[str, str], as_of: str | None) -> list[Document]:
    """Return the documents that meet all conditions; `as_of` leaves out what is known not to be in force on that day."""
    day = date.fromisoformat(as_of) if as_of else None
    return [
        d
        for d in documents
        if all(FILTERS[key](d, value) for key, value in filters.items()) and (day is None or passes(d, day))
    ]


def clause_shapes(assistant: Assistant, clauses: Iterable[Clause], viewer: Viewer) -> list[Shape]:
    """Return clauses; where one refers to a document that this person may not see, only its printed words are told."""
    seen = {d.document_id for d in assistant.documents(viewer)}
    shapes = [clause_shape(c) for c in clauses]
    for reference in (r for shape in shapes for r in shape["references"]):
        if reference["target_document_id"] not in seen:
            reference.update(target_document_id=None, clause_id=None)
    return shapes
