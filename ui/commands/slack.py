"""The command that runs the Slack bot."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ui.console import DataFlag, JsonFlag, add, emit, say

if TYPE_CHECKING:
    from rag.settings import Settings
    from ui.observation.meter import Meter
    from ui.service import Service
    from ui.slack.server import Figures
    from ui.slack.setup.tokens import Workspace


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    add(app, slack)


def slack(
    http: Annotated[
        bool,
        typer.Option(
            "--http", help="Let Slack send to this address; else Socket Mode, which needs no address."
        ),
    ] = False,
    host: Annotated[str, typer.Option("--host", help="Address to serve with --http.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to serve with --http.")] = 3000,
    metrics_port: Annotated[
        int | None,
        typer.Option(
            "--metrics-port",
            min=1,
            max=65535,
            help="Port at which this machine reads /metrics; none if left out.",
        ),
    ] = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Run the Slack bot: questions by direct message, mention, thread and /policy. Set-up: docs/slack.md.

    Examples:
      policyqa slack
      policyqa slack --data /srv/policyqa
      policyqa slack --http --port 3000
      policyqa slack --metrics-port 9464
    """
    from rag.settings import load_settings  # noqa: PLC0415
    from ui.slack.access.rules import load_rules  # noqa: PLC0415
    from ui.slack.setup.tokens import check_package, find_workspace, require, web_client  # noqa: PLC0415

    # Much of what comes from Slack was written in private.
    settings = load_settings(data).model_copy(update={"log_questions": False})
    # What an administrator can mend is told before anything slow is started.
    check_package()
    require(settings, http)
    rules = load_rules(settings.slack_rules)
    workspace = find_workspace(settings, web_client(settings))
    from rag.assistant import build_assistant  # noqa: PLC0415
    from rag.record.recorder import Recorder  # noqa: PLC0415
    from ui.observation.meter import Meter  # noqa: PLC0415
    from ui.observation.observed import Observed  # noqa: PLC0415
    from ui.observation.process import observing  # noqa: PLC0415
    from ui.service import Service  # noqa: PLC0415
    from ui.slack.access.access import Access  # noqa: PLC0415
    from ui.slack.server import serve  # noqa: PLC0415

    place = (host, port) if http else None
    access = Access(rules, home=workspace.team)
    with observing(settings):
        assistant = build_assistant(settings, serving=True)
        meter = Meter()
        observed = Observed(assistant, meter, "slack")
        service = Service(observed, settings.data, Recorder(settings, "slack"), web_url=settings.web_url)
        serve(
            service,
            settings,
            access,
            http=place,
            figures=_figures(service, meter, settings, metrics_port),
            ready=lambda: _ready(workspace, place, assistant.model, json),
        )


def _figures(service: "Service", meter: "Meter", settings: "Settings", port: int | None) -> "Figures | None":
    if port is None:
        return None
    from ui.slack.figures import serve_figures  # noqa: PLC0415 - needs FastAPI

    return lambda waiting: serve_figures(service, meter, settings, port, waiting)


def _ready(workspace: "Workspace", place: tuple[str, int] | None, model: str, json: bool) -> None:
    address = f"http://{place[0]}:{place[1]}" if place else None
    if json:
        emit({"workspace": workspace.name, "team": workspace.team or None, "bot": workspace.bot, "address": address, "model": model})  # fmt: skip
        sys.stdout.flush()
        return
    way = address or "Socket Mode"
    say(f"政策问答 · Policy Q&A: @{workspace.bot}, {workspace.name} ({way})  (Ctrl-C 结束 / to stop)")
