"""Buttons below an answer in Slack, with the real slack-bolt: they read the records, so they work after a restart."""

from dataclasses import replace

import pytest
from fake_slack import slack  # noqa: F401
from fake_slack_events import action_body
from fake_slack_messages import Refused
from fakes_slack_actions import buttons_of, standing, view_values, words_of

from rag.record.kept import REASONS
from ui.labels import label
from ui.slack.access.rules import ChannelRules, Rules
from ui.slack.inquiry import Inquiry
from ui.slack.shape.buttons import AGAIN, PERSON, RATE_DOWN, RATE_UP, SHARE, SHOW

HELPED = Rules(person_group="S1")


@pytest.fixture
def stand(slack, tmp_path):  # noqa: F811
    with standing(slack, tmp_path, HELPED) as made:
        yield made


def ratings(stand):
    return [(said.person, said.rating) for said in stand.feedback()]


def test_a_press_is_acknowledged_within_a_second_and_kept_with_the_answer(stand):
    kept = stand.keep()
    stand.slack.press("C1", stand.post(kept), RATE_UP, kept.answer_id)
    stand.wait(stand.feedback)
    [said] = stand.feedback()
    assert (said.answer.question, said.rating, said.person) == ("登记证书的有效期？", "up", "slack:T1:U1")
    assert stand.told() == label("slack.rated_up", "zh")
    stand.wait(lambda: stand.slack.acks)
    assert max(ack.seconds for ack in stand.slack.acks) < 1


def test_pressing_again_takes_it_back(stand):
    kept = stand.keep()
    ts = stand.post(kept)
    stand.slack.press("C1", ts, RATE_UP, kept.answer_id)
    stand.told(1)
    stand.slack.press("C1", ts, RATE_UP, kept.answer_id)
    assert stand.told(2) == label("slack.rating_gone", "zh")
    assert ratings(stand) == []


def test_each_person_rates_for_themselves_and_a_channel_shows_nobodys_rating(stand):
    kept = stand.keep()
    ts = stand.post(kept)
    before = buttons_of(stand.slack.store.find("C1", ts))
    stand.slack.press("C1", ts, RATE_UP, kept.answer_id, user="U1")
    stand.told(1)
    stand.slack.press("C1", ts, RATE_DOWN, kept.answer_id, user="U2")
    stand.wait(lambda: len(stand.feedback()) == 2)
    assert ratings(stand) == [("slack:T1:U1", "up"), ("slack:T1:U2", "down")]
    assert buttons_of(stand.slack.store.find("C1", ts)) == before
    assert [told["user"] for told in stand.slack.store.ephemeral] == ["U1"]


def test_in_a_direct_message_the_buttons_show_the_state(stand):
    kept = stand.keep()
    ts = stand.post(kept, "D1", None)
    text = stand.slack.store.find("D1", ts)["text"]
    stand.slack.press("D1", ts, RATE_UP, kept.answer_id)
    message = stand.wait(lambda: stand.slack.called("chat.update") and stand.slack.store.find("D1", ts))
    assert "✓" in buttons_of(message)[RATE_UP]["text"]["text"]
    assert "✓" not in buttons_of(message)[RATE_DOWN]["text"]["text"]
    assert message["text"] == text and stand.slack.store.ephemeral == []
    stand.slack.press("D1", ts, RATE_UP, kept.answer_id)
    stand.wait(lambda: len(stand.slack.called("chat.update")) == 2)
    stand.wait(lambda: "✓" not in words_of(stand.slack.store.find("D1", ts)["blocks"]))


def test_a_redrawn_message_keeps_what_looks_like_a_channel_as_it_is_and_slack_s_limit(stand):
    kept = stand.keep()
    ts = stand.post(kept, "D1", None)
    message = stand.slack.store.find("D1", ts)
    begin = message["text"]
    message["text"] = begin + "（见 #公告&amp;通知）。" * 500
    stand.slack.press("D1", ts, RATE_UP, kept.answer_id)
    [update] = stand.wait(lambda: stand.slack.called("chat.update"))
    assert update["parse"] == "none"
    assert len(update["text"]) <= 4000 and update["text"].endswith("。…")


