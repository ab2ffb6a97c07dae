"""An hour of everything at once, with faults: nobody sees an error that was not injected, memory is flat, citations are verbatim.

`POLICYQA_TEST_SOAK_S=180` makes it short. Everything is on loopback; each person waits after each answer, so that the
number of questions is bounded by the time.
"""

import faulthandler
import os
import random
import re
import signal
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import offline
import pytest
from browser import free_port
from soak_faults import Model, Nuisance
from soak_load import Guest, Laws, Reader, Tally, repeating
from soak_office import Office

from rag.records import Records

# Taken before the tests' environment is cleared of settings.
SOAK_S = float(os.environ.get("POLICYQA_TEST_SOAK_S", "3600"))
SEED = 20261122
MOST_GROWTH = {"rss_mb": 60, "pss_mb": 60, "threads": 10, "files": 10}
"""Of the page's process in the last two thirds: resident memory and its proportional share, threads, open files."""
MOST_P95_S = 9.0
"""Of a whole answer, beside all the rest: three times the target for its first word."""
_TABS = 500
"""As `ui.web.page` keeps; a conversation of three answers in each takes a tenth of a megabyte."""
_AT_ONCE = 5
_TOO_MANY_WRONG = 20
_START_S = 90
_END_S = 600
_EVERY_S = 2.0


@dataclass(frozen=True)
class Sample:
    """What the page's process holds at one moment."""

    rss_mb: float
    pss_mb: float
    threads: int
    files: int


def sample(pid):
    process = Path(f"/proc/{pid}")
    memory = (process / "smaps_rollup").read_text(encoding="utf-8")
    rss, pss = (
        int(re.search(rf"^{name}:\s+(\d+)", memory, re.MULTILINE)[1]) / 1024 for name in ("Rss", "Pss")
    )
    return Sample(rss, pss, len(list((process / "task").iterdir())), len(list((process / "fd").iterdir())))


