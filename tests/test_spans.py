"""Traces: the steps of an answer reach a receiver, without a word of the question, and a receiver never holds an answer up."""

import json
import threading
import time
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fake_assistant import FakeAssistant
from fake_ollama import FakeOllama, chunk, reply
from llama_index_instrumentation import root_dispatcher
from llama_index_instrumentation.span import active_span_id
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from rag.assistant import build_assistant
from rag.errors import AccessRefused, ModelBroke, SettingsError
from rag.schema import Question
from rag.settings import Settings, load_settings
from rag.trace import step
from ui.observation import spans
from ui.observation.meter import Meter
from ui.observation.observed import Observed
from ui.observation.readiness import Readiness
from ui.observation.spans import tracing

QUESTION = "数据交易资料应当保存多少年？"
SAID = "数据交易资料保存不少于十年[1]。"
END = (
    json.dumps(
        {"model": "m", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}
        | {"prompt_eval_count": 900, "eval_count": 20}
    )
    + "\n"
)


class Receiver:
    """Takes OTLP over HTTP; keeps the spans, or answers with another status, or not before it is let go."""

    def __init__(self, status=200, *, slow=False):
        self.spans, self.bodies, self.asked = [], [], threading.Event()
        self.resource = {}
        self._let_go = threading.Event()
        if not slow:
            self._let_go.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.take(self.path, body)
                receiver._let_go.wait(30)
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1/traces"

    def take(self, path, body):
        assert path == "/v1/traces"
        self.bodies.append(body)
        for group in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.resource = {a.key: a.value.string_value for a in group.resource.attributes}
            for scope in group.scope_spans:
                self.spans += scope.spans
        self.asked.set()

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._let_go.set()
        self._server.shutdown()
        self._server.server_close()


def facts(span):
    return {a.key: getattr(a.value, a.value.WhichOneof("value")) for a in span.attributes}


@contextmanager
def traced(collection, url, **settings):
    """An observed assistant whose model is scripted, in a process that sends traces."""
    said = reply(chunk(SAID), END)
    with FakeOllama({"/api/chat": said}) as server:
        made = Settings(data=collection, llm="ollama:smollm2", llm_url=server.url, otel_url=url, **settings)
        with tracing(made):
            yield Observed(build_assistant(made), Meter(), "api", with_questions=made.log_questions)


def test_the_steps_of_an_answer_arrive_each_under_its_own(collection):
    with Receiver() as receiver:
        with traced(collection, receiver.url) as assistant:
            answer = assistant.ask(Question(QUESTION))
        by_id = {span.span_id: span for span in receiver.spans}
        parents = {
            span.name: by_id[span.parent_span_id].name if span.parent_span_id else None
            for span in receiver.spans
        }
    assert parents["policyqa.question"] is None
    for name in ("retrieval", "evidence", "model", "verification"):
        assert parents[f"policyqa.{name}"] == "policyqa.question"
    for leg in ("lookup", "keyword", "dense", "rerank"):
        assert parents[f"policyqa.{leg}"] == "policyqa.retrieval"
    assert parents["BundledEmbedding.get_query_embedding"]
    assert parents["OllamaLLM.stream_chat"] == "policyqa.question"
    assert len({span.trace_id for span in receiver.spans}) == 1
    [root] = [span for span in receiver.spans if not span.parent_span_id]
    found = facts(root)
    assert found["policyqa.way"] == "api"
    assert (found["policyqa.verdict"], found["policyqa.answer_id"]) == (answer.verdict, answer.answer_id)
    assert found["policyqa.hits"] == len(answer.retrieval.hits)
    assert receiver.resource["service.name"] == "policyqa"


def test_no_word_of_question_clause_or_answer_leaves(collection):
    with Receiver() as receiver, traced(collection, receiver.url) as assistant:
        answer = assistant.ask(Question(QUESTION))
    sent = b"".join(receiver.bodies)
    assert sent
    for words in (QUESTION, "数据交易", answer.text[:6], answer.retrieval.hits[0].clause.title):
        assert words.encode() not in sent


def test_the_question_is_told_where_an_administrator_allows_it(collection):
    with Receiver() as receiver, traced(collection, receiver.url, log_questions=True) as assistant:
        assistant.ask(Question(QUESTION))
    [root] = [span for span in receiver.spans if not span.parent_span_id]
    assert facts(root)["policyqa.question"] == QUESTION


def test_a_failure_is_marked_by_its_kind_only():
    with Receiver() as receiver, tracing(Settings(otel_url=receiver.url)), pytest.raises(ModelBroke):
        Observed(FakeAssistant(), Meter()).ask(Question("有效期中断"))
    [root] = receiver.spans
    assert (root.status.code, facts(root)["error.type"]) == (2, "ModelBroke")
    assert "停止".encode() not in receiver.bodies[0]


