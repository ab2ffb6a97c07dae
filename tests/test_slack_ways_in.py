"""How a question reaches the Slack bot, and what is none."""

import logging

import pytest
from fake_slack import BOT
from fakes_slack_bot import NotingBot, listening

from ui.slack.inbound.incoming import is_help, plain_text
from ui.slack.setup.scopes import bot_scopes


@pytest.fixture
def bot(slack):
    noting = NotingBot()
    with listening(slack, noting):
        yield noting


def settled(slack, bot):
    """Return what was received once everything that was sent is dealt with."""
    slack.wait(lambda: not slack.socket.waiting)
    return bot.received


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param(f"<@{BOT}> 请问*报销*标准？", "请问报销标准？", id="mention and bold"),
        pytest.param(f"<@{BOT}|policyqa>", "", id="the mention alone"),
        pytest.param("<@U2|王>说可以", "@王说可以", id="another person by name"),
        pytest.param("<@U2> 说可以", "说可以", id="another person without a name"),
        pytest.param("3*4*5 a_b_c 10~20~30", "3*4*5 a_b_c 10~20~30", id="no marks inside words and figures"),
        pytest.param("_第一条_ ~第二条~ `第三条`", "第一条 第二条 第三条", id="italics, strike and code"),
        pytest.param("a &lt;b&gt; &amp;lt;", "a <b> &lt;", id="entities once"),
        pytest.param("见<https://example.org/a|第五条>", "见第五条", id="link with a text"),
        pytest.param(
            "<https://example.org/a> <mailto:a@b.c|a@b.c>", "https://example.org/a a@b.c", id="bare links"
        ),
        pytest.param("<!here> <#C1|office> <!subteam^S1|@hr>", "@here #office @hr", id="groups and channels"),
        pytest.param("&gt; 第三条\n对吗？", "第三条\n对吗？", id="quotation"),
        pytest.param("  多\u00a0 空格 \n\n 行 ", "多 空格\n行", id="spaces"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_markup_is_undone_and_words_stay(written, read):
    assert plain_text(written, BOT) == read


@pytest.mark.parametrize("text", ["", " ", "help", "HELP", "帮助", "？"])
def test_help_is_asked_for_in_both_languages(text):
    assert is_help(text)


def test_a_direct_message_is_answered_in_a_thread_of_its_own(slack, bot):
    ts = slack.ask("差旅费标准？", channel="D1", user="U7")
    [inquiry] = settled(slack, bot)
    assert (inquiry.way, inquiry.text, inquiry.ts, inquiry.thread) == ("direct", "差旅费标准？", ts, ts)
    assert (inquiry.team, inquiry.channel, inquiry.user, inquiry.event_id[:2]) == ("T1", "D1", "U7", "Ev")


def test_a_direct_message_in_a_thread_goes_on_there(slack, bot):
    slack.ask("那退休人员呢？", channel="D1", thread="50.1")
    [inquiry] = settled(slack, bot)
    assert (inquiry.way, inquiry.thread) == ("direct", "50.1")


def test_a_mention_in_a_channel_comes_twice_and_counts_once(slack, bot):
    ts = slack.ask(f"<@{BOT}> 差旅费标准？", channel="C1")
    [inquiry] = settled(slack, bot)
    assert len(slack.acks) == 2
    assert (inquiry.way, inquiry.text, inquiry.thread) == ("mention", "差旅费标准？", ts)


def test_a_reply_in_a_thread_of_the_bot_is_a_question_with_history(slack, bot):
    slack.ask("那退休人员呢？", channel="C1", thread="100.1")
    [inquiry] = settled(slack, bot)
    assert (inquiry.way, inquiry.thread) == ("thread", "100.1")


@pytest.mark.parametrize(
    "message",
    [
        pytest.param({"text": "大家好", "channel": "C1"}, id="talk in a channel"),
        pytest.param(
            {"text": "好的", "channel": "C1", "thread": "200.1"}, id="reply in somebody else's thread"
        ),
        pytest.param(
            {"text": "<@U2> 你看呢？", "channel": "C1", "thread": "100.1"}, id="people among themselves"
        ),
        pytest.param({"text": "问题？", "bot_id": "B9"}, id="another bot"),
        pytest.param({"text": "问题？", "user": BOT}, id="the bot itself"),
        pytest.param({"text": "问题？", "user": "USLACKBOT"}, id="Slackbot"),
        pytest.param({"text": " "}, id="empty"),
        pytest.param({"text": f"<@{BOT}>", "channel": "C1"}, id="mention without words"),
        pytest.param({"text": "加入了频道", "subtype": "channel_join", "channel": "C1"}, id="notice"),
        pytest.param({"text": "改了主题", "subtype": "channel_topic"}, id="notice in a direct message"),
        pytest.param({"text": "问题？", "hidden": True}, id="hidden"),
    ],
)
def test_what_is_no_question_is_acknowledged_and_left_alone(slack, bot, message):
    slack.ask(**message)
    assert settled(slack, bot) == []
    assert slack.acks


def test_a_file_with_words_and_a_reply_shown_in_the_channel_are_questions(slack, bot):
    slack.ask("这个文件说的对吗？", subtype="file_share")
    slack.ask("那退休人员呢？", channel="C1", thread="100.1", subtype="thread_broadcast")
    assert len(settled(slack, bot)) == 2


def test_the_command_is_a_question_that_is_answered_to_its_asker_alone(slack, bot):
    place = slack.command("差旅费标准？", channel="C9", user="U3")
    [inquiry] = settled(slack, bot)
    assert (inquiry.way, inquiry.text, inquiry.thread) == ("command", "差旅费标准？", "")
    assert inquiry.response_url.startswith(slack.api.base)
    assert place.user == inquiry.user
    # Nothing is said with the acknowledgement: the first answer follows.
    assert slack.acks[0].payload in (None, {})


@pytest.mark.parametrize("text", ["", "help", "帮助"])
def test_the_command_alone_says_how_it_is_used_in_both_languages(slack, bot, text):
    slack.command(text)
    assert settled(slack, bot) == []
    said = slack.acks[0].payload
    assert said["response_type"] == "ephemeral"
    assert "用法" in said["text"] and "How to ask" in said["text"] and "/policy" in said["text"]


def test_two_commands_with_the_same_words_are_two_questions(slack, bot):
    slack.command("差旅费标准？")
    slack.command("差旅费标准？")
    assert len(settled(slack, bot)) == 2


def test_an_edit_says_which_message_and_when(slack, bot):
    ts = slack.ask("差旅费标准？", channel="D1")
    slack.edit("D1", ts, "差旅费住宿标准？")
    settled(slack, bot)
    [inquiry] = bot.edits
    assert (inquiry.way, inquiry.text, inquiry.thread) == ("edit", "差旅费住宿标准？", ts)
    assert inquiry.ts.startswith(f"{ts}/") and inquiry.key != bot.received[0].key


def test_what_slack_changes_itself_is_no_edit(slack, bot):
    unfurled = {"type": "message", "user": "U1", "text": "见链接", "ts": "1.1"}
    event = {"type": "message", "subtype": "message_changed", "channel": "D1", "ts": "1.2", "hidden": True}
    slack.send_event(event | {"message": unfurled | {"attachments": [{}]}, "previous_message": unfurled})
    assert settled(slack, bot) == [] and bot.edits == []


def test_a_deleted_question_is_told_once_with_or_without_replies(slack, bot):
    ts = slack.ask("差旅费标准？", channel="D1")
    slack.delete("D1", ts)
    tombstone = {
        "subtype": "tombstone",
        "ts": "9.9",
        "user": "USLACKBOT",
        "text": "This message was deleted.",
    }
    event = {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": "10.1", "hidden": True}
    slack.send_event(
        event | {"message": tombstone, "previous_message": {"user": "U1", "ts": "9.9", "text": "x"}}
    )
    settled(slack, bot)
    assert sorted(bot.deletions) == [("T1", "C1", "9.9", False), ("T1", "D1", ts, True)]


@pytest.mark.parametrize(
    ("channel", "message", "asked"),
    [
        pytest.param("D1", {}, True, id="a direct message"),
        pytest.param("C1", {}, False, id="said to others"),
        pytest.param("C1", {"text": f"<@{BOT}> 差旅费标准？"}, True, id="a mention"),
        pytest.param("C1", {"thread_ts": "100.1"}, True, id="in a thread of the bot"),
        pytest.param("C1", {"thread_ts": "100.1", "text": "<@U2> 好"}, False, id="to somebody in a thread of the bot"),
        pytest.param("C1", {"thread_ts": "200.1"}, False, id="in a thread of others"),
    ],
)  # fmt: skip
def test_of_a_deleted_message_it_is_known_whether_it_was_for_the_bot(slack, bot, channel, message, asked):
    ts = slack.store.add(
        channel, **{"type": "message", "user": "U1", "text": "差旅费标准？", "team": "T1"} | message
    )["ts"]
    slack.delete(channel, ts)
    settled(slack, bot)
    assert bot.deletions == [("T1", channel, ts, asked)]


def test_a_deleted_answer_of_the_bot_is_no_withdrawn_question(slack, bot):
    own = slack.store.add("D1", user=BOT, bot_id=slack.bot_id, text="答案")
    slack.delete("D1", own["ts"])
    settled(slack, bot)
    assert bot.deletions == []


def test_someone_from_another_company_is_known_by_their_own_workspace(slack, bot):
    slack.ask(f"<@{BOT}> 差旅费标准？", channel="C1", team="T2", user_team="T2")
    assert settled(slack, bot)[0].team == "T2"


def test_what_the_bot_does_not_know_is_acknowledged_without_a_word_in_the_log(slack, bot, caplog):
    caplog.set_level(logging.INFO)
    slack.send_event({"type": "reaction_added", "user": "U1", "reaction": "x", "item": {}})
    slack.send_event({"type": "something_new", "text": "秘密的问题"})
    slack.press("C1", "1.1", "somebody_elses_button")
    slack.wait(lambda: len(slack.acks) == 3)
    assert "秘密" not in caplog.text and not [r for r in caplog.records if r.levelno >= logging.WARNING]


def test_the_fake_grants_what_the_bot_asks_for_and_no_more(slack):
    assert slack.api.scopes == bot_scopes()
