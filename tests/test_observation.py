"""An assistant that is observed does what the one behind it does, and each question is counted in one place."""

import copy
from contextlib import closing

import pytest
from fake_assistant import FakeAssistant

from rag.errors import ModelBroke, QuestionError
from rag.record.recorder import Recorder
from rag.schema import Answer, Delta, Question
from rag.settings import Settings
from ui.observation.meter import Meter, reason_of
from ui.observation.observed import Observed

ASKED = Question("登记证书的有效期是多久？")


@pytest.fixture
def behind():
    return FakeAssistant()


@pytest.fixture
def observed(behind):
    return Observed(behind, Meter())


def value(observed, name, **labels):
    return observed.meter.registry.get_sample_value(name, labels)


def test_the_same_events_come_through_and_the_answer_has_an_id(observed, behind):
    *first, answer = observed.stream(ASKED)
    *expected, plain = behind.stream(ASKED)
    assert first == expected
    assert (answer.text, answer.citations) == (plain.text, plain.citations)
    assert len(answer.answer_id) == 16
    assert observed.ask(ASKED).answer_id != answer.answer_id


def test_an_answer_is_kept_under_the_id_that_it_has(observed, tmp_path):
    answer = observed.ask(ASKED)
    kept = Recorder(Settings(data=tmp_path), "web").record(ASKED, answer)
    assert kept.answer_id == answer.answer_id
    assert Recorder(Settings(data=tmp_path), "web").record(ASKED, answer, answer_id="f").answer_id == "f"


def test_questions_are_counted_by_way_and_verdict(observed):
    observed.ask(ASKED)
    slack = observed.by("slack")
    assert value(observed, "policyqa_questions_failed_total", way="slack", reason="bug") == 0
    slack.ask(Question("今天天气如何？"))
    slack.ask(ASKED)
    assert value(observed, "policyqa_questions_total", way="web") == 1
    assert value(observed, "policyqa_questions_total", way="slack") == 2
    assert value(observed, "policyqa_answers_total", way="slack", verdict="refused") == 1
    assert value(observed, "policyqa_answers_total", way="slack", verdict="answered") == 1


def test_closing_the_stream_stops_the_model_and_counts_as_stopped(observed, behind):
    with closing(observed.stream(ASKED)) as events:
        next(event for event in events if isinstance(event, Delta))
        assert value(observed, "policyqa_answers_running", way="web") == 1
    assert behind.closed_early.is_set()
    assert value(observed, "policyqa_answers_running", way="web") == 0
    assert value(observed, "policyqa_questions_stopped_total", way="web") == 1
    assert value(observed, "policyqa_answers_total", way="web", verdict="answered") == 0


def test_closing_after_the_answer_is_not_stopping(observed):
    with closing(observed.stream(ASKED)) as events:
        next(event for event in events if isinstance(event, Answer))
    assert value(observed, "policyqa_questions_stopped_total", way="web") == 0
    assert value(observed, "policyqa_answers_total", way="web", verdict="answered") == 1


def test_a_stream_that_is_never_read_counts_nothing(observed):
    observed.stream(ASKED).close()
    assert value(observed, "policyqa_questions_total", way="web") == 0


@pytest.mark.parametrize(
    ("text", "error", "reason"),
    [("？？", QuestionError, "question"), ("有效期中断", ModelBroke, "model_broke")],
)
def test_a_failure_is_raised_as_it_is_and_counted_by_its_reason(observed, text, error, reason):
    with pytest.raises(error):
        list(observed.stream(Question(text)))
    assert value(observed, "policyqa_questions_failed_total", way="web", reason=reason) == 1
    assert value(observed, "policyqa_answers_running", way="web") == 0


def test_what_nobody_expected_is_a_bug():
    assert reason_of(ZeroDivisionError()) == "bug"


def test_everything_else_is_the_assistants_own(observed, behind):
    assert observed.documents() == behind.documents()
    assert observed.owner == behind.owner
    assert observed.asked is behind.asked
    assert observed.search(ASKED, 2).hits == behind.search(ASKED, 2).hits
    assert value(observed, "policyqa_searches_total", way="web") == 1
    with pytest.raises(AttributeError):
        _ = observed.nothing_of_the_kind
    assert copy.copy(observed).behind is behind
