"""What monitoring asks: /healthz, /readyz and /metrics."""

import json
from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from rag.errors import AccessRefused
from rag.settings import Settings
from ui.observation.access import AccessLog
from ui.observation.collection import CollectionFigures
from ui.observation.meter import Meter
from ui.observation.observed import Observed
from ui.observation.readiness import Readiness
from ui.service import Service
from ui.web.signing_in.programs import refused
from ui.web.visitor import scoped

_UNSEEN = {"cache-control": "no-store"}
_FORBIDDEN, _UNAVAILABLE = 403, 503


def add_observation(
    app: FastAPI,
    service: Service,
    meter: Meter,
    settings: Settings | None = None,
    waiting: Callable[[], int] | None = None,
) -> None:
    """Add the three paths, and the line in the log for each request; to be called once, before the page is mounted.

    Args:
        app: Serves.
        service: Its assistant is looked at; its data folder is counted.
        meter: What `Observed` counts with.
        settings: Name the model's server; None for none.
        waiting: Returns how many questions wait for their turn; None where none does.
    """
    assistant = service.assistant
    behind = assistant.behind if isinstance(assistant, Observed) else assistant
    readiness = Readiness(behind, settings, service.data)
    meter.registry.register(CollectionFigures(readiness, service.data))
    if waiting is not None:
        meter.waiting(waiting)

    async def healthz() -> Response:
        return PlainTextResponse("ok", headers=_UNSEEN)

    def readyz() -> Response:
        state = readiness.state()
        told: dict[str, object] = {"ready": state.fault is None, "model": state.model}
        if state.fault is not None:
            told["part"] = state.fault
        status = _UNAVAILABLE if state.fault else 200
        return Response(json.dumps(told) + "\n", status, _UNSEEN, media_type="application/json")

    def metrics(request: Request) -> Response:
        try:
            scoped(request, "metrics")
        except AccessRefused as error:
            return refused(request, error, _FORBIDDEN)
        return Response(meter.page(), headers=_UNSEEN | {"content-type": CONTENT_TYPE_LATEST})

    for path, answer in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", metrics)):
        app.add_api_route(path, answer, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_middleware(AccessLog)
