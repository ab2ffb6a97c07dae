"""Whether the rules fit the collection and the workspace, for `doctor --slack`."""

import time

from rag.catalog import Catalog
from rag.errors import PolicyQAError
from rag.hit.filters import allowed
from rag.schema import Document
from rag.settings import Settings
from rag.text import bare, loose
from ui.slack.access.access import Access
from ui.slack.access.rules import ChannelRules, Rules
from ui.slack.inquiry import Inquiry
from ui.slack.setup.tokens import ClientFactory, SlackRefused, Workspace, calling, secret

Problem = tuple[str, str]
"""What is wrong, and the fix."""
_OUTSIDE = frozenset({"not_in_channel", "channel_not_found"})
_SOON_S = 60


def summary(settings: Settings, rules: Rules) -> str:
    """Return on one line who may ask."""
    if settings.slack_rules is None:
        return "none: every channel with the bot, everyone in the workspace, public documents"
    channels = (
        "every channel" if rules.allowed_channels is None else f"{len(rules.allowed_channels)} channels"
    )
    users = "everyone" if rules.allowed_users is None else f"{len(rules.allowed_users)} people"
    switches = (("direct messages", rules.direct_messages), ("/policy", rules.command))
    off = "".join(f", no {word}" for word, on in switches if not on)
    limits = rules.limits
    pace = (
        f"{limits.user_per_minute} questions a minute of one person, {limits.channel_per_minute} in a channel"
    )
    return f"{settings.slack_rules}: {channels}, {users}, {len(rules.denied_users)} denied{off}; {pace}"


def rules_problems(settings: Settings, rules: Rules, workspace: Workspace | None) -> list[Problem]:
    """Return what in the rules has no effect, or shuts out everyone.

    Args:
        settings: Of this process.
        rules: As they were read.
        workspace: To which the bot belongs; None when Slack did not say.
    """
    found = _workspace_problems(settings, rules, workspace)
    if not rules.channels:
        return found
    try:
        documents = Catalog(settings.data).documents()
    except PolicyQAError as error:
        return [*found, (error.message, error.fix)]
    for channel, own in rules.channels.items():
        found += _unknown_names(channel, own, documents)
        if not _shown(channel, rules, documents):
            found.append(
                (
                    f"No document is shown in channel {channel}: none meets its filters, documents, sources and groups together.",
                    f"correct [channels.{channel}] in {settings.slack_rules}; policyqa documents lists what there is",
                )
            )
    return found


def membership(
    settings: Settings, factory: ClientFactory, rules: Rules, workspace: Workspace
) -> tuple[str, list[Problem]]:
    """Return in how many channels of the rules the bot is, in words, and a problem for each where it is not.

    No message is read: Slack refuses even that outside a channel, and no further scope is needed.

    Args:
        settings: Of this process.
        factory: Makes clients of Slack.
        rules: Name channels.
        workspace: Of the bot.
    """
    client = factory(secret(settings.slack_bot_token))
    inside, problems = 0, list[Problem]()
    for channel in dict.fromkeys((*(rules.allowed_channels or ()), *rules.channels)):
        try:
            with calling("conversations.history", settings):
                client.conversations_history(channel=channel, limit=1, oldest=f"{time.time() + _SOON_S:.6f}")
        except SlackRefused as error:
            if error.code not in _OUTSIDE:
                return f"the bot is in {inside}; the rest is unknown: {error.message}", problems
            problems.append(
                (
                    f"The bot is not in channel {channel}, which the rules name, or there is no such channel.",
                    f"write /invite @{workspace.bot} in the channel, or correct {settings.slack_rules}",
                )
            )
        else:
            inside += 1
    return f"the bot is in {inside}", problems


def _workspace_problems(settings: Settings, rules: Rules, workspace: Workspace | None) -> list[Problem]:
    team = workspace.team if workspace else ""
    if not team or rules.allowed_workspaces is None or team in rules.allowed_workspaces:
        return []
    message = (
        f"allowed_workspaces does not name {team}, to which the bot belongs: nobody there would be answered."
    )
    return [(message, f'add "{team}" to allowed_workspaces in {settings.slack_rules}, or take the key out')]


def _unknown_names(channel: str, own: ChannelRules, documents: list[Document]) -> list[Problem]:
    titles = {loose(d.title) for d in documents} | {d.document_id for d in documents}
    sources, groups = {loose(d.source) for d in documents}, {d.visibility for d in documents}
    unknown = {
        "documents": [n for n in own.documents if not {loose(n), bare(n)} & titles],
        "sources": [n for n in own.sources if loose(n) not in sources],
        "groups": [n for n in own.groups if n not in groups],
    }
    fix = "policyqa documents --json lists title, source and visibility (the group) of each"
    return [
        (f"[channels.{channel}] {key} names {name!r}, which no document of the collection has.", fix)
        for key, names in unknown.items()
        for name in names
    ]


def _shown(channel: str, rules: Rules, documents: list[Document]) -> bool:
    access, anyone = Access(rules), Inquiry("", channel, "", "", "mention", "")
    return bool(allowed(documents, access.filters(anyone), None, access.viewer(anyone)))
