"""The routes of the API, put beside the page."""

from functools import cache
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Match, Route

from ui.api import ask, chat, documents, search
from ui.api.answers import Answers
from ui.api.description import description
from ui.api.reference import reference
from ui.api.refusal import RequestRefused, refusal
from ui.api.route import route_class
from ui.api.running import Running
from ui.service import Service

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


def api(service: Service) -> FastAPI:
    """Return an application that serves the API alone."""
    app = FastAPI(title="policyqa", docs_url=None, redoc_url=None, openapi_url=None)
    add_api(app, service)
    return app


def add_api(app: FastAPI, service: Service, running: Running | None = None) -> Running:
    """Add the routes of the API, which take everything below `/api` and `/v1`.

    Args:
        app: To be called before a page is mounted at `/`, which takes every path that is left.
        service: What the page has.
        running: Bounds the answers in the making; None for bounds of its own.

    Returns:
        The answers in the making, for a server that waits for them before it ends.
    """
    running = running or Running(service.questions_a_minute)
    router = APIRouter(route_class=route_class(service.web_url))
    answers = Answers(service, running)
    ask.add(router, answers)
    search.add(router, service.assistant)
    documents.add(router, service.assistant)
    chat.add(router, answers, service.web_url)
    _add_description(router)
    app.include_router(router)
    nowhere = _Nowhere(router)
    register_url_convertor("rest", _Rest())
    for path in ("/api", "/api/{rest:rest}", "/v1", "/v1/{rest:rest}"):
        app.router.routes.append(Route(path, nowhere, include_in_schema=False))
    return running


def _add_description(router: APIRouter) -> None:
    described = [*router.routes]

    @cache
    def shape() -> dict[str, Any]:
        return description(described)

    @cache
    def page() -> str:
        return reference(shape())

    @router.get("/api/openapi.json", include_in_schema=False, response_model=None)
    def openapi() -> Response:
        return JSONResponse(shape())

    @router.get("/api/docs", include_in_schema=False, response_model=None)
    def docs() -> Response:
        return HTMLResponse(page())


class _Rest(PathConvertor):
    """The rest of a path; unlike Starlette's own it may hold the end of a line, as %0A."""

    regex = r"[\s\S]*"


class _Nowhere:
    """Answers at every path that is none, so that the page behind it does not."""

    def __init__(self, router: APIRouter) -> None:
        self._router = router

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Say that there is no such path, or that it takes another method."""
        methods = {
            method
            for route in self._router.routes
            if isinstance(route, Route) and route.matches(scope)[0] != Match.NONE
            for method in route.methods or ()
        }
        request = Request(scope, receive)
        response = refusal(request, _wrong_method(request, methods) if methods else _no_path(request))
        await response(scope, receive, send)


def _no_path(request: Request) -> RequestRefused:
    path = request.url.path[:100]
    return RequestRefused(
        404,
        f"There is no {path}.",
        fix="see /api/docs",
        chinese=(f"没有 {path}。", "请参阅 /api/docs"),
    )


def _wrong_method(request: Request, methods: set[str]) -> RequestRefused:
    allowed = ", ".join(sorted(methods))
    return RequestRefused(
        405,
        f"{request.url.path[:100]} takes {allowed} only.",
        fix=f"send {allowed}",
        chinese=(f"{request.url.path[:100]} 只接受 {allowed}。", f"请用 {allowed}"),
        headers={"allow": allowed},
    )
