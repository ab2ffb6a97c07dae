"""No event is answered twice, no question is lost, and words stay no longer than they may."""

import itertools
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from rag.errors import CollectionMismatch
from ui.slack.desk.ledger import RESUMED_S, Ledger
from ui.slack.inquiry import Inquiry

DAY_S = 86400.0
SECRET = "数据交易要备案保存多少年"


class Clock:
    def __init__(self):
        self.now = 1_700_000_000.0

    def __call__(self):
        return self.now


def asked(n, *, text="", thread="", user="U1", channel="C1", event="", way="mention", ts="", team="T1"):
    ts = ts or f"17000000{n:02d}.000100"
    return Inquiry(team, channel, user, text or f"问题{n}", way, ts, thread or ts, event or f"Ev{n}")


def edited(original, text, at="1700009999.000100", event="EvEdit"):
    return Inquiry(
        original.team,
        original.channel,
        original.user,
        text,
        "edit",
        f"{original.ts}:{at}",
        original.thread,
        event,
    )


def answered(ledger, inquiry, said=None):
    assert ledger.take(inquiry)
    assert ledger.begin(inquiry) == inquiry
    ledger.finish(inquiry, answer_id=f"a-{inquiry.ts}", ts=f"{inquiry.ts}9", said=said or f"答{inquiry.text}")


def shown(folder):
    """Return the ids of answers by the ts of the message that shows them."""
    with closing(sqlite3.connect(folder / "slack.sqlite")) as db:
        return dict(db.execute("SELECT reply_ts, answer_id FROM questions WHERE answer_id != ''"))


def stored(folder):
    """Every byte of the ledger's files."""
    return b"".join(path.read_bytes() for path in folder.glob("slack.sqlite*"))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ledger(tmp_path, clock):
    with closing(Ledger(tmp_path, 90, clock=clock)) as ledger:
        yield ledger


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(asked(1), id="the same event"),
        pytest.param(asked(1, event="Ev2"), id="another event of the same message"),
        pytest.param(asked(2, event="Ev1"), id="the same event with another message"),
    ],
)
def test_a_question_is_taken_once(ledger, second):
    assert ledger.take(asked(1))
    assert not ledger.take(second)


def test_events_without_an_id_are_told_apart_by_their_message(ledger):
    first, second = (Inquiry("T1", "C1", "U1", "问", "command", f"trigger{n}") for n in (1, 2))
    assert ledger.take(first)
    assert ledger.take(second)
    assert not ledger.take(first)


def test_a_question_is_taken_once_also_after_a_restart_and_when_it_was_answered(tmp_path):
    for _ in range(2):
        with closing(Ledger(tmp_path, 0)) as ledger:
            if ledger.take(asked(1)):
                ledger.finish(asked(1), said="答")
                continue
            return
    pytest.fail("it was taken twice")


def test_a_restart_finds_what_is_not_finished_oldest_first(tmp_path):
    with closing(Ledger(tmp_path, 90)) as before:
        for n in (1, 2, 3, 4):
            before.take(asked(n))
        before.begin(asked(2))
        before.finish(asked(3), said="答")
    with closing(Ledger(tmp_path, 90)) as ledger:
        assert ledger.unfinished() == [asked(1), asked(2), asked(4)]
        assert ledger.unfinished() == [], "they are its own now"
        assert ledger.begin(asked(2)) == asked(2), "begun before, and not finished"


def test_what_a_living_process_answers_is_not_taken_over(tmp_path, ledger, clock):
    ledger.take(asked(1))
    with closing(Ledger(tmp_path, 90, clock=clock)) as other:
        assert other.unfinished() == []
        ledger.release(asked(1))
        assert other.unfinished() == [asked(1)]
        assert ledger.begin(asked(1)) is None, "the other one has it now"


