"""Presses are taken once, across restarts, and one that asks something is not lost when the process is killed after it."""

import json
import sqlite3
from contextlib import closing

import pytest
from fake_slack import slack
from fake_slack_events import shortcut_body
from fakes_slack_actions import standing

from rag.errors import DiskFull
from ui.labels import label
from ui.slack.button.checking import SHORTCUT
from ui.slack.button.speech import Speech
from ui.slack.desk.ledger import RESUMED_S, Ledger
from ui.slack.desk.presses import Presses
from ui.slack.reply.failure import STOPPED, SlackFailure
from ui.slack.shape.buttons import AGAIN, RATE_UP

__all__ = ["slack"]
CLAIM = "登记证书的有效期是五年。"


@pytest.fixture
def stand(slack, tmp_path):
    with standing(slack, tmp_path) as made:
        yield made


def kept(folder):
    """Return the trigger and the words of all presses that are noted."""
    with closing(sqlite3.connect(folder / "slack.sqlite")) as db:
        return dict(db.execute("SELECT trigger, body FROM presses"))


def shortcut(stand, trigger="t1", user="U2"):
    """Use the shortcut on a message of U1; delivered again with the same trigger it is the same use."""
    message = stand.slack._call(lambda: stand.slack.store.add("C1", type="message", user="U1", text=CLAIM))
    more = stand.slack._answerable("C1", user)[2] | {"trigger_id": trigger, "callback_id": SHORTCUT}
    return lambda: stand.slack._send("interactive", shortcut_body("T1", "C1", user, message, **more))


def test_a_shortcut_that_was_acknowledged_before_a_kill_is_answered_after_the_restart(
    slack, tmp_path, monkeypatch
):
    with standing(slack, tmp_path) as first:
        # Nothing is done any more, as by a process that is killed at this moment.
        monkeypatch.setattr(first.errands, "run", lambda key, errand: True)
        shortcut(first)()
        first.wait(lambda: slack.acks)
        assert first.bot.received == []
        assert CLAIM in kept(tmp_path)["t1"]
    with standing(slack, tmp_path) as second:
        second.resume()
        [inquiry] = second.wait(lambda: second.bot.received)
        assert (inquiry.way, inquiry.user) == ("shortcut", "U2")
        second.wait(lambda: kept(tmp_path) == {"t1": None})
        second.resume()
    with standing(slack, tmp_path) as third:
        third.resume()
        shortcut(third)()
        third.wait(lambda: not slack.socket.waiting)
        assert third.bot.received == [], "a press is taken once, by whichever process"
    assert len(slack.posted("C1")) == 1


def test_a_shortcut_whose_question_was_taken_before_the_kill_asks_nothing_again(slack, tmp_path, monkeypatch):
    monkeypatch.setattr(Presses, "done", lambda self, trigger: None)
    with standing(slack, tmp_path) as first:
        shortcut(first)()
        [inquiry] = first.wait(lambda: first.bot.received)
        assert first.ledger.take(inquiry)
    with standing(slack, tmp_path) as second:
        second.resume()
        assert second.bot.received == [] and len(slack.posted("C1")) == 1


def test_the_button_below_an_edited_question_survives_a_kill_as_well(slack, tmp_path, monkeypatch):
    from test_slack_ledger import answered, asked, edited  # noqa: PLC0415

    with standing(slack, tmp_path) as first:
        answered(first.ledger, asked(1))
        offer = edited(asked(1), "总体目标是什么？")
        assert first.ledger.edit(offer) == "offer"
        monkeypatch.setattr(first.errands, "run", lambda key, errand: True)
        slack.press("C1", "9.9", AGAIN, offer.ts, user="U1")
        first.wait(lambda: slack.acks)
    with standing(slack, tmp_path) as second:
        second.resume()
        assert [one.text for one in second.wait(lambda: second.bot.repeated)] == ["总体目标是什么？"]


