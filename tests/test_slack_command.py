"""`policyqa slack` as it is typed: what it refuses to start without, what it says, how it ends."""

import json
import signal

import httpx
import pytest
from fake_slack import APP_TOKEN, BOT_TOKEN, slack
from fakes_slack_bot import free_port

from rag.settings import PREFIX
from ui.slack.setup.scopes import bot_scopes

__all__ = ["slack"]


@pytest.mark.parametrize(
    ("changed", "arguments", "said"),
    [
        pytest.param({"slack_bot_token": None, "slack_app_token": None}, (), ["POLICYQA_SLACK_BOT_TOKEN is not set. POLICYQA_SLACK_APP_TOKEN is not set.", "docs/slack.md"], id="no tokens"),
        pytest.param({}, ("--http",), ["POLICYQA_SLACK_SIGNING_SECRET is not set.", "Signing Secret"], id="no secret for HTTP"),
        pytest.param({"slack_bot_token": "xoxb-geheim"}, (), ["Slack refused auth.test: invalid_auth.", "copy the token again"], id="a token that Slack does not know"),
        pytest.param({"slack_rules": "nowhere.toml"}, (), ["There is no file nowhere.toml", "unset POLICYQA_SLACK_RULES"], id="no rules"),
        pytest.param({"slack_url": "http://slack.example.com/api/"}, (), ["POLICYQA_SLACK_URL"], id="tokens in the clear"),
    ],
)  # fmt: skip
def test_the_bot_does_not_start_without_what_it_needs(call, given, changed, arguments, said):
    given(**changed)
    done = call("slack", *arguments)
    assert done.status == 1
    assert [text for text in said if text not in done.err] == []
    assert "geheim" not in done.out + done.err


def test_without_the_package_the_command_says_how_to_get_it(call, given, monkeypatch):
    given()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for command in (["slack"], ["doctor", "--slack"]):
        done = call(*command)
        assert done.status == 1
        assert "pip install 'policyqa[slack]'" in done.out + done.err


@pytest.fixture
def bot(start, slack, own_collection, tmp_path):
    """Start the bot as a process with the scopes of the manifest and these rules, and wait until it is connected."""
    slack.api.scopes = set(bot_scopes())

    def _bot(*arguments, rules=""):
        (tmp_path / "slack.toml").write_text(rules, encoding="utf-8")
        environment = {
            "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_URL": slack.url, "LLM": "none",
            # For the page: what is written in private threads is in no log, whatever it says.
            "LOG_QUESTIONS": "true",
            "SLACK_RULES": str(tmp_path / "slack.toml"),
        }  # fmt: skip
        env = {PREFIX + name: value for name, value in environment.items()}
        process = start("slack", "--data", own_collection, *arguments, env=env)
        slack.wait_connected(60)
        return process

    return _bot


def ended(process, how=signal.SIGTERM):
    process.send_signal(how)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert all(line.split(" ")[1] == "INFO" for line in err.splitlines()), err
    assert BOT_TOKEN not in out + err
    return out + err


def test_the_bot_starts_answers_and_ends_when_told(bot, slack):
    process = bot("--metrics-port", port := free_port())
    assert "@policyqa, Example (Socket Mode)" in process.stdout.readline()
    slack.ask("登记凭证的有效期是几年？")
    slack.wait(lambda: any("第七条" in str(m["blocks"]) for m in slack.posted("D1")), 30)
    told = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
    assert 'policyqa_answers_total{verdict="answered",way="slack"} 1.0' in told.splitlines()
    assert "有效期" not in ended(process)


def test_with_json_the_first_line_says_who_is_there_the_rules_hold_and_ctrl_c_ends_it(bot, slack):
    process = bot("--json", rules="direct_messages = false")
    said = json.loads(process.stdout.readline())
    assert said == {
        "workspace": "Example",
        "team": "T1",
        "bot": "policyqa",
        "address": None,
        "model": "extractive",
    }
    slack.ask("登记凭证的有效期是几年？")
    slack.wait(lambda: slack.posted("D1"), 30)
    assert "没有开放私信提问" in str(slack.posted("D1"))
    slack.send_event({"type": "message", "channel_type": "im", "channel": "D2", "user": "U9", "text": "How long?", "ts": "1.5", "team": "T9"}, team="T9")  # fmt: skip
    ended(process, signal.SIGINT)
    assert slack.posted("D2") == []
