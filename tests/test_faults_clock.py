"""A clock that is set back or forward: nobody waits for it, nothing that is kept is lost with it."""

import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fakes_accounts import HOME, PASSWORD, Clock, open_fake, with_people
from test_answers_kept import ANSWER

from rag.conversations import Conversations
from rag.errors import ModelUnavailable, SignInRefused
from rag.record import file as record_file
from rag.records import Records
from rag.server.backlog import Backlog
from rag.server.breaker import Breaker
from rag.server.failure import Address, failure
from ui.frequency import Frequency
from ui.web.chat.gate import Gate
from ui.web.chat.turn import Visit
from ui.web.chat.visits import Visits

AT = Address("ollama", "http://127.0.0.1:9", "m")
JUMPS = pytest.mark.parametrize("years", [-30, 30], ids=["back", "forward"])
YEAR_S = 365 * 24 * 3600


@pytest.fixture
def jump(monkeypatch):
    """Set the clock of the machine by so many years; the one that counts seconds goes on."""
    real = time.time

    def _jump(years):
        monkeypatch.setattr(time, "time", lambda: real() + years * YEAR_S)

    return _jump


@JUMPS
def test_who_has_asked_too_often_waits_no_longer_and_no_shorter(jump, years):
    pace, visits = Frequency(), Visits(Gate(1), a_minute=1)
    pace.count("me")
    assert visits.start("me", Visit(), lambda: None) is None
    jump(years)
    assert 50 < pace.wait_s("me", 1) <= 60
    assert visits.start("me", Visit(), lambda: None) == "too_often"
    assert 50 < visits.wait_s("me") <= 60


@JUMPS
def test_a_server_is_tried_again_after_its_pause_and_not_before(jump, years):
    breaker, backlog = Breaker(600), Backlog()
    with pytest.raises(ModelUnavailable), breaker.call(AT, 600):
        raise failure("no_server", AT)
    backlog.sent()
    jump(years)
    with pytest.raises(ModelUnavailable) as caught, breaker.call(AT, 600):
        pytest.fail("the server was asked")
    assert (caught.value.code, backlog.is_stuck) == ("resting", False)


def set_clock(monkeypatch, years):
    class Set(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(days=365 * years)

    monkeypatch.setattr(record_file, "datetime", Set)


def test_a_clock_that_is_set_back_costs_no_answer(tmp_path, monkeypatch):
    now, then = (datetime.now(UTC) - timedelta(days=365 * years) for years in (0, 30))
    with closing(Records(tmp_path, 90)) as records:
        records.keep(replace(ANSWER, at=now.isoformat(timespec="seconds")))
        set_clock(monkeypatch, -30)
        records.keep(replace(ANSWER, answer_id="later", at=then.isoformat(timespec="seconds")))
        assert {a.answer_id for a in records.answers()} == {ANSWER.answer_id, "later"}
    monkeypatch.undo()
    with closing(Records(tmp_path, 90)) as records:
        assert ANSWER.answer_id in {a.answer_id for a in records.answers()}


@JUMPS
def test_a_conversation_keeps_the_order_of_its_answers(tmp_path, years):
    now = datetime.now(UTC)
    with closing(Records(tmp_path)) as records, closing(Conversations(tmp_path)) as conversations:
        for answer_id, at in (("a1", now), ("a2", now + timedelta(days=365 * years)), ("a3", now)):
            records.keep(replace(ANSWER, answer_id=answer_id, at=at.isoformat(timespec="seconds")))
            conversations.add("c", ANSWER.person, answer_id)
        assert [turn.answer.answer_id for turn in conversations.turns("c", ANSWER.person)] == [
            "a1",
            "a2",
            "a3",
        ]


@JUMPS
def test_whoever_waits_for_the_next_password_is_not_kept_out_by_the_clock(tmp_path, years):
    clock = Clock()
    with closing(with_people(open_fake(tmp_path, clock))) as accounts:
        waits = []
        while not any(waits):
            with pytest.raises(SignInRefused) as caught:
                accounts.sign_in("lihua", "nothing like it", address=HOME)
            waits.append(caught.value.wait_s)
        with pytest.raises(SignInRefused, match="too many attempts"):
            accounts.sign_in("lihua", PASSWORD, address=HOME)
        clock.pass_by(years * YEAR_S)
        assert accounts.sign_in("lihua", PASSWORD, address=HOME).account.name == "lihua"
