"""Answers as they are written: server-sent events, bounds of running answers, and clients that go away."""

import asyncio
import json
import threading

import httpx
import pytest
from fake_assistant import FakeAssistant
from fakes_api import As, Checking, Held, client, events, service, serving, visitor

from ui.api.router import add_api, api
from ui.api.running import Running

EVENTS = {"accept": "text/event-stream"}
ENDLESS = {"question": "登记证书的有效期是多久？请卡住"}
CHAT = {"model": "policyqa", "stream": True, "messages": [{"role": "user", "content": ENDLESS["question"]}]}


def streamed(assistant, question, **headers):
    said = client(api(service(assistant))).post(
        "/api/ask", json={"question": question, "id": 1}, headers=EVENTS | headers
    )
    assert said.headers["content-type"].startswith("text/event-stream")
    return [(name, json.loads(data)) for name, data in events(said.text)]


def test_stages_words_checked_sentences_and_the_answer_come_in_turn():
    said = streamed(Checking(), "登记证书的有效期是多久？")
    assert [name for name, _ in said] == ["stage", "delta", "settled", "delta", "settled", "answer"]
    answer = said[-1][1]
    assert (answer["id"], answer["verdict"]) == (1, "answered")
    assert "".join(data["text"] for name, data in said if name == "settled").strip() == answer["answer"]


def test_the_answer_of_the_stream_is_that_of_json():
    whole = client(api(service())).post("/api/ask", json={"question": "目标", "id": 1}).json()
    [*_, (name, last)] = streamed(FakeAssistant(), "目标")
    assert (name, last | {"seconds": 0}) == ("answer", whole | {"seconds": 0})
    stages = [data for name, data in streamed(FakeAssistant(), "目标") if name == "stage"]
    assert [stage["name"] for stage in stages] == ["search", "read", "write"]
    assert stages[1]["hits"] == whole["hits"]


def test_an_answer_that_breaks_off_ends_with_an_error():
    [*_, (name, last)] = streamed(FakeAssistant(), "登记证书的有效期是多久？中断")
    assert (name, last["error"]["fix"]) == ("error", "ollama serve")


def test_a_bug_ends_the_stream_without_telling_what_it_is(monkeypatch, caplog):
    assistant = FakeAssistant()
    monkeypatch.setattr(assistant, "search", lambda *_: 1 / 0)
    [*_, (name, last)] = streamed(assistant, "有效期")
    assert name == "error"
    assert "division" not in json.dumps(last)
    assert "division by zero" in caplog.text


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [("/api/ask", ENDLESS, EVENTS), ("/v1/chat/completions", CHAT, {}), ("/api/ask", ENDLESS, {})],
    ids=["events", "openai", "json"],
)
def test_a_client_that_goes_away_stops_the_model(path, body, headers):
    assistant = FakeAssistant()
    with serving(api(service(assistant))) as address, httpx.Client(base_url=address) as http:
        if "stream" in body or headers:
            with http.stream("POST", path, json=body, headers=headers) as said:
                # Without a name for it, its end would close the connection.
                lines = said.iter_lines()
                assert next(lines)
                assert not assistant.closed_early.is_set()
        else:
            with pytest.raises(httpx.ReadTimeout):
                http.post(path, json=body, timeout=1)
        assert assistant.closed_early.wait(10)


@pytest.mark.parametrize(("path", "body"), [("/api/ask", ENDLESS), ("/v1/chat/completions", CHAT)])
def test_a_client_that_is_gone_before_the_first_event_stops_the_model(path, body):
    assistant = FakeAssistant()
    app = api(service(assistant))
    left = [
        {"type": "http.request", "body": json.dumps(body).encode(), "more_body": False},
        {"type": "http.disconnect"},
    ]
    headers = [
        (b"content-type", b"application/json"),
        (b"accept", b"text/event-stream"),
        (b"host", b"localhost"),
    ]
    scope = {
        "type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers, "client": ("127.0.0.1", 1),
        "asgi": {"spec_version": "2.3"}, "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 1),
    }  # fmt: skip

    async def receive():
        return left.pop(0) if len(left) > 1 else left[0]

    async def send(message):
        pass

    asyncio.run(app(scope, receive, send))
    # Either it was ended before the assistant was asked, or its iterator is closed.
    assert not assistant.asked or assistant.closed_early.wait(10)


def test_a_person_has_two_answers_at_once_and_others_have_theirs():
    held = Held()
    running = Running(at_once=3)
    from fastapi import FastAPI  # noqa: PLC0415 - takes a second

    app = FastAPI()
    add_api(app, service(held), running)
    first, second = client(As(app, visitor("ask"))), client(As(app, visitor("ask", person="user:2")))
    waiting = [ask_aside(first), ask_aside(first)]
    assert held.asked_now.acquire(timeout=20)
    assert held.asked_now.acquire(timeout=20)
    refused = first.post("/api/ask", json={"question": "有效期"})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
    assert "2 of your answers" in refused.json()["error"]["message"]
    waiting.append(ask_aside(second))
    assert held.asked_now.acquire(timeout=20)
    assert running.count == 3
    full = second.post("/api/ask", json={"question": "有效期"}, headers=EVENTS)
    assert (full.status_code, "Too many answers" in full.text) == (429, True)
    held.let.set()
    assert [wait() for wait in waiting] == [200] * 3
    wait_for(lambda: running.count == 0)
    assert first.post("/api/ask", json={"question": "有效期"}).status_code == 200


def test_a_person_asks_so_many_questions_a_minute():
    http = client(As(api(service(questions_a_minute=2)), visitor("ask")))
    said = [http.post("/api/ask", json={"question": "有效期"}) for _ in range(3)]
    assert [response.status_code for response in said] == [200, 200, 429]
    assert 0 < int(said[-1].headers["retry-after"]) <= 60
    assert "2 questions in a minute" in said[-1].text


def ask_aside(http):
    """Ask in a thread; returns what waits for the status."""
    found = []
    thread = threading.Thread(
        target=lambda: found.append(http.post("/api/ask", json={"question": "有效期"}).status_code)
    )
    thread.start()

    def wait():
        thread.join(20)
        return found[0]

    return wait


def wait_for(met):
    tick = threading.Event()
    for _ in range(2000):
        if met():
            return
        tick.wait(0.01)
    raise AssertionError("it never came")
