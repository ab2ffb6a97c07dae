"""What `doctor --slack` finds: tokens, scopes, Socket Mode, rules and channels, each problem with its fix."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.errors import PolicyQAError, SettingsError
from rag.settings import Settings
from ui.slack.access.rules import load_rules
from ui.slack.access.rules_error import PAGE
from ui.slack.setup.manifest import load_manifest, manifest_facts, manifest_problems
from ui.slack.setup.rules_check import membership, rules_problems, summary
from ui.slack.setup.scopes import EVENTS, FEATURES, WHY, bot_scopes
from ui.slack.setup.tokens import (
    ClientFactory,
    SlackRefused,
    Workspace,
    check_package,
    faults,
    find_workspace,
    open_socket,
    web_client,
)

_MANIFEST = "deploy/slack/manifest.yaml"


@dataclass
class SlackCheck:
    """What is in force, and problems with their fixes."""

    facts: dict[str, Any] = field(default_factory=dict)
    by_hand: list[str] = field(default_factory=list)
    """What Slack tells no program, to be looked at on the page of the app."""
    problems: list[tuple[str, str]] = field(default_factory=list)

    def add(self, error: PolicyQAError) -> None:
        """Take an error for a problem."""
        self.problems.append((error.message, error.fix))


def check_slack(
    settings: Settings, factory: ClientFactory | None = None, *, manifest: Path | None = None
) -> SlackCheck:
    """Look at everything that the bot needs; never raises for what it finds, and never shows a token.

    Args:
        settings: Of this process.
        factory: Makes clients of Slack; None for those of the settings.
        manifest: The app's own, as its page shows it; None when nobody copied it, which leaves that to be looked at by hand.
    """
    found = SlackCheck()
    try:
        check_package()
    except SettingsError as error:
        found.add(error)
        return found
    http = settings.slack_app_token is None and settings.slack_signing_secret is not None
    found.facts["mode"] = "HTTP" if http else "Socket Mode"
    if manifest is None:
        found.by_hand = _by_hand(http)
    else:
        _subscriptions(manifest, http, found)
    factory = factory or web_client(settings)
    workspace = _bot(settings, factory, found)
    _connection(settings, factory, found, http)
    _links(settings, found)
    try:
        rules = load_rules(settings.slack_rules)
    except SettingsError as error:
        found.add(error)
        return found
    found.facts["rules"] = summary(settings, rules)
    found.problems += rules_problems(settings, rules, workspace)
    if workspace and (rules.allowed_channels or rules.channels):
        found.facts["channels of the rules"], outside = membership(settings, factory, rules, workspace)
        found.problems += outside
    return found


def _subscriptions(path: Path, http: bool, found: SlackCheck) -> None:
    try:
        manifest = load_manifest(path)
    except SettingsError as error:
        found.add(error)
        return
    found.facts |= manifest_facts(manifest)
    found.problems += manifest_problems(manifest, http=http)


def _bot(settings: Settings, factory: ClientFactory, found: SlackCheck) -> Workspace | None:
    if wrong := faults(settings, "slack_bot_token"):
        found.add(wrong[0])
        return None
    try:
        workspace = find_workspace(settings, factory)
    except SlackRefused as error:
        found.add(error)
        return None
    found.facts["workspace"] = f"{workspace.name} ({workspace.team or 'a whole organisation'})"
    found.facts["bot"] = f"@{workspace.bot}"
    _scopes(workspace.scopes, found)
    return workspace


def _scopes(given: frozenset[str], found: SlackCheck) -> None:
    if not given:
        found.facts["scopes"] = "Slack did not say"
        return
    found.facts["scopes"] = ", ".join(sorted(given))
    for scope in sorted(bot_scopes() - given):
        found.problems.append(
            (
                f"The bot token has no scope {scope}, without which these do not work: {WHY[scope]}.",
                f"OAuth & Permissions → Bot Token Scopes → add {scope}, then Reinstall to Workspace; {_MANIFEST} has them all",
            )
        )
    if spare := sorted(given - bot_scopes()):
        found.facts["scopes beyond need"] = f"{', '.join(spare)} (may be taken away)"


def _connection(settings: Settings, factory: ClientFactory, found: SlackCheck, http: bool) -> None:
    if not http and settings.slack_signing_secret is not None:
        found.problems += [(error.message, error.fix) for error in faults(settings, "slack_signing_secret")]
    name = "slack_signing_secret" if http else "slack_app_token"
    if wrong := faults(settings, name):
        found.add(wrong[0])
        return
    if http:
        found.facts["signing secret"] = "there (Slack tells nobody whether it is right)"
        return
    try:
        open_socket(settings, factory)
    except SlackRefused as error:
        found.add(error)
        return
    found.facts["Socket Mode"] = "opens"


def _links(settings: Settings, found: SlackCheck) -> None:
    if not settings.web_url:
        found.facts["links to clauses"] = "none; POLICYQA_WEB_URL, the address of the page, makes them"
        return
    found.facts["links to clauses"] = settings.web_url
    if settings.web_url.split("://")[-1].startswith(("127.", "localhost", "[::1]", "0.0.0.0")):  # noqa: S104 - told apart, not bound
        found.problems.append(
            (
                f"POLICYQA_WEB_URL is {settings.web_url}, which leads everyone who clicks to their own machine.",
                "set POLICYQA_WEB_URL to the address that staff open the page with, or unset it",
            )
        )


def _by_hand(http: bool) -> list[str]:
    steps = [
        f"Event Subscriptions: on, with the bot events {', '.join(EVENTS)}",
        "Interactivity & Shortcuts: on, with the message shortcut of callback ID "
        + next(name for name in FEATURES if not name.startswith("/")),
        "Slash Commands: /policy",
        'App Home: Messages Tab on, "Allow users to send Slash commands and messages from the messages tab" ticked',
    ]
    if http:
        steps.insert(
            0,
            "Socket Mode: off; the Request URL of events, interactivity and /policy is https://…/slack/events and Slack says Verified",
        )
    at_once = (
        "All of it at once: App Manifest → JSON, copied into a file: policyqa doctor --slack --manifest FILE"
    )
    return [*steps, f"{at_once}; {PAGE} has the clicks"]
