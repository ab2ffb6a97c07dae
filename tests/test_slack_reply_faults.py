"""Whatever Slack does, a reply ends as exactly one whole answer, or with an honest word and nothing that looks like one."""

import pytest
from fake_slack import FakeSlack
from fakes_slack_reply import LAST, QUOTES, SENTENCES, Desk, answer, said

from ui.labels import label
from ui.slack.reply.reply import Undelivered

PARTS = [sentence[:-4] for sentence in SENTENCES] + list(QUOTES)
LONG = (
    "".join(
        f"第{n}项：员工应当在规定的期限之内提交全部材料并由部门负责人签字确认[1]。" for n in range(1, 260)
    )
    + LAST
)
# Way of the reply, and the method that ends it there.
ENDS = {
    "streamed": "chat.stopStream",
    "updated": "chat.update",
    "posted": "chat.postMessage",
    "command": "response_url",
}
_HURRY = 5.0
PASSING = [
    500,
    503,
    "timeout",
    "lost",
    "drop",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
]
# After these Slack may have done it, and an answer to a command cannot be looked for.
UNSURE = [500, 503, "timeout", "lost", "drop", "internal_error", "fatal_error"]
SHAPES = ["invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long"]
TAGS = ["metadata_too_large", "invalid_metadata_schema", "metadata_must_be_sent_from_app"]
GONE = ["message_not_found", "cant_update_message", "edit_window_closed", "block_mismatch"]
STREAM = ["message_not_in_streaming_state", "streaming_state_conflict"]
CLOSED = [
    "channel_not_found", "not_in_channel", "is_archived", "restricted_action", "token_revoked", "account_inactive",
    "missing_scope", "some_error_of_next_year",
]  # fmt: skip


@pytest.fixture
def fake():
    """A fake Slack; who provokes faults breaks no rule by what follows, but never calls before Retry-After has passed."""
    with FakeSlack() as slack:
        slack.api.hang_s = 1.0
        yield slack
    assert [fault for fault in slack.violations if "Retry-After" in fault or "no JSON" in fault] == []


def begun(desk, way):
    """Return a reply that is about to be finished."""
    reply = desk.reply({"streamed": "thread", "posted": "thread", "updated": "plain"}.get(way, way))
    reply.searching()
    if way in ("streamed", "updated"):
        desk.grow(reply, 2)
    return reply


def standing(desk):
    """Return all that people see of the bot."""
    own = [said(message) for message in desk.slack.posted("C1")]
    return own + [said(m) for m in (desk.response.shown if desk.response else [])] + [
        said(m) for m in desk.slack.store.ephemeral
    ]  # fmt: skip


def assert_one_whole(desk):
    shown = "\n".join(standing(desk))
    assert {part: shown.count(part) for part in PARTS} == dict.fromkeys(PARTS, 1)
    assert label("slack.writing", "zh") not in shown
    assert label("slack.searching", "zh") not in shown
    assert not any(message.get("streaming") for message in desk.slack.posted("C1"))


def assert_nothing_whole(desk):
    for shown in standing(desk):
        assert not any(part in shown for part in PARTS) or label("slack.writing", "zh") in shown


@pytest.mark.parametrize(
    ("way", "fault"),
    [
        (way, fault)
        for way in ENDS
        for fault in [*PASSING, *SHAPES]
        if not (way == "command" and fault in UNSURE)
    ],
)
def test_a_fault_at_the_end_leaves_one_whole_answer(fake, way, fault):
    desk = Desk(fake)
    reply = begun(desk, way)
    fake.fail(ENDS[way], fault)
    ts = reply.finish(answer())
    assert_one_whole(desk)
    assert way == "command" or ts in [message["ts"] for message in fake.posted("C1")]


@pytest.mark.parametrize("way", ["streamed", "updated", "posted"])
@pytest.mark.parametrize("fault", TAGS)
def test_a_message_whose_metadata_are_refused_goes_without_them(fake, way, fault):
    desk = Desk(fake)
    reply = begun(desk, way)
    fake.fail(ENDS[way], fault)
    reply.finish(answer())
    assert_one_whole(desk)


@pytest.mark.parametrize("way", ["streamed", "updated"])
@pytest.mark.parametrize("fault", [*GONE, *STREAM])
def test_a_message_that_can_no_longer_be_changed_gives_way_to_a_new_one(fake, way, fault):
    desk = Desk(fake)
    reply = begun(desk, way)
    (old,) = [message["ts"] for message in fake.posted("C1")]
    fake.fail("chat.stopStream", fault)
    fake.fail("chat.update", fault)
    new = reply.finish(answer())
    assert_one_whole(desk)
    assert new != old
    assert ("C1", old) in fake.store.deleted


