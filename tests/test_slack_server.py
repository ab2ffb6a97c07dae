"""The bot as a process: from a question in Slack to its answer, and its end."""

import re
import sqlite3
import threading
import time
from contextlib import closing

import pytest
from conftest import CHECKOUT
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
from ui.slack.server import _GRACE_S, _HANDING_S, _STOP_S, _WORDS_S, running
from ui.slack.setup.scopes import PATH
from ui.slack.setup.tokens import SlackRefused

_WAITS = re.compile(r"(?:TimeoutStopSec=|stop_grace_period: )(\d+)")
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


def stuck(slack, settings):
    """Run a bot whose answers wait for Slack, which is silent or says to come back much later; return how long its end took."""
    with run_bot(settings):
        asked = [slack.ask(QUESTION, channel=f"D{n}", user=f"U{n}") for n in range(3)]
        slack.wait(lambda: slack.called("chat.postMessage"))
        began = time.monotonic()
    return time.monotonic() - began, asked


@pytest.mark.parametrize("fault", [429, "timeout"])
def test_one_deadline_holds_for_the_whole_stop_whatever_slack_does(slack, settings, monkeypatch, fault):
    monkeypatch.setattr("ui.slack.server._STOP_S", 2.0)
    monkeypatch.setattr("ui.slack.server._GRACE_S", 1.0)
    monkeypatch.setattr("ui.slack.server._WORDS_S", 0.5)
    for method in ("chat.postMessage", "chat.update", "assistant.threads.setStatus", "chat.startStream"):
        slack.fail(method, fault, times=999, retry_after=3600)
    took, asked = stuck(slack, settings)
    assert took < 2.0 * 1.5
    slack.faults.waiting.clear()
    slack.limits._held.clear()
    with run_bot(settings):
        for number, ts in enumerate(asked):
            assert len(answered(slack, f"D{number}", ts)) == 1, "after the restart, once"


def test_the_parts_of_a_stop_fit_into_what_units_and_containers_wait():
    waits = {
        int(found)
        for path in (CHECKOUT / "deploy").rglob("*")
        if path.is_file()
        for found in _WAITS.findall(path.read_text(encoding="utf-8", errors="ignore"))
    }
    assert waits == {20}
    # Connection or web server, presses, what was taken, answers and last words; and some seconds for the process itself.
    assert 5 + _WORDS_S + _HANDING_S < _STOP_S
    assert _GRACE_S + _WORDS_S < _STOP_S <= min(waits) - 5