def test_a_command_keeps_the_address_of_its_answer_until_it_is_answered(tmp_path):
    command = Inquiry("T1", "C1", "U1", "问", "command", "trigger", "", "", "https://hooks.example/once")
    with closing(Ledger(tmp_path, 90)) as ledger:
        ledger.take(command)
    with closing(Ledger(tmp_path, 90)) as ledger:
        assert ledger.unfinished() == [command]
        ledger.finish(command, said="答")
    assert b"hooks.example" not in stored(tmp_path)


def test_a_question_is_lost_when_it_is_too_old_or_has_failed_too_often(ledger, clock):
    ledger.take(asked(1))
    clock.now += RESUMED_S - 1
    ledger.take(asked(2))
    assert not ledger.is_lost(asked(1))
    clock.now += 2
    assert ledger.is_lost(asked(1))
    for _ in range(3):
        assert not ledger.is_lost(asked(2))
        ledger.begin(asked(2))
        ledger.release(asked(2))
        ledger.unfinished()
    assert ledger.is_lost(asked(2))


def test_a_question_is_begun_once(ledger):
    ledger.take(asked(1))
    assert ledger.begin(asked(1)) == asked(1)
    assert ledger.begin(asked(1)) is None
    assert ledger.begin(asked(2)) is None


def test_the_history_of_a_conversation_is_what_was_answered_before_in_it(ledger):
    thread = "1700000001.000100"
    for n in (1, 2, 3):
        answered(ledger, asked(n, thread=thread))
    answered(ledger, asked(4))
    ledger.take(asked(5, thread=thread))
    ledger.finish(asked(5, thread=thread), ts="1.1")
    expected = (("问题1", "答问题1"), ("问题2", "答问题2"), ("问题3", "答问题3"))
    assert ledger.history(asked(9, thread=thread)) == expected
    assert ledger.history(asked(2, thread=thread)) == expected[:1]
    assert ledger.history(asked(9, thread=thread, channel="C2")) == ()


def test_the_history_is_that_of_the_last_twenty_turns(ledger):
    for n in range(1, 31):
        answered(ledger, asked(n, thread="1700000001.000100"))
    history = ledger.history(asked(40, thread="1700000001.000100"))
    assert [question for question, _ in history] == [f"问题{n}" for n in range(11, 31)]


def test_an_edited_question_has_the_history_before_it_and_takes_the_place_of_the_first_one(ledger):
    thread = "1700000001.000100"
    for n in (1, 2, 3):
        answered(ledger, asked(n, thread=thread))
    second = edited(asked(2, thread=thread), "改过的问题")
    assert ledger.edit(second) == "offer"
    assert ledger.accept(second) == second
    ledger.begin(second)
    assert ledger.history(second) == (("问题1", "答问题1"),)
    ledger.finish(second, answer_id="a", ts="2.2", said="新答")
    assert ledger.history(asked(9, thread=thread)) == (
        ("问题1", "答问题1"),
        ("改过的问题", "新答"),
        ("问题3", "答问题3"),
    )


def test_an_edit_is_offered_once_and_accepted_once_in_its_newest_words(ledger):
    answered(ledger, asked(1))
    first = edited(asked(1), "改一次", "1700000101.000100", "E1")
    assert ledger.edit(first) == "offer"
    assert ledger.edit(first) == "none", "the same event again"
    assert ledger.edit(edited(asked(1), "改两次", "1700000102.000100", "E2")) == "taken"
    accepted = ledger.accept(first)
    assert accepted is not None
    assert accepted.text == "改两次"
    assert ledger.accept(first) is None
    ledger.begin(first)
    assert ledger.edit(edited(asked(1), "改三次", "1700000103.000100", "E3")) == "offer"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("问题1", id="the same"),
        pytest.param(" 问题1\n", id="blanks"),
        pytest.param("  ", id="empty"),
    ],
)
def test_an_edit_that_asks_nothing_new_is_not_offered(ledger, text):
    answered(ledger, asked(1))
    assert ledger.edit(edited(asked(1), text)) == "none"