@pytest.mark.parametrize("way", ["streamed", "updated"])
def test_half_an_answer_that_can_neither_be_changed_nor_removed_is_called_incomplete(fake, way):
    desk = Desk(fake)
    reply = begun(desk, way)
    (old,) = [message["ts"] for message in fake.posted("C1")]
    fake.fail("chat.stopStream", "message_not_in_streaming_state", times=2)
    fake.fail("chat.update", "edit_window_closed")
    fake.fail("chat.delete", "cant_delete_message")
    reply.finish(answer())
    after = [message for message in fake.posted("C1") if message["ts"] != old]
    assert label("slack.begun_anew", "zh") in said(after[0])
    shown = "\n".join(map(said, after))
    assert all(shown.count(part) == 1 for part in PARTS)


@pytest.mark.parametrize("way", ["streamed", "updated"])
def test_a_message_that_somebody_removed_is_written_anew(fake, way):
    desk = Desk(fake)
    reply = begun(desk, way)
    fake.store.remove("C1", fake.posted("C1")[0]["ts"])
    desk.grow(reply, 3)
    reply.finish(answer())
    assert_one_whole(desk)


def hurried(fake):
    """Let time pass quicker for the bot and for Slack alike."""
    fake.limits.minute_s = 60 / _HURRY
    return Desk(fake, speed=_HURRY, timeout=2)


@pytest.mark.parametrize("way", ENDS)
def test_retry_after_is_waited_for(fake, way):
    desk = hurried(fake)
    reply = begun(desk, way)
    fake.fail(ENDS[way], 429, retry_after=1)
    reply.finish(answer())
    assert_one_whole(desk)
    first, second = [call.at for call in fake.log if call.method == ENDS[way]][-2:]
    assert second - first >= 0.95 / _HURRY


def test_a_retry_after_that_one_reply_was_given_holds_the_others_too(fake):
    desk = hurried(fake)
    growing = desk.reply("plain")
    fake.fail("chat.postMessage", 429, retry_after=1)
    desk.grow(growing, 1)
    command = desk.reply("command")
    command.finish(answer())
    held, posted = fake.log[-2:]
    assert (held.method, posted.method) == ("chat.postMessage", "response_url")
    assert posted.at - held.at >= 0.95 / _HURRY


@pytest.mark.parametrize("way", ENDS)
@pytest.mark.parametrize("fault", CLOSED)
def test_where_nothing_helps_an_honest_word_is_raised_and_nothing_half_stands(fake, way, fault):
    desk = Desk(fake)
    reply = begun(desk, way)
    for method in (
        "chat.stopStream",
        "chat.update",
        "chat.postMessage",
        "response_url",
        "chat.postEphemeral",
    ):
        fake.fail(method, fault, times=99)
    with pytest.raises(Undelivered) as raised:
        reply.finish(answer())
    assert raised.value.word == fault
    assert not raised.value.may_stand
    assert_nothing_whole(desk)


@pytest.mark.parametrize("way", ENDS)
def test_a_slack_that_is_down_is_given_up_in_the_end(fake, way):
    desk = Desk(fake, speed=200)
    reply = begun(desk, way)
    fake.fail("*", 500, times=999)
    with pytest.raises(Undelivered, match="http_500"):
        reply.finish(answer())
    assert len(fake.calls) < 60


GROWING = [
    *PASSING,
    *GONE,
    *STREAM,
    *SHAPES,
    "unknown_method",
    "channel_type_not_supported",
    "not_in_channel",
]


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "assistant.threads.setStatus"])
@pytest.mark.parametrize("fault", GROWING)
def test_a_fault_while_a_thread_grows_leaves_one_whole_answer(fake, method, fault):
    desk = Desk(fake)
    fake.fail(method, fault, times=2)
    reply = begun(desk, "streamed")
    desk.grow(reply, 3)
    reply.finish(answer())
    assert_one_whole(desk)


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
@pytest.mark.parametrize("fault", GROWING)
def test_a_fault_while_an_updated_message_grows_leaves_one_whole_answer(fake, method, fault):
    desk = Desk(fake)
    fake.fail(method, fault)
    reply = begun(desk, "updated")
    desk.grow(reply, 3)
    reply.finish(answer())
    assert_one_whole(desk)


@pytest.mark.parametrize("fault", [*PASSING, "used_url", "expired_url"])
def test_a_fault_at_the_first_word_of_a_command_leaves_one_whole_answer(fake, fault):
    desk = Desk(fake)
    reply = desk.reply("command")
    fake.fail("response_url", fault)
    reply.searching()
    reply.finish(answer())
    assert_one_whole(desk)


def test_a_post_that_slack_took_without_saying_so_is_found_and_not_repeated(fake):
    desk = Desk(fake)
    reply = desk.reply()
    fake.fail("chat.postMessage", "lost")
    ts = reply.finish(answer())
    assert [message["ts"] for message in fake.posted("C1")] == [ts]
    assert len(fake.called("chat.postMessage")) == 1
    assert len(fake.called("conversations.replies")) == 1


def test_of_two_replies_to_one_question_none_is_taken_for_the_other(fake):
    desk = Desk(fake)
    reply = desk.reply()
    desk.once_more().say("前面还有三个问题")
    fake.fail("chat.postMessage", "timeout")
    reply.finish(answer())
    assert len(fake.posted("C1")) == 2
    assert_one_whole(desk)


