"""What becomes of a question: answered once, in turn, within what its channel may see, and never half."""

import logging
import sqlite3
import threading
import time
from contextlib import closing
from secrets import token_hex

import pytest
from fake_assistant import FakeAssistant

from rag.errors import DiskFull, IndexDamaged, ModelBroke, ModelUnavailable, QuestionError
from rag.record.recorder import Recorder
from rag.records import Records
from rag.schema import Settled, Viewer
from rag.settings import Settings
from ui.labels import label
from ui.service import Service
from ui.slack.bot import Bot
from ui.slack.desk.ledger import RESUMED_S, Ledger
from ui.slack.inquiry import Inquiry
from ui.slack.reply.failure import Undelivered

_PATIENCE_S = 5.0
ASKED = "登记证书的有效期是多久？"


def asked(n, text=ASKED, thread="", user="U1", channel="C1", way="mention"):
    ts = f"17000000{n:02d}.000100"
    return Inquiry("T1", channel, user, text, way, ts, "" if way == "command" else thread or ts, f"Ev{n}")


def edited(original, text):
    return Inquiry(
        "T1", "C1", "U1", text, "edit", f"{original.ts}/1700009999.000100", original.thread, f"Ev{text}"
    )


class Assistant(FakeAssistant):
    """Verifies sentence by sentence, and waits at a gate when it is told to."""

    def __init__(self, pause_s=0.0):
        super().__init__(pause_s=pause_s)
        self.gate = threading.Event()
        self.gate.set()
        self.begun = threading.Semaphore(0)
        self.error: Exception | None = None
        self.viewers: list[Viewer] = []

    def stream(self, question, viewer=None):
        self.viewers.append(viewer)
        self.begun.release()
        assert self.gate.wait(_PATIENCE_S)
        for event in super().stream(question, viewer):
            if self.error is not None and type(event).__name__ == "Delta":
                raise self.error
            if hasattr(event, "citations"):
                yield from (Settled(f"{part}。") for part in event.text.split("。")[:-1])
            yield event


class Talk:
    """All that is said, in its order, as (key, what, words)."""

    def __init__(self):
        self.said: list[tuple[str, str, str]] = []
        self.buttons: list[dict] = []
        self.kept: list = []
        self.failing: set[str] = set()
        self.doubtful = False
        self.stands: tuple[str, str] | None = None
        self._changed = threading.Condition()

    def note(self, inquiry, what, words=""):
        if what in self.failing:
            raise Undelivered("timeout", may_stand=self.doubtful)
        with self._changed:
            self.said.append((inquiry.key, what, words))
            self._changed.notify_all()

    def of(self, inquiry, *what):
        return [
            words for key, kind, words in list(self.said) if key == inquiry.key and kind in (what or (kind,))
        ]

    def ends(self, inquiry):
        return self.of(inquiry, "finish", "say")

    def wait(self, inquiry, *what, times=1):
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.of(inquiry, *what)) >= times, _PATIENCE_S), (
                self.said
            )
        return self.of(inquiry, *what)


class Reply:
    def __init__(self, talk, inquiry):
        self._talk, self._inquiry = talk, inquiry

    def searching(self):
        self._talk.note(self._inquiry, "searching")

    def grow(self, settled):
        self._talk.note(self._inquiry, "grow", settled)

    def earlier(self):
        self._talk.note(self._inquiry, "earlier")
        return self._talk.stands

    def finish(self, kept, unkept=""):
        self._talk.kept.append((kept, unkept))
        self._talk.note(self._inquiry, "finish", kept.text)
        return f"{self._inquiry.ts}9"

    def say(self, text, *, buttons=()):
        self._talk.buttons.extend(buttons)
        self._talk.note(self._inquiry, "say", text)
        return f"{self._inquiry.ts}8"

    def withdraw(self):
        self._talk.note(self._inquiry, "withdraw")


