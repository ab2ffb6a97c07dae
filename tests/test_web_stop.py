"""A served page that is told to end: running answers end first, and nothing hangs."""

import signal
import subprocess
import sys
import threading
import time

import httpx
import pytest
from browser import free_port
from conftest import CHECKOUT

CODE = """
import sys; sys.path[:0] = {paths!r}
from fake_assistant import FakeAssistant
from ui.web.server import serve
serve(FakeAssistant(pause_s={pause_s}), port={port})
"""


@pytest.fixture
def started():
    processes = []

    def start(pause_s):
        port = free_port()
        code = CODE.format(paths=[str(CHECKOUT), str(CHECKOUT / "tests")], port=port, pause_s=pause_s)
        process = subprocess.Popen([sys.executable, "-X", "utf8", "-c", code], stdout=subprocess.PIPE)
        processes.append(process)
        assert str(port).encode() in process.stdout.readline()
        return process, f"http://127.0.0.1:{port}"

    yield start
    for process in processes:
        process.kill()
        process.wait()
        process.stdout.close()


def running(address):
    page = httpx.get(f"{address}/metrics").text
    return 'policyqa_answers_running{way="api"} 1.0' in page


def test_a_running_answer_ends_before_the_server_does(started):
    process, address = started(pause_s=0.05)
    answers = []
    asked = {"question": "登记证书的有效期？"}
    asking = threading.Thread(
        target=lambda: answers.append(httpx.post(f"{address}/api/ask", json=asked, timeout=60))
    )
    asking.start()
    while not running(address):
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    asking.join()
    assert answers[0].json()["verdict"] == "answered"
    assert process.wait(timeout=30) == -signal.SIGTERM


def test_nobody_is_let_in_while_it_ends_and_open_pages_do_not_hold_it_up(started):
    process, address = started(pause_s=0)
    with httpx.stream("GET", f"{address}/gradio_api/heartbeat/tab", timeout=60) as heart:
        assert heart.status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == -signal.SIGTERM
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)