def test_a_post_in_doubt_that_cannot_be_looked_for_is_not_repeated(fake):
    desk = Desk(fake)
    reply = desk.reply()
    fake.api.scopes.discard("channels:history")
    fake.fail("chat.postMessage", "lost")
    with pytest.raises(Undelivered, match="missing_scope") as raised:
        reply.finish(answer())
    assert raised.value.may_stand
    assert_one_whole(desk)


def test_a_stream_that_began_without_slack_saying_so_is_found_and_becomes_the_answer(fake):
    desk = Desk(fake)
    reply = desk.reply()
    fake.fail("chat.startStream", "lost")
    desk.grow(reply, 2)
    (adrift,) = fake.posted("C1")
    assert reply.finish(answer()) == adrift["ts"]
    assert_one_whole(desk)


def test_what_else_the_bot_said_in_the_thread_is_not_taken_for_a_lost_stream(fake):
    desk = Desk(fake)
    reply = desk.reply()
    fake.fail("chat.startStream", "timeout")
    desk.grow(reply, 1)
    desk.client.timeout = 5
    other = desk.client.chat_postMessage(channel="C1", thread_ts=desk.asked, text="第一条全文")
    reply.finish(answer())
    assert [m["text"] for m in fake.posted("C1") if m["ts"] == other["ts"]] == ["第一条全文"]
    assert len(fake.posted("C1")) == 2


def test_of_a_long_answer_nothing_stands_when_its_last_part_cannot_be_posted(fake):
    desk = Desk(fake)
    reply = desk.reply()
    fake.fail("chat.postMessage", "invalid_blocks")
    post = fake.store.post

    def closing(args):
        if len(fake.posted("C1")) == 2:
            fake.api.unknown_methods.add("chat.postMessage")
        return post(args)

    fake.api._methods["chat.postMessage"] = (closing, lambda channel: {"chat:write"})
    with pytest.raises(Undelivered, match="unknown_method"):
        reply.finish(answer(LONG))
    assert fake.posted("C1") == []


def test_of_a_long_answer_that_cannot_be_taken_back_each_part_says_that_it_does_not_count(fake):
    desk = Desk(fake)
    reply = desk.reply()
    post = fake.store.post

    def closing(args):
        if fake.posted("C1"):
            fake.api.unknown_methods.add("chat.postMessage")
        return post(args)

    fake.api._methods["chat.postMessage"] = (closing, lambda channel: {"chat:write"})
    fake.fail("chat.delete", "cant_delete_message", times=9)
    with pytest.raises(Undelivered):
        reply.finish(answer(LONG))
    assert {said(message) for message in fake.posted("C1")} == {label("slack.incomplete", "zh")}


def test_of_a_long_answer_to_a_command_the_asker_hears_that_it_is_not_whole(fake):
    desk = Desk(fake)
    reply = desk.reply("command")
    reply.searching()
    fake.fail("chat.postEphemeral", "user_not_in_channel", times=9)
    with pytest.raises(Undelivered, match="user_not_in_channel"):
        reply.finish(answer(LONG * 3))
    assert standing(desk)[-1] == label("slack.incomplete", "zh")
    assert len(desk.response.posts) == 5


def test_words_reach_their_thread_through_every_fault(fake):
    for number, fault in enumerate(PASSING):
        desk = Desk(fake)
        reply = desk.reply(channel=f"C{number}")
        fake.fail("chat.postMessage", fault)
        reply.say(f"出错了：{fault}")
        assert [said(message) for message in fake.posted(f"C{number}")] == [f"出错了：{fault}"]


@pytest.mark.parametrize("seed", range(6))
def test_through_many_faults_each_answer_stands_once_or_not_at_all(fake, monkeypatch, seed):
    # Time runs faster here than Slack's limits do.
    monkeypatch.setattr("fake_slack_faults.POST_BURST", 9999)
    fake.faults.dice.seed(seed)
    fake.limits.per_minute = dict.fromkeys(fake.limits.per_minute, 9999)
    methods = (
        "chat.startStream",
        "chat.appendStream",
        "chat.stopStream",
        "chat.update",
        "chat.postMessage",
        "response_url",
    )
    fake.fail_often(0.25, (500, "drop", "lost", "internal_error", "invalid_blocks"), methods)
    ways = ["streamed", "updated", "posted", "command"]
    for number in range(8):
        desk = Desk(fake, per_minute=9999, timeout=0.15)
        fake.messages["C1"].clear()
        fake.store.ephemeral.clear()
        reply = begun(desk, ways[number % 4])
        desk.grow(reply, 3)
        try:
            reply.finish(answer())
        except Undelivered as error:
            assert error.may_stand or not any(PARTS[2] in shown for shown in standing(desk)), error.word
        else:
            assert "\n".join(standing(desk)).count(PARTS[2]) == 1
