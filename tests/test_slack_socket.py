"""Socket Mode: acknowledged in time, connected again whatever happens, nothing lost and nothing doubled."""

import logging
import threading
import time

import pytest
from fake_slack import BOT_TOKEN
from fakes_slack_bot import NotingBot, listening
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from rag.errors import DiskFull
from ui.slack.inbound.connection import connect
from ui.slack.server import retry_handlers


def texts(bot):
    return sorted(inquiry.text for inquiry in bot.received)


def test_what_a_slow_bot_takes_in_time_is_acknowledged_within_a_second_and_the_rest_comes_again(slack):
    slack.socket.late_s = 1.0
    bot = NotingBot(delay_s=0.25)
    with listening(slack, bot):
        asked = [slack.ask(f"第{n}问？", channel=f"D{n}") for n in range(6)]
        slack.wait(lambda: len(bot.received) == len(asked))
        bot.delay_s = 0.0
        slack.wait(lambda: not slack.socket.waiting)
    assert len(slack.acks) == len(bot.received) == len(asked)
    assert max(ack.seconds for ack in slack.acks) < 1.0
    assert all("not acknowledged" in one for one in slack.violations)
    slack.violations.clear()


def test_what_could_not_be_taken_is_not_acknowledged_and_comes_again(slack, caplog):
    slack.socket.late_s = 0.3
    bot = NotingBot()
    bot.error = RuntimeError("秘密的问题")
    with listening(slack, bot):
        slack.ask("问题？")
        slack.wait(lambda: slack.violations)
        assert slack.acks == []
        bot.error = None
        slack.wait(lambda: slack.acks)
    assert texts(bot) == ["问题？"]
    assert "RuntimeError" in caplog.text and "秘密" not in caplog.text
    assert all("not acknowledged" in one for one in slack.violations)
    slack.violations.clear()


def test_of_what_cannot_be_taken_the_last_delivery_is_told(slack, caplog):
    slack.socket.late_s = 0.2
    bot = NotingBot()
    bot.error = DiskFull("no room", fix="make room")
    with listening(slack, bot):
        slack.ask("问题？")
        slack.wait(lambda: bot.lost)
        slack.command("命令？")
        slack.wait(lambda: len(bot.lost) == 2)
        slack.wait(lambda: not slack.socket.waiting)
    # A question is sent four times, a command once.
    assert bot.lost == ["问题？", "命令？"]
    assert slack.acks == []
    assert caplog.text.count("make room") == 5
    slack.violations.clear()


def test_a_command_that_could_not_be_taken_is_not_acknowledged(slack, caplog):
    bot = NotingBot()
    bot.error = RuntimeError()
    with listening(slack, bot):
        slack.command("问题？")
        slack.wait(lambda: "RuntimeError" in caplog.text)
        time.sleep(0.2)
        assert slack.acks == []
        assert bot.lost == ["问题？"]


def test_a_refresh_connects_anew_before_the_old_connection_ends(slack):
    bot = NotingBot(delay_s=0.1)
    with listening(slack, bot):
        slack.ask("一？", channel="D1")
        slack.disconnect("warning")
        slack.ask("二？", channel="D2")
        slack.disconnect("refresh_requested")
        slack.wait(lambda: slack.socket.opened >= 2)
        slack.ask("三？", channel="D3")
        slack.wait(lambda: texts(bot) == ["一？", "三？", "二？"] and not slack.socket.waiting)
        assert max(ack.seconds for ack in slack.acks) < 1.0


def test_a_cut_connection_is_made_anew_within_seconds_and_what_was_on_its_way_comes_again(slack, caplog):
    bot = NotingBot(delay_s=0.15)
    with listening(slack, bot):
        slack.ask("一？", channel="D1")
        slack.drop()
        began = time.monotonic()
        slack.ask("二？", channel="D2")
        slack.wait(lambda: slack.socket.opened == 2, 8)
        assert time.monotonic() - began < 5
        slack.wait(lambda: texts(bot) == ["一？", "二？"] and not slack.socket.waiting)
        assert "Traceback" not in caplog.text


def test_a_cut_connection_costs_no_processor_time(slack):
    with listening(slack, NotingBot()):
        slack.drop()
        # The other threads of this process sleep, so that it is the reading thread's time that is counted.
        began = time.process_time()
        time.sleep(1)
        assert time.process_time() - began < 0.5


def test_slack_may_refuse_a_new_connection_for_a_while(slack, caplog):
    bot = NotingBot()
    with listening(slack, bot):
        slack.fail("apps.connections.open", 500, times=1)
        slack.drop()
        slack.wait(lambda: slack.socket.opened == 2, 12)
        slack.ask("问题？")
        slack.wait(lambda: bot.received)


@pytest.mark.parametrize("again", [1, 3])
def test_an_event_that_comes_again_counts_once(slack, again):
    bot = NotingBot()
    with listening(slack, bot):
        ts = slack.store.new_ts()
        event = {
            "type": "message",
            "channel": "D1",
            "channel_type": "im",
            "user": "U1",
            "text": "问题？",
            "ts": ts,
        }
        event_id = slack.send_event(event)
        for _ in range(again):
            slack.send_event(event, event_id=event_id)
        slack.wait(lambda: len(slack.acks) == again + 1)
        assert texts(bot) == ["问题？"]


def test_a_very_long_message_arrives_whole(slack):
    bot = NotingBot()
    with listening(slack, bot):
        text = "长" * 40_000
        slack.ask(text, blocks=[{"type": "rich_text", "elements": [{"type": "text", "text": text}]}])
        slack.wait(lambda: bot.received)
        assert bot.received[0].text == text


def test_the_bots_own_answers_come_back_as_events_and_are_left_alone(slack):
    bot = NotingBot()
    with listening(slack, bot) as app:
        app.client.chat_postMessage(channel="D1", text="这是答案吗？")
        slack.wait(lambda: slack.acks)
        assert bot.received == []


def test_the_end_is_quick_quiet_and_leaves_no_thread(slack, caplog):
    before = set(threading.enumerate())
    caplog.set_level(logging.WARNING)
    with listening(slack, bot := NotingBot(delay_s=0.3)):
        slack.ask("问题？")
        assert bot.begun.wait(5)
        began = time.monotonic()
    assert time.monotonic() - began < 3
    assert [one for one in threading.enumerate() if one not in before] == []
    assert caplog.records == []
    assert len(slack.acks) == 1


def test_a_wrong_app_token_is_refused_at_once_and_leaves_no_thread(slack):
    before = set(threading.enumerate())
    with pytest.raises(SlackApiError, match="invalid_auth"), listening(slack, NotingBot()) as app:
        connect(app, "xapp-other")
    assert [one for one in threading.enumerate() if one not in before] == []


def test_a_post_that_may_have_been_done_is_not_done_twice(slack):
    client = WebClient(token=BOT_TOKEN, base_url=slack.url, timeout=1, retry_handlers=retry_handlers())
    slack.fail("chat.postMessage", "lost")
    with pytest.raises(TimeoutError):
        client.chat_postMessage(channel="C1", text="一")
    slack.fail("chat.postMessage", "drop")
    with pytest.raises(OSError):
        client.chat_postMessage(channel="C1", text="二")
    assert len(slack.called("chat.postMessage")) == 2


def test_a_post_that_slack_put_off_is_done_after_the_time_it_named(slack):
    client = WebClient(token=BOT_TOKEN, base_url=slack.url, retry_handlers=retry_handlers())
    slack.fail("chat.postMessage", 429, retry_after=1)
    client.chat_postMessage(channel="C1", text="一")
    assert [call.outcome for call in slack.log] == ["429", "ok"]
