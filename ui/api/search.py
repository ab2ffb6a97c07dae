"""`/api/search`: clauses for a question, without a language model."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ui.api.bodies import Searched
from ui.api.operation import operation
from ui.api.schemas import SearchOut
from ui.service import Assistant
from ui.shapes import retrieval_shape
from ui.web.visitor import scoped


def add(router: APIRouter, assistant: Assistant) -> None:
    """Add the route."""

    @router.post(
        "/api/search",
        **operation(
            "search",
            SearchOut,
            "检索条款 Search for clauses",
            "不用语言模型；每条都有各路检索的名次和分数。No language model; each hit has the rank and score of each leg.",
        ),
    )
    def search(request: Request, body: Searched) -> Response:
        viewer = scoped(request, "search").viewer
        found = assistant.search(body.as_question(), body.limit, viewer)
        return JSONResponse(retrieval_shape(body.id, found))
