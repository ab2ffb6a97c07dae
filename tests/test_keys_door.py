"""The doors for programs: a key, or the session of a person, and nothing else; every request is looked at by the layer."""

import asyncio
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fakes import fake_settings
from fakes_accounts import PASSWORD, open_fake, with_people
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse

from rag.errors import AccessRefused
from ui.web.guard import Guard
from ui.web.signing_in.layer import SignInLayer
from ui.web.signing_in.roll import Roll
from ui.web.visitor import OPEN, STATE, Visitor, scoped, viewer_from, visitor_of

DOORS = ["/api/v1/ask", "/v1/chat/completions", "/mcp", "/mcp/", "/metrics"]
NO_DOORS = [
    "/gradio_api/queue/join",
    "/gradio_api/api/x",
    "/gradio_api/run/x",
    "/config",
    "/mcpx",
    "/metricsx",
    "//api/x",
]


async def application(scope, receive, send):
    """Say who asks; stream when asked to; refuse a key without the scope that the query names."""
    request = Request(scope, receive)
    if scope["path"].endswith("/stream"):

        async def events():
            for n in range(3):
                yield f"data: {n}\n\n"

        return await StreamingResponse(events(), media_type="text/event-stream")(scope, receive, send)
    try:
        visitor = scoped(request, request.query_params.get("scope", "ask"))
    except AccessRefused as error:
        said = {"error": {"message": error.message, "fix": error.fix}}
        return await JSONResponse(said, 403)(scope, receive, send)
    body = await request.body()
    said = {
        "name": visitor.name,
        "roles": sorted(visitor.viewer.roles),
        "person": visitor.person,
        "bytes": len(body),
    }
    return await JSONResponse(said)(scope, receive, send)


@pytest.fixture
def accounts(tmp_path):
    with closing(with_people(open_fake(tmp_path, clock=time.time))) as found:
        yield found


@pytest.fixture
def key(accounts):
    """Make a key: name of the account, scopes → its text."""
    return lambda name="lihua", *scopes: accounts.add_key(
        accounts.find(name), frozenset(scopes or ("ask",)), None
    )


@pytest.fixture
def layer(accounts, tmp_path):
    return SignInLayer(Guard(application), Roll(fake_settings(tmp_path)), "https://policy.example.org")


