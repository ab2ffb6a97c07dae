"""The figures of the bot's process: the names of the page, to this machine alone, for the same keys."""

import threading
from contextlib import closing, contextmanager

import httpx
import pytest
from fake_assistant import FakeAssistant
from fakes import fake_settings
from fakes_accounts import open_fake, with_people
from fakes_slack_bot import free_port

from rag.errors import PolicyQAError
from rag.schema import Question
from ui.observation.meter import Meter
from ui.observation.observed import Observed
from ui.service import Service
from ui.slack.figures import serve_figures


@contextmanager
def served(folder, waiting=lambda: 0):
    """Serve the figures of a bot that answered one question; yields what fetches one of their paths."""
    settings, meter = fake_settings(folder), Meter()
    service = Service(Observed(FakeAssistant(), meter, "slack"), folder)
    service.assistant.ask(Question("登记证书的有效期是多久？"))
    end = serve_figures(service, meter, settings, port := free_port(), waiting)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            yield client.get
    finally:
        end()


def test_questions_are_counted_as_those_of_slack_and_those_that_wait_are_told(tmp_path):
    before = set(threading.enumerate())
    with served(tmp_path, lambda: 3) as get:
        answer = get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain; version=")
        lines = answer.text.splitlines()
        assert get("/healthz").text == "ok"
    assert 'policyqa_questions_total{way="slack"} 1.0' in lines
    assert "policyqa_questions_waiting 3.0" in lines
    left = [one.name for one in threading.enumerate() if one not in before and "AnyIO" not in one.name]
    assert left == []


def test_a_page_of_another_site_does_not_get_them(tmp_path):
    with served(tmp_path) as get:
        assert get("/metrics", headers={"Host": "evil.example"}).status_code == httpx.codes.FORBIDDEN


def test_where_people_have_accounts_a_key_for_metrics_is_needed(tmp_path):
    with closing(with_people(open_fake(tmp_path, clock=None))) as accounts:
        someone = accounts.find("王芳")
        keys = {scope: accounts.add_key(someone, frozenset({scope}), None) for scope in ("metrics", "search")}
    with served(tmp_path) as get:
        assert get("/metrics").status_code == httpx.codes.UNAUTHORIZED
        for scope, status in (("metrics", httpx.codes.OK), ("search", httpx.codes.FORBIDDEN)):
            assert get("/metrics", headers={"Authorization": f"Bearer {keys[scope]}"}).status_code == status


def test_a_port_that_is_taken_is_named_with_the_flag(tmp_path):
    with (
        served(tmp_path) as get,
        pytest.raises(PolicyQAError, match=r"Cannot listen on 127.0.0.1:\d+ .*\n.*--metrics-port"),
    ):
        serve_figures(
            Service(FakeAssistant(), tmp_path),
            Meter(),
            fake_settings(tmp_path),
            get("/healthz").url.port,
            int,
        )
