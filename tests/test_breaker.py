"""A model's server that fails is left alone, tried again after a pause, and trusted again when it answers."""

import threading

import offline
import pytest
from fake_ollama import FakeOllama, recorded, reply
from fakes import FakeEmbedder, ScriptedLLM, fake_settings, open_collection
from fakes_pipeline import record, write_files
from llama_index.core.llms import ChatMessage, MessageRole

from ingest.pipeline import ingest
from rag.assistant import Assistant, build_assistant
from rag.errors import AccessRefused, ModelError, ModelUnavailable, PromptTooLong
from rag.llm import LlmChoice, OllamaLLM
from rag.rerank import SentenceScorer
from rag.schema import Question
from rag.server.backlog import Backlog
from rag.server.breaker import FIRST_PAUSE_S, IN_A_ROW, LONGEST_PAUSE_S, Breaker
from rag.server.failure import Address, failure
from rag.writer import Writer

AT = Address("ollama", "http://127.0.0.1:9", "m")
TIMEOUT_S = 600.0
GOOD = {"/api/chat": recorded("answers", "ended by itself")}
BAD = reply('{"error": "llama runner process no longer running"}', status=500)
ASK = [ChatMessage(role=MessageRole.USER, content="年假有多少天？")]


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker(TIMEOUT_S, clock)


def fail(breaker, code="model_died", timeout_s=TIMEOUT_S):
    with pytest.raises(ModelError) as caught, breaker.call(AT, timeout_s):
        raise failure(code, AT)
    return caught.value.code == code


def answer(breaker):
    with breaker.call(AT, TIMEOUT_S) as call:
        pass
    return call.is_probe


def trip(breaker):
    for _ in range(IN_A_ROW):
        fail(breaker)
    assert breaker.is_open


def refuses(breaker):
    with pytest.raises(ModelUnavailable) as caught, breaker.call(AT, TIMEOUT_S):
        pytest.fail("the server was asked")
    return caught.value.code == "resting"


def give_up(breaker, *, heard=False):
    with pytest.raises(GeneratorExit), breaker.call(AT, TIMEOUT_S) as call:
        if heard:
            call.hear()
        raise GeneratorExit


@pytest.mark.parametrize("code", ["silent", "silent_midway", "busy", "connection_broke", "model_died", "not_a_server", "no_model", "key", "refused"])  # fmt: skip
def test_failures_in_a_row_end_the_asking(breaker, code):
    for number in range(IN_A_ROW):
        assert not breaker.is_open, f"after {number} failures"
        assert fail(breaker, code)
    assert refuses(breaker)


def test_where_nobody_listens_one_failure_is_enough(breaker):
    fail(breaker, "no_server")
    assert refuses(breaker)


def test_an_answer_in_between_begins_the_count_anew(breaker):
    for _ in range(5):
        fail(breaker)
        fail(breaker)
        answer(breaker)
    assert not breaker.is_open


@pytest.mark.parametrize("code", ["too_long", "unfinished", "thoughts"])
def test_what_a_living_server_says_of_one_question_is_no_failure(breaker, code):
    for _ in range(9):
        fail(breaker, code)
    assert not breaker.is_open


@pytest.mark.parametrize("heard", [False, True])
def test_whoever_gives_up_has_not_failed(breaker, heard):
    for _ in range(9):
        give_up(breaker, heard=heard)
    assert not breaker.is_open


def test_a_request_with_little_patience_neither_counts_nor_tries_the_server_out(breaker, clock):
    for _ in range(9):
        fail(breaker, "silent", timeout_s=20)
    assert not breaker.is_open
    trip(breaker)
    clock.now += 1000
    with pytest.raises(ModelUnavailable), breaker.call(AT, 20):
        pytest.fail("the server was asked")
    assert answer(breaker), "the patient one tries"


def test_one_question_tries_the_server_after_the_pause_and_an_answer_ends_the_matter(breaker, clock):
    trip(breaker)
    clock.now += FIRST_PAUSE_S - 0.1
    assert refuses(breaker)
    clock.now += 0.1
    with breaker.call(AT, TIMEOUT_S) as call:
        assert call.is_probe
        assert refuses(breaker), "all others are not kept waiting"
    assert (breaker.is_open, answer(breaker)) == (False, False)


