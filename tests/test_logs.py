"""The log: a line an event, as text or JSON, and nothing in it that a person typed, is called, or keeps secret."""

import json
import logging
import subprocess
import sys
from contextlib import closing

import pytest
from fake_assistant import FakeAssistant
from fake_ollama import FakeOllama, chunk, reply
from fakes_accounts import open_fake
from test_spans import END, SAID, Receiver

from rag.catalog import Catalog
from rag.schema import Question
from rag.settings import Settings
from ui.observation.access import AccessLog, shown
from ui.observation.logs import set_up_logs
from ui.observation.meter import Meter
from ui.observation.observed import Observed

QUESTION = "标记甲乙丙数据交易资料应当保存多少年？"
NAME, PASSWORD, SECRET = "标记姓名", "marked-password-1", "sk-marked-secret"
ASKED = Question("登记证书的有效期是多久？")


@pytest.fixture
def logged(capsys):
    """Set the log up with these settings, and return the lines that came since; all is as it was after the test."""
    names = ["", "rag", "ingest", "eval", "ui", "opentelemetry", "uvicorn.access"]
    before = {name: logging.getLogger(name).level for name in names}
    handlers = list(logging.getLogger().handlers)

    def _logged(**settings):
        set_up_logs(Settings(**settings))
        return lambda: capsys.readouterr().err.splitlines()

    yield _logged
    logging.captureWarnings(False)
    logging.getLogger().handlers[:] = handlers
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def test_an_answer_is_one_line_of_json_without_the_question(logged):
    lines = logged(log_format="json")
    answer = Observed(FakeAssistant(), Meter(), "slack").ask(ASKED)
    [line] = lines()
    found = json.loads(line)
    assert found.pop("time").endswith("+00:00")
    assert found == {
        "level": "info", "logger": "ui.observation.observed", "event": "answer", "way": "slack",
        "answer_id": answer.answer_id, "verdict": "answered", "model": "ollama:qwen3:8b", "hits": 4,
        "citations": 3, "warnings": [],
    }  # fmt: skip


def test_an_answer_is_one_line_of_text(logged):
    lines = logged()
    answer = Observed(FakeAssistant(), Meter()).ask(ASKED)
    [line] = lines()
    assert (
        f" INFO ui.observation.observed: answer way=web answer_id={answer.answer_id} verdict=answered" in line
    )
    assert ASKED.text not in line


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_the_question_is_logged_where_an_administrator_allows_it(logged, log_format):
    lines = logged(log_format=log_format, log_questions=True)
    Observed(FakeAssistant(), Meter(), with_questions=True).ask(ASKED)
    assert ASKED.text in lines()[0]


def test_what_was_stopped_or_failed_is_logged_with_its_kind(logged):
    lines = logged(log_format="json")
    observed = Observed(FakeAssistant(), Meter())
    events = observed.stream(ASKED)
    next(events)
    events.close()
    with pytest.raises(Exception, match="检索"):
        observed.ask(Question("？？"))
    stopped, failed = map(json.loads, lines())
    assert (stopped["event"], stopped["level"]) == ("stopped", "info")
    assert (failed["event"], failed["level"]) == ("failed", "warning")
    assert (failed["reason"], failed["error"]) == ("question", "QuestionError")


@pytest.mark.parametrize(("level", "count"), [("debug", 2), ("info", 1), ("warning", 0)])
def test_the_level_holds_for_the_product(logged, level, count):
    lines = logged(log_level=level)
    logging.getLogger("rag.thing").debug("a")
    logging.getLogger("ui.thing").info("b")
    assert len(lines()) == count


def test_libraries_say_only_what_is_wrong_whatever_the_level(logged):
    lines = logged(log_level="debug")
    for name in ("httpcore", "httpx", "slack_sdk", "openai"):
        logging.getLogger(name).info("POST %s", QUESTION)
        logging.getLogger(name).debug("POST %s", QUESTION)
    logging.getLogger("uvicorn.access").error("GET /?q=%s", QUESTION)
    assert lines() == []
    logging.getLogger("uvicorn.error").warning("ended")
    assert len(lines()) == 1


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize("allowed", [False, True])
def test_an_unexpected_error_is_told_by_its_place_and_not_by_its_words(logged, log_format, allowed):
    lines = logged(log_format=log_format, log_questions=allowed)
    try:
        try:
            raise KeyError(QUESTION)
        except KeyError as error:
            raise ValueError(QUESTION) from error
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    said = "\n".join(lines())
    assert (QUESTION in said) is allowed
    assert "ValueError" in said
    assert "KeyError" in said
    assert __name__ in said or "test_logs.py" in said


def test_a_value_cannot_begin_a_line_of_its_own(logged):
    lines = logged()
    logging.getLogger("ui.thing").info("x", extra={"fields": {"a": "b\n2026 INFO forged", "c": ""}})
    [line] = lines()
    assert line.endswith(r'x a="b\n2026 INFO forged" c=""')