def grown(samples, of):
    """Return a figure of the samples after the first third, and by how much it is another at the end; medians of a sixth each."""
    after = [getattr(one, of) for one in samples[len(samples) // 3 :]]
    part = max(1, len(after) // 4)
    begin, end = statistics.median(after[:part]), statistics.median(after[-part:])
    return begin, end - begin


@pytest.fixture
def unhurried():
    """Let a test run for longer than `faulthandler_timeout`, which pytest has set for all; its own mark still ends it."""
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture
def laws(tmp_path):
    return Laws(tmp_path / "laws")


@pytest.fixture
def served(start, own_collection, tmp_path):
    """Serve `policyqa web` with a model at an address; returns its address, its process and its log."""

    def serve(model_url):
        port, log = free_port(), tmp_path / "web.log"
        address = f"http://127.0.0.1:{port}"
        settings = {
            "POLICYQA_LLM": "ollama:m",
            "POLICYQA_LLM_URL": model_url,
            "POLICYQA_QUESTIONS_A_MINUTE": "0",
            "OMP_NUM_THREADS": "1",
        }
        with log.open("wb") as file:
            arguments = ("web", "--port", port, "--data", own_collection)
            process = start(*arguments, env=settings, stdout=file, stderr=file)
        end = time.monotonic() + _START_S
        while process.poll() is None and time.monotonic() < end:
            try:
                httpx.get(f"{address}/healthz", timeout=5)
                return address, process, log
            except httpx.TransportError:
                time.sleep(0.2)
        raise AssertionError(log.read_text(encoding="utf-8"))

    return serve


def watch(process, tally):
    """Return samples of a process until the soak is over, or until it makes no sense to go on."""
    samples, end = [], time.monotonic() + SOAK_S
    while time.monotonic() < end and process.poll() is None and len(tally.wrong) < _TOO_MANY_WRONG:
        samples.append(sample(process.pid))
        time.sleep(_EVERY_S)
    return samples


def kept(data):
    """Return the answers that were kept, and how many ratings."""
    with closing(Records(data)) as records:
        return records.answers(), len(list(records.feedback()))


def assert_kept(answers, address, laws, done):
    """Every answer was kept, and quotes, on the page too, what a clause says now or said in its longest edition."""
    texts = dict(laws.printed)
    with httpx.Client(base_url=address, timeout=60) as client:
        for document in client.get("/api/documents").json():
            clauses = client.get(f"/api/documents/{document['document_id']}").json()["clauses"]
            here = "\n".join(clause["text"] for clause in clauses)
            texts[document["title"]] = texts.get(document["title"], "") + "\n" + here
    ways = Counter(answer.way for answer in answers)
    assert ways["web"] == done["page"]
    # Some that nobody waited for came to their end all the same.
    assert ways["api"] >= sum(count for way, count in done.items() if way.startswith(("ask", "complete")))
    cited = {(c.title, c.quote) for answer in answers for c in answer.citations}
    assert cited
    assert [(title, quote) for title, quote in cited if quote not in texts.get(title, "")] == []


def summary(tally, samples, writers):
    faults = ", ".join(f"{kind} {count}" for kind, count in sorted(tally.faults.items()))
    done = ", ".join(f"{kind} {count}" for kind, count in sorted(tally.done.items()))
    wrote = ", ".join(f"{name} {count}" for name, count in sorted(writers.items()))
    held = ", ".join("{} {:.0f} {:+.0f}".format(of, *grown(samples, of)) for of in MOST_GROWTH)
    return (
        f"{SOAK_S:.0f} s, {len(tally.seconds)} answers ({wrote}), p95 {tally.p95():.2f} s; {held}; "
        f"faults: {faults}; done: {done}; wrong: {len(tally.wrong)}"
    )


def fill_tabs(address):
    """Ask as many conversations as the page keeps, so that its memory is not yet growing towards this bound while it is measured."""
    unnoted = Tally()

    def several(seed):
        guest = Guest(address, unnoted, random.Random(seed))
        for _ in range(_TABS // _AT_ONCE):
            guest.step()

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(several, range(_AT_ONCE)))
    return unnoted.done


def soak(address, process, laws, model, office, tally):
    """Do everything at once until the end; return samples of the page's process."""
    tally.done += fill_tabs(address)
    dice = [random.Random(SEED + number) for number in range(4)]
    guest, nuisance = Guest(address, tally, dice[0]), Nuisance(address, tally, dice[1])
    with (
        closing(Reader(address, laws, tally, dice[2])) as one,
        closing(Reader(address, laws, tally, dice[3])) as other,
        repeating(
            tally, (one.step, 1.0), (other.step, 1.0), (guest.step, 1.0), (nuisance.step, 2.0), (model.step, 10.0),
            (office.step, 2.0),
        ),
    ):  # fmt: skip
        return watch(process, tally)


def assert_flat(samples):
    for of, most in MOST_GROWTH.items():
        assert grown(samples, of)[1] <= most, (of, samples[:: max(1, len(samples) // 30)])


@pytest.mark.slow
@pytest.mark.timeout(SOAK_S + _END_S)
def test_an_hour_of_everything_with_faults(
    unhurried, run, start, served, own_collection, laws, record_property
):
    tally = Tally()
    office = Office(run, start, own_collection, laws, tally, random.Random(SEED))
    office.do("ingest", laws.folder)
    with Model(tally, random.Random(SEED)) as model:
        address, process, log = served(model.url)
        samples = soak(address, process, laws, model, office, tally)
        assert process.poll() is None, log.read_text(encoding="utf-8")[-3000:]
        answers, ratings = kept(own_collection)
        writers = Counter(answer.model for answer in answers)
        said = summary(tally, samples, writers)
        print(said)
        record_property("soak", said)
        assert tally.wrong == []
        assert_kept(answers, address, laws, tally.done)
        assert ratings == tally.done["rate"]
    process.terminate()
    assert process.wait(30) in (0, -signal.SIGTERM)
    written = log.read_text(encoding="utf-8")
    assert "Traceback" not in written and offline.SIGN not in written, written[-3000:]
    # What a killed run has not done is done by the next.
    office.do("ingest", laws.folder)
    office.do("check")
    assert writers["ollama:m"] and writers["extractive"]
    assert tally.p95() <= MOST_P95_S
    assert_flat(samples)
