"""The routes of the API: the shapes of the command line, errors in words, and who may ask."""

import json
from contextlib import closing

import pytest
from fake_assistant import CLAUSES, FakeAssistant
from fakes_api import As, client, service, visitor

from rag.errors import ModelUnavailable
from rag.record.recorder import Recorder
from rag.records import Records
from rag.settings import Settings
from ui.api.router import api
from ui.api.schemas import AnswerOut, ClausePlaceOut, DocumentOut, DocumentTreeOut, SearchOut

ASKED = {"question": "登记证书的有效期是多久？", "id": "a1"}
CHAT = {"model": "policyqa", "messages": [{"role": "user", "content": ASKED["question"]}]}
POSTED = {"/api/ask": ASKED, "/api/search": ASKED, "/v1/chat/completions": CHAT}
READ = ("/api/documents", "/api/documents/b1", "/api/clauses/b1:第三章/第十三条", "/v1/models")


@pytest.fixture(scope="module")
def app():
    """An application and its assistant; making one takes a while."""
    assistant = FakeAssistant()
    return api(service(assistant)), assistant


@pytest.fixture
def assistant(app):
    app[1].asked.clear()
    return app[1]


@pytest.fixture
def http(app, assistant):
    with client(app[0]) as opened:
        yield opened


def test_an_answer_has_the_shape_of_a_batch(http):
    said = http.post("/api/ask", json=ASKED)
    assert said.status_code == 200
    answer = AnswerOut.model_validate_json(said.text)
    assert (answer.id, answer.verdict, answer.citations[0].n) == ("a1", "answered", 1)
    assert answer.citations[0].quote in CLAUSES[0].text


def test_history_filters_and_day_reach_the_assistant(http, assistant):
    told = {"history": [["问", "答"]], "filters": {"region": "北京", "issue_no": 37, "status": None}, "as_of": "2024-01-31"}  # fmt: skip
    assert http.post("/api/ask", json=ASKED | told).status_code == 200
    [question] = assistant.asked
    assert question.history == (("问", "答"),)
    assert question.filters == {"region": "北京", "issue_no": "37"}
    assert question.as_of == "2024-01-31"


def test_a_search_has_the_shape_of_a_batch(http):
    found = SearchOut.model_validate_json(http.post("/api/search", json=ASKED | {"limit": 2}).text)
    assert (found.id, len(found.hits), found.hits[0].legs["keyword"].rank) == ("a1", 2, 1)


def test_documents_are_listed_with_filters(http):
    found = http.get("/api/documents").json()
    assert [DocumentOut.model_validate(d).document_id for d in found] == ["b1", "d1", "x1"]
    for query, expected in {
        "region=北京": ["b1"], "issue_no=51": ["d1"], "since=2023-12": ["d1"], "as_of=2020-01-31": ["d1", "x1"],
        "region=北京&issue_no=51": [],
    }.items():  # fmt: skip
        assert [d["document_id"] for d in http.get(f"/api/documents?{query}").json()] == expected, query


