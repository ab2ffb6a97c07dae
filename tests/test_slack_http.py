"""HTTP mode: only what Slack signed just now is heard."""

import json
import socket
import threading
import time

import fake_slack_events as events
import httpx
import pytest
from fake_slack import BOT, SECRET
from fakes_slack_bot import NotingBot, free_port, listening

from rag.errors import DiskFull, PolicyQAError
from ui.slack.inbound.http import listen

MINUTE_S = 60


@pytest.fixture
def bot(slack):
    noting = NotingBot()
    with listening(slack, noting, http=True):
        yield noting


def question(text="问题？", event_id="Ev1"):
    event = {
        "type": "message",
        "channel": "D1",
        "channel_type": "im",
        "user": "U1",
        "text": text,
        "ts": "1.1",
    }
    return json.dumps(events.event_body("T1", BOT, event, event_id))


def send(slack, body, headers, content=None):
    url = slack.http[0]
    json_type = {"Content-Type": "application/json"}
    return httpx.post(url, content=content or body.encode(), headers=json_type | headers, trust_env=False)


def test_a_signed_question_is_taken(slack, bot):
    slack.ask("差旅费标准？")
    assert [inquiry.text for inquiry in bot.received] == ["差旅费标准？"]
    assert slack.http_acks[0].payload[0] == 200


def test_a_signed_command_is_taken_and_help_is_given(slack, bot):
    slack.command("差旅费标准？")
    slack.command("help")
    assert [inquiry.way for inquiry in bot.received] == ["command"]
    assert "How to ask" in json.loads(slack.http_acks[1].payload[1])["text"]


BODY = question()
UNSIGNED = [
    pytest.param({}, id="no signature"),
    pytest.param(events.signed(BODY, "another-signing-secret"), id="another secret"),
    pytest.param(events.signed(question("别的问题？"), SECRET), id="signature of another body"),
    pytest.param(events.signed(BODY, SECRET, at=time.time() - 6 * MINUTE_S), id="old"),
    pytest.param(events.signed(BODY, SECRET, at=time.time() + 60 * MINUTE_S), id="from the future"),
    pytest.param(events.signed(BODY, SECRET) | {"X-Slack-Signature": "v0="}, id="empty signature"),
    pytest.param({"X-Slack-Signature": "v0=00", "X-Slack-Request-Timestamp": "now"}, id="no time"),
]


@pytest.mark.parametrize("headers", UNSIGNED)
def test_what_slack_did_not_sign_just_now_is_refused(slack, bot, headers):
    assert send(slack, BODY, headers).status_code == 401
    assert bot.received == []


def test_a_request_that_comes_again_counts_once(slack, bot):
    for number in range(3):
        retry = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"} if number else {}
        assert send(slack, BODY, events.signed(BODY, SECRET) | retry).status_code == 200
    assert len(bot.received) == 1


def test_slack_checks_the_address_with_a_challenge(slack, bot):
    body = json.dumps({"type": "url_verification", "token": "unused", "challenge": "abc"})
    answer = send(slack, body, events.signed(body, SECRET))
    assert (answer.status_code, answer.json()) == (200, {"challenge": "abc"})
    assert send(slack, body, {}).status_code == 401


def test_broken_and_huge_bodies_are_refused(slack, bot, caplog):
    now = {"X-Slack-Request-Timestamp": str(int(time.time()))}
    assert send(slack, "", now, content=b"\xff\xfe").status_code == 400
    assert send(slack, "", now, content=b"{").status_code == 400
    assert send(slack, "", now, content=b"x" * 2**21).status_code == 413
    assert httpx.get(slack.http[0], trust_env=False).status_code == 405
    assert caplog.records == []


def test_what_could_not_be_taken_is_asked_for_again(slack, bot, caplog):
    bot.error = RuntimeError("秘密的问题")
    assert send(slack, BODY, events.signed(BODY, SECRET)).status_code == 503
    bot.error = None
    assert send(slack, BODY, events.signed(BODY, SECRET)).status_code == 200
    assert len(bot.received) == 1 and "秘密" not in caplog.text


def test_a_slow_bot_answers_within_a_second_also_for_many_and_acknowledges_what_it_took(slack):
    bot = NotingBot(delay_s=0.25)
    with listening(slack, bot, http=True):
        asked = [
            threading.Thread(target=slack.ask, args=(f"第{n}问？",), kwargs={"channel": f"D{n}"})
            for n in range(8)
        ]
        for one in asked:
            one.start()
        for one in asked:
            one.join()
        assert max(ack.seconds for ack in slack.http_acks) < 1.0
        told = [ack.payload[0] for ack in slack.http_acks]
        assert set(told) == {200, 503} and told.count(200) <= 3
        slack.wait(lambda: len(bot.received) == len(asked))


@pytest.mark.parametrize(("retry", "lost"), [("", []), ("2", []), ("3", ["问题？"])])
def test_whoever_asked_is_told_when_the_last_delivery_cannot_be_taken(slack, bot, retry, lost):
    bot.error = DiskFull("no room", fix="make room")
    again = {"X-Slack-Retry-Num": retry, "X-Slack-Retry-Reason": "http_error"} if retry else {}
    assert send(slack, BODY, events.signed(BODY, SECRET) | again).status_code == 503
    assert bot.lost == lost


def test_a_port_that_is_taken_is_named_with_the_fix():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PolicyQAError, match=r"Cannot listen on 127.0.0.1:\d+ .*\n.*--port"):
            listen(None, "127.0.0.1", taken.getsockname()[1])


def test_the_end_leaves_no_thread_and_frees_the_port(slack):
    before = set(threading.enumerate())
    with listening(slack, NotingBot(), http=True):
        port = int(slack.http[0].split(":")[2].split("/")[0])
        slack.ask("问题？")
    with socket.socket() as again:
        again.bind(("127.0.0.1", port))
    left = [one.name for one in threading.enumerate() if one not in before and "AnyIO" not in one.name]
    assert left == [] and free_port()
