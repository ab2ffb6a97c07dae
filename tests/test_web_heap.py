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
