"""/healthz and /readyz: open to everybody, quick, and without a word of what the collection holds."""

import json
import logging
import shutil
import threading
from contextlib import closing

import pytest
from fake_assistant import FakeAssistant
from fake_ollama import FakeOllama
from fakes_accounts import open_fake, with_people
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from rag.assistant import build_assistant
from rag.catalog import Catalog
from rag.errors import CollectionBusy, EmptyCollection, IndexDamaged, ModelUnavailable
from rag.settings import Settings
from ui.observation.meter import Meter
from ui.observation.observed import Observed
from ui.observation.readiness import Readiness, State
from ui.observation.routes import add_observation
from ui.service import Service
from ui.web.signing_in.layer import SignInLayer
from ui.web.signing_in.roll import Roll

HIDDEN = "内部名册"


class Broken(FakeAssistant):
    """Fails as it is told to; counts how often it is searched."""

    def __init__(self, error=None, notice=None):
        super().__init__(notice)
        self.error, self.searches = error, 0

    def search(self, question, limit=10, viewer=None):
        self.searches += 1
        if self.error:
            raise self.error
        return super().search(question, limit, viewer)


def app_of(assistant, settings):
    meter = Meter()
    data = settings.data if (settings.data / "catalog.sqlite").exists() else None
    app = FastAPI(middleware=[Middleware(SignInLayer, roll=Roll(settings))])
    add_observation(app, Service(Observed(assistant, meter), data), meter, settings)
    return app


def get(app, path, host="198.51.100.7"):
    with TestClient(app, client=(host, 1)) as client:
        return client.get(path)


def test_healthz_says_ok_and_nothing_else_whatever_is_broken(tmp_path):
    answer = get(app_of(Broken(ZeroDivisionError()), Settings(data=tmp_path, llm="none")), "/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert answer.headers["cache-control"] == "no-store"


def test_a_collection_that_can_be_searched_is_ready(collection):
    settings = Settings(data=collection, llm="none")
    answer = get(app_of(build_assistant(settings, searching_only=True), settings), "/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "model": "none"}


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (EmptyCollection(HIDDEN, fix=HIDDEN), "catalog"),
        (CollectionBusy(HIDDEN, fix=HIDDEN), "catalog"),
        (IndexDamaged(HIDDEN, fix=HIDDEN), "index"),
        (ModelUnavailable(HIDDEN, fix=HIDDEN), "embedder"),
        (ZeroDivisionError(HIDDEN), "search"),
    ],
)
def test_what_does_not_work_is_told_in_one_line_without_a_name(tmp_path, error, part):
    answer = get(app_of(Broken(error), Settings(data=tmp_path, llm="none")), "/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "model": "none", "part": part}
    assert answer.text.count("\n") == 1
    assert HIDDEN not in answer.text


def test_a_collection_that_goes_away_makes_it_unready_and_its_return_ready(own_collection):
    settings, now = Settings(data=own_collection, llm="none"), [0.0]
    readiness = Readiness(build_assistant(settings, searching_only=True), settings, clock=lambda: now[0])
    assert readiness.state().fault is None
    index = own_collection / "index"
    shutil.move(index, own_collection / "elsewhere")
    # A run of another process names a generation that is not there.
    _next_generation(own_collection)
    assert readiness.state().fault is None
    now[0] += 5
    assert readiness.state().fault == "index"
    shutil.move(own_collection / "elsewhere", index)
    shutil.copytree(index / "1", index / "2")
    now[0] += 5
    assert readiness.state().fault is None


def _next_generation(data):
    with closing(Catalog(data)) as catalog:
        catalog.set("generation", str(catalog.generation + 1))


def test_a_catalog_that_is_gone_is_told_although_it_is_still_open(own_collection):
    settings = Settings(data=own_collection, llm="none")
    app = app_of(build_assistant(settings, searching_only=True), settings)
    for path in own_collection.glob("catalog.sqlite*"):
        path.unlink()
    answer = get(app, "/readyz")
    assert (answer.status_code, answer.json()["part"]) == (503, "catalog")


def test_people_with_accounts_do_not_close_it(tmp_path):
    with_people(open_fake(tmp_path, clock=None)).close()
    app = app_of(FakeAssistant(), Settings(data=tmp_path, llm="none"))
    assert [get(app, path).status_code for path in ("/healthz", "/readyz")] == [200, 200]


def test_a_model_server_that_is_down_is_told_and_does_not_make_it_unready():
    with FakeOllama({}) as server:
        settings = Settings(llm="auto", llm_url=server.url)
        assert Readiness(FakeAssistant(), settings).state() == State(None, "up")
    assert Readiness(FakeAssistant(), settings).state() == State(None, "down")


def test_a_server_of_openais_kind_that_is_down_is_told():
    settings = Settings(llm="openai:m", llm_url="http://127.0.0.1:9")
    assert Readiness(FakeAssistant(), settings).state() == State(None, "down")


def test_without_a_model_in_use_none_is_asked_for():
    settings = Settings(llm="auto", llm_url="http://127.0.0.1:9")
    assert Readiness(FakeAssistant(notice="摘录"), settings).state() == State(None, "none")


def test_a_look_holds_for_five_seconds_however_many_ask():
    now, assistant = [0.0], Broken()
    readiness = Readiness(assistant, None, clock=lambda: now[0])
    for _ in range(20):
        readiness.state()
    assert assistant.searches == 1
    now[0] += 5
    readiness.state()
    assert assistant.searches == 2


def test_nobody_waits_for_a_look_that_hangs():
    now, assistant, hangs, begun = [0.0], Broken(), threading.Event(), threading.Event()
    readiness = Readiness(assistant, None, clock=lambda: now[0])
    readiness.state()
    now[0] += 5
    assistant.search = lambda *_: (begun.set(), hangs.wait(20))
    slow = threading.Thread(target=readiness.state)
    slow.start()
    assert begun.wait(10)
    assert readiness.state() == State(None, "none")
    hangs.set()
    slow.join()


def test_the_log_says_why_once_and_when_it_is_over(caplog):
    now, assistant = [0.0], Broken(IndexDamaged("broken.", fix="policyqa rebuild"))
    readiness = Readiness(assistant, None, clock=lambda: now[0])
    caplog.set_level(logging.INFO, "ui.observation")
    for _ in range(3):
        readiness.state()
        now[0] += 5
    assistant.error = None
    readiness.state()
    assert [record.message for record in caplog.records] == ["not ready", "ready again"]
    assert caplog.records[0].fields == {"part": "index", "why": "broken. policyqa rebuild"}


def test_what_is_told_is_json_of_one_line(collection):
    settings = Settings(data=collection, llm="none")
    text = get(app_of(FakeAssistant(), settings), "/readyz").text
    assert json.loads(text)["ready"] is True
    assert text.endswith("}\n")