def test_a_press_that_the_end_of_the_bot_cuts_off_is_done_after_the_next_start(slack, tmp_path, monkeypatch):
    def stopped(*_):
        raise SlackFailure("closed", STOPPED)

    with standing(slack, tmp_path) as first:
        monkeypatch.setattr(Speech, "post", stopped)
        monkeypatch.setattr(Speech, "whisper", stopped)
        shortcut(first)()
        first.wait(lambda: slack.acks)
        first.wait(lambda: kept(tmp_path))
    monkeypatch.undo()
    assert CLAIM in kept(tmp_path)["t1"]
    with standing(slack, tmp_path) as second:
        second.resume()
        [inquiry] = second.wait(lambda: second.bot.received)
        assert (inquiry.way, inquiry.user) == ("shortcut", "U2")


def test_what_is_too_old_after_a_restart_is_said_to_be_lost(slack, tmp_path, monkeypatch):
    with standing(slack, tmp_path) as first:
        monkeypatch.setattr(first.errands, "run", lambda key, errand: True)
        shortcut(first)()
        first.wait(lambda: slack.acks)
    with closing(sqlite3.connect(tmp_path / "slack.sqlite")) as db, db:
        db.execute("UPDATE presses SET at = at - ?", (RESUMED_S + 1,))
    with standing(slack, tmp_path) as second:
        second.resume()
        assert second.told() == label("slack.lost", "zh")
        assert second.bot.received == []


def test_a_press_that_cannot_be_noted_is_not_acknowledged_and_not_done(stand, monkeypatch):
    def full(*args):
        raise DiskFull("no room", fix="make room")

    monkeypatch.setattr(stand.ledger.presses, "take", full)
    stand.slack.socket.late_s = 0.3
    shortcut(stand)()
    stand.wait(lambda: not stand.slack.socket.waiting)
    assert stand.slack.acks == [] and stand.bot.received == []
    assert "not acknowledged" in stand.slack.violations.pop()


def test_where_too_much_is_to_be_done_slack_tells_whoever_pressed_and_a_second_press_counts(
    stand, monkeypatch
):
    stand.slack.socket.late_s = 0.3
    with monkeypatch.context() as busy:
        busy.setattr(stand.errands, "run", lambda key, errand: False)
        shortcut(stand)()
        stand.wait(lambda: not stand.slack.socket.waiting)
        assert stand.slack.acks == [] and kept(stand.folder) == {}
        assert "not acknowledged" in stand.slack.violations.pop()
    stand.slack.socket.late_s = 3.0
    shortcut(stand)()
    assert stand.wait(lambda: stand.bot.received)


def test_of_a_press_that_asks_nothing_no_word_is_kept(stand):
    answer = stand.keep()
    stand.slack.press("C1", stand.post(answer), RATE_UP, answer.answer_id)
    stand.wait(stand.feedback)
    assert list(kept(stand.folder).values()) == [None]


def test_of_a_checked_message_only_what_is_needed_is_kept_until_it_is_asked(stand, monkeypatch):
    monkeypatch.setattr(stand.errands, "run", lambda key, errand: True)
    shortcut(stand)()
    stand.wait(lambda: stand.slack.acks)
    assert json.loads(kept(stand.folder)["t1"])["message"] == {"text": CLAIM, "user": "U1"}


def test_presses_are_forgotten_after_a_day(tmp_path):
    now = [1_700_000_000.0]
    with closing(Ledger(tmp_path, -1, clock=lambda: now[0])) as ledger:
        assert ledger.presses.take("t1", "x", "y") and not ledger.presses.take("t1", "x", "y")
        now[0] += 86401
        assert ledger.presses.take("t2")
    assert list(kept(tmp_path)) == ["t2"]


def test_a_ledger_of_an_earlier_release_gets_its_place_for_presses(tmp_path):
    Ledger(tmp_path, 90).close()
    with closing(sqlite3.connect(tmp_path / "slack.sqlite")) as db, db:
        db.execute("DROP TABLE presses")
    with closing(Ledger(tmp_path, 90)) as ledger:
        assert ledger.presses.take("t1")
