"""`doctor --slack --manifest`: the app's own manifest says which events, buttons and commands are on."""

import copy
import json

import pytest
import yaml
from conftest import CHECKOUT
from fake_slack import SECRET, slack

from rag.errors import SettingsError
from ui.slack.setup.manifest import load_manifest, manifest_facts, manifest_problems
from ui.slack.setup.scopes import EVENTS

__all__ = ["slack"]
ADDRESS = "https://policy.example.com/slack/events"


@pytest.fixture
def manifest():
    """What the page of an app shows that was made from ours."""
    return yaml.safe_load((CHECKOUT / "deploy" / "slack" / "manifest.yaml").read_text(encoding="utf-8"))


def for_http(manifest):
    made = copy.deepcopy(manifest)
    made["settings"]["socket_mode_enabled"] = False
    for part in ("event_subscriptions", "interactivity"):
        made["settings"][part]["request_url"] = ADDRESS
    made["features"]["slash_commands"][0]["url"] = ADDRESS
    return made


def test_the_manifest_that_we_deliver_has_no_problem_in_either_mode(manifest):
    assert manifest_problems(manifest, http=False) == []
    assert manifest_problems(for_http(manifest), http=True) == []
    assert manifest_facts(manifest) == {"events": ", ".join(sorted(EVENTS)), "offers": "/policy, pq_check"}


@pytest.mark.parametrize("event", EVENTS)
def test_each_event_that_is_not_subscribed_to_is_a_problem_with_its_fix(manifest, event):
    manifest["settings"]["event_subscriptions"]["bot_events"].remove(event)
    [(message, fix)] = manifest_problems(manifest, http=False)
    assert f"not subscribed to the event {event}, without which these do not work: " in message
    assert f"add {event}" in fix and "Reinstall" in fix


def gone(*keys):
    def change(manifest):
        *way, last = keys
        part = manifest
        for key in way:
            part = part[key]
        part.pop(last)

    return change


def put(value, *keys):
    def change(manifest):
        *way, last = keys
        part = manifest
        for key in way:
            part = part[key]
        part[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "http", "messages"),
    [
        pytest.param(gone("settings", "event_subscriptions"), False, ["not subscribed"] * 4, id="no events at all"),
        pytest.param(gone("features", "slash_commands"), False, ["no /policy"], id="no command"),
        pytest.param(put("global", "features", "shortcuts", 0, "type"), False, ["no pq_check"], id="a shortcut that is not of messages"),
        pytest.param(put(False, "settings", "interactivity", "is_enabled"), False, ["Interactivity is off"], id="no buttons"),
        pytest.param(put(True, "features", "app_home", "messages_tab_read_only_enabled"), False, ["direct message"], id="read-only"),
        pytest.param(gone("features", "app_home"), False, ["direct message"], id="no messages tab"),
        pytest.param(put(True, "settings", "token_rotation_enabled"), False, ["Token rotation"], id="rotation"),
        pytest.param(put(["chat:write"], "oauth_config", "scopes", "bot"), False, ["no scope"] * 5, id="scopes"),
        pytest.param(put(False, "settings", "socket_mode_enabled"), False, ["Socket Mode is off"], id="Socket Mode off"),
        pytest.param(lambda manifest: None, True, ["Socket Mode is on"], id="Socket Mode on"),
        pytest.param(put(None, "settings"), False, ["not subscribed"] * 4 + ["Interactivity is off", "Socket Mode is off"], id="nothing there"),
    ],
)  # fmt: skip
def test_what_is_off_is_a_problem(manifest, change, http, messages):
    change(manifest)
    found = manifest_problems(manifest, http=http)
    assert len(found) == len(messages), found
    assert [m for m, said in zip(messages, found, strict=True) if m not in said[0]] == []
    assert all(fix for _, fix in found)


@pytest.mark.parametrize("place", ["event_subscriptions", "interactivity", "slash_commands"])
def test_in_http_mode_each_address_is_looked_at(manifest, place):
    made = for_http(manifest)
    if place == "slash_commands":
        made["features"][place][0]["url"] = "https://policy.example.com/other"
    else:
        made["settings"][place].pop("request_url")
    [(message, fix)] = manifest_problems(made, http=True)
    assert "has the address" in message and "/slack/events" in fix


def test_events_beyond_need_are_named_and_are_no_problem(manifest):
    manifest["settings"]["event_subscriptions"]["bot_events"].append("reaction_added")
    assert manifest_problems(manifest, http=False) == []
    assert manifest_facts(manifest)["events beyond need"].startswith("reaction_added")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "Cannot read the manifest"), (b"_metadata:\n  x: 1", "is no JSON"), (b"\xff\xfe", "is no JSON"), (b"[]", "is not the manifest"),
        (b'{"a": 1}', "is not the manifest"),
    ],
    ids=["no file", "YAML", "no text", "a list", "something else"],
)  # fmt: skip
def test_what_is_no_manifest_is_said_with_the_way_to_one(tmp_path, content, said):
    path = tmp_path / "app.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=said) as raised:
        load_manifest(path)
    assert "App Manifest" in raised.value.fix


def test_doctor_looks_at_the_subscriptions_of_a_manifest(call, given, manifest, tmp_path):
    given()
    manifest["settings"]["event_subscriptions"]["bot_events"].remove("message.channels")
    path = tmp_path / "app.json"
    path.write_text(json.dumps(manifest), encoding="utf-8-sig")
    done = call("doctor", "--slack", "--manifest", path, "--json")
    assert done.status == 1
    [problem] = done.json["problems"]
    assert (
        "message.channels" in problem["message"]
        and "replies in threads of public channels" in problem["message"]
    )
    assert "app_mention" in done.json["facts"]["机器人 Slack"]["events"]
    assert "请在 Slack 里核对 to be looked at in Slack" not in done.json["facts"], (
        "nothing is left for the eye"
    )


def test_doctor_judges_a_manifest_by_the_mode_of_the_settings(call, given, manifest, tmp_path):
    given(slack_app_token=None, slack_signing_secret=SECRET)
    path = tmp_path / "app.json"
    path.write_text(json.dumps(for_http(manifest)), encoding="utf-8")
    done = call("doctor", "--manifest", path, "--json")
    assert (done.status, done.json["problems"]) == (0, [])
