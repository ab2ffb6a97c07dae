"""How soon the words of a model reach whoever listens to the page's stream, through the real server."""

import re
import threading

import pytest
from browser import serving
from fakes_visitors import Visitor

from rag.schema import Delta
from ui.web.chat.gate import Gate
from ui.web.chat.run import Run

PIECES, PAUSE_S, MOST_MS = 120, 0.02, 50
QUESTION = "北京市数据知识产权登记证书的有效期为几年？"
STAMP = re.compile(r"（(\d{13})）")
# Each piece of the answer is the time at which the model said it.
SERVE = f"""
import tempfile, time
from pathlib import Path
from fakes import ScriptedLLM, make_collection, open_assistant
from ui.web.server import serve

class Stamping(ScriptedLLM):
    def stream_chat(self, messages, **kwargs):
        for said in super().stream_chat(messages, **kwargs):
            time.sleep({PAUSE_S})
            said.delta = f"（{{time.time_ns() // 1_000_000}}）、"
            yield said

settings = make_collection(Path(tempfile.mkdtemp()))
serve(open_assistant(settings, Stamping(pieces=["、"] * {PIECES})), port=PORT, records=settings.data)
"""


@pytest.fixture(scope="module")
def address():
    with serving(SERVE) as found:
        yield found


def delays_ms(arrivals):
    """Return for each piece how long after it was said a message came that holds it, in milliseconds, ascending."""
    delays, newest = [], 0
    for at, text in arrivals:
        said = sorted({int(stamp) for stamp in STAMP.findall(text)})
        delays += [at * 1000 - stamp for stamp in said if stamp > newest]
        newest = max([newest, *said])
    return sorted(delays)


def test_words_are_sent_soon_after_the_model_has_said_them(address, record_property):
    visitor = Visitor(address)
    visitor.ask("登记要提交哪些材料？")
    visitor.ask(QUESTION)
    visitor.close()
    delays = delays_ms(visitor.arrivals)
    p50, p95 = delays[len(delays) // 2], delays[int(len(delays) * 0.95)]
    for name, value in (("p50_ms", p50), ("p95_ms", p95)):
        record_property(name, value)
    print(f"{len(delays)} pieces, sent {p50:.0f} ms (p50), {p95:.0f} ms (p95) after they were said")
    assert len(delays) >= PIECES * 0.9, "the last ones come with the whole answer"
    assert p50 <= 3 * MOST_MS
    assert p95 <= 6 * MOST_MS


def test_what_happens_while_a_page_is_drawn_is_told_together():
    drawn, said = threading.Semaphore(0), threading.Semaphore(0)

    def answer():
        yield Delta("一")
        drawn.acquire()
        yield from [Delta("二")] * 100
        said.release()
        drawn.acquire()

    taken = []
    run = Run(lambda: answer(), taken.append, lambda failure: None, Gate(1))
    changes = run.changes()
    run.begin()
    while not taken:
        next(changes)
    drawn.release()
    said.acquire()
    assert len(taken) == 101
    next(changes)
    drawn.release()
    assert list(changes) == [], "each of a hundred words was told alone"