def test_a_message_whose_blocks_lack_the_answer_is_not_written_anew(stand):
    kept = stand.keep()
    ts = stand.post(kept, "D1", None)
    message = stand.slack.store.find("D1", ts)
    message["blocks"] = [block for block in message["blocks"] if block["type"] == "actions"]
    stand.slack.press("D1", ts, RATE_UP, kept.answer_id)
    assert stand.told() == label("slack.rated_up", "zh")
    assert stand.slack.called("chat.update") == []


def test_a_thumbs_down_is_kept_at_once_and_asks_for_the_reason(stand):
    kept = stand.keep()
    stand.slack.press("C1", stand.post(kept), RATE_DOWN, kept.answer_id)
    [view] = stand.wait(lambda: stand.slack.api.views)
    stand.wait(lambda: ratings(stand) == [("slack:T1:U1", "down")])
    options = next(b["element"]["options"] for b in view["blocks"] if b.get("block_id") == "pq_reason")
    assert [(o["value"], o["text"]["text"]) for o in options] == [(r, label(r, "zh")) for r in REASONS]
    stand.slack.submit(view, view_values("incomplete", " 少说了续展 "))
    assert stand.told() == label("slack.reason_noted", "zh")
    [said] = stand.feedback()
    assert (said.rating, said.reason, said.words) == ("down", "incomplete", "少说了续展")


@pytest.mark.parametrize(
    ("reason", "words", "noted"),
    [
        pytest.param(None, "不对", ("other", "不对"), id="words alone"),
        pytest.param("wrong", None, ("wrong", ""), id="a reason alone"),
        pytest.param("nonsense", "不对", ("other", "不对"), id="an unknown reason"),
        pytest.param("wrong", "长" * 3000, ("wrong", "长" * 2000), id="more words than are kept"),
    ],
)
def test_what_was_given_as_reason_is_noted(stand, reason, words, noted):
    kept = stand.keep()
    stand.slack.press("C1", stand.post(kept), RATE_DOWN, kept.answer_id)
    [view] = stand.wait(lambda: stand.slack.api.views)
    stand.slack.submit(view, view_values(reason, words))
    stand.told()
    [said] = stand.feedback()
    assert (said.reason, said.words) == noted


def test_an_empty_modal_leaves_the_thumbs_down_as_it_is(stand):
    kept = stand.keep()
    stand.slack.press("C1", stand.post(kept), RATE_DOWN, kept.answer_id)
    [view] = stand.wait(lambda: stand.slack.api.views)
    envelope = stand.slack.submit(view, view_values(None, None))
    stand.wait(lambda: any(ack.envelope_id == envelope for ack in stand.slack.acks))
    stand.slack.press("C1", stand.slack.posted("C1")[0]["ts"], SHOW, kept.answer_id)
    stand.wait(lambda: len(stand.slack.api.views) == 2)
    assert [(said.rating, said.reason) for said in stand.feedback()] == [("down", None)]


def test_without_a_modal_the_thumbs_down_is_still_kept_and_said(stand):
    kept = stand.keep()
    stand.slack.fail("views.open", "expired_trigger_id")
    stand.slack.press("C1", stand.post(kept), RATE_DOWN, kept.answer_id)
    assert stand.told() == label("slack.rated_down", "zh")
    assert ratings(stand) == [("slack:T1:U1", "down")]


def test_a_press_that_slack_delivers_twice_counts_once(stand):
    kept = stand.keep()
    message = stand.slack.store.find("C1", stand.post(kept))
    container = {"type": "message", "message_ts": message["ts"], "channel_id": "C1"}
    action = {"action_id": RATE_UP, "value": kept.answer_id}
    body = action_body("T1", "C1", "U1", action, container=container, message=message, trigger_id="same")
    for _ in range(2):
        stand.slack._send("interactive", body)
    stand.wait(lambda: not stand.slack.socket.waiting)
    stand.slack.press("C1", message["ts"], SHOW, kept.answer_id)
    stand.wait(lambda: stand.slack.api.views)
    assert ratings(stand) == [("slack:T1:U1", "up")]