def test_a_question_that_waits_is_answered_in_its_new_words(ledger):
    ledger.take(asked(1))
    assert ledger.edit(edited(asked(1), "改过")) == "taken"
    begun = ledger.begin(asked(1))
    assert begun is not None
    assert begun.text == "改过"
    assert begun.key == asked(1).key


def test_edits_of_what_was_turned_away_deleted_or_never_asked_are_not_offered(ledger):
    ledger.take(asked(1))
    ledger.finish(asked(1))
    answered(ledger, asked(2))
    ledger.withdrawn("T1", "C1", asked(3).ts)
    for n in (1, 3, 4):
        assert ledger.edit(edited(asked(n), "改过")) == "none"


def test_an_offer_lapses_after_a_day(ledger, clock):
    answered(ledger, asked(1))
    offer = edited(asked(1), SECRET)
    ledger.edit(offer)
    clock.now += DAY_S + 1
    ledger.take(asked(2))
    assert ledger.accept(offer) is None


def test_a_deleted_question_is_not_begun(ledger):
    ledger.take(asked(1))
    ledger.withdrawn("T1", "C1", asked(1).ts)
    assert ledger.begin(asked(1)) is None
    assert ledger.unfinished() == []


def test_a_question_whose_deletion_came_first_is_not_taken(ledger):
    ledger.withdrawn("T1", "C1", asked(1).ts)
    assert not ledger.take(asked(1))
    assert ledger.inquiry_of("T1", "C1", asked(1).ts) is None
    assert not ledger.takes_part("T1", "C1", asked(1).ts)


def test_of_deleted_messages_that_asked_nothing_nothing_is_noted(ledger, tmp_path):
    answered(ledger, asked(1, text=SECRET))
    ledger.withdrawn("T1", "C1", asked(2).ts, asked=False)
    ledger.withdrawn("T1", "C1", asked(1).ts, asked=False)
    assert ledger.take(asked(2)), "as if nobody had heard of it"
    assert SECRET.encode() not in stored(tmp_path), "a question that is known is forgotten whatever it became"


def test_the_words_of_a_deleted_question_are_forgotten_and_its_answer_stays(ledger, tmp_path):
    answered(ledger, asked(1, text=SECRET))
    assert SECRET.encode() in stored(tmp_path)
    ledger.withdrawn("T1", "C1", asked(1).ts)
    assert SECRET.encode() not in stored(tmp_path)
    assert ledger.history(asked(9, thread=asked(1).ts)) == ()
    assert shown(tmp_path) == {f"{asked(1).ts}9": f"a-{asked(1).ts}"}


def test_the_bot_takes_part_where_it_answers_or_answered(ledger):
    ledger.take(asked(1))
    answered(ledger, asked(2))
    ledger.take(asked(3))
    ledger.finish(asked(3))
    assert [ledger.takes_part("T1", "C1", asked(n).ts) for n in (1, 2, 3, 4)] == [True, True, False, False]
    assert not ledger.takes_part("T1", "C2", asked(2).ts)


def test_messages_lead_to_questions_and_a_provisional_message_becomes_the_answer(ledger, tmp_path):
    answered(ledger, asked(1))
    ledger.take(asked(2))
    ledger.posted(asked(2), "5.5")
    ledger.finish(asked(2), answer_id="b", said="答")
    assert ledger.inquiry_of("T1", "C1", asked(1).ts) == asked(1)
    assert ledger.inquiry_of("T1", "C1", "9.9") is None
    assert shown(tmp_path)["5.5"] == "b"


