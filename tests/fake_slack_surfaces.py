"""Where the fake Slack shows what is not in a channel: modals, and what goes through a response_url."""

import time
from dataclasses import dataclass, field
from typing import Any

from fake_slack_checks import view_faults
from fake_slack_messages import Messages, Refused


@dataclass
class Trigger:
    """What opens a modal once, for three seconds."""

    at: float
    used: bool = False


@dataclass
class ResponseUrl:
    """Where a command or a click is answered: five times within half an hour."""

    channel: str
    user: str
    at: float
    source: str = ""
    posts: list[dict[str, Any]] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)


class Surfaces:
    """Modals and response_urls of a workspace."""

    def __init__(self, messages: Messages, violations: list[str]) -> None:
        self.messages, self.violations = messages, violations
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.views: list[dict[str, Any]] = []
        self.replaces_for_commands = False
        """Whether `replace_original` replaces what a command's response_url showed; Slack posts another message."""

    def _show(self, place: ResponseUrl, args: dict[str, Any]) -> str:
        place.posts.append(args)
        if args.get("delete_original"):
            del place.shown[-1:]
            return "ok"
        try:
            content = self.messages.content(args)
        except Refused as refused:
            self.violations.append(f"response_url: {refused.error}: {refused.fault}")
            return refused.error
        if args.get("replace_original") and place.source:
            source = self.messages.find(place.channel, place.source)
            if source:
                source.update(content)
            return "ok"
        if args.get("replace_original") and self.replaces_for_commands:
            del place.shown[-1:]
        place.shown.append(content | {"response_type": args.get("response_type", "ephemeral")})
        return "ok"

    def _open_view(self, args: dict[str, Any]) -> dict[str, Any]:
        trigger = self.triggers.get(str(args.get("trigger_id")))
        if trigger is None:
            raise Refused("invalid_trigger_id", "a modal without a trigger of its own")
        if time.monotonic() - trigger.at > 3:
            raise Refused("expired_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id", "a trigger was used twice")
        trigger.used = True
        view = {"id": f"V{len(self.views) + 1}", "hash": "1", **self._checked_view(args)}
        self.views.append(view)
        return {"view": view}

    def _update_view(self, args: dict[str, Any]) -> dict[str, Any]:
        found = [v for v in self.views if args.get("view_id") == v["id"]]
        if not found:
            raise Refused("not_found")
        found[0].update(self._checked_view(args))
        return {"view": found[0]}

    def _checked_view(self, args: dict[str, Any]) -> dict[str, Any]:
        if found := view_faults(args.get("view")):
            error = "view_too_large" if any(" bytes" in fault for fault in found) else "invalid_arguments"
            raise Refused(error, "; ".join(found), response_metadata={"messages": found})
        return dict(args["view"])