def test_a_document_comes_with_its_clauses_and_a_clause_with_its_neighbours(http):
    tree = DocumentTreeOut.model_validate_json(http.get("/api/documents/b1").text)
    assert [c.label for c in tree.clauses] == ["第十三条", "第十四条"]
    for path in ("b1:第三章/第十三条", "b1%3A第三章%2F第十三条"):
        place = ClausePlaceOut.model_validate_json(http.get(f"/api/clauses/{path}").text)
        assert (place.label, [c.label for c in place.context]) == ("第十三条", ["第十四条"])


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "question：缺少此项"), ({"question": ""}, "question：至少 1 个字"), ({"question": 7}, "question：应为文字"),
        ({"question": "有" * 20_001}, "question：超过 20000 个字"), ({"question": "？！"}, "没有文字"),
        ({"question": "a\ud800"}, "question：含有不完整的字符"), ({"question": "a", "filter": {}}, "filter：没有这一项"),
        ({"question": "a", "filters": {"nope": "x"}}, "filters.nope：没有这一项"),
        ({"question": "a", "filters": {"since": "soon"}}, "filters.since：应写成"),
        ({"question": "a", "as_of": "2024-02-30"}, "as_of：应写成"), ({"question": "a", "history": [["x"]]}, "history.0：至少 2 项"),
        ({"question": "a", "history": [["x", "y"]] * 101}, "history：超过 100 项"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_a_question_that_cannot_be_asked_is_refused_in_words(http, assistant, sent, words):
    body = json.dumps(sent)
    for path in ("/api/ask", "/api/search"):
        said = http.post(
            path, content=body, headers={"content-type": "application/json", "accept-language": "zh-CN,en"}
        )
        assert said.status_code == 422
        assert words in said.json()["error"]["message"]
        assert said.json()["error"]["fix"]
    assert assistant.asked == []


def test_errors_are_in_english_unless_chinese_is_asked_for(http):
    english, chinese = (
        http.get("/api/documents?regin=x", headers={"accept-language": lang}).json()["error"]
        for lang in ("en", "zh")
    )
    assert english == {"message": "regin is not known here.", "fix": "see /api/docs"}
    assert chinese == {"message": "regin：没有这一项。", "fix": "请参阅 /api/docs"}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"id": ' + b"9" * 5000 + b"}"], ids=len
)
def test_what_is_no_json_is_refused(http, body):
    said = http.post("/api/ask", content=body, headers={"content-type": "application/json"})
    assert said.status_code in {400, 422}
    assert said.json()["error"]["message"]


def test_a_request_that_is_too_large_is_refused(http):
    for path in POSTED:
        said = http.post(path, json={"question": "a" * 1024 * 1024})
        assert (said.status_code, "larger than 1024 KiB" in said.text) == (413, True)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/documents/zz", 404), ("GET", "/api/clauses/zz:第一条", 404), ("GET", "/api/nope", 404), ("GET", "/api", 404),
        ("GET", "/api/clauses/%0A%E7%AC%AC", 404), ("GET", "/v1/models/%0Ax", 404),
        ("GET", "/v1/nope", 404), ("DELETE", "/api/ask", 405), ("GET", "/v1/chat/completions", 405), ("TRACE", "/api/documents", 405),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_in_the_same_shape(http, method, path, status):
    said = http.request(method, path)
    assert said.status_code == status
    assert said.json()["error"]["message"]
    assert (status == 405) == ("allow" in said.headers)


def test_an_error_of_the_product_has_its_status_and_its_words(assistant, http, monkeypatch, caplog):
    def unavailable(*_):
        raise ModelUnavailable("No server.", fix="ollama serve", chinese=("没有服务器。", "请启动"))

    monkeypatch.setattr(assistant, "stream", unavailable)
    said = http.post("/api/ask", json=ASKED, headers={"accept-language": "zh"})
    assert (said.status_code, said.json()) == (503, {"error": {"message": "没有服务器。", "fix": "请启动"}})
    assert caplog.text == ""


def test_a_bug_tells_nothing_but_to_the_log(assistant, http, monkeypatch, caplog):
    def bug(*_):
        raise RuntimeError("a secret")

    monkeypatch.setattr(assistant, "stream", bug)
    monkeypatch.setattr(assistant, "search", bug)
    for path, body in POSTED.items():
        said = http.post(path, json=body)
        assert said.status_code == 500
        assert "secret" not in said.text
        assert "a secret" in caplog.text
        caplog.clear()


