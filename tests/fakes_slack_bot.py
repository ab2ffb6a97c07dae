"""A bot that only notes what it is told, on real Bolt over the fake Slack."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from fake_slack import APP_TOKEN, BOT_TOKEN, SECRET
from slack_bolt import App
from slack_sdk import WebClient

from ui.slack.inbound.connection import connect
from ui.slack.inbound.http import listen
from ui.slack.inbound.listeners import Inbox, register
from ui.slack.setup.scopes import PATH


class NotingBot:
    """Notes what it gets; `delay_s` makes it slow, `error` makes it fail."""

    def __init__(self, delay_s: float = 0.0) -> None:
        self.delay_s = delay_s
        self.error: Exception | None = None
        self.received, self.edits, self.deletions = [], [], []
        self.lost: list[str] = []
        self.begun = threading.Event()
        self.threads = {("T1", "C1", "100.1")}
        self._taken: set[str] = set()

    def takes_part(self, team: str, channel: str, thread: str) -> bool:
        return (team, channel, thread) in self.threads

    def receive(self, inquiry: Any) -> None:
        self.begun.set()
        time.sleep(self.delay_s)
        if self.error is not None:
            raise self.error
        if inquiry.key in self._taken:
            return
        self._taken.add(inquiry.key)
        self.received.append(inquiry)

    def not_taken(self, inquiry: Any, error: Exception) -> None:
        self.lost.append(inquiry.text)

    def edited(self, inquiry: Any) -> None:
        self.edits.append(inquiry)

    def deleted(self, team: str, channel: str, ts: str, *, asked: bool) -> None:
        self.deletions.append((team, channel, ts, asked))


@contextmanager
def listening(slack, bot, *, http=False):
    """Run the listeners over a fake Slack, by Socket Mode or by HTTP."""
    with ThreadPoolExecutor(5) as listeners:
        client = WebClient(token=BOT_TOKEN, base_url=slack.url)
        app = App(
            client=client, signing_secret=SECRET, listener_executor=listeners,
            raise_error_for_unhandled_request=True,
        )  # fmt: skip
        inbox = Inbox()
        register(app, bot, bot.takes_part, inbox)
        if http:
            end = listen(app, "127.0.0.1", port := free_port())
            slack.http = (f"http://127.0.0.1:{port}{PATH}", SECRET)
        else:
            end = connect(app, APP_TOKEN)
            slack.wait_connected()
        try:
            yield app
        finally:
            end()
            inbox.close()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