def test_setting_up_twice_writes_once(logged):
    logged()
    lines = logged(log_format="json")
    logging.getLogger("ui.thing").info("once")
    assert [json.loads(line)["event"] for line in lines()] == ["once"]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/", "/"),
        ("/gradio_api/queue/join", "/gradio_api/queue/join"),
        ("/api/v1/ask", "/api/v1/ask"),
        ("/api/v1/documents/0f3a", "/api/v1/documents/*"),
        ("/api/v1/users/lihua/keys", "/api/v1/users/*"),
        ("/gradio_api/file=/tmp/数据交易.docx", "/gradio_api/*/tmp/*"),
        ("/数据交易", "/*"),
        ("/policyqa_0123abcd_secret", "/*"),
    ],
)
def test_a_path_is_told_as_far_as_the_program_names_it(path, told):
    assert shown(path) == told


@pytest.mark.parametrize(
    ("path", "status", "level"),
    [
        ("/ask", 200, "INFO"),
        ("/healthz", 200, "DEBUG"),
        ("/healthz", 503, "INFO"),
        ("/assets/x.js", 200, "DEBUG"),
    ],
)
def test_a_request_is_one_line_without_its_query(path, status, level, caplog):
    async def inner(scope, receive, send):
        await send({"type": "http.response.start", "status": status, "headers": []})

    async def sent(message):
        pass

    caplog.set_level(logging.DEBUG, "ui.observation")
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"q=secret"}
    run = AccessLog(inner)(scope, None, sent)
    with pytest.raises(StopIteration):
        run.send(None)
    [record] = caplog.records
    assert (record.levelname, record.fields["path"], record.fields["status"]) == (
        level,
        path,
        status,
    )
    assert "secret" not in str(record.__dict__)


PROGRAM = """
import offline; offline.cut_off()
import sys
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from rag.assistant import build_assistant
from rag.record.recorder import Recorder
from rag.schema import Question
from rag.settings import load_settings
from ui.observation.meter import Meter
from ui.observation.observed import Observed
from ui.observation.process import observing
from ui.observation.routes import add_observation
from ui.service import Service
from ui.web.chat.conversation import respond
from ui.web.chat.turn import Visit
from ui.web.guard import Guard
from ui.web.signing_in.layer import SignInLayer
from ui.web.signing_in.roll import Roll

question, name, password, key = sys.argv[1:]
settings = load_settings()
with observing(settings):
    meter = Meter()
    observed = Observed(build_assistant(settings), meter)
    service = Service(observed, settings.data, Recorder(settings, "web"))
    app = FastAPI(middleware=[Middleware(SignInLayer, roll=Roll(settings)), Middleware(Guard)])
    add_observation(app, service, meter, settings)

    @app.get("/ask")
    def ask(q: str) -> str:
        return observed.ask(Question(q)).text

    def kept(turn):
        service.recorder.keep(service.recorder.record(turn.asked, turn.answer, person=name))

    for text in (question, "？" + question[:1] * 3000, "？！"):
        list(respond(observed, Visit(person=name), text, "zh", kept))
    def broken(*_):
        raise ValueError(question)
    observed.behind.stream = broken
    list(respond(observed, Visit(person=name), question, "zh", kept))
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get("/metrics", headers={"authorization": "Bearer " + key}).status_code == 200
        assert client.get("/metrics", headers={"authorization": "Bearer " + key + "x"}).status_code == 401
        client.get("/ask", params={"q": question, "key": key})
        client.get("/" + question)
        for typed in (password, password + "x"):
            client.post("/sign-in", data={"name": name, "password": typed}, headers={"origin": "http://testserver"})
        print(client.get("/metrics", headers={"authorization": "Bearer " + key}).text)
"""


def test_the_whole_product_tells_nobody_what_was_asked_by_whom_with_which_key(
    own_collection, environment, tmp_path
):
    with closing(open_fake(own_collection, clock=None)) as accounts:
        someone = accounts.add(NAME, role="admin", password=PASSWORD)
        key = accounts.add_key(someone, frozenset({"metrics"}), None)
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    with FakeOllama({"/api/chat": reply(chunk(SAID), END)}) as server, Receiver() as receiver:
        told = {
            "DATA": str(own_collection), "LLM": "ollama:smollm2", "LLM_URL": server.url, "LLM_KEY": SECRET,
            "LOG_FORMAT": "json", "LOG_LEVEL": "debug", "OTEL_URL": receiver.url,
        }  # fmt: skip
        done = _run(
            program,
            QUESTION,
            NAME,
            PASSWORD,
            key,
            environment | {f"POLICYQA_{k}": v for k, v in told.items()},
        )
    assert done.returncode == 0, done.stderr
    output = done.stdout + done.stderr
    sent = b"".join(receiver.bodies).decode(errors="replace")
    catalog = Catalog(own_collection)
    titles = [document.title for document in catalog.documents()]
    texts = [
        clause.text[:20] for title in catalog.documents() for clause in catalog.clauses(title.document_id)
    ]
    catalog.close()
    for private in (
        QUESTION,
        "标记",
        NAME,
        PASSWORD,
        key,
        key[-20:],
        SECRET,
        someone.person,
        *titles,
        *texts,
    ):
        assert private not in output
        assert private not in sent
    events = [json.loads(line)["event"] for line in done.stderr.splitlines()]
    assert {"answer", "failed", "request", "an answer broke off"} <= set(events)
    assert "policyqa_answers_total{verdict=" in done.stdout
    assert "policyqa.question" in sent


def _run(program, *arguments):
    *words, environment = arguments
    return subprocess.run(
        [sys.executable, program, *words], env=environment, capture_output=True, encoding="utf-8", timeout=120
    )
