"""While another process holds the ledger: what is not on disk is not acknowledged, so that no end of the process loses it."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager

import pytest
from conftest import CHECKOUT
from fake_slack import APP_TOKEN, BOT_TOKEN, SECRET
from fakes_slack_bot import NotingBot, free_port, listening

from ui.slack.desk.ledger import Ledger
from ui.slack.setup.scopes import PATH

QUESTION = "登记证书的有效期是多久？"
_SERVE = """
import sys
from pathlib import Path
sys.path.insert(0, "tests")
from fake_assistant import FakeAssistant
from rag.record.recorder import Recorder
from rag.settings import Settings
from ui.service import Service
from ui.slack.access.access import Access
from ui.slack.access.rules import Rules
from ui.slack.server import serve
data, url, bot, app, secret, port = sys.argv[1:]
settings = Settings(
    _env_file=None, data=Path(data), slack_url=url, slack_bot_token=bot, slack_app_token=app, slack_signing_secret=secret
)
place = ("127.0.0.1", int(port)) if int(port) else None
service = Service(FakeAssistant(), settings.data, Recorder(settings, "slack"))
serve(service, settings, Access(Rules()), http=place, ready=lambda: print("ready", flush=True))
"""


@contextmanager
def bot_process(slack, data, port=0):
    """Run the bot as a process of its own, which is killed at the end."""
    arguments = [str(data), slack.url, BOT_TOKEN, APP_TOKEN, SECRET, str(port)]
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, *arguments], stdout=subprocess.PIPE, cwd=CHECKOUT, text=True
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        slack.http = (f"http://127.0.0.1:{port}{PATH}", SECRET) if port else None
        yield process
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
        process.stdout.close()


@contextmanager
def held(folder):
    """Hold the ledger as another process does that writes into it."""
    with closing(sqlite3.connect(folder / "slack.sqlite", isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("ROLLBACK")


def answers(slack):
    return [m for m in slack.posted("D1") if not m.get("streaming") and m["blocks"]]


def test_a_bot_that_is_killed_while_the_ledger_is_held_loses_nothing(slack, tmp_path):
    slack.socket.late_s = 30.0
    with bot_process(slack, tmp_path), held(tmp_path):
        slack.ask(QUESTION)
        # Longer than an acknowledgement may take.
        with pytest.raises(AssertionError, match="in vain"):
            slack.wait(lambda: slack.acks, 1.5)
    slack.wait(lambda: not slack.socket.connections)
    with bot_process(slack, tmp_path):
        slack.wait(lambda: answers(slack) and not slack.socket.waiting, 30)
        assert next(ack.seconds for ack in slack.acks) < 1.0
    assert len(answers(slack)) == 1


def test_over_http_slack_is_told_to_come_again(slack, tmp_path):
    with bot_process(slack, tmp_path, free_port()):
        with held(tmp_path):
            slack.ask(QUESTION)
        slack.ask("总体目标是什么？", channel="D2")
        assert [ack.payload[0] for ack in slack.http_acks] == [503, 200]
        assert max(ack.seconds for ack in slack.http_acks) < 1.0 * 1.5


class Held(NotingBot):
    """Cannot take anything until it is let go."""

    def __init__(self):
        super().__init__()
        self.free = threading.Event()

    def receive(self, inquiry):
        assert self.free.wait(10)
        super().receive(inquiry)


def test_of_many_at_once_none_is_acknowledged_before_it_is_taken_and_each_is_taken_once(slack):
    slack.socket.late_s = 2.0
    bot = Held()
    with listening(slack, bot):
        for n in range(20):
            slack.ask(f"第{n}问？", channel=f"D{n}")
        with pytest.raises(AssertionError, match="in vain"):
            slack.wait(lambda: slack.acks, 1.5)
        bot.free.set()
        slack.wait(lambda: len(slack.acks) == 20)
    assert len(bot.received) == 20
    assert all("not acknowledged" in one for one in slack.violations)
    slack.violations.clear()


def test_many_at_once_are_acknowledged_within_a_second_each_on_disk(slack, tmp_path):
    with closing(Ledger(tmp_path, 90)) as ledger:
        bot = NotingBot()
        bot.receive = ledger.take
        with listening(slack, bot):
            for n in range(50):
                slack.ask(f"第{n}问？", channel=f"D{n}")
            slack.wait(lambda: len(slack.acks) == 50)
        assert max(ack.seconds for ack in slack.acks) < 1.0
    with closing(Ledger(tmp_path, 90)) as again:
        assert len(again.unfinished()) == 50
