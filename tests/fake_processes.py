"""Processes that start at once, with the fake embedder and everything imported: writers that die, and readers."""

import gc
import importlib
import multiprocessing
import os
import signal
import sys
import time
import traceback
from contextlib import suppress
from functools import cache
from itertools import count
from multiprocessing import forkserver
from pathlib import Path

import fakes
import pytest

import ingest.index
import rag.embed
import rag.vector_store  # noqa: F401
from ingest.pipeline import ingest as run
from rag.schema import Question


@cache
def _server():
    """A process that has imported everything and forks, so that no test waits for that."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["fake_processes"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        # What the first test to come here has set would be every later one's.
        for name in [name for name in os.environ if name.startswith("POLICYQA_")]:
            patch.delenv(name)
        forkserver.ensure_running()
    return context


def start(target, *arguments):
    """Start a function of a module of the tests as a process of its own; returns it and a connection to it."""
    ours, theirs = _server().Pipe()
    process = _server().Process(target=target, args=(theirs, *arguments), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def use_fakes():
    """What every process does first."""
    rag.embed.build_embedder = lambda settings: fakes.FakeEmbedder()


def ingest(connection, paths, data, death=None):
    """Run `ingest`, and send a word when it begins and when it has ended.

    Args:
        connection: Where to send them.
        paths: Files and folders.
        data: The collection.
        death: (dotted name of a function, number of its call, before or after it) at which the process is killed.
    """
    use_fakes()
    if death:
        _die_at(*death)
    connection.send("begun")
    run([Path(p) for p in paths], fakes.fake_settings(Path(data)))
    connection.send("ended")


def read_on(connection, data, question):
    """Ask again and again until a word comes; then send what was found: (when, [(clause_id, text), …]) each, or an error."""
    found = []
    try:
        assistant = fakes.open_assistant(fakes.fake_settings(Path(data)))
        connection.send("begun")
        while not connection.poll():
            when = time.monotonic()
            answer = assistant.ask(Question(question))
            quoted = {c.clause_id: c.quote for c in answer.citations}
            for hit in answer.retrieval.hits:
                assert quoted.get(hit.clause.clause_id, "") in hit.clause.text
            found.append((when, [(h.clause.clause_id, h.clause.text) for h in answer.retrieval.hits]))
            # Otherwise a machine with few processors leaves nothing to the writer.
            time.sleep(0.02)
    except Exception:
        connection.send(traceback.format_exc())
        return
    connection.recv()
    connection.send(found)


def read_when_told(connection, data, question):
    """Answer once for each word that comes, in one process, until the connection ends."""
    assistant = fakes.open_assistant(fakes.fake_settings(Path(data)))
    connection.send("begun")
    with suppress(EOFError):
        while connection.recv():
            hits = assistant.search(Question(question)).hits
            gc.collect()
            connection.send([h.clause.text for h in hits])


def _die_at(name, call, when):
    path, _, attribute = name.rpartition(".")
    holder = _holder(path)
    real, calls = getattr(holder, attribute), count(1)

    def dying(*args, **kwargs):
        # Several threads may call it at the same time.
        number = next(calls)
        if when == "before" and number == call:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **kwargs)
        if when == "after" and number == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    pytest.MonkeyPatch().setattr(holder, attribute, dying)


def _holder(path):
    """Return a module, or a class in one."""
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        module, _, name = path.rpartition(".")
        return getattr(importlib.import_module(module), name)
