"""The app's manifest asks Slack for what the code uses, and for nothing else."""

import ast
import re

import pytest
import yaml
from conftest import CHECKOUT
from slack_sdk import WebClient

from ui.slack.setup.scopes import APP_METHODS, EVENTS, FEATURES, METHODS, WHY, bot_scopes

PATH = CHECKOUT / "deploy" / "slack" / "manifest.yaml"
CODE = sorted((CHECKOUT / "ui" / "slack").rglob("*.py"))
# Slack's schema: key → what may stand under it; a type or pattern ends a branch, a list holds what its items are.
SCHEMA = {
    "_metadata": {"major_version": int, "minor_version": int},
    "display_information": {"name": 35, "description": 140, "background_color": re.compile(r"#[0-9a-fA-F]{6}")},
    "features": {
        "app_home": {"home_tab_enabled": bool, "messages_tab_enabled": bool, "messages_tab_read_only_enabled": bool},
        "bot_user": {"display_name": re.compile(r"[a-z0-9\-_.]{1,80}"), "always_online": bool},
        "shortcuts": [{"name": 24, "type": re.compile("message|global"), "callback_id": 255, "description": 150}],
        "slash_commands": [{"command": re.compile(r"/[a-z0-9\-_]{1,31}"), "description": 2000, "usage_hint": 1000, "should_escape": bool}],
    },
    "oauth_config": {"scopes": {"bot": [re.compile(r"[a-z_]+(?::[a-z_.]+)?")]}},
    "settings": {
        "event_subscriptions": {"bot_events": [re.compile(r"[a-z_]+(?:\.[a-z]+)?")]},
        "interactivity": {"is_enabled": bool},
        "org_deploy_enabled": bool,
        "socket_mode_enabled": bool,
        "token_rotation_enabled": bool,
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def manifest():
    return yaml.safe_load(PATH.read_text(encoding="utf-8"))


def faults(value, schema, where="manifest"):
    if isinstance(schema, dict):
        if not isinstance(value, dict) or value.keys() != schema.keys():
            return [f"{where}: {value!r}"]
        return [f for key in schema for f in faults(value[key], schema[key], f"{where}.{key}")]
    if isinstance(schema, list):
        if not isinstance(value, list) or not value:
            return [f"{where}: {value!r}"]
        return [f for n, item in enumerate(value) for f in faults(item, schema[0], f"{where}[{n}]")]
    if isinstance(schema, int) and not isinstance(schema, bool):
        fits = isinstance(value, str) and 0 < len(value) <= schema
    elif isinstance(schema, re.Pattern):
        fits = isinstance(value, str) and schema.fullmatch(value)
    else:
        fits = type(value) is schema
    return [] if fits else [f"{where}: {value!r}"]


def test_the_manifest_has_the_structure_and_the_lengths_that_slack_demands(manifest):
    assert faults(manifest, SCHEMA) == []


def test_the_check_of_the_structure_finds_what_is_wrong(manifest):
    long = manifest["display_information"] | {"name": "长" * 36}
    assert faults(manifest | {"display_information": long}, SCHEMA) == [
        f"manifest.display_information.name: {'长' * 36!r}"
    ]
    assert faults(manifest | {"setings": {}}, SCHEMA) != []


def test_the_scopes_are_those_that_the_table_needs(manifest):
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    assert sorted(scopes) == scopes
    assert set(scopes) == bot_scopes() == WHY.keys()


def test_each_scope_has_a_comment_that_says_why():
    lines = PATH.read_text(encoding="utf-8").splitlines()
    start = lines.index("    bot:")
    scopes = [n for n in range(start + 1, lines.index("settings:")) if lines[n].strip().startswith("- ")]
    assert len(scopes) == len(bot_scopes())
    assert [lines[n] for n in scopes if not lines[n - 1].strip().startswith("# ")] == []


def test_the_events_are_those_that_the_table_knows(manifest):
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == EVENTS.keys()


def test_command_and_shortcut_are_those_that_the_code_listens_to(manifest):
    features = manifest["features"]
    named = {c["command"] for c in features["slash_commands"]} | {
        s["callback_id"] for s in features["shortcuts"]
    }
    assert named == FEATURES.keys()


def test_socket_mode_is_on_and_one_can_write_to_the_bot(manifest):
    settings, home = manifest["settings"], manifest["features"]["app_home"]
    assert settings["socket_mode_enabled"]
    assert settings["interactivity"]["is_enabled"]
    assert not settings["token_rotation_enabled"]
    assert home["messages_tab_enabled"]
    assert not home["messages_tab_read_only_enabled"]


def called():
    """Methods of the Web API that the bot's code calls, by attribute or by name."""
    known = {
        name.replace("_", "."): name
        for name in dir(WebClient)
        if re.fullmatch(r"[a-z]+(?:_[a-zA-Z]+)+", name)
    }
    found = set()
    for path in CODE:
        if path.name == "scopes.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in known.values():
                found.add(node.attr.replace("_", "."))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in known:
                found.add(node.value)
    # Of the client itself, and no method of Slack.
    return found - {"api.call"}


def test_every_method_that_the_code_calls_is_in_the_table():
    assert called() <= METHODS.keys() | APP_METHODS.keys()
    assert "auth.test" in called()


def test_no_scope_is_asked_for_what_nothing_calls_or_hears():
    used = {scope for name in called() & METHODS.keys() for scope in METHODS[name]}
    assert bot_scopes() == used | {*EVENTS.values(), *FEATURES.values()}
