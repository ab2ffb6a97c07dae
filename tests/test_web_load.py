"""Many visitors at once on the loopback address, with the extractive answer over the small collection."""

import re
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from browser import serving
from fakes_visitors import Visitor

QUESTIONS = (
    "登记证书的有效期是多久？",
    "哪些数据不得进行交易？",
    "第十四条说了什么？",
    "登记要提交哪些材料？",
)
FEW, MANY = (6, 8.0), (30, 120.0)
"""Visitors, and for how many seconds each of them asks one question after the other."""
MOST_FIRST_WORD_S = 3.0
MOST_GROWTH_MB = 50
WARM_UP, ASKED = 60, 1000
REST_S = 40
"""In which the server gives back what it has freed."""


@pytest.fixture
def address(own_collection, environment, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("POLICYQA_LLM", "none")
    code = (
        "from rag.assistant import build_assistant\nfrom rag.settings import load_settings\nfrom ui.web.server import serve\n"
        f"from pathlib import Path\ns = load_settings(Path({str(own_collection)!r}))\n"
        "serve(build_assistant(s), port=PORT, records=s.data)"
    )
    with serving(code) as found:
        yield found


def memory_mb(address):
    """Resident memory of the process that listens at an address, in megabytes."""
    port = address.rsplit(":", 1)[1]
    found = subprocess.run(["pgrep", "-f", f"PORT = {port}"], capture_output=True, text=True, check=True)
    status = Path(f"/proc/{found.stdout.split()[0]}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1000


def visit_all(address, visitors, seconds):
    """Return the seconds to the first word of every answer, and what went wrong."""
    first, wrong, end = [], [], time.monotonic() + seconds

    def one(number):
        visitor = Visitor(address)
        try:
            while time.monotonic() < end:
                first.append(visitor.ask(QUESTIONS[(number + len(first)) % len(QUESTIONS)])[0])
                time.sleep(0.5 + number % 5 / 4)
        except Exception as error:  # told by the test, with the visitors that went on
            wrong.append(repr(error))
        finally:
            visitor.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(first), wrong


@pytest.mark.parametrize(
    ("visitors", "seconds"),
    [pytest.param(*FEW, id="few"), pytest.param(*MANY, id="many", marks=pytest.mark.slow)],
)
def test_visitors_at_once_are_all_answered(address, visitors, seconds, record_property):
    visit_all(address, 2, 2.0)
    before = memory_mb(address)
    first, wrong = visit_all(address, visitors, seconds)
    p95 = first[int(len(first) * 0.95)]
    grown = memory_mb(address) - before
    for name, value in (("answers", len(first)), ("p95_s", p95), ("grown_mb", grown)):
        record_property(name, value)
    print(
        f"{len(first)} answers, first word p95 {p95:.2f} s, memory {before:.0f} MB, grown by {grown:.0f} MB"
    )
    assert wrong == []
    assert len(first) >= visitors
    assert p95 <= 3 * MOST_FIRST_WORD_S
    assert grown <= 3 * MOST_GROWTH_MB


def ask_all(visitors, questions):
    """Have so many questions answered without a pause; what goes wrong is raised."""
    left = iter(range(questions))

    def one(visitor):
        for number in left:
            visitor.ask(QUESTIONS[number % len(QUESTIONS)])

    with ThreadPoolExecutor(len(visitors)) as pool:
        list(pool.map(one, visitors))


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_thousand_questions_leave_little_in_memory(address, record_property):
    visitors = [Visitor(address) for _ in range(MANY[0])]
    ask_all(visitors, WARM_UP)
    time.sleep(REST_S)
    before = memory_mb(address)
    ask_all(visitors, ASKED)
    time.sleep(REST_S)
    grown = memory_mb(address) - before
    for visitor in visitors:
        visitor.close()
    record_property("grown_mb", grown)
    print(f"memory {before:.0f} MB, after {ASKED} questions grown by {grown:.0f} MB")
    assert grown <= 2 * MOST_GROWTH_MB