class Doors:
    """Lets everybody in but those it was told of."""

    def __init__(self):
        self.refused: dict[str, str] = {}
        self.limits: dict[str, str] = {}

    def refusal(self, inquiry):
        return self.refused.get(inquiry.user)

    def viewer(self, inquiry):
        return Viewer(groups=frozenset({inquiry.channel}))

    def filters(self, inquiry):
        return dict(self.limits)


class Scene:
    """A bot with everything around it."""

    def __init__(self, folder):
        self.folder = folder
        self.assistant, self.talk, self.doors = Assistant(), Talk(), Doors()
        self.now = time.time()
        self.open: list = []

    def bot(self, **options):
        ledger = Ledger(self.folder, 90, clock=lambda: self.now)
        recorder = Recorder(Settings(data=self.folder), "slack")
        bot = Bot(
            Service(self.assistant, self.folder, recorder), self.doors, ledger,
            lambda inquiry: Reply(self.talk, inquiry), **options,
        )  # fmt: skip
        self.ledger = ledger
        self.open.append((bot, ledger))
        return bot

    def end(self, grace_s=_PATIENCE_S):
        while self.open:
            bot, ledger = self.open.pop()
            bot.stop(grace_s)
            ledger.close()


def answers_at(folder):
    """Return the ids of answers by the ts of the message that shows them."""
    with closing(sqlite3.connect(folder / "slack.sqlite")) as db:
        return dict(db.execute("SELECT reply_ts, answer_id FROM questions WHERE answer_id != ''"))


@pytest.fixture
def scene(tmp_path):
    scene = Scene(tmp_path)
    yield scene
    scene.assistant.gate.set()
    scene.end()
    deadline = time.monotonic() + _PATIENCE_S
    while (
        left := [t.name for t in threading.enumerate() if t.name.startswith("slack-")]
    ) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert left == []


def test_a_question_is_answered_with_its_sentences_as_they_are_checked(scene):
    scene.bot().receive(asked(1))
    (text,) = scene.talk.wait(asked(1), "finish")
    kinds = [kind for _, kind, _ in scene.talk.said]
    assert kinds == ["searching", "grow", "grow", "finish"]
    first, second = scene.talk.of(asked(1), "grow")
    assert text.startswith(first)
    assert second.startswith(first)
    kept, unkept = scene.talk.kept[0]
    assert (kept.way, kept.person, kept.groups, unkept) == ("slack", "slack:T1:U1", ("C1",), "")
    scene.end()
    with closing(Records(scene.folder)) as records:
        assert [one.answer_id for one in records.answers()] == [kept.answer_id]
    assert answers_at(scene.folder) == {f"{asked(1).ts}9": kept.answer_id}
    with closing(Ledger(scene.folder, 90)) as ledger:
        assert ledger.unfinished() == []


def test_an_event_that_comes_again_is_not_answered_again(scene):
    bot = scene.bot()
    for _ in range(3):
        bot.receive(asked(1))
    scene.talk.wait(asked(1), "finish")
    scene.end()
    scene.bot().receive(asked(1))
    scene.end()
    assert len(scene.talk.ends(asked(1))) == 1
    assert len(scene.assistant.asked) == 1


def test_a_question_is_taken_within_milliseconds_whatever_slack_and_the_model_do(scene):
    scene.assistant.gate.clear()
    bot = scene.bot()
    began = time.monotonic()
    for n in range(20):
        bot.receive(asked(n, user=f"U{n}"))
    assert (time.monotonic() - began) / 20 < 0.1
    scene.assistant.gate.set()


def test_a_question_in_a_thread_has_its_earlier_ones_as_history_and_its_channels_limits(scene):
    scene.doors.limits = {"region": "北京市", "as_of": "2024-01-01"}
    bot = scene.bot()
    thread = asked(1).ts
    for n in (1, 2):
        bot.receive(asked(n, thread=thread))
    scene.talk.wait(asked(2, thread=thread), "finish")
    first, second = scene.assistant.asked
    assert first.history == ()
    assert [question for question, _ in second.history] == [ASKED]
    assert "第三章/第十三条" in second.history[0][1], "as_turn names the clauses"
    assert (second.filters, second.as_of) == ({"region": "北京市"}, "2024-01-01")
    assert scene.assistant.viewers[0] == Viewer(groups=frozenset({"C1"}))