def test_the_first_word_of_a_trial_lets_the_others_in(breaker, clock):
    trip(breaker)
    clock.now += FIRST_PAUSE_S
    with breaker.call(AT, TIMEOUT_S) as call:
        call.hear()
        assert not answer(breaker), "nobody waits for the last word, and no second one tries"


def test_a_trial_that_breaks_off_after_its_first_word_ends_the_asking_again(breaker, clock):
    trip(breaker)
    clock.now += FIRST_PAUSE_S
    with pytest.raises(ModelError), breaker.call(AT, TIMEOUT_S) as call:
        call.hear()
        raise failure("model_died", AT)
    assert refuses(breaker)
    clock.now += FIRST_PAUSE_S
    assert answer(breaker)


def test_each_failed_trial_doubles_the_pause_up_to_its_longest(breaker, clock):
    trip(breaker)
    for pause in (5, 10, 20, 40, 60, 60):
        clock.now += pause - 0.1
        assert refuses(breaker), f"before {pause} seconds"
        clock.now += 0.1
        assert fail(breaker), f"after {pause} seconds the server is asked"
    clock.now += LONGEST_PAUSE_S
    answer(breaker)
    trip(breaker)
    clock.now += FIRST_PAUSE_S
    assert answer(breaker), "after a recovery the first pause is short again"


def test_a_trial_that_is_given_up_decides_nothing(breaker, clock):
    trip(breaker)
    clock.now += FIRST_PAUSE_S
    give_up(breaker)
    assert refuses(breaker)
    clock.now += FIRST_PAUSE_S
    give_up(breaker, heard=True)
    assert not breaker.is_open, "a word had come"


def test_a_bug_in_a_trial_does_not_block_the_next(breaker, clock):
    trip(breaker)
    clock.now += FIRST_PAUSE_S
    with pytest.raises(ZeroDivisionError), breaker.call(AT, TIMEOUT_S):
        raise ZeroDivisionError
    clock.now += FIRST_PAUSE_S
    assert answer(breaker)


def test_an_answer_begun_before_ends_the_matter_and_a_failure_begun_before_adds_nothing(breaker, clock):
    with pytest.raises(ModelUnavailable), breaker.call(AT, TIMEOUT_S):
        trip(breaker)
        raise failure("silent", AT)
    clock.now += FIRST_PAUSE_S
    with breaker.call(AT, TIMEOUT_S):
        pass
    with breaker.call(AT, TIMEOUT_S):
        trip(breaker)
    assert not breaker.is_open


def test_of_many_at_once_one_tries(breaker, clock):
    trip(breaker)
    clock.now += FIRST_PAUSE_S
    line, let_in, refused = threading.Barrier(8), [], []
    over = threading.Event()

    def ask():
        line.wait()
        try:
            with breaker.call(AT, TIMEOUT_S) as call:
                let_in.append(call)
                over.wait(10)
        except ModelUnavailable as error:
            refused.append(error)
            if len(refused) == 7:
                over.set()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(let_in), len(refused)) == (1, 7)


def test_the_administrator_finds_both_ends_in_the_log(breaker, clock, caplog):
    fail(breaker, "no_server")
    clock.now += FIRST_PAUSE_S
    answer(breaker)
    lost, back = (r.getMessage() for r in caplog.records)
    assert "ollama serve" in lost
    assert back == "the model server at http://127.0.0.1:9 answers again"


def test_a_server_that_loads_its_model_is_waited_for_and_nobody_queues_behind_it(breaker, clock):
    backlog = Backlog(TIMEOUT_S, clock)
    first = backlog.sent()
    clock.now += 60
    assert not backlog.is_stuck
    clock.now += 1
    assert backlog.is_stuck
    with pytest.raises(ModelUnavailable), breaker.call(AT, TIMEOUT_S, stuck=backlog.is_stuck):
        pytest.fail("the server was asked")
    backlog.began(first)
    assert not backlog.is_stuck


