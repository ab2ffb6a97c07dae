"""Health and figures of the bot's own process, at the paths, and for the keys, of the page (docs/monitoring.md)."""

from collections.abc import Callable

from fastapi import FastAPI
from starlette.middleware import Middleware

from rag.settings import Settings
from ui.observation.meter import Meter
from ui.observation.routes import add_observation
from ui.service import Service
from ui.slack.inbound.http import listen_to
from ui.web.signing_in.layer import SignInLayer
from ui.web.signing_in.roll import Roll

HOST = "127.0.0.1"
"""Nothing but this machine is served."""
_END_S = 1
"""The bot's own end needs the rest of what containers and units wait."""


def serve_figures(
    service: Service, meter: Meter, settings: Settings, port: int, waiting: Callable[[], int]
) -> Callable[[], None]:
    """Serve `/metrics`, `/healthz` and `/readyz` to this machine.

    Args:
        service: Its assistant is looked at.
        meter: What it counts with.
        settings: Name the data folder, whose accounts say whose key opens `/metrics`.
        port: From 1 to 65535.
        waiting: Returns how many questions wait for their turn.

    Returns:
        What ends it.

    Raises:
        PolicyQAError: The port cannot be listened on.
    """
    layer = Middleware(SignInLayer, roll=Roll(settings), web_url=settings.web_url, is_local=True)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, middleware=[layer])
    add_observation(app, service, meter, settings, waiting)
    fix = "choose a port that is free (--metrics-port)"
    return listen_to(app, HOST, port, "slack-figures", fix, end_s=_END_S)