def test_whoever_may_not_ask_is_told_so_once_and_whoever_is_to_be_ignored_is_not(scene):
    scene.doors.refused = {"U2": "抱歉", "U3": ""}
    bot = scene.bot()
    for _ in range(2):
        bot.receive(asked(2, user="U2"))
        bot.receive(asked(3, user="U3"))
    scene.talk.wait(asked(2), "say")
    scene.end()
    assert scene.talk.ends(asked(2)) == ["抱歉"]
    assert scene.talk.of(asked(3)) == []
    assert scene.assistant.asked == []


def test_those_for_whom_there_is_no_room_are_told_so(scene):
    scene.assistant.gate.clear()
    bot = scene.bot(workers=1)
    questions = [asked(n, user=f"U{n}", channel=f"C{n}") for n in range(203)]
    for one in questions:
        bot.receive(one)
    assert scene.talk.wait(questions[-1], "say") == [label("slack.queue_full", "zh")]
    assert scene.ledger.begin(questions[-1]) is None
    for one in questions[:-2]:
        bot.deleted("T1", one.channel, one.ts)
    scene.assistant.gate.set()


def test_whoever_waits_behind_many_is_told_how_many(scene):
    scene.assistant.gate.clear()
    bot = scene.bot(workers=1)
    questions = [asked(n, user=f"U{n}") for n in range(8)]
    for one in questions:
        bot.receive(one)
    told = [scene.talk.wait(one, "searching", "say")[0] for one in questions]
    assert sum(bool(words) for words in told) == 1, "not more often than every few seconds"
    assert next(words for words in told if words).startswith("前面还有")
    scene.assistant.gate.set()
    for one in questions:
        scene.talk.wait(one, "finish")
    told_place = questions[next(n for n, words in enumerate(told) if words)]
    assert scene.talk.of(told_place, "searching"), "when its turn comes"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(
            QuestionError("问题里没有文字。", fix="写出来"),
            "问题里没有文字。\n处理办法：写出来",
            id="the asker's",
        ),
        pytest.param(ModelBroke("半路", fix="x"), label("slack.model_broke", "zh"), id="broke"),
        pytest.param(
            ModelUnavailable("http://10.0.0.5", fix="x", code="busy"),
            label("slack.model_away", "zh"),
            id="away",
        ),
        pytest.param(
            ModelUnavailable("http://10.0.0.5", fix="x", code="key"),
            label("slack.broken", "zh").format(key="T1:C1:1700000001.000100"),
            id="the administrator's",
        ),
        pytest.param(
            IndexDamaged("/srv/data", fix="policyqa rebuild"),
            label("slack.broken", "zh").format(key="T1:C1:1700000001.000100"),
            id="an index",
        ),
        pytest.param(
            ZeroDivisionError(ASKED),
            label("slack.broken", "zh").format(key="T1:C1:1700000001.000100"),
            id="a bug",
        ),
    ],
)
def test_what_goes_wrong_is_said_in_words_for_the_asker_and_logged_without_the_question(
    scene, caplog, error, said
):
    scene.assistant.error = error
    with caplog.at_level(logging.DEBUG):
        scene.bot().receive(asked(1))
        assert scene.talk.wait(asked(1), "say") == [said]
        scene.end()
    assert asked(1).key in caplog.text
    assert type(error).__name__ in caplog.text
    assert ASKED not in caplog.text
    assert scene.talk.of(asked(1), "finish") == []


