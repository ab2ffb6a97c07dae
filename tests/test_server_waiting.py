"""A silent server: who waits is free at once, and is told why there is no word yet."""

import socket
import threading
import time

import pytest
from fake_ollama import FakeOllama, recorded
from fake_openai_server import FakeOpenAI, delta, stream
from llama_index.core.llms import ChatMessage, MessageRole

from rag.llm import OllamaLLM, OpenAIServerLLM, server_notice
from rag.server.backlog import Backlog
from rag.server.connection import Connection, read_aside

ASK = [ChatMessage(role=MessageRole.USER, content="年假有多少天？")]
OLLAMA = {"/api/chat": recorded("answers", "ended by itself")}
OPENAI = {"/v1/chat/completions": stream(delta("十五天"), delta(None, "stop"))}
SERVERS = pytest.mark.parametrize(
    ("fake", "routes", "kind"),
    [
        pytest.param(FakeOllama, OLLAMA, OllamaLLM, id="Ollama"),
        pytest.param(FakeOpenAI, OPENAI, OpenAIServerLLM, id="OpenAI"),
    ],
)


def model(kind, server):
    return kind(model="m", base_url=server.url, timeout_s=20)


def waits(llm):
    """Ask a question to its end; return the reasons that were given for waiting."""
    return [r.additional_kwargs["waiting"] for r in llm.stream_chat(ASK) if "waiting" in r.additional_kwargs]


@SERVERS
def test_silence_comes_in_beats_that_say_what_is_waited_for(fake, routes, kind):
    with fake(routes, reads_s=1.2) as server:
        responses = list(model(kind, server).stream_chat(ASK))
    silent = [r for r in responses if "waiting" in r.additional_kwargs]
    assert len(silent) >= 2
    assert {r.additional_kwargs["waiting"] for r in silent} == {"server_first_word"}
    assert {(r.delta, r.message.content) for r in silent} == {("", "")}
    assert responses[-1].message.content


@SERVERS
def test_a_question_that_is_given_up_while_the_prompt_is_read_frees_its_asker_at_once(fake, routes, kind):
    with fake(routes, reads_s=3) as server:
        answer = model(kind, server).stream_chat(ASK)
        next(answer)
        start = time.perf_counter()
        answer.close()
        assert time.perf_counter() - start < 0.5
        server.stopped.set()
        assert server.hung_up.wait(3), "the server must see that nobody listens"


@SERVERS
def test_the_next_question_says_that_the_server_still_reads_the_one_before(fake, routes, kind):
    with fake(routes, reads_s=1.6) as server:
        llm = model(kind, server)
        given_up = llm.stream_chat(ASK)
        next(given_up)
        given_up.close()
        assert set(waits(llm)) == {"server_abandoned"}
        assert set(waits(llm)) == {"server_first_word"}


def test_a_copy_with_another_time_out_shares_what_is_known():
    with FakeOllama(OLLAMA, reads_s=1.6) as server:
        llm = model(OllamaLLM, server)
        hasty = llm.model_copy(update={"timeout_s": 0.7})
        with pytest.raises(Exception, match="gave no first word"):
            hasty.chat(ASK)
        assert set(waits(llm)) == {"server_abandoned"}


def test_another_question_in_the_making_is_told():
    with FakeOllama(OLLAMA, reads_s=1.2) as server:
        llm = model(OllamaLLM, server)
        first = threading.Thread(target=llm.chat, args=(ASK,))
        first.start()
        time.sleep(0.2)
        assert waits(llm)[0] == "server_others"
        first.join()


def test_a_refused_request_leaves_nothing_behind():
    with FakeOllama({"/api/chat": recorded("refusals", "queue full")}) as server:
        llm = model(OllamaLLM, server)
        with pytest.raises(Exception, match="is busy"):
            llm.chat(ASK)
        assert llm.backlog.wait(llm.backlog.sent()) == "server_first_word"


def test_the_wait_for_an_abandoned_question_ends_after_a_time():
    now = [0.0]
    backlog = Backlog(keep_s=600, clock=lambda: now[0])
    backlog.over(backlog.sent(), abandoned=True)
    number = backlog.sent()
    assert backlog.wait(number) == "server_abandoned"
    now[0] = 601
    assert backlog.wait(number) == "server_first_word"


def test_silence_between_words_gives_beats_too():
    with FakeOllama(
        {"/api/chat": recorded("answers", "chinese, ended by num_predict")}, stall_after=2
    ) as server:
        answer = model(OllamaLLM, server).stream_chat(ASK)
        responses = [next(answer) for _ in range(4)]
        answer.close()
    assert [r.delta for r in responses][2:] == ["", ""]
    assert "waiting" not in responses[-1].additional_kwargs
    assert responses[-1].message.content == responses[1].message.content


def test_a_connection_that_is_cut_before_it_stands_ends_as_soon_as_it_does():
    connection = Connection()
    connection.cut()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        stands = type("Stream", (), {"get_extra_info": lambda self, name: ours})()
        connection._trace("connection.connect_tcp.complete", {"return_value": stands})
        assert theirs.recv(1) == b""


def test_what_the_other_thread_raises_is_raised_to_the_reader():
    def parts():
        yield 1
        raise KeyError("x")

    with pytest.raises(KeyError):
        list(read_aside(parts, Connection(), 1))


@pytest.mark.parametrize(
    "code", ["server_abandoned", "server_others", "server_first_word", "prompt_cut", "prompt_underestimated"]
)
def test_each_code_has_words_in_both_languages(code):
    chinese, english = server_notice(code, "zh"), server_notice(code, "en")
    assert (chinese.code, english.code) == (code, code)
    assert max(chinese.text) >= "\u4e00"
    assert english.text.isascii()