def test_a_slow_server_that_talks_is_not_stuck_and_its_pace_is_learnt(clock):
    backlog = Backlog(TIMEOUT_S, clock)
    first, second = backlog.sent(), backlog.sent()
    clock.now += 50
    backlog.began(first)
    for _ in range(5):
        clock.now += 50
        backlog.heard()
        assert not backlog.is_stuck
    backlog.over(first, abandoned=False)
    clock.now += 99
    assert not backlog.is_stuck, "50 seconds were needed before"
    clock.now += 2
    assert backlog.is_stuck
    backlog.over(second, abandoned=False)
    assert not backlog.is_stuck


def test_a_short_prompt_does_not_unlearn_what_a_long_one_takes(clock):
    backlog = Backlog(TIMEOUT_S, clock)
    for seconds in (120, 8):
        number = backlog.sent()
        clock.now += seconds
        backlog.began(number)
        backlog.over(number, abandoned=False)
    number = backlog.sent()
    clock.now += 120
    assert not backlog.is_stuck, "a long one took 120 seconds before"
    clock.now += 120
    assert backlog.is_stuck
    backlog.over(number, abandoned=False)


def test_the_silence_of_a_server_that_nobody_asks_says_nothing(clock):
    backlog = Backlog(TIMEOUT_S, clock)
    stopped = backlog.sent()
    clock.now += 1
    backlog.over(stopped, abandoned=True)
    clock.now += 200
    assert not backlog.is_stuck
    second, third = backlog.sent(), backlog.sent()
    clock.now += 30
    backlog.over(second, abandoned=True)
    clock.now += 29
    assert not backlog.is_stuck, "60 seconds were waited"
    clock.now += 1
    assert backlog.is_stuck
    backlog.over(third, abandoned=True)
    clock.now += 200
    assert backlog.is_stuck, "nor does a pause take it back"


def test_questions_that_are_given_up_one_after_the_other_do_not_hide_a_server_that_hangs(clock):
    backlog = Backlog(TIMEOUT_S, clock)
    for _ in range(3):
        number = backlog.sent()
        clock.now += 25
        backlog.over(number, abandoned=True)
    assert backlog.is_stuck
    clock.now += TIMEOUT_S
    assert not backlog.is_stuck, "it has long been done with them"


@pytest.fixture
def settings(tmp_path, monkeypatch):
    record(monkeypatch)
    monkeypatch.setattr("rag.assistant.build_embedder", lambda settings: FakeEmbedder())
    found = fake_settings(tmp_path / "data")
    ingest([write_files(tmp_path / "files")], found)
    return found


def served(settings, llm, **how):
    """An assistant as page and bot have it, over the fake embedder."""
    writer = Writer(llm, "ollama:m", SentenceScorer(FakeEmbedder()), **how)
    return Assistant(settings, open_collection(settings), writer)


def ask(assistant, text="北京的登记证书有效期是多久？"):
    found = assistant.ask(Question(text))
    return found.model, [w.code for w in found.warnings], " ".join(w.text for w in found.warnings)


def test_page_and_bot_quote_while_the_server_is_away_and_the_model_writes_when_it_is_back(
    settings, clock, monkeypatch
):
    monkeypatch.setattr("rag.assistant.choose_llm", lambda settings, **_: LlmChoice(llm, "ollama:m", None))
    with FakeOllama({"/api/chat": BAD}) as server:
        llm = OllamaLLM(model="m", base_url=server.url, timeout_s=20)
        assistant = build_assistant(settings, serving=True)
        assistant._writer.llm.breaker = breaker = Breaker(20, clock)
        for number in range(1, IN_A_ROW + 1):
            model, codes, text = ask(assistant)
            assert (model, "model_away" in codes, "拒绝了请求" in text) == ("extractive", True, True)
            assert len(server.asked("/api/chat")) == number
        model, codes, text = ask(assistant)
        assert (model, "model_away" in codes, "暂时不再等它" in text) == ("extractive", True, True)
        assert len(server.asked("/api/chat")) == IN_A_ROW, "nobody asks a server that is left alone"
        assert server.url not in text
        clock.now += FIRST_PAUSE_S
        ask(assistant)
        assert len(server.asked("/api/chat")) == IN_A_ROW + 1
        server.routes |= GOOD
        clock.now += 2 * FIRST_PAUSE_S
        assert "server_back" in server_warnings(assistant._writer.llm)
        assert not breaker.is_open
        assert "server_back" not in server_warnings(assistant._writer.llm)