@pytest.mark.parametrize("action", [RATE_UP, RATE_DOWN, SHOW, PERSON, SHARE])
def test_an_answer_that_is_not_kept_says_so(stand, action):
    ts = stand.post(stand.keep())
    stand.slack.press("C1", ts, action, "0123456789abcdef")
    assert stand.told() == label("slack.not_kept", "zh")


def test_nothing_is_kept_where_no_answers_are(slack, tmp_path):  # noqa: F811
    with standing(slack, tmp_path, settings={"keep_answers_days": 0}) as made:
        kept = made.keep()
        made.slack.press("C1", made.post(kept), RATE_UP, kept.answer_id)
        assert made.told() == label("slack.not_kept", "zh")
        assert made.feedback() == []


def test_damaged_records_are_told_without_names_of_files(stand, tmp_path):
    kept = stand.keep()
    ts = stand.post(kept)
    (tmp_path / "records.sqlite").write_bytes(b"nothing of a database" * 500)
    for rest in tmp_path.glob("records.sqlite-*"):
        rest.unlink()
    stand.slack.press("C1", ts, RATE_UP, kept.answer_id)
    assert stand.told() == label("slack.not_done", "zh")


def test_buttons_work_after_a_restart(slack, tmp_path):  # noqa: F811
    with standing(slack, tmp_path, HELPED) as before:
        kept = before.keep()
        ts = before.post(kept)
        slack.press("C1", ts, PERSON, kept.answer_id)
        before.wait(lambda: slack.store.mentions)
    with standing(slack, tmp_path, HELPED) as after:
        slack.press("C1", ts, RATE_UP, kept.answer_id)
        after.told(1)
        slack.press("C1", ts, PERSON, kept.answer_id)
        assert after.told(2) == label("slack.person_done", "zh")
        assert ratings(after) == [("slack:T1:U1", "up")]


def test_a_person_is_asked_in_the_thread_once_with_question_link_and_asker(stand):
    kept = stand.keep("登记证书的有效期？ <!here> *重要*")
    ts = stand.post(kept)
    for _ in range(2):
        stand.slack.press("C1", ts, PERSON, kept.answer_id, user="U7")
    assert stand.told() == label("slack.person_done", "zh")
    [request] = stand.wait(lambda: [m for m in stand.slack.posted("C1", "1.1") if m["ts"] != ts])
    assert "<!subteam^S1>" in request["text"] and "<@U7>" in request["text"]
    assert "登记证书的有效期？ <!here> *重要*" in words_of(request["blocks"])
    assert f"archives/C1/p{ts.replace('.', '')}" in words_of(request["blocks"])
    assert set(stand.slack.store.mentions) == {("C1", "!subteam^S1"), ("C1", "@U7")}


def test_nobody_is_asked_where_no_group_is_set(slack, tmp_path):  # noqa: F811
    with standing(slack, tmp_path) as made:
        kept = made.keep()
        slack.press("C1", made.post(kept), PERSON, kept.answer_id)
        assert made.told() == label("slack.person_off", "zh")
        assert slack.store.mentions == []


def test_a_request_that_slack_refuses_can_be_made_again(stand):
    kept = stand.keep()
    ts = stand.post(kept)
    stand.slack.fail("chat.postMessage", "thread_not_found")
    stand.slack.press("C1", ts, PERSON, kept.answer_id)
    assert stand.told() == label("slack.not_posted", "zh")
    stand.slack.press("C1", ts, PERSON, kept.answer_id)
    stand.wait(lambda: stand.slack.store.mentions)


def test_a_post_that_may_have_been_made_is_said_to_be_unsure(stand):
    kept = stand.keep()
    ts = stand.post(kept)
    stand.slack.fail("chat.postMessage", 500)
    stand.slack.press("C1", ts, PERSON, kept.answer_id)
    assert stand.told() == label("slack.unsure", "zh")


