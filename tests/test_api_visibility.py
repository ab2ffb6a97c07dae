"""A document of a group exists for nobody outside it, at whatever route of the API one asks."""

import json
import shutil
from urllib.parse import quote

import pytest
from fakes_api import As, client, events, visitor

from rag.assistant import build_assistant
from rag.schema import Viewer
from rag.settings import load_settings
from ui.api.router import api
from ui.service import Service
from ui.web.files.held import set_fields

SECRET, WORDS = "青岛市数据流通管理办法", "青岛市数据流通管理办法第三条的主管部门是谁？"
GROUP = "法规处"


@pytest.fixture(scope="module")
def served(collection, tmp_path_factory):
    """The API over a collection in which one document is limited to a group, and that document."""
    data = tmp_path_factory.mktemp("grouped") / "data"
    shutil.copytree(collection, data, ignore=shutil.ignore_patterns("records.sqlite*"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICYQA_LLM", "none")
        settings = load_settings(data)
        assistant = build_assistant(settings)
        found = next(d for d in assistant.documents() if d.title.startswith(SECRET))
        set_fields(settings, found.document_id, {"visibility": GROUP}, Viewer())
        assistant = build_assistant(settings)
        yield api(Service(assistant, data)), assistant, found


def every_route(app, groups, secret, clause):
    """Ask at each route of the description, and return what came by route; nothing of the question is in it."""
    http = client(As(app, visitor(groups=groups)))
    posts = {
        "/api/ask": {"question": WORDS}, "/api/search": {"question": WORDS, "limit": 500},
        "/v1/chat/completions": {"model": "policyqa", "messages": [{"role": "user", "content": WORDS}]},
    }  # fmt: skip
    gets = {
        "/api/documents": "/api/documents", "/api/documents/{document_id}": f"/api/documents/{secret.document_id}",
        "/api/clauses/{clause_id}": f"/api/clauses/{quote(clause.clause_id)}", "/v1/models": "/v1/models",
    }  # fmt: skip
    assert {*posts, *gets} == {*http.get("/api/openapi.json").json()["paths"]}
    said = {path: http.post(path, json=body).text for path, body in posts.items()}
    said["events"] = http.post(
        "/api/ask", json={"question": WORDS}, headers={"accept": "text/event-stream"}
    ).text
    said["chunks"] = http.post(
        "/v1/chat/completions", json=posts["/v1/chat/completions"] | {"stream": True}
    ).text
    return {path: text.replace(WORDS, "") for path, text in said.items()} | {
        name: http.get(path).text for name, path in gets.items()
    }


def test_every_route_as_a_person_without_the_group(served):
    app, assistant, secret = served
    clause = assistant.clauses(secret.document_id, Viewer(frozenset([GROUP])))[1]
    signs = (SECRET, clause.text[:20], json.dumps(SECRET))
    for path, text in every_route(app, ["人事处"], secret, clause).items():
        assert not [sign for sign in signs if sign in text], path
    inside = every_route(app, [GROUP], secret, clause)
    assert {path for path, text in inside.items() if SECRET not in text} == {"/v1/models"}


def test_what_is_hidden_and_what_is_not_there_are_told_apart_by_nothing(served):
    app, assistant, secret = served
    http = client(As(app, visitor()))
    hidden = http.get(f"/api/documents/{secret.document_id}")
    missing = http.get("/api/documents/0123456789ab")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.text.replace(secret.document_id, "") == missing.text.replace("0123456789ab", "")
    clause = assistant.clauses(secret.document_id, Viewer(frozenset([GROUP])))[0].clause_id
    assert http.get(f"/api/clauses/{clause}").status_code == 404


def test_a_reference_to_a_hidden_document_tells_only_its_printed_words(served, monkeypatch):
    from dataclasses import replace  # noqa: PLC0415

    from rag.schema import Reference  # noqa: PLC0415

    app, assistant, secret = served
    shown = next(d for d in assistant.documents() if d.document_id != secret.document_id)
    [first, *_] = assistant.clauses(shown.document_id)
    reference = Reference((0, 2), "《办法》", "第一条", secret.document_id, f"{secret.document_id}:第一条")
    monkeypatch.setattr(type(assistant), "clause", lambda *_: replace(first, references=(reference,)))
    path = f"/api/clauses/{quote(first.clause_id)}"
    outside = client(As(app, visitor())).get(path)
    assert secret.document_id not in outside.text
    assert outside.json()["references"][0]["target_title"] == "《办法》"
    assert secret.document_id in client(As(app, visitor(groups=[GROUP]))).get(path).text


def test_events_of_a_real_answer_end_with_it(served):
    http = client(As(served[0], visitor(groups=[GROUP])))
    said = events(
        http.post("/api/ask", json={"question": WORDS}, headers={"accept": "text/event-stream"}).text
    )
    assert said[0][0] == "stage"
    assert said[-1][0] == "answer"
    assert json.loads(said[-1][1])["citations"]