def test_what_cannot_be_noted_is_not_taken_and_told_only_when_it_does_not_come_again(scene, monkeypatch):
    bot = scene.bot()
    scene.bot().receive(asked(2))
    scene.talk.wait(asked(2), "finish")

    def full(*inquiry, **more):
        raise DiskFull("no room", fix="make room")

    for noted in ("take", "edit", "withdrawn"):
        monkeypatch.setattr(Ledger, noted, full)
    for one in (
        lambda: bot.receive(asked(1)),
        lambda: bot.edited(edited(asked(2), "总体目标是什么？")),
        lambda: bot.deleted("T1", "C1", asked(2).ts),
    ):
        with pytest.raises(DiskFull):
            one()
    assert scene.talk.of(asked(1)) == []
    for error in (DiskFull("no room", fix="make room"), ZeroDivisionError(ASKED)):
        bot.not_taken(asked(1), error)
    said = scene.talk.wait(asked(1), "say", times=2)
    assert all(words.startswith("出错了") and asked(1).key in words for words in said)
    assert len(scene.assistant.asked) == 1


def test_a_bug_at_the_door_is_said_and_leaves_nothing_unfinished(scene, monkeypatch):
    bot = scene.bot()
    monkeypatch.setattr(scene.doors, "refusal", lambda inquiry: {}[inquiry.text])
    bot.receive(asked(1))
    assert scene.talk.wait(asked(1), "say")[0].startswith("出错了")
    scene.end()
    scene.bot().resume()
    scene.end()
    assert len(scene.talk.ends(asked(1))) == 1


def test_of_a_deleted_question_nothing_is_said_at_a_stop_either(scene):
    scene.assistant.gate.clear()
    bot = scene.bot()
    bot.receive(asked(1))
    assert scene.assistant.begun.acquire(timeout=_PATIENCE_S)
    bot.deleted("T1", "C1", asked(1).ts)
    scene.end(grace_s=0.1)
    assert scene.talk.ends(asked(1)) == []


def test_a_question_that_is_deleted_while_it_is_answered_stops_the_work_and_nothing_is_posted(scene):
    bot = scene.bot()
    bot.receive(asked(1, "卡住"))
    assert scene.assistant.begun.acquire(timeout=_PATIENCE_S)
    time.sleep(0.1)
    bot.deleted("T1", "C1", asked(1).ts)
    assert scene.assistant.closed_early.wait(_PATIENCE_S)
    scene.talk.wait(asked(1), "withdraw")
    scene.end()
    assert scene.talk.ends(asked(1)) == []
    scene.bot().resume()
    scene.end()
    assert scene.talk.ends(asked(1)) == []


def test_a_question_that_is_deleted_while_it_waits_is_never_asked(scene):
    scene.assistant.gate.clear()
    bot = scene.bot(workers=1)
    bot.receive(asked(1))
    bot.receive(asked(2, user="U2"))
    assert scene.assistant.begun.acquire(timeout=_PATIENCE_S)
    bot.deleted("T1", "C1", asked(2).ts)
    scene.assistant.gate.set()
    scene.talk.wait(asked(1), "finish")
    scene.end()
    assert len(scene.assistant.asked) == 1
    assert scene.talk.ends(asked(2)) == []


def test_an_answer_stays_when_its_question_is_deleted_afterwards(scene):
    bot = scene.bot()
    bot.receive(asked(1))
    scene.talk.wait(asked(1), "finish")
    bot.deleted("T1", "C1", asked(1).ts)
    scene.end()
    assert [kind for _, kind, _ in scene.talk.said][-1] == "finish"


def test_an_edited_question_is_offered_once_and_answered_on_request_alone(scene):
    bot = scene.bot()
    bot.receive(asked(1))
    scene.talk.wait(asked(1), "finish")
    change = edited(asked(1), "总体目标是什么？")
    for _ in range(2):
        bot.edited(change)
    assert scene.talk.wait(change, "say") == [label("slack.edited", "zh")]
    (row,) = scene.talk.buttons
    assert row["type"] == "actions"
    (button,) = row["elements"]
    assert button["action_id"] == "pq_again"
    found = scene.ledger.inquiry_of("T1", "C1", button["value"])
    assert found == change
    assert len(scene.assistant.asked) == 1
    for _ in range(2):
        bot.again(found)
    assert "300个以上" in scene.talk.wait(change, "finish")[0]
    scene.end()
    assert len(scene.assistant.asked) == 2
    assert scene.assistant.asked[1].history == (), "what came before it, without its own first form"
    assert len(scene.talk.of(change, "say")) == 1


