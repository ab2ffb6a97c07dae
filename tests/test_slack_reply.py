"""How a reply appears in Slack while all goes well, or nearly so."""

import pytest
from fake_slack import slack  # noqa: F401 - a fixture
from fakes_slack_reply import FIRST, LAST, QUOTES, SECOND, SENTENCES, Desk, answer, said

from ui.labels import label
from ui.slack.reply.reply import Undelivered

WHOLE = [sentence[:-4] for sentence in SENTENCES] + list(QUOTES)


@pytest.fixture
def desk(slack):  # noqa: F811
    return Desk(slack)


def is_whole(message):
    return all(part in said(message) for part in WHOLE)


def methods(desk):
    return [method for method, _ in desk.slack.calls]


def only_message(desk, channel="C1"):
    (message,) = desk.slack.posted(channel)
    return message


# The first reply


def test_a_status_in_the_thread_is_the_first_reply(desk):
    reply = desk.reply()
    reply.searching()
    (args,) = desk.slack.called("assistant.threads.setStatus")
    assert args == {"channel_id": "C1", "thread_ts": desk.asked, "status": label("slack.status", "zh")}
    assert methods(desk) == ["assistant.threads.setStatus"]


def test_a_message_is_posted_where_no_status_is_shown_and_that_is_remembered(desk):
    desk.slack.refuse_method("assistant.threads.setStatus")
    for _ in range(2):
        desk.reply().searching()
    assert methods(desk) == ["assistant.threads.setStatus", "chat.postMessage", "chat.postMessage"]
    assert desk.slack.posted("C1")[0]["text"] == label("slack.searching", "zh")


def test_a_status_that_failed_for_the_moment_is_tried_again(desk):
    desk.slack.fail("assistant.threads.setStatus", 500)
    reply = desk.reply()
    reply.searching()
    assert methods(desk) == ["assistant.threads.setStatus"] * 2
    assert desk.slack.posted("C1") == []


def test_one_closed_channel_does_not_take_the_status_from_the_others(desk):
    desk.slack.store.closed_channels.add("C2")
    desk.reply(channel="C2").searching()
    desk.reply(channel="C1").searching()
    assert len(desk.slack.store.status) == 1


def test_no_status_is_asked_for_while_slack_said_to_wait(desk):
    desk.slack.fail("assistant.threads.setStatus", 429, retry_after=30)
    for _ in range(2):
        desk.reply().searching()
    assert methods(desk).count("assistant.threads.setStatus") == 1


def test_the_placeholder_becomes_the_answer(desk):
    desk.slack.refuse_method("assistant.threads.setStatus")
    reply = desk.reply()
    reply.searching()
    ts = only_message(desk)["ts"]
    assert reply.finish(answer()) == ts
    assert is_whole(only_message(desk))


# Streaming


def test_an_answer_is_streamed_and_ended_with_its_sources_and_buttons(desk):
    reply = desk.reply()
    reply.searching()
    desk.grow(reply)
    begun = only_message(desk)
    assert SECOND[:-4] in begun["markdown"]
    assert begun["streaming"]
    ts = reply.finish(answer())
    ended = only_message(desk)
    assert ended["ts"] == ts
    assert not ended["streaming"]
    assert is_whole(ended)
    assert ended["blocks"][-1]["type"] == "actions"
    assert "chat.update" not in methods(desk)
    assert (
        "".join(args.get("markdown_text", "") for method, args in desk.slack.calls if "Stream" in method)
        == ended["markdown"]
    )


def test_a_stream_in_a_channel_names_its_recipient(desk):
    desk.grow(desk.reply(), 1)
    (args,) = desk.slack.called("chat.startStream")
    assert (args["recipient_team_id"], args["recipient_user_id"]) == ("T1", "U1")


def test_what_comes_within_a_second_is_gathered(desk):
    reply = desk.reply()
    desk.pass_time()
    for letter in range(1, len(FIRST)):
        reply.grow(FIRST[:letter])
    assert methods(desk) == ["chat.startStream"]
    desk.pass_time()
    reply.grow(FIRST + SECOND)
    assert methods(desk) == ["chat.startStream", "chat.appendStream"]


def test_an_answer_that_is_there_at_once_is_posted_at_once(slack):  # noqa: F811
    desk = Desk(slack, speed=0.01)
    reply = desk.reply()
    reply.searching()
    reply.grow(FIRST)
    reply.finish(answer())
    assert methods(desk) == ["assistant.threads.setStatus", "chat.postMessage"]
    assert is_whole(only_message(desk))


