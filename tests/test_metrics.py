"""/metrics: what is told, to whom, and that nothing in it was typed by anybody."""

import re
import shutil
from contextlib import closing
from dataclasses import replace

import httpx
import pytest
from fake_assistant import CLAUSES, FakeAssistant
from fakes import fake_settings
from fakes_accounts import open_fake, with_people
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from rag.record.recorder import Recorder
from rag.schema import Question, Usage
from rag.settings import Settings
from ui.observation.meter import Meter
from ui.observation.observed import Observed
from ui.observation.routes import add_observation
from ui.service import Service
from ui.web.signing_in.layer import SignInLayer
from ui.web.signing_in.roll import Roll

ASKED = Question("登记证书的有效期是多久？")


class Counting(FakeAssistant):
    """Says what a model's server counted, and how long each stage took."""

    def stream(self, question, viewer=None):
        *events, answer = super().stream(question, viewer)
        yield from events
        yield replace(
            answer, usage=Usage(900, None), seconds={"search": 0.02, "first_token": 1.5, "whole": 30.0}
        )


@pytest.fixture
def served(collection):
    """An application over a collection, in which nobody has to sign in."""
    settings = Settings(data=collection, llm="none")
    meter = Meter()
    service = Service(Observed(Counting(), meter), collection)
    app = FastAPI(middleware=[Middleware(SignInLayer, roll=Roll(settings))])
    add_observation(app, service, meter, settings, lambda: 3)
    return app, service


def figures(app):
    with TestClient(app, client=("127.0.0.1", 1)) as client:
        answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        name: float(number)
        for name, number in (line.rsplit(" ", 1) for line in answer.text.splitlines() if line[0] != "#")
    }


def test_what_was_asked_is_told(served):
    app, service = served
    service.assistant.ask(ASKED)
    found = figures(app)
    assert found['policyqa_questions_total{way="web"}'] == 1
    assert found['policyqa_answers_total{verdict="answered",way="web"}'] == 1
    assert found['policyqa_tokens_total{kind="prompt"}'] == 900
    assert found['policyqa_tokens_total{kind="answer"}'] == 0
    assert found['policyqa_stage_seconds_sum{stage="whole",writer="model"}'] == 30
    assert found['policyqa_stage_seconds_bucket{le="2.0",stage="first_token",writer="model"}'] == 1
    assert found['policyqa_stage_seconds_bucket{le="1.0",stage="first_token",writer="model"}'] == 0
    assert found['policyqa_answers_running{way="web"}'] == 0
    assert found["policyqa_questions_waiting"] == 3


def test_the_state_of_collection_and_machine_is_told(served, collection):
    found = figures(served[0])
    assert (found["policyqa_documents"], found["policyqa_clauses"]) == (3, 37)
    assert 0 <= found["policyqa_index_age_seconds"] < 24 * 3600
    assert found["policyqa_ready"] == 1
    assert "policyqa_model_up" not in found
    assert 0 < found["policyqa_disk_free_bytes"] <= shutil.disk_usage(collection).total
    assert found["policyqa_memory_available_bytes"] > 0
    assert found["process_resident_memory_bytes"] > 1e6
    assert any(name.startswith("policyqa_info{version=") for name in found)


def test_kept_answers_are_counted(own_collection):
    settings, meter = Settings(data=own_collection, llm="none"), Meter()
    recorder = Recorder(settings, "web")
    recorder.keep(recorder.record(ASKED, FakeAssistant().ask(ASKED)))
    app = FastAPI(middleware=[Middleware(SignInLayer, roll=Roll(settings))])
    add_observation(app, Service(Observed(FakeAssistant(), meter), own_collection), meter, settings)
    assert figures(app)["policyqa_answers_kept"] == 1


def test_no_label_holds_what_was_asked_found_or_named(served):
    app, service = served
    answer = service.assistant.ask(ASKED)
    found = figures(app)
    said = "\n".join(found)
    assert re.findall("[^\x00-\x7f]", said) == []
    for private in (answer.answer_id, *(c.clause_id for c in CLAUSES), *{c.document_id for c in CLAUSES}):
        assert f'"{private}"' not in said
    names = {name for labels in re.findall(r"\{(.*)\}", said) for name in re.findall(r"(\w+)=", labels)}
    assert names <= {"way", "verdict", "stage", "writer", "kind", "le", "version", "generation", "reason"}


def test_without_the_folder_of_a_collection_the_rest_is_told(tmp_path):
    meter = Meter()
    app = FastAPI(middleware=[Middleware(SignInLayer, roll=Roll(Settings(data=tmp_path)))])
    add_observation(app, Service(Observed(FakeAssistant(), meter), tmp_path / "none"), meter)
    found = figures(app)
    assert "policyqa_documents" not in found
    assert found["policyqa_ready"] == 0
    assert not (tmp_path / "none").exists()


@pytest.fixture
def guarded(tmp_path):
    """The same where people have accounts; returns the application and a key with each scope."""
    with closing(with_people(open_fake(tmp_path, clock=None))) as accounts:
        someone = accounts.find("王芳")
        keys = {scope: accounts.add_key(someone, frozenset({scope}), None) for scope in ("metrics", "search")}
    settings, meter = fake_settings(tmp_path), Meter()
    app = FastAPI(middleware=[Middleware(SignInLayer, roll=Roll(settings))])
    add_observation(app, Service(Observed(FakeAssistant(), meter)), meter)
    return app, keys


@pytest.mark.parametrize(("scope", "status"), [("metrics", 200), ("search", 403), (None, 401)])
def test_a_key_with_the_scope_is_needed(guarded, scope, status):
    app, keys = guarded
    headers = {"Authorization": f"Bearer {keys[scope]}"} if scope else {}
    with TestClient(app, client=("198.51.100.7", 1)) as client:
        answer = client.get("/metrics", headers=headers)
    assert answer.status_code == status
    if status == httpx.codes.FORBIDDEN:
        assert answer.json()["error"]["fix"].endswith("--scope metrics")


def test_another_machine_is_told_nothing_where_nobody_signs_in(served):
    with TestClient(served[0], client=("198.51.100.7", 1)) as client:
        assert client.get("/metrics").status_code == 403
