"""Serving: the page, and beside it what programs ask, as one application on one address."""

import asyncio
import logging
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rag.record.recorder import Recorder
from rag.settings import Settings, load_settings
from ui.observation.meter import Meter, Way
from ui.observation.observed import Observed
from ui.service import Assistant, Service
from ui.web.heap import few_arenas, trim_regularly
from ui.web.listening import address_of, check_address, is_loopback
from ui.web.stubs import no_stubs

if TYPE_CHECKING:
    import socket

    import uvicorn
    from fastapi import FastAPI

_log = logging.getLogger(__name__)
_LAST_ANSWERS_S = 15
"""How long a server that is to end lets running answers go on; process managers kill after 20 seconds at the earliest."""
_LAST_WORDS_S = 1
"""What connections have left then, so that the ends of answers reach the browsers."""


def serve(
    assistant: Assistant,
    host: str = "127.0.0.1",
    port: int = 7860,
    allow_open: bool = False,
    *,
    examples: Sequence[str] | None = None,
    records: Path | None = None,
    need_accounts: bool = False,
) -> None:
    """Serve until a signal ends it, and print the address as soon as it answers.

    Args:
        assistant: Shared by all visitors.
        host: Address to listen on.
        port: From 1 to 65535.
        allow_open: Serve other machines than this one, though nobody has to sign in.
        examples: Questions offered before the first one; None for some that the collection answers.
        records: The data folder in which answers and their ratings are kept; None keeps none and offers no thumbs.
        need_accounts: Serve nobody without an account, also on this machine.

    Raises:
        AccessRefused: As of `check_address`.
        PolicyQAError: The port is taken, or the address is not one of this machine's.
    """
    check_address(host, port, allow_open, records, need_accounts=need_accounts)
    few_arenas()
    required = need_accounts or not (allow_open or is_loopback(host))
    is_local = is_loopback(host) and not allow_open
    app = application(assistant, examples, records, required=required, is_local=is_local)
    trim_regularly()
    _server(app, host, port).run()


def application(
    assistant: Assistant,
    examples: Sequence[str] | None = None,
    records: Path | None = None,
    *,
    required: bool = False,
    is_local: bool = False,
) -> "FastAPI":
    """Return everything that is served as one ASGI application; needs seconds to import gradio.

    Args:
        assistant: As `serve`.
        examples: As `serve`.
        records: As `serve`.
        required: Let nobody in without an account, even if the accounts were taken away.
        is_local: Without accounts, answer only to names of this machine and of the settings.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from fastapi import FastAPI  # noqa: PLC0415 - comes with gradio

    with no_stubs():
        from gradio import queueing, routes  # noqa: PLC0415 - gradio takes seconds to import
    from ui.api.router import add_api  # noqa: PLC0415 - needs FastAPI
    from ui.mcp.http import add_mcp  # noqa: PLC0415 - as above
    from ui.observation.routes import add_observation  # noqa: PLC0415 - as above
    from ui.web import page  # noqa: PLC0415 - needs gradio

    # They print errors, what was asked among them, past every rule for the log.
    queueing.traceback = routes.traceback = _Logged
    # What is kept with an answer are the settings of this process, over the folder of the records.
    settings = load_settings(records) if records else None
    meter = Meter()
    service = _service(assistant, examples or (), settings, meter)
    blocks, visits = page.build(service)
    layers = _layers(settings, required=required, is_local=is_local)
    app = FastAPI(title="policyqa", docs_url=None, redoc_url=None, openapi_url=None, middleware=layers)
    running = add_api(app, _asked_by(service, "api"))
    add_mcp(app, service, running)
    add_observation(app, service, meter, settings, waiting=lambda: visits.gate.waiting)
    app.state.meter = meter
    # Last: at "/" it takes every path that nothing else has taken.
    routes.mount_gradio_app(app, blocks, path="/", **page.mount_options())
    return app


class _Logged:
    """Stands for `traceback` in the modules of gradio that call the page's handlers."""

    @staticmethod
    def print_exc() -> None:
        _log.exception("a handler of the page failed")


def _service(
    assistant: Assistant, examples: Sequence[str], settings: Settings | None, meter: Meter
) -> Service:
    if settings is None:
        return Service(Observed(assistant, meter), examples=examples)
    observed = Observed(assistant, meter, with_questions=settings.log_questions)
    return Service(
        observed, settings.data, Recorder(settings, "web"), examples, settings.web_url, settings.questions_a_minute
    )  # fmt: skip


def _asked_by(service: Service, way: Way) -> Service:
    """Return the same for another way in, counted and kept apart."""
    assistant = cast("Observed", service.assistant).by(way)
    return replace(service, assistant=assistant)


def _layers(settings: Settings | None, *, required: bool, is_local: bool) -> list[Any]:
    """Return what stands in front of everything, the outermost first."""
    from starlette.middleware import Middleware  # noqa: PLC0415 - comes with gradio

    from ui.web.guard import Guard  # noqa: PLC0415 - as above
    from ui.web.signing_in.layer import SignInLayer  # noqa: PLC0415 - as above
    from ui.web.signing_in.peer import Peer  # noqa: PLC0415 - as above
    from ui.web.signing_in.roll import Roll  # noqa: PLC0415 - hashing passwords takes a library

    web_url = settings.web_url if settings else None
    roll = Roll(settings, required=required)
    return [
        Middleware(Peer),
        Middleware(SignInLayer, roll=roll, web_url=web_url, is_local=is_local),
        Middleware(Guard),
    ]


def _server(app: "FastAPI", host: str, port: int) -> "uvicorn.Server":
    import uvicorn  # noqa: PLC0415 - comes with gradio

    class PageServer(uvicorn.Server):
        """Tells when it answers, and lets running answers end before it does."""

        async def startup(self, sockets: "list[socket.socket] | None" = None) -> None:
            await super().startup(sockets)
            if self.started:
                print(f"政策问答 · Policy Q&A: {address_of(host, port)}  (Ctrl-C 结束 / to stop)", flush=True)

        async def shutdown(self, sockets: "list[socket.socket] | None" = None) -> None:
            for listening in self.servers:
                listening.close()
            end = time.monotonic() + _LAST_ANSWERS_S
            while app.state.meter.running and time.monotonic() < end and not self.force_exit:
                await asyncio.sleep(0.1)
            await super().shutdown(sockets)

    return PageServer(
        uvicorn.Config(
            app,
            host=host.strip("[]"),
            port=port,
            # What is logged, and without whose words, is settled in `ui.observation.logs`.
            log_config=None,
            access_log=False,
            # Peer does it: whether a proxy's header is believed depends on who is really there.
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_LAST_WORDS_S,
        )
    )