def test_words_are_kept_as_long_as_answers_and_ids_a_month(tmp_path, clock):
    with closing(Ledger(tmp_path, 2, clock=clock)) as ledger:
        answered(ledger, asked(1, text=SECRET))
        clock.now += DAY_S
        ledger.take(asked(2))
        assert len(ledger.history(asked(9, thread=asked(1).ts))) == 1
        clock.now += DAY_S + 1
        ledger.take(asked(3))
        assert ledger.history(asked(9, thread=asked(1).ts)) == ()
        assert SECRET.encode() not in stored(tmp_path)
        assert not ledger.take(asked(1))
        assert ledger.takes_part("T1", "C1", asked(1).ts)
        clock.now += 30 * DAY_S
        ledger.take(asked(4))
        assert not ledger.takes_part("T1", "C1", asked(1).ts)


def test_words_are_kept_for_ever_where_answers_are(tmp_path, clock):
    with closing(Ledger(tmp_path, -1, clock=clock)) as ledger:
        answered(ledger, asked(1))
        clock.now += 4000 * DAY_S
        ledger.take(asked(2))
        assert len(ledger.history(asked(9, thread=asked(1).ts))) == 1


def test_words_are_kept_in_memory_alone_where_no_answers_are_kept(tmp_path):
    with closing(Ledger(tmp_path, 0)) as ledger:
        answered(ledger, asked(1, text=SECRET))
        assert ledger.history(asked(9, thread=asked(1).ts)) == ((SECRET, f"答{SECRET}"),)
        assert SECRET.encode() not in stored(tmp_path)
    with closing(Ledger(tmp_path, 0)) as ledger:
        assert ledger.history(asked(9, thread=asked(1).ts)) == ()


def test_words_leave_the_file_when_answers_are_no_longer_to_be_kept(tmp_path):
    with closing(Ledger(tmp_path, 90)) as ledger:
        answered(ledger, asked(1, text=SECRET))
    with closing(Ledger(tmp_path, 0)):
        assert SECRET.encode() not in stored(tmp_path)


def test_half_a_character_does_not_keep_a_question_from_being_taken(ledger):
    assert ledger.take(asked(1, text="问\ud800题"))
    ledger.finish(asked(1), said="答\udc00")


def test_a_ledger_of_a_later_version_is_refused(tmp_path):
    with closing(Ledger(tmp_path, 90)):
        pass
    with closing(sqlite3.connect(tmp_path / "slack.sqlite")) as db:
        db.execute("UPDATE meta SET value = '99'")
        db.commit()
    with pytest.raises(CollectionMismatch, match="has format 99; this version reads 1"):
        Ledger(tmp_path, 90)


def test_a_file_that_is_no_ledger_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "slack.sqlite").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(CollectionMismatch, match="cannot be read as questions of policyqa") as caught:
        Ledger(tmp_path, 90)
    assert "move" in caught.value.fix


def test_nothing_is_left_beside_the_ledger_once_it_is_closed(tmp_path):
    with closing(Ledger(tmp_path, 90)), closing(Ledger(tmp_path, 90)) as second:
        second.unfinished()
        assert len(list(tmp_path.glob("*.lock"))) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["slack.sqlite"]


def test_of_many_threads_one_takes_a_question(ledger):
    taken, barrier = [], threading.Barrier(8)

    def take():
        barrier.wait()
        taken.extend(n for n in range(1, 21) if ledger.take(asked(n)))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 21))


def _take_all(folder, barrier, found):
    with closing(Ledger(folder, 90)) as ledger:
        barrier.wait()
        found.put([n for n in range(1, 41) if ledger.take(asked(n))])
        # Closing would leave them to the other one.
        barrier.wait()


def test_of_two_processes_exactly_one_takes_a_question(tmp_path):
    context = multiprocessing.get_context("spawn")
    barrier, found = context.Barrier(2), context.Queue()
    both = [context.Process(target=_take_all, args=(tmp_path, barrier, found)) for _ in range(2)]
    for process in both:
        process.start()
    taken = [found.get(timeout=60), found.get(timeout=60)]
    for process in both:
        process.join(60)
    assert sorted(itertools.chain(*taken)) == list(range(1, 41))


