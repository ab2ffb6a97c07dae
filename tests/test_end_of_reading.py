"""The process that reads ends with the program that started it, however that ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fakes_readers import is_gone

CHECKOUT = Path(__file__).parents[1]


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "办法.docx"
    made.write_bytes(b"x")
    return made


_PROGRAM = """
import sys, fakes_readers
from pathlib import Path
from ingest.readers.isolation import PROCESS
MARK = True
path = Path(sys.argv[2])
print(PROCESS.read(fakes_readers.good, path).lines[1], flush=True)
reader = getattr(fakes_readers, sys.argv[1])
try:
    print(PROCESS.read(reader, path).lines[-1], flush=True)
    sys.stdin.read()
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.fixture
def program(path, tmp_path):
    """Start a program of its own that reads a file with a reader; gives it and the id of its reading process."""
    started = []

    def _program(reader):
        script = tmp_path / "program.py"
        script.write_text(_PROGRAM, encoding="utf-8")
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{CHECKOUT}{os.pathsep}{CHECKOUT / 'tests'}",
        }
        command = [sys.executable, str(script), reader, str(path)]
        # A session of its own, so that a signal for its group does not hit the tests.
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            # Else the first `readline` may take the next line, too, where `communicate` does not find it.
            bufsize=0,
            start_new_session=True,
        )
        started.append(process)
        return process, int(process.stdout.readline())

    yield _program
    for process in started:
        with process:
            process.kill()


def test_the_main_program_is_not_run_again_and_the_path_is_its_own(program):
    process, _ = program("paths")
    assert process.communicate(timeout=20) == (b"False\n", b"")


def test_the_end_of_the_program_ends_the_reading_process(program):
    process, reader = program("good")
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert is_gone(reader)


@pytest.mark.parametrize("reader", ["waiting", None])
def test_a_killed_program_leaves_no_reading_process(program, path, reader):
    process, child = program(reader or "good")
    if reader:
        _wait_for(path.with_suffix(".pid"))
    else:
        process.stdout.readline()
    process.kill()
    process.wait()
    assert is_gone(child)


def test_ctrl_c_ends_the_reading_and_its_process(program, path):
    process, child = program("waiting")
    _wait_for(path.with_suffix(".pid"))
    os.killpg(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert (out, process.returncode) == (b"interrupted\n", 0)
    assert is_gone(child)


def _wait_for(path):
    end = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < end
        time.sleep(0.01)
