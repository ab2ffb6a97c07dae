"""The tools at `/mcp`: who asks there, who sees what, and what stands before the protocol."""

import asyncio
import json
import shutil
import threading
from contextlib import closing

import anyio
import httpx
import pytest
from browser import serving as page
from fake_assistant import FakeAssistant
from fakes import fake_settings
from fakes_accounts import open_fake, with_people
from fakes_api import client as http_client
from fakes_api import serving
from fakes_mcp import call, over_http
from fastapi import FastAPI
from starlette.middleware import Middleware

from rag.assistant import build_assistant
from rag.schema import Viewer
from rag.settings import load_settings
from ui.mcp.http import add_mcp
from ui.observation.meter import Meter
from ui.observation.observed import Observed
from ui.service import Service
from ui.web.files.held import set_fields
from ui.web.signing_in.layer import SignInLayer
from ui.web.signing_in.roll import Roll

SECRET, WORDS = "青岛市数据流通管理办法", "青岛市数据流通管理办法第三条的主管部门是谁？"
GROUP = "法规处"
QUESTION = "登记证书的有效期是多久？"
PING = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = {"accept": "application/json, text/event-stream"}


def served_app(service, settings=None):
    app = FastAPI(middleware=[Middleware(SignInLayer, roll=Roll(settings))])
    add_mcp(app, service)
    return app


@pytest.fixture(scope="module")
def plain():
    """Tools over a fake assistant where nobody has an account, counted: their address and meter."""
    meter = Meter()
    with serving(served_app(Service(Observed(FakeAssistant(), meter))), "on") as address:
        yield address, meter


@pytest.fixture(scope="module")
def grouped(collection, tmp_path_factory):
    """Tools over a collection with a document of a group, behind accounts: address, that document, and keys by name."""
    data = tmp_path_factory.mktemp("grouped") / "data"
    shutil.copytree(collection, data, ignore=shutil.ignore_patterns("records.sqlite*"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICYQA_LLM", "none")
        settings = load_settings(data)
        found = next(d for d in build_assistant(settings).documents() if d.title.startswith(SECRET))
        set_fields(settings, found.document_id, {"visibility": GROUP}, Viewer())
        assistant = build_assistant(settings)
        with closing(with_people(open_fake(data))) as accounts:
            every = frozenset(["search", "read", "ask"])
            keys = {
                "inside": accounts.add_key(accounts.find("lihua"), every, None),
                "outside": accounts.add_key(accounts.find("sso"), every, None),
                "searching": accounts.add_key(accounts.find("lihua"), frozenset(["search"]), None),
            }
        with serving(served_app(Service(assistant), fake_settings(data)), "on") as address:
            clauses = assistant.clauses(found.document_id, assistant.owner)
            yield address, found, clauses, keys


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_tools_answer_over_http(plain, mode):
    told = []

    async def heard(progress, total, message):
        told.append(message)

    async def used():
        async with over_http(plain[0], mode=mode) as client:
            tools = (await client.list_tools()).tools
            found = await call(client, "search", question=QUESTION)
            return (
                tools,
                found,
                await client.call_tool("ask", {"question": QUESTION}, progress_callback=heard),
            )

    tools, found, answer = asyncio.run(used())
    assert [tool.name for tool in tools] == ["search", "show", "ask", "documents"]
    assert found[2]["clauses"]
    assert answer.structured_content["verdict"] == "answered"
    assert "检索 Search" in told


def test_questions_are_counted_as_those_of_the_way_mcp(plain):
    address, meter = plain

    async def asked():
        async with over_http(address) as client:
            await call(client, "ask", question=QUESTION)

    before = meter.registry.get_sample_value("policyqa_questions_total", {"way": "mcp"})
    asyncio.run(asked())
    assert meter.registry.get_sample_value("policyqa_questions_total", {"way": "mcp"}) == before + 1


def test_the_tools_are_part_of_the_whole_application():
    async def used(address):
        async with over_http(address) as client:
            return await call(client, "ask", question=QUESTION)

    code = "from fake_assistant import FakeAssistant; from ui.web.server import serve; serve(FakeAssistant(), port=PORT)"
    with page(code) as address:
        failed, text, said = asyncio.run(used(address))
        counted = httpx.get(f"{address}/metrics").text
    assert (failed, said["verdict"]) == (False, "answered")
    assert "[1]" in text
    assert 'policyqa_questions_total{way="mcp"} 1.0' in counted


def every_tool(address, key, document, clauses):
    """Call every tool, and return what it said by name; nothing of the question is in it."""

    async def asked():
        async with over_http(address, key) as client:
            calls = {
                "search": {"question": WORDS, "limit": 50}, "ask": {"question": WORDS}, "documents": {},
                "show": {"title": document.document_id}, "clause": {"title": document.document_id, "locator": clauses[1].locator},
            }  # fmt: skip
            assert {*calls} - {"clause"} == {tool.name for tool in (await client.list_tools()).tools}
            return {
                name: await call(client, "show" if name == "clause" else name, **arguments)
                for name, arguments in calls.items()
            }

    return {
        name: (failed, (text + json.dumps(said, ensure_ascii=False)).replace(WORDS, ""))
        for name, (failed, text, said) in asyncio.run(asked()).items()
    }


def test_a_key_without_the_group_sees_nothing_of_the_group_s_document(grouped):
    address, secret, clauses, keys = grouped
    for name, (failed, said) in every_tool(address, keys["outside"], secret, clauses).items():
        assert not [sign for sign in (SECRET, clauses[0].text[:20], clauses[1].text[:20]) if sign in said], (
            name
        )
        assert failed == (name in ("show", "clause"))
    for name, (failed, said) in every_tool(address, keys["inside"], secret, clauses).items():
        assert not failed
        assert SECRET in said, name


def test_a_hidden_document_and_none_at_all_are_told_apart_by_nothing(grouped):
    address, secret, _, keys = grouped

    async def shown():
        async with over_http(address, keys["outside"]) as client:
            return [await call(client, "show", title=name) for name in (secret.document_id, "0123456789ab")]

    hidden, missing = asyncio.run(shown())
    assert hidden[1].replace(secret.document_id, "") == missing[1].replace("0123456789ab", "")


def test_a_key_does_what_it_was_made_for_and_without_one_there_is_no_door(grouped):
    address, *_, keys = grouped

    async def tried():
        async with over_http(address, keys["searching"]) as client:
            return [
                await call(client, name, **arguments)
                for name, arguments in (
                    ("search", {"question": "保存多少年"}), ("ask", {"question": "保存多少年"}),
                    ("show", {"title": SECRET}), ("documents", {}),
                )
            ]  # fmt: skip

    said = asyncio.run(tried())
    assert [failed for failed, *_ in said] == [False, True, True, True]
    assert "The key does not have the scope ask." in said[1][1]
    assert httpx.post(f"{address}/mcp", json=PING, headers=ACCEPT).status_code == 401
    wrong = ACCEPT | {"authorization": "Bearer policyqa_wrong"}
    assert httpx.post(f"{address}/mcp", json=PING, headers=wrong).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 200, id="a program"),
        pytest.param({"host": "evil.example.org"}, 403, id="a name of somebody else"),
        pytest.param({"origin": "https://evil.example.org"}, 403, id="a page of another site"),
        pytest.param({"sec-fetch-site": "cross-site"}, 403, id="a browser on another site"),
        pytest.param({"content-type": "text/plain"}, 415, id="no JSON"),
    ],
)
def test_no_page_of_another_site_reaches_the_tools(plain, headers, status):
    body = json.dumps(PING)
    sent = {"content-type": "application/json"} | ACCEPT | headers
    response = httpx.post(f"{plain[0]}/mcp", content=body, headers=sent)
    assert response.status_code == status
    if status != 200:
        assert {*response.json()["error"]} == {"message", "fix"}


