"""The fake Slack refuses what is too large for Slack, and takes what is just not; all golden answers are within."""

import json
import time

import pytest
from fake_slack import BOT_TOKEN, FakeSlack
from fake_slack_checks import CUT_CHARS, REQUEST_BYTES, TEXT_CHARS
from fake_slack_web import Trigger
from fakes_slack_answers import shown
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from ui.slack.shape.answer import answer_messages, closing_messages, stream_text

ANSWERS = shown()


def mrkdwn(chars):
    return {"type": "mrkdwn", "text": "长" * chars}


def plain(chars):
    return {"type": "plain_text", "text": "长" * chars}


def row(**button):
    return {"type": "actions", "elements": [{"type": "button", "text": plain(1), "action_id": "a"} | button]}


def modal(**more):
    return {"type": "modal", "title": plain(1), "blocks": [{"type": "divider"}]} | more


def table(chars):
    cell = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "长" * chars}]}],
    }
    return {"type": "table", "rows": [[cell]]}


def metadata(size):
    empty = len(json.dumps({"event_type": "x", "event_payload": {"y": ""}}))
    return {"event_type": "x", "event_payload": {"y": "z" * (size - empty)}}


def posts(web, **message):
    web.chat_postMessage(channel="C1", text="x", **message)


def sections(chars):
    return [
        {"type": "section", "text": mrkdwn(n)} for n in (3000, 3000, 3000, chars // 2, chars - chars // 2)
    ]


LIMITS = [
    pytest.param(lambda w, n: w.chat_update(channel="C1", ts=w.chat_postMessage(channel="C1", text="x")["ts"], text="长" * n), 4000, "msg_too_long", id="text of an update"),
    pytest.param(lambda w, n: posts(w, blocks=[{"type": "divider"}] * n), 50, "invalid_blocks", id="blocks"),
    pytest.param(lambda w, n: posts(w, blocks=[{"type": "section", "text": mrkdwn(n)}]), 3000, "invalid_blocks", id="section"),
    pytest.param(lambda w, n: posts(w, blocks=[{"type": "section", "fields": [mrkdwn(n)]}]), 2000, "invalid_blocks", id="field"),
    pytest.param(lambda w, n: posts(w, blocks=[{"type": "section", "fields": [mrkdwn(1)] * n}]), 10, "invalid_blocks", id="fields"),
    pytest.param(lambda w, n: posts(w, blocks=[{"type": "header", "text": plain(n)}]), 150, "invalid_blocks", id="header"),
    pytest.param(lambda w, n: posts(w, blocks=[{"type": "context", "elements": [mrkdwn(1)] * n}]), 10, "invalid_blocks", id="context"),
    pytest.param(lambda w, n: posts(w, blocks=[{"type": "markdown", "text": "长" * n}]), 12_000, "invalid_blocks", id="markdown"),
    pytest.param(lambda w, n: posts(w, blocks=sections(n - 9000)), 12_000, "msg_blocks_too_long", id="all blocks"),
    pytest.param(lambda w, n: posts(w, blocks=[table(n)]), 10_000, "invalid_blocks", id="table"),
    pytest.param(lambda w, n: posts(w, blocks=[row(text=plain(n))]), 75, "invalid_blocks", id="text of a button"),
    pytest.param(lambda w, n: posts(w, blocks=[row(value="长" * n)]), 2000, "invalid_blocks", id="value of a button"),
    pytest.param(lambda w, n: posts(w, blocks=[row(url="https://a.example/" + "x" * (n - 18))]), 3000, "invalid_blocks", id="address of a button"),
    pytest.param(lambda w, n: posts(w, blocks=[row(action_id="x" * n)]), 255, "invalid_blocks", id="action_id"),
    pytest.param(lambda w, n: posts(w, blocks=[{"type": "divider", "block_id": "x" * n}]), 255, "invalid_blocks", id="block_id"),
    pytest.param(lambda w, n: posts(w, blocks=[{"type": "actions", "elements": [{"type": "button", "text": plain(1), "action_id": f"{m}"} for m in range(n)]}]), 25, "invalid_blocks", id="buttons"),
    pytest.param(lambda w, n: posts(w, metadata=metadata(n)), 8000, "metadata_too_large", id="bytes of metadata"),
    pytest.param(lambda w, n: w.chat_startStream(channel="D1", thread_ts="1.1", markdown_text="长" * n), 12_000, "msg_too_long", id="begin of a stream"),
    pytest.param(lambda w, n: w.chat_appendStream(channel="D1", ts=w.chat_startStream(channel="D1", thread_ts="1.1", markdown_text="长")["ts"], markdown_text="长" * (n - 1)), 12_000, "msg_too_long", id="stream"),
    pytest.param(lambda w, n: w.views_open(trigger_id="t", view=modal(title=plain(n))), 24, "invalid_arguments", id="title of a modal"),
    pytest.param(lambda w, n: w.views_open(trigger_id="t", view=modal(blocks=[{"type": "divider"}] * n)), 100, "invalid_arguments", id="blocks of a modal"),
    pytest.param(lambda w, n: w.views_open(trigger_id="t", view=modal(private_metadata="长" * n)), 3000, "invalid_arguments", id="what a modal carries"),
]  # fmt: skip


def open_trigger(fake):
    fake.api.triggers["t"] = Trigger(time.monotonic())


@pytest.mark.parametrize(("call", "most", "error"), LIMITS)
def test_at_its_limit_it_is_taken_and_above_it_refused_and_noted(call, most, error):
    with FakeSlack() as fake:
        web = WebClient(token=BOT_TOKEN, base_url=fake.url, retry_handlers=[])
        open_trigger(fake)
        call(web, most)
        assert fake.violations == []
        open_trigger(fake)
        with pytest.raises(SlackApiError) as raised:
            call(web, most + 1)
        assert raised.value.response["error"] == error
        assert len(fake.violations) == 1


def test_an_emoji_is_two_characters():
    with FakeSlack() as fake:
        web = WebClient(token=BOT_TOKEN, base_url=fake.url, retry_handlers=[])
        with pytest.raises(SlackApiError, match="invalid_blocks"):
            posts(web, blocks=[{"type": "header", "text": {"type": "plain_text", "text": "🙂" * 76}}])
        assert "152 characters" in fake.violations[0]


def test_a_very_long_text_is_cut_with_a_warning_and_one_above_the_advice_is_noted():
    with FakeSlack() as fake:
        web = WebClient(token=BOT_TOKEN, base_url=fake.url, retry_handlers=[])
        assert web.chat_postMessage(channel="C1", text="长" * TEXT_CHARS).get("warning") is None
        assert fake.violations == []
        assert web.chat_postMessage(channel="C1", text="长" * (TEXT_CHARS + 1)).get("warning") is None
        assert "Slack advises 4000" in fake.violations.pop()
        assert (
            web.chat_postMessage(channel="C1", text="长" * (CUT_CHARS + 1))["warning"] == "message_truncated"
        )
        assert "40001 characters" in fake.violations[0]
        assert len(fake.posted("C1")[-1]["text"]) == CUT_CHARS


def test_a_body_that_is_too_large_is_refused_whatever_it_is_for():
    with FakeSlack() as fake:
        web = WebClient(token=BOT_TOKEN, base_url=fake.url, retry_handlers=[])
        with pytest.raises(SlackApiError) as raised:
            posts(web, attachments=[{"text": "x" * REQUEST_BYTES}])
        assert raised.value.response.status_code == 413
        place = fake._answerable("C1", "U1")[2]["response_url"]
        assert WebhookClient(place).send(text="长" * REQUEST_BYTES).status_code == 413
        assert [call.outcome for call in fake.log] == ["413", "413"]
        assert len(fake.violations) == 2


@pytest.mark.parametrize("streams", [False, True], ids=["posted", "streamed"])
def test_all_golden_answers_are_taken(slack, streams):
    web = WebClient(token=BOT_TOKEN, base_url=slack.url, retry_handlers=[])
    slack.limits.per_minute = dict.fromkeys(slack.limits.per_minute, 9999)
    for number, answer in enumerate(ANSWERS.values()):
        channel, more = f"D{number}", {"web_url": answer.web_url}
        messages = answer_messages(answer.kept, answer.lang, unkept=answer.unkept, **more)
        text = stream_text(answer.kept.text)
        if streams and len(text) <= 12_000:
            ts = web.chat_startStream(channel=channel, thread_ts="1.1", markdown_text=text[:1])["ts"]
            first, *messages = closing_messages(answer.kept, answer.lang, **more)
            web.chat_stopStream(
                channel=channel, ts=ts, markdown_text=text[1:] or None, blocks=list(first.blocks)
            )
        for part, message in enumerate(messages):
            web.chat_postMessage(channel=f"{channel}{part}", text=message.text, blocks=list(message.blocks))
    assert {call.outcome for call in slack.log} == {"ok"}
    assert max(call.size for call in slack.log) < REQUEST_BYTES / 3