_ENDLESS = """
import sys
from pathlib import Path
from ui.slack.inquiry import Inquiry
from ui.slack.desk.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]), 90)
for n in range(100_000):
    one = Inquiry("T1", "C1", "U1", f"问题{n}", "mention", f"17{n:08d}.000100", "17.1", f"Ev{n}")
    print("taking", n, flush=True)
    ledger.take(one)
    print("took", n, flush=True)
    ledger.begin(one)
    if n % 2:
        print("finishing", n, flush=True)
        ledger.finish(one, answer_id=f"a{n}", ts=f"{n}.1", said="答")
        print("finished", n, flush=True)
"""


@pytest.mark.parametrize("after_s", [0.15, 0.4])
def test_a_process_that_was_killed_loses_nothing_and_doubles_nothing(tmp_path, after_s):
    checkout = Path(__file__).parents[1]
    process = subprocess.Popen(
        [sys.executable, "-c", _ENDLESS, str(tmp_path)], stdout=subprocess.PIPE, cwd=checkout, text=True
    )
    assert process.stdout is not None
    lines = [process.stdout.readline()]
    time.sleep(after_s)
    os.kill(process.pid, signal.SIGKILL)
    lines += process.stdout.read().splitlines()
    process.stdout.close()
    process.wait(30)
    said = {
        word: {int(x.split()[1]) for x in lines if x.startswith(f"{word} ")}
        for word in ("taking", "took", "finishing", "finished")
    }
    with closing(Ledger(tmp_path, 90)) as ledger:
        found = {int(inquiry.event_id[2:]) for inquiry in ledger.unfinished()}
    # Of what it was doing at that moment either is right.
    assert said["took"] - said["finishing"] <= found <= said["taking"] - said["finished"]
    assert len(said["took"]) > 3


class Model(RuleBasedStateMachine):
    """Any order of events, with restarts in between, against what a dictionary says."""

    folder: Path

    @initialize()
    def start(self):
        self.state: dict[int, str] = {}
        Model.runs = getattr(Model, "runs", 0) + 1
        self.place = self.folder / str(Model.runs)
        self.ledger = Ledger(self.place, 90)

    @rule(n=st.integers(1, 6))
    def take(self, n):
        assert self.ledger.take(asked(n)) == (n not in self.state)
        self.state.setdefault(n, "waiting")

    @rule(n=st.integers(1, 6))
    def begin(self, n):
        assert (self.ledger.begin(asked(n)) is not None) == (self.state.get(n) == "waiting")
        if self.state.get(n) == "waiting":
            self.state[n] = "running"

    @rule(n=st.integers(1, 6))
    def finish(self, n):
        if self.state.get(n) == "running":
            self.ledger.finish(asked(n), answer_id="a", ts="1.1", said="答")
            self.state[n] = "done"

    @rule(n=st.integers(1, 6))
    def withdraw(self, n):
        self.ledger.withdrawn("T1", "C1", asked(n).ts)
        self.state[n] = "done, silent" if self.state.get(n, "").startswith("done") else "withdrawn"

    @rule()
    def restart(self):
        self.ledger.close()
        self.ledger = Ledger(self.place, 90)
        expected = sorted(n for n, state in self.state.items() if state in {"waiting", "running"})
        assert sorted(int(inquiry.event_id[2:]) for inquiry in self.ledger.unfinished()) == expected
        self.state |= dict.fromkeys(expected, "waiting")

    @invariant()
    def history_is_what_was_answered(self):
        for n, state in getattr(self, "state", {}).items():
            kept = len(self.ledger.history(asked(9, thread=asked(n).ts)))
            assert kept == (state == "done")

    def teardown(self):
        self.ledger.close()


def test_any_order_of_events_and_restarts_answers_each_question_once(tmp_path):
    Model.folder = tmp_path
    run_state_machine_as_test(
        Model,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
