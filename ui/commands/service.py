"""Commands that serve and diagnose: web and doctor."""

from pathlib import Path
from typing import Annotated

import typer

from ui.console import DataFlag, JsonFlag, add, emit, say, style


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    add(app, web, doctor)


def web(
    host: Annotated[str, typer.Option("--host", help="Address to serve.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to serve.")] = 7860,
    allow_open: Annotated[
        bool,
        typer.Option(
            "--allow-open",
            help="Serve another address although there are no accounts: everyone who reaches it can ask.",
        ),
    ] = False,
    need_accounts: Annotated[
        bool,
        typer.Option(
            "--need-accounts",
            help="Serve nobody without an account, also on this machine, as behind a proxy.",
        ),
    ] = False,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Serve the page: ask, and read every cited clause beside the answer.

    Where people have accounts (policyqa user add), everybody signs in; without any, only this machine is served.

    Examples:
      policyqa web
      policyqa web --port 8080
      policyqa web --host 0.0.0.0
    """
    from rag.settings import load_settings  # noqa: PLC0415
    from ui.web.listening import address_of, check_address  # noqa: PLC0415
    from ui.web.server import serve  # noqa: PLC0415

    if need_accounts and allow_open:
        raise typer.BadParameter("--need-accounts and --allow-open exclude each other")
    settings = load_settings(data)
    check_address(host, port, allow_open, settings.data, need_accounts=need_accounts)
    from rag.assistant import build_assistant  # noqa: PLC0415
    from ui.observation.process import observing  # noqa: PLC0415

    with observing(settings):
        assistant = build_assistant(settings, serving=True)
        if json:
            emit({"address": address_of(host, port), "model": assistant.model})
        serve(assistant, host, port, allow_open, records=settings.data, need_accounts=need_accounts)


def doctor(
    slack: Annotated[
        bool, typer.Option("--slack", help="Also ask Slack about the bot's tokens, scopes and channels.")
    ] = False,
    manifest: Annotated[
        Path | None,
        typer.Option(
            "--manifest",
            help="With --slack: the app's manifest, copied from its page as JSON (- for standard input); tells whether its events, buttons and command are on.",
        ),
    ] = None,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> int:
    """Say what is in force: settings, model, embedder, index, counts, disk, servers outside; each problem with its fix.

    Examples:
      policyqa doctor
      policyqa doctor --json
      policyqa doctor --slack
      policyqa doctor --slack --manifest app.json
    """
    from rag.settings import load_settings  # noqa: PLC0415
    from ui.diagnosis import diagnose  # noqa: PLC0415

    settings = load_settings(data)
    found = diagnose(settings)
    if slack or manifest is not None:
        from ui.slack.setup.check import check_slack  # noqa: PLC0415

        checked = check_slack(settings, manifest=manifest)
        found.facts["机器人 Slack"] = checked.facts
        if checked.by_hand:
            found.facts["请在 Slack 里核对 to be looked at in Slack"] = {
                str(n): step for n, step in enumerate(checked.by_hand, 1)
            }
        found.problems += checked.problems
    if json:
        emit(
            {
                "facts": found.facts,
                "destinations": list(found.destinations),
                "problems": [{"message": m, "fix": f} for m, f in found.problems],
            }
        )
    else:
        for section, facts in found.facts.items():
            say(style(section, bold=True))
            for key, value in facts.items():
                say(f"  {key}: {value}")
        outside = "；".join(found.destinations) or "无 none"
        say(f"{style('本机以外的去处 destinations outside this machine', bold=True)}: {outside}")
        for message, fix in found.problems:
            say(f"{style('问题 problem', fg='red')}: {message}\nFix: {fix}")
        if not found.problems:
            say("一切正常 all well")
    return 1 if found.problems else 0