def call(app, method, path, *, key=None, client="198.51.100.7", **how):
    async def sent():
        headers = {"authorization": f"Bearer {key}"} if key is not None else {}
        transport = httpx.ASGITransport(app, client=(client, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://page.test") as browser:
            return await browser.request(method, path, headers=headers | how.pop("headers", {}), **how)

    return asyncio.run(sent())


@pytest.mark.parametrize("path", DOORS)
def test_a_key_opens_the_doors_for_programs_in_its_account_s_name(accounts, layer, key, path):
    said = call(layer, "POST", path, key=key(), json={"question": "?"}).json()
    assert (said["name"], said["person"]) == ("lihua", accounts.find("lihua").person)
    assert said["bytes"] > 0


@pytest.mark.parametrize("path", NO_DOORS)
def test_a_key_opens_nothing_of_the_page(layer, key, path):
    answer = call(layer, "POST", f"http://page.test{path}", key=key("王芳", "admin"))
    assert answer.status_code == 401
    assert answer.json() == {"detail": "sign in first"}


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize(
    ("sent", "challenge"),
    [
        pytest.param(None, "Bearer", id="no key"),
        pytest.param("", 'Bearer error="invalid_token"', id="an empty one"),
        pytest.param("sk-something", 'Bearer error="invalid_token"', id="one of another product"),
        pytest.param("policyqa_01234567_" + "x" * 5000, 'Bearer error="invalid_token"', id="a guess"),
    ],
)
def test_without_a_key_a_program_is_told_what_to_send(layer, path, sent, challenge):
    answer = call(layer, "POST", path, key=sent, json={})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, challenge)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["error"]["fix"].startswith("send the header Authorization: Bearer policyqa_")
    chinese = call(layer, "GET", path, key=sent, headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert "密钥" in chinese.json()["error"]["message"]


def test_a_key_that_has_ended_opens_nothing(accounts, layer, key):
    removed, disabled = key(), key("sso")
    soon = accounts.add_key(accounts.find("lihua"), frozenset({"ask"}), datetime.now(UTC) + timedelta(days=1))
    accounts.remove_key(removed.split("_")[1])
    accounts.change("sso", disabled=True)
    with accounts._file.writing():
        accounts._file.change("UPDATE keys SET expires_at = 1 WHERE expires_at IS NOT NULL")
    for ended in (removed, disabled, soon):
        assert call(layer, "GET", "/api/v1/ask", key=ended).status_code == 401


def test_who_sends_many_wrong_keys_is_told_to_wait_and_nobody_else_has_to(accounts, layer, key):
    good = key()
    for _ in range(25):
        answer = call(layer, "GET", "/api/v1/ask", key="policyqa_0123abcd_wrong")
    assert int(answer.headers["retry-after"]) >= 1
    refusals = [line.about for line in accounts.audit_log() if line.what == "key_refused"]
    assert set(refusals) == {"0123abcd"}
    assert 20 <= len(refusals) < 25
    assert call(layer, "GET", "/api/v1/ask", key=good).status_code == 200
    assert accounts.sign_in("lihua", PASSWORD, address="198.51.100.7").account.name == "lihua"


def test_a_key_does_what_it_was_made_for_and_no_more(layer, key):
    asks, rules = key("王芳", "ask"), key("王芳", "ask", "admin")
    assert call(layer, "GET", "/api/v1/ask", key=asks).json()["roles"] == ["reader"]
    assert call(layer, "GET", "/api/v1/ask", key=rules).json()["roles"] == ["admin", "editor", "reader"]
    refused = call(layer, "GET", "/metrics?scope=metrics", key=asks)
    assert refused.status_code == 403
    assert "the scope metrics" in refused.json()["error"]["message"]
    assert call(layer, "GET", "/metrics?scope=metrics", key=key("lihua", "metrics")).status_code == 200


def test_a_person_s_session_opens_the_doors_but_for_other_sites(accounts, layer):
    token = accounts.sign_in("lihua", PASSWORD, address="").token
    mine = {"cookie": f"policyqa_session={token}"}
    assert call(layer, "POST", "/api/v1/ask", headers=mine).json()["name"] == "lihua"
    evil = call(layer, "POST", "/api/v1/ask", headers=mine | {"origin": "https://evil.example"})
    assert (evil.status_code, set(evil.json()["error"])) == (403, {"message", "fix"})
    # The key that is sent decides, whatever the browser has besides; a password for the proxy is no key.
    assert call(layer, "POST", "/api/v1/ask", key="wrong", headers=dict(mine)).status_code == 401
    basic = mine | {"authorization": "Basic bGlodWE6eA=="}
    assert call(layer, "POST", "/api/v1/ask", headers=basic).json()["name"] == "lihua"
    assert call(layer, "GET", "/metrics?scope=metrics", headers=mine).status_code == 403


def test_what_a_program_calls_its_tab_takes_none_away(accounts, layer, key):
    theirs = {"session_hash": "abc"}
    assert call(layer, "POST", "/api/v1/ask", key=key(), json=theirs).status_code == 200
    assert call(layer, "POST", "/api/v1/ask", key=key("王芳"), json=theirs).status_code == 200


def test_a_call_has_a_limit_and_its_answer_streams(layer, key):
    text = key()
    large = call(layer, "POST", "/api/v1/ask", key=text, content=b"x" * (16 * 1024 * 1024 + 1))
    assert (large.status_code, set(large.json()["error"])) == (413, {"message", "fix"})
    parts = {"file": ("a.txt", b"x" * (16 * 1024 * 1024 + 1))}
    assert call(layer, "POST", "/api/v1/ask", key=text, files=parts).status_code == 413

    async def chunks():
        sent, forever = [], asyncio.Event()
        requests = [{"type": "http.request", "body": b"", "more_body": False}]
        scope = {
            "type": "http", "method": "GET", "path": "/api/v1/stream", "query_string": b"", "scheme": "http",
            "headers": [(b"authorization", f"Bearer {text}".encode())], "client": ("198.51.100.7", 1),
        }  # fmt: skip

        async def receive():
            return requests.pop() if requests else await forever.wait()

        async def send(message):
            sent.append(message.get("body"))

        await layer(scope, receive, send)
        return [body for body in sent if body]

    assert asyncio.run(chunks()) == [b"data: 0\n\n", b"data: 1\n\n", b"data: 2\n\n"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_whether_the_server_lives_is_told_to_everybody(tmp_path, layer, path):
    assert call(layer, "GET", path).json()["roles"] == ["reader"]
    assert call(layer, "GET", path, client="127.0.0.1").json()["roles"] == ["reader"]
    assert call(layer, "POST", path).status_code == 401
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "accounts.sqlite").write_text("no database at all" * 50, encoding="utf-8")
    broken = SignInLayer(application, Roll(fake_settings(damaged)))
    assert call(broken, "GET", path).status_code == 200
    answer = call(broken, "GET", "/api/v1/ask", key="policyqa_x")
    assert (answer.status_code, set(answer.json()["error"])) == (503, {"message", "fix"})


def test_without_accounts_this_machine_may_all_and_any_key_will_do(tmp_path):
    layer = SignInLayer(application, Roll(fake_settings(tmp_path / "none")))
    here = call(layer, "POST", "/v1/chat/completions", key="sk-any", client="127.0.0.1")
    assert here.json()["roles"] == ["admin", "editor", "reader"]
    assert call(layer, "POST", "/v1/chat/completions").json()["roles"] == ["reader"]
    assert call(layer, "GET", "/metrics?scope=metrics").status_code == 403
    evil = {"origin": "https://evil.example"}
    assert call(layer, "POST", "/api/v1/ask", client="127.0.0.1", headers=evil).status_code == 403


def test_where_an_account_is_required_but_there_is_none_nobody_comes_in(tmp_path):
    layer = SignInLayer(application, Roll(fake_settings(tmp_path / "none"), required=True))
    assert call(layer, "POST", "/api/v1/ask", client="127.0.0.1").status_code == 401


def test_a_request_that_nobody_has_looked_at_comes_from_nobody():
    scope = {"type": "http", "headers": [], "client": ("127.0.0.1", 1), "state": {}}
    assert visitor_of(Request(scope)) == Visitor("", viewer_from("198.51.100.7"))
    assert visitor_of(Request(scope | {"state": {OPEN: True}})).viewer == viewer_from("127.0.0.1")


def test_marks_that_stood_there_before_the_layer_count_for_nothing(tmp_path):
    seen = []

    async def inner(scope, receive, send):
        seen.append(scope["state"])
        await JSONResponse({})(scope, receive, send)

    layer = SignInLayer(inner, Roll(fake_settings(tmp_path / "none")))
    forged = Visitor("user:1", viewer_from("127.0.0.1"), "admin")

    async def sending(message):
        """Answers go nowhere."""

    scope = {
        "type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "scheme": "http",
        "client": ("198.51.100.7", 1), "state": {STATE: forged, "other": 1},
    }  # fmt: skip
    asyncio.run(layer(scope, None, sending))
    assert seen == [{"other": 1, OPEN: True}]


@pytest.mark.parametrize(
    ("host", "is_answered"),
    [
        ("127.0.0.1:7860", True),
        ("localhost:7860", True),
        ("policyqa.localhost", True),
        ("[::1]:7860", True),
        ("192.168.1.5", True),
        ("policy.example.org", True),
        ("rebound.example.com", False),
        ("127.0.0.1.example.com", False),
        ("localhost.example.com:7860", False),
        ("[broken", False),
    ],
)
@pytest.mark.parametrize(
    "path", ["/", "/api/ask", "/v1/models", "/metrics", "/mcp", "/gradio_api/queue/join"]
)
def test_a_name_of_another_site_that_leads_to_this_machine_is_refused(tmp_path, host, path, is_answered):
    roll = Roll(fake_settings(tmp_path / "none"))
    layer = SignInLayer(application, roll, "https://policy.example.org", is_local=True)
    said = call(layer, "GET", path, client="127.0.0.1", headers={"host": host})
    assert (said.status_code == 200) == is_answered
    if not is_answered:
        assert said.status_code == 403
        assert "POLICYQA_WEB_URL" in said.text
