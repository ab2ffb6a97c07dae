"""The message shortcut: a message is a question or a claim, answered below it or to who wants to know."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from fake_slack import BOT_TOKEN, slack  # noqa: F401
from fakes_slack_actions import RecordingBot, standing, words_of
from slack_sdk import WebClient

from ui.labels import label
from ui.slack.access.access import Access
from ui.slack.access.rules import Limits, Rules
from ui.slack.button.checking import Checking
from ui.slack.button.claim import LONGEST_CHARS, asks, question_of
from ui.slack.button.press import Press
from ui.slack.button.speech import Speech
from ui.slack.reply.budget import Budget
from ui.slack.reply.line import Line


@pytest.fixture
def stand(slack, tmp_path):  # noqa: F811
    with standing(slack, tmp_path) as made:
        yield made


CLAIM = "登记证书的有效期是五年。"
ASKED = "听说：登记证书的有效期是五年。是这样吗？"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(CLAIM, ASKED, id="a claim"),
        pytest.param("登记证书的有效期是五年吧？", ASKED, id="a claim with a tag"),
        pytest.param("登记证书的有效期是五年，对吗", ASKED, id="another tag"),
        pytest.param("登记证书的有效期是几年", "登记证书的有效期是几年", id="a question without a mark"),
        pytest.param("大家好。证书能不能续展？谢谢", "大家好。证书能不能续展？谢谢", id="a question among words"),
        pytest.param("登记机构应当审查材料是否齐全", "听说：登记机构应当审查材料是否齐全。是这样吗？", id="whether inside a claim"),
        pytest.param("无论如何都要保存20年", "听说：无论如何都要保存20年。是这样吗？", id="however"),
        pytest.param("The certificate is valid for five years.", "I heard that the certificate is valid for five years. Is that right?", id="English claim"),
        pytest.param("Do we have to renew it", "Do we have to renew it", id="English question"),
        pytest.param("见 https://a.example/x?y=1 有效期五年", "听说：见 https://a.example/x?y=1 有效期五年。是这样吗？", id="mark in an address"),
        pytest.param("  \n ", "", id="nothing"),
        pytest.param("吧？", "吧？", id="nothing but a tag"),
    ],
)  # fmt: skip
def test_a_claim_is_asked_as_heard_and_a_question_as_it_is(message, expected):
    assert question_of(message) == expected


def test_a_long_message_is_checked_as_far_as_fits():
    assert len(question_of("登记证书的有效期是五年。" * 1000)) <= LONGEST_CHARS + 20


@pytest.mark.parametrize(
    "text", ["怎么续展", "谁来登记？", "证书有效期多久", "需要几个工作日", "Where is it?"]
)
def test_questions_are_known(text):
    assert asks(text)


@pytest.mark.parametrize("text", ["没什么问题", "谁都可以登记", "任何单位都要登记", "It is valid."])
def test_statements_with_words_of_questions_are_known(text):
    assert not asks(text)


def checked(stand, text, channel="C1", user="U2", **message):
    """Let U1 write something and somebody use the shortcut on it."""
    ts = stand.slack.store.add(channel, type="message", user="U1", text=text, **message)["ts"]
    return ts, stand.slack.shortcut(channel, ts, "pq_check", user=user)


def test_the_answer_is_asked_for_in_the_thread_of_the_message(stand):
    ts, _ = checked(stand, "<@U9> 登记证书的有效期是*五年*。")
    [inquiry] = stand.wait(lambda: stand.bot.received)
    [intro] = stand.slack.posted("C1", ts)
    assert (inquiry.text, inquiry.way, inquiry.thread, inquiry.user) == (ASKED, "shortcut", ts, "U2")
    assert inquiry.ts == intro["ts"], "a question of its own"
    assert "<@U2>" in intro["text"]
    [ack] = stand.wait(lambda: stand.slack.acks)
    assert ack.seconds < 1


def test_a_message_in_a_thread_is_answered_in_that_thread(stand):
    checked(stand, CLAIM, thread_ts="1.1")
    [inquiry] = stand.wait(lambda: stand.bot.received)
    assert inquiry.thread == "1.1"


def test_where_the_bot_is_no_member_the_presser_gets_a_direct_message(stand):
    stand.slack.store.closed_channels.add("C1")
    checked(stand, CLAIM)
    [inquiry] = stand.wait(lambda: stand.bot.received)
    [message] = stand.slack.posted(inquiry.channel)
    assert inquiry.channel.startswith("D") and inquiry.thread == inquiry.ts == message["ts"]
    assert CLAIM in words_of(message["blocks"])


def test_where_the_bot_may_not_answer_the_presser_gets_a_direct_message(slack, tmp_path):  # noqa: F811
    with standing(slack, tmp_path, Rules(allowed_channels=("C9",))) as made:
        ts, _ = checked(made, CLAIM)
        [inquiry] = made.wait(lambda: made.bot.received)
        assert inquiry.channel.startswith("D") and slack.posted("C1", ts) == []


def many_presses(slack, channel, users=("U2",), number=8):  # noqa: F811
    """Press the shortcut so many times, by several people at once; return what the bot was asked."""
    access = Access(Rules(limits=Limits(user_per_minute=2)), home="T1", clock=lambda: 0.0)
    bot, together = RecordingBot(), threading.Barrier(number)
    checking = Checking(bot, access, str)
    line = Line(WebClient(token=BOT_TOKEN, base_url=slack.url), Budget(per_minute=1000))

    def press(count):
        user = users[count % len(users)]
        message = slack._call(lambda: slack.store.add(channel, type="message", user="U1", text=CLAIM))
        one = Press(
            "T1", channel, user, "", message["ts"], trigger=f"t{count}", message=message,
            response_url=slack._answerable(channel, user)[2]["response_url"],
        )  # fmt: skip
        together.wait(5)
        checking.check(one, Speech(line, one), "UBOT")

    with ThreadPoolExecutor(number) as pressers:
        list(pressers.map(press, range(number)))
    return bot.received


@pytest.mark.parametrize("channel", ["C1", "C9"], ids=["in the thread", "in a direct message"])
def test_who_checks_too_many_messages_is_told_so_before_anything_is_said_to_all(slack, channel):  # noqa: F811
    slack.store.closed_channels.add("C9")
    assert len(many_presses(slack, channel)) == 2, (
        "as many as are allowed, also of those pressed at one moment"
    )
    assert len(slack.posted("C1") + slack.posted("DU2")) == 2
    words = label("slack.slow_user", "zh").format(n=2, s=60)
    told = [m["text"] for m in slack.store.ephemeral]
    told += [m["text"] for place in slack.api.response_urls.values() for m in place.shown]
    assert told == [words] * 3, "then in silence"


def test_presses_of_many_at_one_moment_are_counted_for_each(slack):  # noqa: F811
    received = many_presses(slack, "C1", users=("U2", "U3", "U4"), number=12)
    assert Counter(inquiry.user for inquiry in received) == {"U2": 2, "U3": 2, "U4": 2}


def test_where_neither_the_channel_nor_direct_messages_are_open_that_is_said(slack, tmp_path):  # noqa: F811
    slack.store.closed_channels.add("C1")
    with standing(slack, tmp_path, Rules(direct_messages=False)) as made:
        _, place = checked(made, CLAIM)
        made.wait(lambda: place.shown)
        assert place.shown[0]["text"] == label("slack.refused_direct", "zh")
        assert made.bot.received == []


def test_who_may_not_ask_is_told_so_and_nobody_else(slack, tmp_path):  # noqa: F811
    with standing(slack, tmp_path, Rules(denied_users=("U2",))) as made:
        checked(made, CLAIM)
        assert made.told() == label("slack.refused_user", "zh")
        assert made.bot.received == [] and slack.posted("C1") == []


@pytest.mark.parametrize(
    ("message", "words"),
    [
        pytest.param({"text": ""}, "check_no_text", id="without words"),
        pytest.param({"text": "<@UBOT>"}, "check_no_text", id="a mention alone"),
        pytest.param({"text": "三年。", "user": "UBOT"}, "check_own", id="the bot's own"),
    ],
)
def test_what_cannot_be_checked_is_said(stand, message, words):
    ts = stand.slack.store.add("C1", **{"type": "message", "user": "U1"} | message)["ts"]
    stand.slack.shortcut("C1", ts, "pq_check", user="U2")
    stand.told()
    assert stand.slack.store.ephemeral[-1]["text"] in (
        label(f"slack.{words}", "zh"),
        label(f"slack.{words}", "en"),
    )
    assert stand.bot.received == []


def test_a_deleted_message_is_answered_directly(stand):
    ts = stand.slack.store.add("C1", type="message", user="U1", text=CLAIM)["ts"]
    stand.slack.fail("chat.postMessage", "thread_not_found")
    stand.slack.shortcut("C1", ts, "pq_check", user="U2")
    [inquiry] = stand.wait(lambda: stand.bot.received)
    assert inquiry.channel.startswith("D")


def test_only_the_beginning_of_a_long_message_is_checked_and_said(stand):
    ts, _ = checked(stand, CLAIM * 400)
    stand.wait(lambda: stand.bot.received)
    [intro] = stand.slack.posted("C1", ts)
    assert label("slack.check_cut", "zh").format(n=LONGEST_CHARS) in intro["text"]