def test_a_question_that_is_edited_while_it_waits_is_answered_in_its_new_words_at_once(scene):
    scene.assistant.gate.clear()
    bot = scene.bot(workers=1)
    bot.receive(asked(1))
    bot.receive(asked(2, user="U2"))
    assert scene.assistant.begun.acquire(timeout=_PATIENCE_S)
    bot.edited(edited(asked(2), "总体目标是什么？"))
    scene.assistant.gate.set()
    assert "300个以上" in scene.talk.wait(asked(2), "finish")[0]
    assert scene.talk.of(asked(2), "say") == []


def test_what_was_running_or_waiting_at_a_stop_is_said_and_answered_after_the_restart(scene):
    scene.assistant.gate.clear()
    bot = scene.bot(workers=1)
    bot.receive(asked(1))
    bot.receive(asked(2, user="U2"))
    assert scene.assistant.begun.acquire(timeout=_PATIENCE_S)
    began = time.monotonic()
    scene.end(grace_s=0.1)
    assert time.monotonic() - began < _PATIENCE_S
    for one in (asked(1), asked(2)):
        assert scene.talk.ends(one) == [label("slack.stopping", "zh")]
    scene.assistant.gate.set()
    scene.bot().resume()
    for one in (asked(1), asked(2)):
        scene.talk.wait(one, "finish")
    scene.end()
    assert all(len(scene.talk.of(one, "finish")) == 1 for one in (asked(1), asked(2)))


def test_a_running_answer_is_finished_within_the_grace(scene):
    scene.assistant.gate.clear()
    scene.bot().receive(asked(1))
    assert scene.assistant.begun.acquire(timeout=_PATIENCE_S)
    threading.Timer(0.1, scene.assistant.gate.set).start()
    scene.end()
    assert [kind for _, kind, _ in scene.talk.said][-1] == "finish"


def test_what_is_too_old_after_a_restart_is_said_to_be_lost(scene):
    with closing(Ledger(scene.folder, 90)) as before:
        before.take(asked(1))
    scene.now += RESUMED_S + 60
    scene.bot().resume()
    assert scene.talk.wait(asked(1), "say") == [label("slack.lost", "zh")]
    scene.end()
    scene.bot().resume()
    scene.end()
    assert len(scene.talk.of(asked(1))) == 1
    assert scene.assistant.asked == []


def test_what_was_not_delivered_is_tried_again_and_said_to_be_lost_in_the_end(scene, monkeypatch):
    monkeypatch.setattr("ui.slack.desk.leftovers._LOOK_AGAIN_S", 0.05)
    scene.talk.failing = {"finish"}
    bot = scene.bot()
    bot.resume()
    bot.receive(asked(1))
    assert scene.talk.wait(asked(1), "say") == [label("slack.lost", "zh")]
    assert len(scene.assistant.asked) == 3


def test_nothing_is_remembered_of_questions_that_were_given_back_and_never_came_again(scene, monkeypatch):
    monkeypatch.setattr("ui.slack.desk.leftovers._LOOK_AGAIN_S", 0.05)
    scene.talk.failing = {"finish"}
    bot = scene.bot()
    for n in range(5):
        bot.receive(asked(n, user=f"U{n}", channel=f"C{n}"))
    deadline = time.monotonic() + _PATIENCE_S
    while len(bot._leftovers._released) < 5 and time.monotonic() < deadline:
        time.sleep(0.01)
    for n in range(5):
        bot.deleted("T1", f"C{n}", asked(n).ts)
    bot.resume()
    while bot._leftovers._released and time.monotonic() < deadline:
        time.sleep(0.01)
    assert bot._leftovers._released == set()