@pytest.mark.parametrize(("scope", "open_to"), [
    ("ask", {"/api/ask", "/v1/chat/completions", "/v1/models"}), ("search", {"/api/search"}),
    ("read", {"/api/documents", "/api/documents/b1", "/api/clauses/b1:第三章/第十三条"}), ("metrics", set()),
])  # fmt: skip
def test_a_key_opens_what_it_has_a_scope_for(app, scope, open_to):
    http = client(As(app[0], visitor(scope)))
    said = {path: http.post(path, json=body) for path, body in POSTED.items()}
    said |= {path: http.get(path) for path in READ}
    assert {path for path, response in said.items() if response.status_code == 200} == open_to
    refused = [response for path, response in said.items() if path not in open_to]
    assert {response.status_code for response in refused} == {403}
    assert all("does not have the scope" in response.json()["error"]["message"] for response in refused)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example.com"}, {"sec-fetch-site": "cross-site", "origin": "null"},
        {"host": "evil.example.com"}, {"host": "evil.example.com", "origin": "http://evil.example.com", "sec-fetch-site": "same-origin"},
    ],
    ids=str,
)  # fmt: skip
def test_pages_of_other_sites_get_nothing(http, assistant, headers):
    said = [http.post(path, json=body, headers=headers) for path, body in POSTED.items()]
    said += [http.get(path, headers=headers) for path in (*READ, "/api/docs", "/api/openapi.json")]
    assert {response.status_code for response in said} == {403}
    assert assistant.asked == []
    for path in POSTED:
        preflight = {**headers, "access-control-request-method": "POST"}
        answered = http.options(path, headers=preflight)
        assert answered.status_code in {403, 405}
        assert "access-control-allow-origin" not in answered.headers


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_what_a_form_of_another_site_can_send_is_refused(http, assistant, kind):
    for path, body in POSTED.items():
        said = http.post(path, content=json.dumps(body), headers={"content-type": kind} if kind else {})
        assert said.status_code == 415
    assert assistant.asked == []


def test_the_page_itself_and_a_name_of_the_settings_may_ask():
    http = client(api(service(web_url="https://qa.office.example")))
    own = {
        "host": "qa.office.example",
        "origin": "https://qa.office.example",
        "sec-fetch-site": "same-origin",
    }
    for headers in (own, {"host": "localhost:7860"}, {"host": "policyqa:7860"}, {"host": "[::1]:7860"}):
        assert http.post("/api/search", json=ASKED, headers=headers).status_code == 200
    # Where people have accounts, no other site has a key or a cookie to send along.
    known = client(As(api(service()), visitor("search")))
    handed_on = {"host": "qa.example.com", "origin": "https://chat.example.com"}
    assert known.post("/api/search", json=ASKED, headers=handed_on).status_code == 200
    at_browser = client(As(api(service()), visitor()))
    assert at_browser.post("/api/search", json=ASKED, headers=handed_on).status_code == 403


def test_answers_are_kept_with_who_asked(tmp_path):
    kept = service(data=tmp_path, recorder=Recorder(Settings(data=tmp_path), "web"))
    http = client(As(api(kept), visitor("ask", groups=["法规处"])))
    assert http.post("/api/ask", json=ASKED).status_code == 200
    assert http.post("/v1/chat/completions", json=CHAT).status_code == 200
    with closing(Records(tmp_path, -1)) as records:
        found = [*records.answers()]
    assert [(a.way, a.person, a.groups, a.question) for a in found] == [
        ("api", "user:1", ("法规处",), ASKED["question"])
    ] * 2


def test_an_answer_is_given_though_it_cannot_be_kept(tmp_path, caplog):
    (tmp_path / "records.sqlite").write_bytes(b"not a database, and long enough to be looked at" * 50)
    http = client(api(service(data=tmp_path, recorder=Recorder(Settings(data=tmp_path), "web"))))
    assert http.post("/api/ask", json=ASKED).json()["verdict"] == "answered"
    assert "was not stored" in caplog.text


def test_the_page_of_the_api_loads_nothing(http):
    page = http.get("/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert not {"<script", "<link", "<img", "@import", "url(", "http://", "https://"} & {
        part for part in ("<script", "<link", "<img", "@import", "url(", "http://", "https://") if part in page.text
    }  # fmt: skip
    for path in http.get("/api/openapi.json").json()["paths"]:
        assert f"{path}</code></h2>" in page.text