def server_warnings(llm):
    *_, last = llm.stream_chat(ASK)
    return last.additional_kwargs["warnings"]


def test_others_are_let_in_while_the_first_answer_of_a_server_that_is_back_is_written(clock):
    with FakeOllama(
        {"/api/chat": recorded("answers", "chinese, ended by num_predict")}, stall_after=2
    ) as server:
        breaker = Breaker(20, clock)
        llm = OllamaLLM(model="m", base_url=server.url, timeout_s=20, breaker=breaker)
        trip(breaker)
        clock.now += FIRST_PAUSE_S
        trial = llm.stream_chat(ASK)
        assert any(response.delta for response in trial)
        assert not breaker.is_open
        trial.close()


def test_a_container_that_is_stopped_has_no_name_and_is_a_server_that_does_not_answer(settings, clock):
    breaker = Breaker(20, clock)
    llm = OllamaLLM(model="m", base_url="http://ollama.invalid:11434", timeout_s=20, breaker=breaker)
    model, codes, text = ask(served(settings, llm, falls_back=True))
    assert (model, "model_away" in codes, "没有应答" in text) == ("extractive", True, True)
    assert breaker.is_open
    with pytest.raises(ModelUnavailable, match="does not resolve") as caught:
        ask(served(settings, llm.model_copy(update={"breaker": None})))
    assert caught.value.code == "no_server"
    offline.attempts.clear()


def test_an_address_outside_is_an_error_and_no_failure(settings, clock):
    breaker = Breaker(20, clock)
    llm = OllamaLLM(model="m", base_url="http://203.0.113.7:11434", timeout_s=20, breaker=breaker)
    with pytest.raises(AccessRefused, match="outside"):
        ask(served(settings, llm, falls_back=True))
    assert not breaker.is_open


def test_the_first_answer_of_a_server_that_is_back_says_so(settings, clock):
    lines = recorded("answers", "ended by itself")["response"]["lines"]
    said = reply(lines[0].replace('"content":"', '"content":"登记证书的有效期为三年[1]。'), *lines[1:])
    with FakeOllama({"/api/chat": said}) as server:
        breaker = Breaker(20, clock)
        llm = OllamaLLM(model="m", base_url=server.url, timeout_s=20, breaker=breaker)
        assistant = served(settings, llm, falls_back=True)
        trip(breaker)
        assert ask(assistant)[0] == "extractive"
        clock.now += FIRST_PAUSE_S
        model, codes, _ = ask(assistant)
        assert (model, "server_back" in codes) == ("ollama:m", True)
        assert "server_back" not in ask(assistant)[1]


def test_a_command_and_an_evaluation_get_the_error(settings):
    gone = ModelUnavailable("gone", fix="ollama serve")
    with pytest.raises(ModelUnavailable, match="gone"):
        ask(served(settings, ScriptedLLM(pieces=[gone])))
    assert ask(served(settings, ScriptedLLM(pieces=[gone]), falls_back=True))[0] == "extractive"


def test_a_question_that_is_too_long_for_the_model_is_told_as_such(settings):
    with pytest.raises(PromptTooLong):
        ask(served(settings, ScriptedLLM(pieces=[PromptTooLong("long", fix="shorter")]), falls_back=True))


def test_words_for_people_name_no_address_in_either_language(settings):
    with FakeOllama({"/api/chat": reply('{"error": "model not found"}', status=404)}) as server:
        llm = OllamaLLM(model="m", base_url=server.url, timeout_s=20)
        assistant = served(settings, llm, falls_back=True)
        assert "没有所设的模型" in ask(assistant)[2]
        text = ask(assistant, "How long is a registration certificate (登记证书) of 北京 valid?")[2]
    assert server.url not in text