def test_an_answer_whose_text_became_another_replaces_the_stream(desk):
    reply = desk.reply()
    desk.grow(reply)
    ts = reply.finish(answer("不同的结论[1]。" + LAST))
    message = only_message(desk)
    assert message["ts"] == ts
    assert methods(desk)[-2:] == ["chat.stopStream", "chat.update"]
    assert "不同的结论" in message["text"]


def test_an_answer_that_could_not_be_kept_says_so_below(desk):
    reply = desk.reply()
    desk.grow(reply)
    reply.finish(answer(), "磁盘已满")
    assert "磁盘已满" in only_message(desk)["text"]


def test_an_answer_longer_than_a_stream_is_delivered_in_full(desk):
    text = "".join(
        f"第{n}项：员工应当在规定的期限之内提交全部材料并由部门负责人签字确认[1]。" for n in range(1, 400)
    )
    reply = desk.reply()
    desk.pass_time()
    reply.grow(text[:2000])
    desk.pass_time()
    reply.grow(text)
    reply.finish(answer(text))
    shown = "".join(map(said, desk.slack.posted("C1")))
    assert all(f"第{n}项" in shown for n in range(1, 400))
    assert len(desk.slack.posted("C1")) > 1
    assert not any(message.get("streaming") for message in desk.slack.posted("C1"))


def test_a_workspace_without_streaming_is_asked_for_it_once(desk):
    desk.slack.refuse_method("chat.startStream")
    for _ in range(2):
        reply = desk.reply()
        desk.grow(reply, 3)
        reply.finish(answer())
    assert methods(desk).count("chat.startStream") == 1
    assert len(desk.slack.posted("C1")) == 2
    assert all(is_whole(message) for message in desk.slack.posted("C1"))


def test_a_kind_of_channel_without_streaming_does_not_take_it_from_the_others(desk):
    desk.slack.fail("chat.startStream", "channel_type_not_supported")
    for channel in ("G1", "G1", "C1"):
        desk.grow(desk.reply(channel=channel), 1)
    assert [args["channel"] for args in desk.slack.called("chat.startStream")] == ["G1", "C1"]


def test_a_stream_that_slack_ended_goes_on_as_updates(desk):
    reply = desk.reply()
    desk.grow(reply, 1)
    desk.slack.close_stream("C1", only_message(desk)["ts"])
    desk.grow(reply, 3)
    assert methods(desk)[-1] == "chat.update"
    reply.finish(answer())
    assert "".join(SENTENCES[2])[:-4] in only_message(desk)["text"]
    assert is_whole({**only_message(desk), "markdown": ""})


# Updates


def test_outside_threads_one_message_is_updated(desk):
    reply = desk.reply("plain", channel="D1")
    reply.searching()
    desk.grow(reply, 1)
    assert FIRST[:-4] in said(only_message(desk, "D1"))
    assert label("slack.writing", "zh") in said(only_message(desk, "D1"))
    reply.finish(answer())
    assert label("slack.writing", "zh") not in said(only_message(desk, "D1"))
    assert is_whole(only_message(desk, "D1"))
    assert methods(desk) == ["chat.postMessage", "chat.update", "chat.update"]


def test_no_update_uses_what_the_end_of_another_answer_needs(slack):  # noqa: F811
    desk = Desk(slack, per_minute=3)
    first, second = desk.reply(), desk.reply()
    desk.grow(first, 1)
    desk.grow(second, 1)
    desk.grow(first, 3)
    waited = len(desk.time.waited)
    first.finish(answer())
    second.finish(answer())
    assert len(desk.time.waited) == waited
    assert all(is_whole(message) for message in slack.posted("C1"))


# Commands


@pytest.mark.parametrize("replaces", [False, True])
def test_a_command_is_answered_for_its_asker_only_whether_slack_replaces_the_first_word_or_not(
    desk, replaces
):
    desk.slack.api.replaces_for_commands = replaces
    reply = desk.reply("command")
    reply.searching()
    first = label("slack.searching_apart", "zh")
    assert [m["text"] for m in desk.response.shown] == [first]
    desk.grow(reply, 3)
    assert reply.finish(answer()) == ""
    assert len(desk.response.posts) == 2
    *before, message = desk.response.shown
    assert [m["text"] for m in before] == ([] if replaces else [first])
    assert is_whole(message)
    assert message["response_type"] == "ephemeral"
    assert "pq_share" in [button["action_id"] for button in message["blocks"][-1]["elements"]]
    assert desk.slack.messages["C1"] == []


def test_a_long_answer_to_a_command_stays_within_five_posts(desk):
    text = "".join(
        f"第{n}项：员工应当在规定的期限之内提交全部材料并由部门负责人签字确认[1]。" for n in range(1, 700)
    )
    reply = desk.reply("command")
    reply.searching()
    reply.finish(answer(text))
    shown = "".join(map(said, [*desk.response.shown, *desk.slack.store.ephemeral]))
    assert all(f"第{n}项" in shown for n in range(1, 700))
    assert len(desk.response.posts) == 5
    assert desk.slack.store.ephemeral