def shared(stand, kept, **how):
    """Share from an answer that only its asker sees."""
    return stand.slack.press("C1", "77.7", SHARE, kept.answer_id, **how)


def test_a_shared_answer_is_a_new_message_for_all_once(stand):
    kept = stand.keep()
    place = shared(stand, kept, user="U5")
    [message] = stand.wait(lambda: stand.slack.posted("C1"))
    assert "thread_ts" not in message
    words = words_of(message["blocks"])
    assert "<@U5>" in words and "登记证书的有效期？" in words and "登记证书的有效期为三年" in words
    assert set(buttons_of(message)) == {RATE_UP, RATE_DOWN, SHOW, PERSON}
    stand.wait(lambda: place.posts)
    assert place.posts[0]["replace_original"] is True
    assert set(buttons_of(place.posts[0])) == {RATE_UP, RATE_DOWN, SHOW, PERSON}
    again = shared(stand, kept, user="U5")
    stand.wait(lambda: again.shown)
    assert again.shown[0]["text"] == label("slack.share_done", "zh")
    assert len(stand.slack.posted("C1")) == 1


def test_a_shared_answer_reaches_a_channel_without_the_bot(stand):
    kept = stand.keep()
    stand.slack.store.closed_channels.add("C1")
    place = shared(stand, kept)
    stand.wait(lambda: any(post.get("response_type") == "in_channel" for post in place.posts))
    assert stand.slack.posted("C1") == []


def test_what_is_not_open_to_the_channel_is_not_shared(stand):
    kept = stand.keep()
    stand.assistant.closed = True
    place = shared(stand, kept)
    stand.wait(lambda: place.shown)
    assert place.shown[0]["text"] == label("slack.share_hidden", "zh")
    assert stand.slack.posted("C1") == []


def test_an_answer_made_for_a_group_is_shared_only_where_the_group_is_open(slack, tmp_path):  # noqa: F811
    rules = Rules(channels={"C2": ChannelRules(groups=("局",))})
    with standing(slack, tmp_path, rules) as made:
        kept = made.keep(groups=("局",))
        place = shared(made, kept)
        made.wait(lambda: place.shown)
        assert place.shown[0]["text"] == label("slack.share_hidden", "zh")
        slack.press("C2", "78.8", SHARE, kept.answer_id)
        made.wait(lambda: slack.posted("C2"))


def long_answer(stand, sentences=1200):
    """Keep an answer that needs several messages."""
    # Its parts would take Slack's channel seconds.
    stand.slack.limits.minute_s = 3.0
    kept = stand.keep()
    long = replace(
        kept,
        answer_id="fedcba9876543210",
        text="".join(f"第{n}句说的是登记证书有效期的事情[1]。\n\n" for n in range(sentences)),
    )
    assert stand.recorder.keep(long) is None
    return long


def test_a_long_answer_is_shared_with_its_rest_in_the_thread(stand):
    kept = long_answer(stand)
    shared(stand, kept)
    stand.wait(lambda: any(RATE_UP in buttons_of(m) for m in stand.slack.posted("C1")))
    first, *rest = stand.slack.posted("C1")
    assert rest and {m["thread_ts"] for m in rest} == {first["ts"]}
    assert "第1199句" in words_of([m["blocks"] for m in rest])


@pytest.mark.parametrize("fault", ["invalid_blocks", "msg_blocks_too_long"])
def test_a_shared_answer_whose_blocks_are_refused_is_posted_with_all_its_words(stand, fault):
    kept = long_answer(stand)
    stand.slack.fail("chat.postMessage", fault)
    place = shared(stand, kept)
    stand.wait(lambda: place.posts)
    assert_all_is_said(stand)


def test_a_shared_answer_none_of_whose_blocks_slack_takes_is_posted_as_text(stand):
    kept = long_answer(stand, 300)
    post, scopes = stand.slack.api._methods["chat.postMessage"]

    def refusing(args):
        if args.get("blocks"):
            raise Refused("invalid_blocks")
        return post(args)

    stand.slack.api._methods["chat.postMessage"] = (refusing, scopes)
    place = shared(stand, kept)
    stand.wait(lambda: place.posts)
    assert_all_is_said(stand, 300)
    assert not any(m["blocks"] for m in stand.slack.posted("C1"))


