"""Every test runs in an empty folder, without settings, without a home and without a network.

`collection` is a small real collection that no test may change, `own_collection` a copy that one may. `run` starts
`policyqa` as a process; `call` runs the same command in this process, which saves the start.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import offline
import pytest
from fakes import fake_settings
from fakes_pipeline import record, write_files

from ingest.pipeline import ingest
from ingest.readers import html
from rag.settings import Settings
from ui.cli import run as run_command

CHECKOUT = Path(__file__).parents[1]
pytest_plugins = ["browser", "fake_chroma", "fake_slack", "fakes_slack_settings"]
SMALL = CHECKOUT / "tests" / "data" / "small"
# Taken before the tests' environment is cleared of settings.
BENCH = os.environ.get("POLICYQA_BENCH")
_START = "import offline; offline.cut_off(); from ui.cli import main; main()"


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def json_lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


def pytest_addoption(parser):
    parser.addoption("--slow", action="store_true", help="also run the tests that are marked slow")


# Before pytest looks at -m.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    for item in items:
        # A page beside tests that compute all the time is slower than any visitor would wait for; two pages wait most of theirs.
        if "chromium" in item.fixturenames:
            item.add_marker(pytest.mark.browser)
    # Playwright holds an event loop and switches stacks under the other tests: those in a browser come last.
    items.sort(key=lambda item: "chromium" in item.fixturenames)
    if not config.getoption("--slow"):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="needs --slow"))


# A job that was started in the background ignores Ctrl-C, and so would every process that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _nowhere(tmp_path_factory):
    """No settings, no home and no network, for the fixtures of the session too."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.upper().startswith("POLICYQA_")]:
            patch.delenv(name)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        offline.cut_off()
        yield
        offline.plug_in()


@pytest.fixture(autouse=True)
def _isolated(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    offline.attempts.clear()
    yield
    assert offline.attempts == [], "the test reached for another machine; clear offline.attempts if it should"


@pytest.fixture(scope="session")
def collection(tmp_path_factory):
    """The data folder of three short documents, embedded with the bundled model; not to be changed."""
    folder = tmp_path_factory.mktemp("collection")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        ingest([SMALL], Settings(data=folder / "data"))
    return folder / "data"


@pytest.fixture(scope="session")
def public_sets():
    """The folder of public test sets; without it the tests that need one are skipped."""
    if not BENCH:
        pytest.skip("needs the public test sets: set POLICYQA_BENCH to their folder")
    return (CHECKOUT / BENCH).resolve()


@pytest.fixture
def own_collection(collection, tmp_path):
    """A copy of `collection` that the test may change, without the answers that other tests were given."""
    unwanted = shutil.ignore_patterns("records.sqlite*")
    return Path(shutil.copytree(collection, tmp_path / "data", ignore=unwanted))


@pytest.fixture
def documents(tmp_path):
    """A folder with copies of the files of `collection`."""
    return Path(shutil.copytree(SMALL, tmp_path / "documents", ignore=shutil.ignore_patterns("README*")))


@pytest.fixture
def environment():
    """What a process that a test starts finds in its environment."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ["HOME"],
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "tests")]),
    }


@pytest.fixture
def start(environment):
    """Start `policyqa` and return the process."""
    processes = []

    def _start(*arguments, env=None, **how):
        command = [sys.executable, "-c", _START, *map(str, arguments)]
        how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"} | how
        process = subprocess.Popen(command, env=environment | (env or {}), **how)
        processes.append(process)
        return process

    yield _start
    for process in processes:
        with process:
            process.kill()


@pytest.fixture
def run(start):
    """Run `policyqa` as a process of its own and wait for its end."""

    def _run(*arguments, env=None, **how):
        process = start(*arguments, env=env, **how)
        out, err = process.communicate(timeout=120)
        assert offline.SIGN not in err
        return Done(process.returncode, out, err)

    return _run


@pytest.fixture
def call(capsys):
    """Run `policyqa` in this process."""

    def _call(*arguments):
        capsys.readouterr()
        status = run_command([*map(str, arguments)])
        return Done(status, *capsys.readouterr())

    return _call


@pytest.fixture
def here(own_collection):
    """The flag of a collection that the test may change."""
    return ("--data", own_collection)


@pytest.fixture
def titles(call, here):
    """Return the titles of that collection."""

    def _titles():
        return {d["title"] for d in call("documents", "--json", *here).json}

    return _titles


@pytest.fixture
def embedder(monkeypatch):
    """The fake embedder in the place of every other; it keeps the texts that it embedded."""
    return record(monkeypatch)


@pytest.fixture
def files(tmp_path):
    """A folder of small documents."""
    return write_files(tmp_path / "files")


@pytest.fixture
def settings(tmp_path, files, embedder):
    """The settings of a collection of these documents; what was embedded for it is forgotten."""
    made = fake_settings(tmp_path / "data")
    ingest([files], made)
    embedder._texts.clear()
    return made


@pytest.fixture
def page(tmp_path):
    """Read a page."""

    def one(text, encoding="utf-8"):
        path = tmp_path / "办法.html"
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return html.read(path)

    return one


@pytest.fixture
def lines(page):
    return lambda text, encoding="utf-8": list(page(text, encoding).lines)


@pytest.fixture
def draft(call, own_collection, monkeypatch):
    """Run the command over a small collection without a model; not a terminal."""
    monkeypatch.setenv("POLICYQA_LLM", "none")

    def _draft(*arguments):
        return call("eval", "draft", *arguments, "--data", own_collection)

    return _draft


@pytest.fixture
def at_terminal(draft, monkeypatch):
    """Run the command for a person who types these lines."""

    def _at_terminal(typed, *arguments):
        lines = iter(typed)

        def answer(words, default="", show_default=True):
            line = next(lines)
            if isinstance(line, BaseException):
                raise line
            return line or default

        with monkeypatch.context() as patch:
            patch.setattr("sys.stdin.isatty", lambda: True)
            patch.setattr("sys.stdout.isatty", lambda: True, raising=False)
            patch.setattr("ui.commands.eval_draft.typer.prompt", answer)
            return draft(*arguments)

    return _at_terminal
