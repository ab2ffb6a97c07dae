"""What answers leave behind is given back while the server runs."""

import subprocess
import sys

import pytest
from conftest import CHECKOUT

# Every second piece is freed: what lies between those that are left goes back only when it is asked for.
CODE = """
import re, time
from pathlib import Path
from ui.web import heap
def memory_mb():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1000
pieces = [bytes(60_000) for _ in range(2000)]
pieces = pieces[::2]
before = memory_mb()
heap._EVERY_S = 0.05
heap.trim_regularly()
end = time.monotonic() + 30
while memory_mb() > before - 30 and time.monotonic() < end:
    time.sleep(0.01)
print(before - memory_mb())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs glibc")
def test_freed_memory_is_given_back_at_regular_times():
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert float(done.stdout) >= 30


ARENAS = """
import ctypes, sys, threading
from ui.web.heap import few_arenas
if sys.argv[1] == "few":
    few_arenas()
together = threading.Barrier(8)
def hold():
    piece = bytes(100_000)
    together.wait()
threads = [threading.Thread(target=hold) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
told = ctypes.c_void_p(libc.fopen(b"told.xml", b"w"))
libc.malloc_info(0, told)
libc.fclose(told)
print(open("told.xml").read().count("<heap nr="))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs glibc")
@pytest.mark.parametrize(("how", "is_few"), [("few", True), ("plain", False)])
def test_threads_share_two_arenas(environment, tmp_path, how, is_few):
    done = subprocess.run(
        [sys.executable, "-c", ARENAS, how],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (int(done.stdout) <= 2) == is_few