def assert_all_is_said(stand, sentences=1200):
    """Each sentence of the long answer stands there once, in one message and its thread."""
    first, *rest = stand.slack.posted("C1")
    assert rest and {m["thread_ts"] for m in rest} == {first["ts"]}
    said = "".join(words_of(m["blocks"]) or m["text"] for m in (first, *rest))
    assert [n for n in range(sentences) if said.count(f"第{n}句") != 1] == []


def test_half_a_shared_answer_is_taken_away_and_can_be_shared_again(stand):
    kept = long_answer(stand)
    post, scopes = stand.slack.api._methods["chat.postMessage"]

    def refusing(args):
        if args.get("thread_ts"):
            raise Refused("restricted_action")
        return post(args)

    stand.slack.api._methods["chat.postMessage"] = (refusing, scopes)
    place = shared(stand, kept)
    stand.wait(lambda: place.shown)
    assert place.shown[0]["text"] == label("slack.not_posted", "zh")
    assert stand.slack.posted("C1") == [] and len(stand.slack.called("chat.delete")) == 1
    stand.slack.api._methods["chat.postMessage"] = (post, scopes)
    shared(stand, kept)
    stand.wait(lambda: any(RATE_UP in buttons_of(m) for m in stand.slack.posted("C1")))


def test_a_thumb_below_a_command_s_answer_is_shown_on_it(stand):
    kept = stand.keep()
    place = stand.slack.press("C1", "77.7", RATE_UP, kept.answer_id)
    stand.wait(lambda: place.posts)
    assert "✓" in buttons_of(place.posts[0])[RATE_UP]["text"]["text"]
    assert SHARE in buttons_of(place.posts[0])
    assert "登记证书的有效期为三年" in words_of(place.posts[0]["blocks"])


EDITED = Inquiry("T1", "C1", "U1", "登记证书怎么续展？", "edit", "5.5/6.6", "5.5", "Ev9")


def offered(stand):
    """Let U1 ask, get an answer and edit the question."""
    first = Inquiry("T1", "C1", "U1", "登记证书的有效期？", "mention", "5.5", "5.5", "Ev1")
    stand.ledger.take(first)
    stand.ledger.finish(first, answer_id="a1", ts="5.6", said="三年")
    assert stand.ledger.edit(EDITED) == "offer"
    return stand.post(stand.keep())


def test_an_edited_question_is_answered_again_for_its_asker(stand):
    ts = offered(stand)
    stand.slack.press("C1", ts, AGAIN, EDITED.ts, user="U2")
    assert stand.told() == label("slack.again_not_yours", "zh")
    stand.slack.press("C1", ts, AGAIN, EDITED.ts, user="U1")
    stand.wait(lambda: stand.bot.repeated)
    assert [(i.text, i.way) for i in stand.bot.repeated] == [("登记证书怎么续展？", "edit")]


def test_an_edited_question_that_nobody_knows_any_more_says_so(stand):
    stand.slack.press("C1", stand.post(stand.keep()), AGAIN, "1.1/2.2")
    assert stand.told() == label("slack.again_gone", "zh")


def test_english_answers_are_spoken_of_in_english(stand):
    kept = stand.keep("How long is 有效期 of the certificate".replace("有效期", "validity"))
    stand.slack.press("C1", stand.post(kept), RATE_UP, kept.answer_id)
    assert stand.told() == label("slack.rated_up", "en")


def test_a_word_finds_the_presser_when_the_channel_takes_none(stand):
    kept = stand.keep()
    ts = stand.post(kept)
    stand.slack.fail("chat.postEphemeral", "user_not_in_channel")
    place = stand.slack.press("C1", ts, RATE_UP, kept.answer_id)
    stand.wait(lambda: place.shown)
    assert place.shown[0]["text"] == label("slack.rated_up", "zh")