def test_what_is_no_call_is_refused(plain):
    address, _ = plain
    shown = httpx.get(f"{address}/mcp", headers=ACCEPT)
    assert (shown.status_code, shown.headers["allow"]) == (405, "POST")
    assert httpx.post(f"{address}/mcp/", json=PING, headers=ACCEPT).status_code == 200
    json_sent = ACCEPT | {"content-type": "application/json"}
    assert httpx.post(f"{address}/mcp", content="{", headers=json_sent).status_code == 400
    large = json.dumps(PING | {"params": {"x": "a" * 1024 * 1024}})
    assert httpx.post(f"{address}/mcp", content=large, headers=json_sent).status_code == 413


def test_before_the_server_runs_the_door_is_shut():
    app = FastAPI()
    add_mcp(app, Service(FakeAssistant()))
    response = http_client(app).post("/mcp", json=PING, headers=ACCEPT)
    assert (response.status_code, response.json()["error"]["fix"]) == (503, "try again")


def test_an_application_can_be_started_again():
    app = FastAPI()
    add_mcp(app, Service(FakeAssistant()))
    for _ in range(2):
        with http_client(app) as browser:
            assert browser.post("/mcp", json=PING, headers=ACCEPT).status_code == 200


class Endless(FakeAssistant):
    """Tells when it is asked, and writes until it is stopped."""

    def __init__(self):
        super().__init__()
        self.writing = threading.Event()

    def _stream(self, question):
        self.writing.set()
        yield from super()._stream(question)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_that_goes_away_stops_the_model(mode):
    assistant = Endless()

    async def given_up(address):
        async with over_http(address, mode=mode) as client, anyio.create_task_group() as tasks:
            tasks.start_soon(client.call_tool, "ask", {"question": "登记证书的有效期卡住"})
            assert await anyio.to_thread.run_sync(assistant.writing.wait, 20)
            tasks.cancel_scope.cancel()

    with serving(served_app(Service(assistant)), "on") as address:
        asyncio.run(given_up(address))
        assert assistant.closed_early.wait(20)