def test_a_question_that_is_given_up_ends_its_span_without_failure():
    with (
        Receiver() as receiver,
        tracing(Settings(otel_url=receiver.url)),
        closing(Observed(FakeAssistant(), Meter()).stream(Question("有效期"))) as events,
    ):
        next(events)
    assert [span.status.code for span in receiver.spans] == [0]


@pytest.mark.parametrize("how", ["slow", "gone", "refusing"])
def test_a_receiver_costs_an_answer_nothing_and_the_end_little(how, monkeypatch, caplog):
    monkeypatch.setattr(spans, "_LAST_S", 2.0)
    monkeypatch.setattr(spans, "_TIMEOUT_S", 0.3)
    monkeypatch.setattr(spans, "_EVERY_MS", 10)
    with Receiver(503 if how == "refusing" else 200, slow=how == "slow") as receiver:
        url = "http://127.0.0.1:9/v1/traces" if how == "gone" else receiver.url
        started = time.monotonic()
        with tracing(Settings(otel_url=url)):
            for _ in range(30):
                Observed(FakeAssistant(), Meter()).ask(Question("有效期"))
            if how != "gone":
                assert receiver.asked.wait(10)
            # None of the answers waited.
            assert time.monotonic() - started < 3
        assert time.monotonic() - started < 5
    told = [record for record in caplog.records if record.name == "ui.observation.spans"]
    assert len(told) == 1


def test_more_spans_than_the_queue_holds_are_lost_quietly(monkeypatch):
    monkeypatch.setattr(spans, "_LAST_S", 0.1)
    with Receiver(slow=True) as receiver, tracing(Settings(otel_url=receiver.url)):
        for _ in range(3000):
            with step("question"):
                pass


def test_nothing_listens_before_and_after(collection):
    before = list(root_dispatcher.span_handlers)
    with Receiver() as receiver, tracing(Settings(otel_url=receiver.url)):
        assert len(root_dispatcher.span_handlers) == len(before) + 1
    assert root_dispatcher.span_handlers == before
    with tracing(Settings()):
        assert root_dispatcher.span_handlers == before


def test_a_receiver_outside_is_refused_unless_allowed():
    outside = "https://192.0.2.7/v1/traces"
    with (
        pytest.raises(AccessRefused, match="receiver of traces") as refused,
        tracing(Settings(otel_url=outside)),
    ):
        pass
    assert "接收地址" in refused.value.words("zh")[0]
    with tracing(Settings(otel_url=outside, allow_remote=True)):
        pass


@pytest.mark.parametrize(
    "url", ["127.0.0.1:4318", "http://user:secret@127.0.0.1/", "ftp://a", "http://a/?key=1"]
)
def test_what_is_no_address_is_refused_by_its_name(url, monkeypatch):
    monkeypatch.setenv("POLICYQA_OTEL_URL", url)
    with pytest.raises(SettingsError, match="POLICYQA_OTEL_URL"):
        load_settings()


def test_the_steps_of_two_streams_that_are_read_in_turn_stay_apart():
    with Receiver() as receiver, tracing(Settings(otel_url=receiver.url)):
        one, other = (Observed(FakeAssistant(), Meter(), way) for way in ("web", "slack"))
        for _ in zip(one.stream(Question("有效期")), other.stream(Question("有效期")), strict=True):
            assert active_span_id.get() is None
    assert len({span.trace_id for span in receiver.spans}) == 2
    assert not any(span.parent_span_id for span in receiver.spans)


def test_a_step_of_a_generator_holds_nothing_outside_of_it():
    def words():
        with step("model", holds=False) as told:
            told["gen_ai.usage.output_tokens"] = 3
            yield "a"

    with step("question"):
        around = active_span_id.get()
        assert [active_span_id.get() for _ in words()] == [around]
    assert active_span_id.get() is None


def test_a_search_is_a_trace_and_a_look_whether_all_is_well_is_none(collection):
    with Receiver() as receiver:
        settings = Settings(data=collection, llm="none", otel_url=receiver.url)
        assistant = build_assistant(settings, searching_only=True)
        with tracing(settings):
            assert Readiness(assistant, settings).state().fault is None
            Observed(assistant, Meter(), "mcp").search(Question(QUESTION))
    roots = [span for span in receiver.spans if not span.parent_span_id]
    assert [(span.name, facts(span)["policyqa.way"]) for span in roots] == [("policyqa.search", "mcp")]
