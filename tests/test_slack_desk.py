"""Questions wait their turn: in order within a conversation, fair between people, and never for ever."""

import logging
import threading
import time

import pytest

from ui.slack.desk.desk import Desk
from ui.slack.inquiry import Inquiry

_PATIENCE_S = 5.0


def asked(user, n, thread=""):
    ts = f"{user}{n}"
    return Inquiry("T1", "C1", user, f"问题{user}{n}", "mention", ts, thread or ts)


class Work:
    """Holds each question until it is let go, and writes down the order."""

    def __init__(self):
        self.begun: list[str] = []
        self.most_at_once = 0
        self._running: list[Inquiry] = []
        self._held = threading.Condition()
        self._free = 0

    def __call__(self, inquiry):
        with self._held:
            self.begun.append(inquiry.ts)
            self._running.append(inquiry)
            self.most_at_once = max(self.most_at_once, len(self._running))
            self._held.notify_all()
            assert self._held.wait_for(lambda: self._free > 0, _PATIENCE_S)
            self._free -= 1
            self._running.remove(inquiry)

    def let_go(self, how_many=1):
        with self._held:
            self._free += how_many
            self._held.notify_all()

    def wait_for(self, how_many):
        with self._held:
            assert self._held.wait_for(lambda: len(self.begun) >= how_many, _PATIENCE_S), self.begun
        return self.begun


@pytest.fixture
def desks():
    opened = []

    def make(work, **options):
        opened.append((work, Desk(work, **options)))
        return opened[-1][1]

    yield make
    for work, desk in opened:
        if isinstance(work, Work):
            work.let_go(1000)
        assert desk.stop(_PATIENCE_S) is not None
    assert [t.name for t in threading.enumerate() if t.name.startswith("slack-desk")] == []


def test_questions_of_one_conversation_are_answered_one_after_the_other_and_others_beside_them(desks):
    work = Work()
    desk = desks(work, workers=3)
    for one in (asked("A", 1, "x"), asked("A", 2, "x"), asked("B", 3, "x"), asked("C", 4, "y")):
        assert desk.submit(one)
    assert sorted(work.wait_for(2)) == ["A1", "C4"]
    time.sleep(0.05)
    assert len(work.begun) == 2
    work.let_go(2)
    assert work.wait_for(3)[2] == "A2"
    work.let_go()
    assert work.wait_for(4)[3] == "B3", "it came after A2 in the same conversation, though B asked less"


def test_ten_questions_of_one_person_do_not_delay_the_first_one_of_another(desks):
    work = Work()
    desk = desks(work, workers=1)
    for n in range(10):
        desk.submit(asked("A", n))
    work.wait_for(1)
    desk.submit(asked("B", 1))
    desk.submit(asked("B", 2))
    desk.submit(asked("C", 1))
    work.let_go(13)
    assert work.wait_for(13)[:6] == ["A0", "B1", "C1", "A1", "B2", "A2"]


def test_people_who_ask_again_and_again_do_not_starve_one_who_waits(desks):
    work = Work()
    desk = desks(work, workers=1)
    for one in (asked("A", 1), asked("A", 2), asked("B", 1), asked("C", 1)):
        desk.submit(one)
    for n in range(2, 30):
        work.let_go()
        work.wait_for(n)
        desk.submit(asked("B" if n % 2 else "C", n))
    assert "A2" in work.begun[:6]


def test_as_many_are_answered_at_once_as_there_are_workers(desks):
    work = Work()
    desk = desks(work, workers=3)
    for n in range(9):
        desk.submit(asked(f"U{n}", 1))
    work.wait_for(3)
    work.let_go(9)
    work.wait_for(9)
    assert work.most_at_once == 3


def test_a_full_line_takes_nothing_more(desks):
    work = Work()
    desk = desks(work, workers=1, most_waiting=2)
    desk.submit(asked("A", 0))
    work.wait_for(1)
    assert [desk.submit(asked("A", n)) for n in (1, 2, 3)] == [True, True, False]
    work.let_go()
    work.wait_for(2)
    assert desk.submit(asked("A", 4))


def test_the_place_in_line_counts_who_is_answered_before(desks):
    work = Work()
    desk = desks(work, workers=1)
    for n in range(4):
        desk.submit(asked("A", n))
    work.wait_for(1)
    desk.submit(asked("B", 1))
    assert [desk.ahead(one) for one in (asked("A", 0), asked("A", 1), asked("B", 1), asked("A", 3))] == [
        0,
        2,
        1,
        4,
    ]


def test_what_is_taken_out_of_the_line_is_not_answered_and_lets_the_next_one_in(desks):
    work = Work()
    desk = desks(work, workers=2)
    for n in (1, 2, 3):
        desk.submit(asked("A", n, "x"))
    work.wait_for(1)
    assert desk.withdraw(asked("A", 2))
    assert not desk.withdraw(asked("A", 2))
    assert not desk.withdraw(asked("A", 1)), "it is being answered"
    work.let_go(2)
    assert work.wait_for(2) == ["A1", "A3"]


@pytest.mark.parametrize("error", [ValueError, SystemExit, MemoryError])
def test_a_worker_survives_whatever_its_work_raises_and_logs_no_word_of_it(desks, caplog, error):
    done = threading.Event()

    def work(inquiry):
        if inquiry.ts == "A1":
            raise error(inquiry.text)
        done.set()

    desk = desks(work, workers=1)
    with caplog.at_level(logging.DEBUG):
        desk.submit(asked("A", 1))
        desk.submit(asked("A", 2))
        assert done.wait(_PATIENCE_S)
    assert f"T1:C1:A1 broke off with {error.__name__}" in caplog.text
    assert "问题" not in caplog.text


def test_stopping_waits_for_what_is_being_answered_and_returns_what_was_not_begun(desks):
    work = Work()
    desk = desks(work, workers=1)
    for n in range(3):
        desk.submit(asked("A", n))
    work.wait_for(1)
    threading.Timer(0.1, work.let_go).start()
    assert [one.ts for one in desk.stop(_PATIENCE_S)] == ["A1", "A2"]
    assert work.begun == ["A0"]
    assert not desk.submit(asked("A", 9))


def test_stopping_ends_after_the_grace_and_returns_what_still_runs(desks):
    work = Work()
    desk = desks(work, workers=1)
    desk.submit(asked("A", 1))
    work.wait_for(1)
    began = time.monotonic()
    assert [one.ts for one in desk.stop(0.1)] == ["A1"]
    assert time.monotonic() - began < 2
    work.let_go()


def test_an_empty_desk_stops_at_once(desks):
    began = time.monotonic()
    assert desks(Work(), workers=4).stop(_PATIENCE_S) == []
    assert time.monotonic() - began < 1
