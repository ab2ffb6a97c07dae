"""The budget of one workspace: how many calls, in what order, and who has to wait."""

import threading
from itertools import pairwise

import pytest

from ui.slack.reply.budget import Budget


class Clock:
    """Time that passes when somebody waits."""

    def __init__(self):
        self.now = 1000.0
        self.waits = []

    def __call__(self):
        return self.now

    def wait(self, seconds):
        assert seconds > 0
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


def budget_of(clock, per_minute=40):
    return Budget(per_minute, clock=clock, wait=clock.wait)


def at_rest(clock, budget, share, seconds, step_s=0.25):
    """Times at which an answer that always has something new may show it."""
    times = []
    until = clock.now + seconds
    while clock.now < until:
        if share.spare():
            times.append(clock.now)
        clock.now += step_s
    return times


def most_in_a_minute(times):
    return max(sum(first <= other < first + 60 for other in times) for first in times)


def test_a_minute_holds_as_many_calls_as_were_agreed(clock):
    budget = budget_of(clock, 3)
    times = []
    for _ in range(7):
        budget.claim()
        times.append(clock.now - 1000)
    assert times == [0, 0, 0, 60, 60, 60, 120]


def test_a_budget_of_nothing_is_refused():
    with pytest.raises(ValueError, match="per_minute must be at least 1, got 0"):
        Budget(0)


def test_updates_leave_one_message_for_each_running_answer(clock):
    budget = budget_of(clock, 5)
    with budget.running(), budget.running():
        assert [budget.spare() for _ in range(5)] == [True, True, True, False, False]
        budget.claim()
        budget.claim()
        assert clock.waits == []


def test_what_was_kept_for_an_answer_is_free_once_it_has_ended(clock):
    budget = budget_of(clock, 2)
    share = budget.running()
    assert [budget.spare(), budget.spare()] == [True, False]
    share.end()
    share.end()
    assert budget.spare()


def test_an_answer_dropped_without_a_word_keeps_nothing(clock):
    budget = budget_of(clock, 2)
    share = budget.running()
    assert [budget.spare(), budget.spare()] == [True, False]
    del share
    assert budget.spare()


def test_a_single_answer_may_begin_with_a_burst_and_never_falls_silent_for_long(clock):
    budget = budget_of(clock)
    times = at_rest(clock, budget, budget.running(), 300)
    assert times[:5] == [1000, 1000.25, 1000.5, 1000.75, 1001]
    assert most_in_a_minute(times) <= 39
    assert max(later - earlier for earlier, later in pairwise(times)) <= 3


@pytest.mark.parametrize("answers", [2, 3, 8, 13])
def test_running_answers_have_equal_parts(clock, answers):
    budget = budget_of(clock)
    shares = [budget.running() for _ in range(answers)]
    counts = [0] * answers
    times = []
    for _ in range(4 * 240):
        # The first one always asks first.
        for number, share in enumerate(shares):
            if share.spare():
                counts[number] += 1
                times.append(clock.now)
        clock.now += 0.25
    assert max(counts) - min(counts) <= 2
    assert most_in_a_minute(times) <= 40 - answers
    assert sum(counts) >= (40 - answers) * 4 * 0.6


def test_a_late_answer_gets_its_part_although_the_first_one_was_alone_before(clock):
    budget = budget_of(clock)
    first = budget.running()
    at_rest(clock, budget, first, 120)
    second = budget.running()
    begun = clock.now
    times = {first: [], second: []}
    while clock.now < begun + 120:
        for share in (first, second):
            if share.spare():
                times[share].append(clock.now)
        clock.now += 0.25
    assert times[second][0] - begun <= 3
    assert len(times[second]) >= len(times[first]) * 0.8


def test_more_answers_than_calls_get_no_updates_but_all_their_ends(clock):
    budget = budget_of(clock, 4)
    shares = [budget.running() for _ in range(6)]
    assert not any(share.spare() for share in shares)
    for _ in shares:
        budget.claim()
    assert clock.now - 1000 == 60


def test_retry_after_holds_updates_and_final_messages(clock):
    budget = budget_of(clock)
    budget.hold(30)
    budget.hold(5)
    assert not budget.spare()
    budget.claim()
    assert clock.now - 1000 == 30
    assert budget.spare()


def test_a_hold_and_a_full_minute_are_waited_for_together(clock):
    budget = budget_of(clock, 1)
    budget.claim()
    budget.hold(90)
    budget.claim()
    assert clock.now - 1000 == 90


def test_a_final_message_goes_before_updates_and_after_those_that_waited_longer():
    budget = Budget(1, clock=(clock := Clock()), wait=(gate := Gate(clock)).wait)
    budget.claim()
    order = []
    threads = []
    for name in "abc":
        thread = threading.Thread(target=lambda name=name: (budget.claim(), order.append(name)))
        thread.start()
        threads.append(thread)
        gate.until_waiting(len(threads))
    clock.now += 59.9
    assert not budget.spare()
    for count in range(1, len(threads) + 1):
        clock.now += 60
        gate.until(lambda count=count: len(order) == count)
        # Its call is counted: nobody else has room now.
        assert not budget.spare()
    for thread in threads:
        thread.join(5)
    assert order == ["a", "b", "c"]


class Gate:
    """Lets those that wait look at the clock again, when the test says so."""

    def __init__(self, clock):
        self.clock = clock
        self.condition = threading.Condition()
        self.waiting = 0
        self.round = 0

    def wait(self, seconds):
        with self.condition:
            self.waiting += 1
            self.condition.notify_all()
            seen = self.round
            self.condition.wait_for(lambda: self.round > seen, 5)
            self.waiting -= 1

    def until_waiting(self, count):
        with self.condition:
            assert self.condition.wait_for(lambda: self.waiting == count, 5)

    def until(self, done):
        with self.condition:
            for _ in range(500):
                if done():
                    return
                self.round += 1
                self.condition.notify_all()
                self.condition.wait(0.01)
        raise AssertionError("waited in vain")


def test_one_that_is_interrupted_while_it_waits_holds_up_nobody(clock):
    def interrupted(seconds):
        raise KeyboardInterrupt

    budget = Budget(1, clock=clock, wait=interrupted)
    budget.claim()
    with pytest.raises(KeyboardInterrupt):
        budget.claim()
    clock.now += 60
    assert budget.spare()


def test_many_threads_never_make_more_calls_than_agreed():
    clock = Clock()
    lock = threading.Lock()

    def wait(seconds):
        with lock:
            clock.now += min(seconds, 0.5)

    budget = Budget(10, clock=clock, wait=wait)
    times = []

    def work():
        for _ in range(5):
            budget.claim()
            times.append(clock.now)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(times) == 40
    assert clock.now - 1000 >= 180


def test_what_slack_does_not_offer_is_remembered_for_as_long_as_said(clock):
    budget = budget_of(clock)
    budget.lacks("chat.startStream")
    budget.lacks("assistant.threads.setStatus", 10)
    assert not budget.offers("chat.startStream")
    assert not budget.offers("assistant.threads.setStatus")
    assert budget.offers("chat.update")
    clock.now += 10
    assert budget.offers("assistant.threads.setStatus")
    assert not budget.offers("chat.startStream")
