"""The page as a process of its own: its model's server goes and comes back, it is killed in the middle of an answer, it is asked too often."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, closing, contextmanager

import httpx
import pytest
from browser import free_port
from fake_ollama import FakeOllama, chunk, installed, reply
from fakes_visitors import Visitor

QUESTION = "登记凭证的有效期是几年？"
SAID = {
    "/api/tags": installed("m"),
    "/api/chat": reply(
        chunk("登记凭证的有效期为四年[1]。"),
        chunk("", done=True, done_reason="stop", prompt_eval_count=9, eval_count=9),
    ),
}
WAIT_S = 60


@contextmanager
def page(data, url, environment, **settings):
    """Serve `policyqa web` until the end; yields its address and the process."""
    port = free_port()
    names = {"POLICYQA_LLM": "ollama:m", "POLICYQA_LLM_URL": url, "PYTHONUNBUFFERED": "1"} | settings
    code = "import offline; offline.cut_off(); from ui.cli import main; main()"
    command = [sys.executable, "-c", code, "web", "--port", str(port), "--data", str(data)]
    process = subprocess.Popen(command, env=environment | names, stdout=subprocess.PIPE, encoding="utf-8")
    try:
        assert "Policy Q&A" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def visiting(address):
    visitor = Visitor(address)
    yield visitor
    visitor.close()


def kept(data):
    """Return (model, codes of the notices) of each kept answer, oldest first."""
    with closing(sqlite3.connect(data / "records.sqlite")) as db:
        rows = db.execute("SELECT model, warnings FROM answers ORDER BY rowid").fetchall()
    return [(model, {notice["code"] for notice in json.loads(warnings)}) for model, warnings in rows]


def test_answers_are_quoted_while_the_model_is_away_and_written_when_it_is_back(own_collection, environment):
    server = FakeOllama(SAID)
    with ExitStack() as stack:
        with server:
            address, _ = stack.enter_context(page(own_collection, server.url, environment))
            visitor = stack.enter_context(visiting(address))
            visitor.ask(QUESTION)
        for _ in range(2):
            _, seconds = visitor.ask(QUESTION)
            assert seconds < 15
        with FakeOllama(SAID, port=server.port) as again:
            end = time.monotonic() + WAIT_S
            while not again.asked("/api/chat"):
                assert time.monotonic() < end
                visitor.ask(QUESTION)
                time.sleep(1)
            visitor.ask(QUESTION)
    found = kept(own_collection)
    assert found[0][0] == found[-1][0] == "ollama:m"
    assert [model for model, _ in found[1:3]] == ["extractive", "extractive"]
    assert all("model_away" in codes for _, codes in found[1:3])
    back = [("server_back" in codes) for _, codes in found]
    assert back.count(True) == 1, "told once"


def test_a_page_that_starts_before_its_model_quotes_until_it_is_there(own_collection, environment):
    with FakeOllama(SAID) as server:
        port = server.port
    with page(own_collection, server.url, environment) as (address, _), visiting(address) as visitor:
        visitor.ask(QUESTION)
        with FakeOllama(SAID, port=port) as there:
            end = time.monotonic() + WAIT_S
            while not there.asked("/api/chat"):
                assert time.monotonic() < end
                visitor.ask(QUESTION)
                time.sleep(1)
    found = kept(own_collection)
    assert found[0] == ("extractive", {"model_away"})
    assert found[-1][0] == "ollama:m"


def test_a_page_that_is_killed_in_the_middle_of_an_answer_keeps_all_others_and_starts_again(
    own_collection, environment, call
):
    with FakeOllama(SAID) as server:
        with (
            page(own_collection, server.url, environment) as (address, process),
            visiting(address) as visitor,
        ):
            visitor.ask(QUESTION)
            before = kept(own_collection)
            server.stall_after = 1
            asking = threading.Thread(target=_broken_off, args=(visitor,))
            asking.start()
            end = time.monotonic() + WAIT_S
            while len(server.asked("/api/chat")) < 2:
                assert time.monotonic() < end
                time.sleep(0.02)
            os.kill(process.pid, signal.SIGKILL)
            asking.join(WAIT_S)
            assert not asking.is_alive()
        assert kept(own_collection) == before
        assert call("check", "--data", own_collection).status == 0
        assert QUESTION in call("answers", "--data", own_collection).out
        server.stall_after = None
        with page(own_collection, server.url, environment) as (address, _), visiting(address) as visitor:
            visitor.ask(QUESTION)
    assert kept(own_collection) == [*before, *before]


def _broken_off(visitor):
    with pytest.raises(httpx.TransportError):
        visitor.ask(QUESTION)


def test_a_person_who_asks_too_often_is_told_when_to_ask_again(own_collection, environment):
    with FakeOllama(SAID) as server:
        limit = {"POLICYQA_QUESTIONS_A_MINUTE": "2"}
        with page(own_collection, server.url, environment, **limit) as (address, _):
            with visiting(address) as hasty:
                said = [hasty.ask(QUESTION) and hasty.heard for _ in range(3)]
            with visiting(address) as other:
                other.ask(QUESTION)
                assert "一分钟内" not in other.heard
    assert ["一分钟内最多提 2 个问题" in heard for heard in said] == [False, False, True]
    assert len(kept(own_collection)) == 3
