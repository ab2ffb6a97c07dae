"""The fake Slack refuses what Slack refuses."""

import time

import pytest
from fake_slack import APP_TOKEN, BOT_TOKEN, FakeSlack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError


def client(slack, **how):
    return WebClient(token=BOT_TOKEN, base_url=slack.url, retry_handlers=[], **how)


def refused(call, **args):
    with pytest.raises(SlackApiError) as raised:
        call(**args)
    return raised.value.response["error"]


def test_a_post_is_kept_and_an_update_replaces_its_text(slack):
    web = client(slack)
    ts = web.chat_postMessage(channel="C1", text="一")["ts"]
    web.chat_update(channel="C1", ts=ts, text="二")
    [message] = slack.posted("C1")
    assert (message["text"], message["was"]) == ("二", ["一"])
    assert [method for method, _ in slack.calls] == ["chat.postMessage", "chat.update"]


def test_a_stream_grows_in_its_thread_until_it_is_stopped(slack):
    web = client(slack)
    ts = web.chat_startStream(channel="D1", thread_ts="1.1", markdown_text="**一**")["ts"]
    web.chat_appendStream(channel="D1", ts=ts, markdown_text="二")
    web.chat_stopStream(channel="D1", ts=ts, markdown_text="三", blocks=[{"type": "divider"}])
    [message] = slack.posted("D1", "1.1")
    assert message["text"] == "**一**二三" and message["streaming"] is False
    assert (
        refused(web.chat_appendStream, channel="D1", ts=ts, markdown_text="四")
        == "message_not_in_streaming_state"
    )


def test_a_closed_stream_takes_no_more_but_can_be_updated(slack):
    web = client(slack)
    ts = web.chat_startStream(channel="D1", thread_ts="1.1", markdown_text="一")["ts"]
    slack.close_stream("D1", ts)
    assert refused(web.chat_stopStream, channel="D1", ts=ts) == "message_not_in_streaming_state"
    web.chat_update(channel="D1", ts=ts, text="完")
    assert slack.posted("D1")[0]["text"] == "完"


BLOCK = {"type": "section", "text": {"type": "mrkdwn", "text": "一"}}
WRONG = [
    pytest.param([BLOCK] * 51, "51 blocks", id="too many blocks"),
    pytest.param([{"type": "section", "text": {"type": "mrkdwn", "text": "长" * 3001}}], "3001 characters", id="long section"),
    pytest.param([{"type": "section", "text": {"type": "mrkdwn", "text": ""}}], "is empty", id="empty text"),
    pytest.param([{"type": "headline"}], "unknown type", id="unknown block"),
    pytest.param([BLOCK | {"colour": "red"}], "unknown keys", id="unknown key"),
    pytest.param([{"type": "header", "text": {"type": "mrkdwn", "text": "一"}}], "no text object", id="mrkdwn header"),
    pytest.param([{"type": "context", "elements": [BLOCK["text"]] * 11}], "more than 10", id="long context"),
]  # fmt: skip


@pytest.mark.parametrize(("blocks", "why"), WRONG)
def test_blocks_that_slack_would_refuse_are_refused_and_noted(blocks, why):
    with FakeSlack() as fake:
        assert (
            refused(client(fake).chat_postMessage, channel="C1", text="x", blocks=blocks) == "invalid_blocks"
        )
        assert why in fake.violations[0]


def test_half_a_character_is_noted():
    with FakeSlack() as fake:
        assert refused(client(fake).chat_postMessage, channel="C1", text="\ud83d") == "msg_too_long"
        assert "half a character" in fake.violations[0]


def test_a_stream_in_a_channel_needs_its_reader():
    with FakeSlack() as fake:
        error = refused(client(fake).chat_startStream, channel="C1", thread_ts="1.1", markdown_text="x")
        assert error == "missing_recipient_team_id"


def test_a_method_without_its_scope_is_refused(slack):
    slack.api.scopes.discard("chat:write")
    assert refused(client(slack).chat_postMessage, channel="C1", text="x") == "missing_scope"


def test_tokens_are_told_apart(slack):
    web = WebClient(token="xoxb-other", base_url=slack.url)
    assert refused(web.auth_test) == "invalid_auth"
    assert web.apps_connections_open(app_token=APP_TOKEN)["url"].startswith("ws://127.0.0.1:")


def test_the_sixth_post_of_a_second_is_too_many_and_a_call_before_retry_after_is_noted():
    with FakeSlack() as fake:
        web = client(fake)
        for _ in range(5):
            web.chat_postMessage(channel="C1", text="x")
        assert refused(web.chat_postMessage, channel="C1", text="x") == "ratelimited"
        web.chat_postMessage(channel="C2", text="x")
        assert fake.violations == []
        time.sleep(0.4)
        assert refused(web.chat_postMessage, channel="C1", text="x") == "ratelimited"
        assert "before Retry-After" in fake.violations[0]


def test_a_lost_answer_was_done_and_a_time_out_was_not(slack):
    web = client(slack, timeout=1)
    slack.fail("chat.postMessage", "lost")
    slack.fail("chat.postMessage", "timeout")
    for text in ("lost", "timeout"):
        with pytest.raises(TimeoutError):
            web.chat_postMessage(channel="C1", text=text)
    assert [m["text"] for m in slack.posted("C1")] == ["lost"]


def test_mentions_in_mrkdwn_are_noted_and_escaped_ones_are_not(slack):
    web = client(slack)
    web.chat_postMessage(channel="C1", text="&lt;!here&gt; <https://example.org|x>")
    assert slack.store.mentions == []
    web.chat_postMessage(channel="C1", text="<!here> <@U2>")
    assert slack.store.mentions == [("C1", "!here"), ("C1", "@U2")]