def test_half_an_hour_later_a_command_is_answered_by_an_ephemeral_message(desk):
    reply = desk.reply("command")
    reply.searching()
    desk.response.at -= 31 * 60
    reply.finish(answer())
    (message,) = desk.slack.store.ephemeral
    assert is_whole(message)
    assert message["user"] == "U1"


# Other words


@pytest.mark.parametrize("grown", [0, 2])
def test_words_take_the_place_of_what_was_shown(desk, grown):
    reply = desk.reply()
    reply.searching()
    desk.grow(reply, grown)
    row = {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "pq_again", "text": {"type": "plain_text", "text": "再答"}}
        ],
    }
    ts = reply.say("<!channel> 出错了 & 请重试", buttons=(row,))
    message = only_message(desk)
    assert message["ts"] == ts
    assert "&lt;!channel&gt;" in said(message).replace("\u2060", "").replace("\u200b", "")
    assert message["blocks"][-1] == row
    assert desk.slack.store.mentions == []


@pytest.mark.parametrize("fault", [500, "lost", "timeout", "internal_error"])
@pytest.mark.parametrize("replaces", [False, True])
def test_an_answer_to_a_command_that_may_be_shown_is_not_sent_again(slack, replaces, fault):  # noqa: F811
    desk = Desk(slack)
    slack.api.hang_s = 1.0
    slack.api.replaces_for_commands = replaces
    reply = desk.reply("command")
    reply.searching()
    slack.fail("response_url", fault)
    with pytest.raises(Undelivered) as raised:
        reply.finish(answer())
    assert raised.value.may_stand
    shown = desk.response.shown
    assert sum(map(is_whole, shown)) <= 1
    assert shown[-1]["text"] == label("slack.incomplete", "zh"), "what stands last says that nothing counts"


@pytest.mark.parametrize("replaces", [False, True])
def test_words_follow_or_replace_what_a_command_showed_first(desk, replaces):
    desk.slack.api.replaces_for_commands = replaces
    reply = desk.reply("command")
    reply.searching()
    assert reply.say("请稍后再问") == ""
    first = [] if replaces else [label("slack.searching_apart", "zh")]
    assert [message["text"] for message in desk.response.shown] == [*first, "请稍后再问"]


@pytest.mark.parametrize("way", ["thread", "plain"])
def test_a_withdrawn_reply_leaves_nothing(desk, way):
    reply = desk.reply(way)
    reply.searching()
    desk.grow(reply, 2)
    reply.withdraw()
    assert desk.slack.posted("C1") == []
    desk.grow(reply, 3)
    assert desk.slack.posted("C1") == []


def test_a_finished_reply_is_not_withdrawn_and_says_nothing_more(desk):
    reply = desk.reply()
    desk.grow(reply)
    reply.finish(answer())
    reply.withdraw()
    reply.searching()
    desk.grow(reply, 3)
    assert is_whole(only_message(desk))


def test_a_person_can_be_asked_where_there_is_a_group(desk):
    reply = desk.reply(person_group=True)
    reply.finish(answer())
    assert "pq_person" in [button["action_id"] for button in only_message(desk)["blocks"][-1]["elements"]]


def test_the_reason_why_nothing_was_delivered_holds_no_content(desk):
    reply = desk.reply()
    desk.slack.fail("chat.postMessage", "is_archived")
    with pytest.raises(Undelivered, match=r"^Slack did not take the reply: is_archived$") as raised:
        reply.finish(answer())
    assert raised.value.word == "is_archived"


# What an earlier process began


@pytest.mark.parametrize("sentences", [0, 2], ids=["placeholder", "half an answer"])
def test_what_a_killed_process_began_becomes_the_answer(desk, sentences):
    if not sentences:
        desk.slack.refuse_method("assistant.threads.setStatus")
    posted = []
    killed = desk.reply(posted=posted.append)
    killed.searching()
    desk.grow(killed, sentences)
    assert posted == [only_message(desk)["ts"]]
    reply = desk.once_more(standing=posted[0])
    reply.searching()
    desk.grow(reply)
    assert reply.finish(answer()) == posted[0]
    assert is_whole(only_message(desk))


def test_an_answer_is_posted_anew_when_what_was_begun_has_been_deleted(desk):
    posted = []
    killed = desk.reply(posted=posted.append)
    desk.grow(killed)
    desk.slack.store.remove("C1", posted[0])
    reply = desk.once_more(standing=posted[0])
    assert reply.finish(answer()) != posted[0]
    assert is_whole(only_message(desk))
