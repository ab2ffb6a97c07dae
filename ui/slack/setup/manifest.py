"""What an app's own manifest, as its page on api.slack.com shows it, says of events, buttons, command and messages.

Slack tells no token of the app to which events it is subscribed; the manifest does.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rag.errors import SettingsError
from ui.slack.access.rules_error import PAGE
from ui.slack.setup.scopes import EVENTS, FEATURES, PATH, WHY, bot_scopes

Problem = tuple[str, str]
_MOST_BYTES = 1024 * 1024
_SAVE = "Save Changes, then Install App → Reinstall to Workspace"


def load_manifest(path: Path) -> dict[str, Any]:
    """Read a manifest that somebody copied from the page of the app.

    Args:
        path: A file of JSON; `-` for standard input.

    Raises:
        SettingsError: There is no such file, or it is no manifest in JSON.
    """
    fix = f"api.slack.com/apps → the app → App Manifest → JSON, copy all of it into a file ({PAGE})"
    try:
        raw = sys.stdin.buffer.read(_MOST_BYTES) if str(path) == "-" else path.read_bytes()[:_MOST_BYTES]
        # A file that Windows wrote may begin with a mark.
        found = json.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        raise SettingsError(
            f"Cannot read the manifest {path} ({error.strerror}).",
            fix=fix,
            chinese=(
                f"无法读取清单 {path}（{error.strerror}）。",
                f"在 api.slack.com/apps 打开应用 → App Manifest → JSON，全部复制到文件（{PAGE}）",
            ),
        ) from error
    except ValueError as error:
        raise SettingsError(
            f"The manifest {path} is no JSON.",
            fix=fix,
            chinese=(
                f"清单 {path} 不是 JSON。",
                f"在 api.slack.com/apps 打开应用 → App Manifest → JSON，全部复制到文件（{PAGE}）",
            ),
        ) from error
    if not isinstance(found, dict) or not ({"settings", "features"} & found.keys()):
        raise SettingsError(
            f"{path} is not the manifest of a Slack app: it has neither settings nor features.",
            fix=fix,
            chinese=(
                f"{path} 不是 Slack 应用的清单：既没有 settings 也没有 features。",
                f"在 api.slack.com/apps 打开应用 → App Manifest → JSON，全部复制到文件（{PAGE}）",
            ),
        )
    return found


def manifest_facts(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return what it subscribes to and offers, in words."""
    spare = sorted(set(_events(manifest)) - EVENTS.keys())
    facts = {
        "events": ", ".join(sorted(_events(manifest))) or "none",
        "offers": ", ".join(sorted(_features(manifest))) or "none",
    }
    return facts | ({"events beyond need": f"{', '.join(spare)} (may be taken away)"} if spare else {})


def manifest_problems(manifest: Mapping[str, Any], *, http: bool) -> list[Problem]:
    """Return what the bot misses in it, each with its fix; empty when it is as it should be.

    Args:
        manifest: Of the app.
        http: Whether Slack is to send to an address of ours; else Socket Mode.
    """
    return [
        *_event_problems(manifest),
        *_offer_problems(manifest),
        *_setting_problems(manifest),
        *_way_problems(manifest, http),
    ]


def _event_problems(manifest: Mapping[str, Any]) -> list[Problem]:
    return [
        (
            f"The app is not subscribed to the event {event}, without which these do not work: {WHY[scope]}.",
            f"Event Subscriptions → Subscribe to bot events → add {event}; {_SAVE}",
        )
        for event, scope in EVENTS.items()
        if event not in _events(manifest)
    ]


def _offer_problems(manifest: Mapping[str, Any]) -> list[Problem]:
    missing = [name for name in FEATURES if name not in _features(manifest)]
    places = {
        True: "Slash Commands → Create New Command",
        False: "Interactivity & Shortcuts → Create New Shortcut → On messages, callback ID",
    }
    found = [
        (f"The app has no {name}, {WHY[FEATURES[name]]}.", f"{places[name.startswith('/')]} {name}; {_SAVE}")
        for name in missing
    ]
    given = _part(manifest, "oauth_config", "scopes").get("bot") or []
    return found + [
        (
            f"The manifest has no scope {scope}, without which these do not work: {WHY[scope]}.",
            f"OAuth & Permissions → Bot Token Scopes → add {scope}, then Reinstall to Workspace",
        )
        for scope in sorted(bot_scopes() - set(given))
    ]


def _setting_problems(manifest: Mapping[str, Any]) -> list[Problem]:
    settings, home = _part(manifest, "settings"), _part(manifest, "features", "app_home")
    found: list[Problem] = []
    if not _part(settings, "interactivity").get("is_enabled"):
        found.append(
            (
                "Interactivity is off: no button and no shortcut works.",
                "Interactivity & Shortcuts → on; Save Changes",
            )
        )
    if not home.get("messages_tab_enabled") or home.get("messages_tab_read_only_enabled"):
        found.append(
            (
                "Nobody can write the bot a direct message.",
                'App Home → Messages Tab on, tick "Allow users to send Slash commands and messages from the messages tab"',
            )
        )
    if settings.get("token_rotation_enabled"):
        found.append(
            (
                "Token rotation is on: the bot would stop after half a day.",
                f"make an app without token rotation, which cannot be turned off again; see {PAGE}",
            )
        )
    return found


def _way_problems(manifest: Mapping[str, Any], http: bool) -> list[Problem]:
    settings = _part(manifest, "settings")
    if bool(settings.get("socket_mode_enabled")) == http:
        if http:
            return [
                (
                    "Socket Mode is on, and Slack sends nothing to an address.",
                    "Socket Mode → off, or set POLICYQA_SLACK_APP_TOKEN",
                )
            ]
        return [
            ("Socket Mode is off, and Slack sends nothing to this bot.", "Socket Mode → Enable Socket Mode")
        ]
    if not http:
        return []
    commands = _part(manifest, "features").get("slash_commands") or []
    addresses = {
        "Event Subscriptions": _part(settings, "event_subscriptions").get("request_url"),
        "Interactivity & Shortcuts": _part(settings, "interactivity").get("request_url"),
        "Slash Commands": next((c.get("url") for c in commands if c.get("command") in FEATURES), None),
    }
    return [
        (
            f"{place} has the address {url or 'none'}, not https://…{PATH}.",
            f"{place} → Request URL https://YOUR.ADDRESS{PATH}",
        )
        for place, url in addresses.items()
        if not (isinstance(url, str) and url.startswith("https://") and url.endswith(PATH))
    ]


def _events(manifest: Mapping[str, Any]) -> list[str]:
    return list(_part(manifest, "settings", "event_subscriptions").get("bot_events") or [])


def _features(manifest: Mapping[str, Any]) -> list[str]:
    """Return commands, and callbacks of the shortcuts in the menu of a message."""
    features = _part(manifest, "features")
    commands = [command.get("command") for command in features.get("slash_commands") or []]
    shortcuts = [s.get("callback_id") for s in features.get("shortcuts") or [] if s.get("type") == "message"]
    return [name for name in (*commands, *shortcuts) if name]


def _part(whole: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Return what stands under these keys; empty when nothing does."""
    found: Any = whole
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}