def test_what_was_given_back_is_not_counted_again(scene, monkeypatch):
    monkeypatch.setattr("ui.slack.desk.leftovers._LOOK_AGAIN_S", 0.05)
    scene.talk.failing = {"finish"}
    bot = scene.bot()
    bot.receive(asked(1))
    deadline = time.monotonic() + _PATIENCE_S
    while not bot._leftovers._released and time.monotonic() < deadline:
        time.sleep(0.01)
    scene.talk.failing, scene.doors.refused = set(), {"U1": "太多了"}
    bot.resume()
    scene.talk.wait(asked(1), "finish")
    assert scene.talk.of(asked(1), "say") == []


def test_what_was_admitted_before_is_not_asked_about_again(scene):
    scene.doors.refused = {"U1": "太多了"}
    scene.bot().receive(asked(1), admitted=True)
    scene.talk.wait(asked(1), "finish")


def test_what_was_not_delivered_is_delivered_when_slack_is_back(scene, monkeypatch):
    monkeypatch.setattr("ui.slack.desk.leftovers._LOOK_AGAIN_S", 0.05)
    scene.talk.failing = {"finish"}
    bot = scene.bot()
    bot.receive(asked(1))
    deadline = time.monotonic() + _PATIENCE_S
    while not scene.talk.kept and time.monotonic() < deadline:
        time.sleep(0.01)
    scene.talk.failing = set()
    bot.resume()
    scene.talk.wait(asked(1), "finish")
    scene.end()
    assert len(scene.talk.ends(asked(1))) == 1


def test_an_answer_that_an_earlier_process_brought_is_noted_and_not_given_again(scene, monkeypatch):
    monkeypatch.setattr("ui.slack.desk.leftovers._LOOK_AGAIN_S", 0.05)
    scene.talk.failing, scene.talk.stands = {"finish"}, ("17.1", "a1")
    bot = scene.bot()
    bot.receive(asked(1))
    bot.resume()
    scene.talk.wait(asked(1), "earlier")
    deadline = time.monotonic() + _PATIENCE_S
    while not answers_at(scene.folder) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert answers_at(scene.folder) == {"17.1": "a1"}
    scene.end()
    assert scene.talk.ends(asked(1)) == []


def test_what_may_stand_there_is_not_said_again(scene):
    scene.talk.failing, scene.talk.doubtful = {"finish"}, True
    scene.bot().receive(asked(1))
    deadline = time.monotonic() + _PATIENCE_S
    while not scene.talk.kept and time.monotonic() < deadline:
        time.sleep(0.01)
    scene.end()
    scene.talk.failing = set()
    scene.bot().resume()
    scene.end()
    assert scene.talk.ends(asked(1)) == []


def test_an_answer_that_cannot_be_kept_is_given_and_says_so(scene, monkeypatch, caplog):
    monkeypatch.setattr(Recorder, "keep", lambda self, answer: DiskFull("no room", "make some"))
    scene.bot().receive(asked(1))
    scene.talk.wait(asked(1), "finish")
    assert scene.talk.kept[0][1] == label("slack.unkept_reason", "zh")
    assert "no room" in caplog.text


def test_a_bot_that_keeps_nothing_answers_all_the_same(scene):
    with closing(Ledger(scene.folder, 0)) as ledger:
        bot = Bot(Service(scene.assistant), scene.doors, ledger, lambda inquiry: Reply(scene.talk, inquiry))
        bot.receive(asked(1))
        scene.talk.wait(asked(1), "finish")
        bot.stop()
    assert scene.talk.kept[0][0].way == "slack"


def test_no_question_stands_in_the_log(scene, caplog):
    secret = f"有效期 {token_hex(4)}"
    with caplog.at_level(logging.DEBUG):
        bot = scene.bot()
        bot.receive(asked(1, secret))
        scene.talk.wait(asked(1), "finish")
        bot.edited(edited(asked(1), f"{secret} 改"))
        scene.talk.failing = {"finish", "say"}
        bot.receive(asked(2, secret))
        scene.end()
    assert asked(2).key in caplog.text
    assert secret not in caplog.text
