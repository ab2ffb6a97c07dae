"""The bot as a process: from a question in Slack to its answer, and its end."""

import signal
import sqlite3
import threading
import time
from contextlib import closing

import pytest
from fake_assistant import FakeAssistant
from fake_slack import APP_TOKEN, BOT, BOT_TOKEN, SECRET
from fakes_slack_bot import free_port

from rag.assistant import build_assistant
from rag.errors import SettingsError
from rag.record.recorder import Recorder
from rag.schema import Answer, Settled
from rag.settings import Settings
from ui.service import Service
from ui.slack.access.access import Access
from ui.slack.access.rules import load_rules
from ui.slack.desk.ledger import Ledger
from ui.slack.inbound.http import PATH
from ui.slack.server import running
from ui.slack.setup.tokens import SlackRefused

QUESTION = "差旅费住宿标准是多少？"


@pytest.fixture
def settings(slack, own_collection):
    return Settings(
        _env_file=None, data=own_collection, llm="none", slack_url=slack.url, slack_bot_token=BOT_TOKEN,
        slack_app_token=APP_TOKEN, slack_signing_secret=SECRET,
    )  # fmt: skip


def run_bot(settings, http=None):
    service = Service(build_assistant(settings), settings.data, Recorder(settings, "slack"))
    return running(service, settings, Access(load_rules(None), home="T1"), http=http)


def answered(slack, channel, ts):
    """Return the finished answer below a question."""
    return slack.wait(
        lambda: [m for m in slack.posted(channel, ts) if not m.get("streaming") and m["blocks"]], 30
    )


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
def test_a_question_is_answered_in_its_thread(slack, settings, http):
    place = ("127.0.0.1", free_port()) if http else None
    with run_bot(settings, place):
        if place:
            slack.http = (f"http://{place[0]}:{place[1]}{PATH}", SECRET)
        direct = slack.ask(QUESTION)
        mention = slack.ask(f"<@{BOT}> {QUESTION}", channel="C1")
        assert answered(slack, "D1", direct)
        assert answered(slack, "C1", mention)
        command = slack.command(QUESTION, channel="C2")
        assert slack.wait(lambda: command.shown and command.shown[-1]["blocks"], 30)


def test_a_refresh_of_the_connection_in_mid_answer_loses_and_doubles_nothing(slack, settings):
    with run_bot(settings):
        asked = [slack.ask(QUESTION, channel=f"D{n}", user=f"U{n}") for n in range(3)]
        slack.disconnect("refresh_requested")
        asked.append(slack.ask(QUESTION, channel="D3", user="U3"))
        for number, ts in enumerate(asked):
            assert len(answered(slack, f"D{number}", ts)) == 1


class Quoting:
    """Says its sentences at once, or with pauses in which the answer grows in Slack."""

    def __init__(self, pause_s):
        self.assistant, self.pause_s = FakeAssistant(), pause_s

    def __getattr__(self, name):
        return getattr(self.assistant, name)

    def stream(self, question, viewer=None):
        for event in self.assistant.stream(question, viewer):
            if isinstance(event, Answer):
                for sentence in event.text.split("\n\n"):
                    yield Settled(sentence)
                    time.sleep(self.pause_s)
            yield event


@pytest.mark.parametrize("pause_s", [0.0, 0.8], ids=["posted at once", "grown"])
def test_an_answer_that_was_posted_before_a_kill_is_not_posted_again(slack, settings, monkeypatch, pause_s):
    def bot():
        service = Service(Quoting(pause_s), settings.data, Recorder(settings, "slack"))
        return running(service, settings, Access(load_rules(None), home="T1"))

    with monkeypatch.context() as killed, bot():
        killed.setattr(Ledger, "finish", lambda *args, **more: None)
        ts = slack.ask("登记证书的有效期是多久？")
        answered(slack, "D1", ts)
    before = slack.posted("D1", ts)
    with bot():
        slack.wait(lambda: state_of(settings.data, ts) == "done", 30)
    assert [message["ts"] for message in slack.posted("D1", ts)] == [message["ts"] for message in before]


def state_of(folder, ts):
    with closing(sqlite3.connect(folder / "slack.sqlite")) as db:
        return db.execute("SELECT state FROM questions WHERE ts = ?", (ts,)).fetchone()[0]


def test_a_running_bot_ends_without_a_thread_left(slack, settings):
    before = set(threading.enumerate())
    with run_bot(settings):
        slack.ask(QUESTION)
    left = [one.name for one in threading.enumerate() if one not in before and "slack" in one.name]
    assert left == []


def test_a_missing_token_is_named(settings):
    bare = settings.model_copy(update={"slack_bot_token": None})
    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN"), run_bot(bare):
        pass


@pytest.mark.parametrize("token", ["slack_bot_token", "slack_app_token"])
def test_a_token_that_slack_refuses_is_told_with_the_fix(slack, settings, token):
    before = set(threading.enumerate())
    slack.fail("auth.test" if token == "slack_bot_token" else "apps.connections.open", "invalid_auth")
    with pytest.raises(SlackRefused, match=r"invalid_auth.*\n.*copy the token"), run_bot(settings):
        pass
    assert [one.name for one in threading.enumerate() if one not in before and "slack" in one.name] == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_well(slack, settings, start, how):
    process = start(
        "slack", "--data", settings.data,
        env={
            "POLICYQA_LLM": "none", "POLICYQA_SLACK_URL": slack.url, "POLICYQA_SLACK_BOT_TOKEN": BOT_TOKEN,
            "POLICYQA_SLACK_APP_TOKEN": APP_TOKEN,
        },
    )  # fmt: skip
    slack.wait_connected(60)
    ts = slack.ask(QUESTION)
    assert answered(slack, "D1", ts)
    process.send_signal(how)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert "Socket Mode" in out and err == "" and BOT_TOKEN not in out
