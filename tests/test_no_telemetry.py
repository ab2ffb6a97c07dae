"""The whole product says nothing to anybody: it runs where only this machine exists, and every attempt to reach another is noted."""

import json
import os
import subprocess
import sys
from pathlib import Path

import offline
import outside
import pytest

from rag import telemetry

HERE = Path(__file__).parent
PARTS = {
    "ingest",
    "search",
    "ask",
    "export",
    "check",
    "answers",
    "doctor",
    "eval",
    "backup",
    "restore",
    "rebuild",
    "model",
    "page",
    "api",
    "sign-on",
    "mcp",
    "slack",
    "chroma server",
}
# As a library that reports to its makers would: by name, by address, by a datagram, and over IPv6.
LEAK = """
import socket
def attempt(what):
    try:
        what()
    except OSError:
        pass
attempt(lambda: socket.getaddrinfo("stats.example.org", 443))
attempt(lambda: socket.create_connection(("198.51.100.7", 443), 0.2))
attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("203.0.113.9", 8125)))
attempt(lambda: socket.create_connection(("2001:db8::77", 443), 0.2))
here = socket.create_server(("127.0.0.1", 0))
socket.create_connection(here.getsockname(), 1)
print("this machine is reached")
"""


@pytest.fixture(scope="module")
def network():
    """Whether a network without other machines can be made here; else only what Python's sockets do is seen."""
    return outside.available()


def environment(folder):
    """Without CI, in which some libraries report nothing."""
    paths = os.pathsep.join([str(HERE.parent), str(HERE)])
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "PYTHONPATH": paths}


def test_whoever_reaches_for_another_machine_is_noted(network, tmp_path):
    if not network:
        pytest.skip("needs a network namespace and /dev/net/tun")
    notes = tmp_path / "notes"
    done = outside.enclosed(
        notes, [sys.executable, "-W", "ignore", "-c", LEAK], capture_output=True, encoding="utf-8"
    )
    assert done.stdout == "this machine is reached\n", done.stderr
    noted = set(notes.read_text(encoding="utf-8").splitlines())
    assert noted == {
        "name stats.example.org",
        "TCP 198.51.100.7:443",
        "UDP 203.0.113.9:8125",
        "IPv6 2001:db8::77",
    }


@pytest.mark.timeout(600)
def test_the_whole_product_reaches_for_no_other_machine(network, tmp_path):
    notes = tmp_path / "notes"
    command = [sys.executable, str(HERE / "whole_product.py"), str(tmp_path)]
    how = {
        "env": environment(tmp_path),
        "cwd": tmp_path,
        "capture_output": True,
        "encoding": "utf-8",
        "timeout": 580,
    }
    if network:
        done = outside.enclosed(notes, command, **how)
        noted = notes.read_text(encoding="utf-8").splitlines()
    else:
        done = subprocess.run([*command, "--guarded"], **how)
        noted = []
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert done.returncode == 0, done.stderr + log
    assert noted == []
    assert offline.SIGN not in log
    assert not (tmp_path / ".cache" / "Microsoft").exists()
    assert json.loads(done.stdout) == dict.fromkeys(PARTS, True), log


def test_whoever_imports_a_part_of_the_product_has_the_telemetry_of_libraries_switched_off(tmp_path):
    said = "import os, ui.cli; print(os.environ['ORT_DISABLE_TELEMETRY'], os.environ['GRADIO_ANALYTICS_ENABLED'])"
    on = {"ORT_DISABLE_TELEMETRY": "0", "GRADIO_ANALYTICS_ENABLED": "True"}
    done = subprocess.run(
        [sys.executable, "-c", said],
        env=environment(tmp_path) | on,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.stdout == "1 False\n", done.stderr


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(
            "import chromadb.config as c; assert c.Settings().anonymized_telemetry is False", id="chroma"
        ),
        pytest.param("from gradio import analytics; assert not analytics.analytics_enabled()", id="gradio"),
        pytest.param(
            "from huggingface_hub import constants as c; assert c.HF_HUB_DISABLE_TELEMETRY", id="hub"
        ),
        pytest.param(
            "from huggingface_hub import constants as c; assert c.HF_HUB_DISABLE_UPDATE_CHECK",
            id="hub's releases",
        ),
    ],
)
def test_a_library_understands_its_switch(tmp_path, question):
    """With its own words: a release that renames its switch would report again."""
    code = f"import rag; {question}"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env=environment(tmp_path),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("first", "reports"), [("", True), ("import rag; ", False)], ids=["alone", "with the product"]
)
def test_onnxruntime_prepares_no_report(tmp_path, first, reports):
    """It numbers the machine as soon as it is imported, and reports from native code half a minute later."""
    code = f"{first}import onnxruntime"
    subprocess.run([sys.executable, "-c", code], env=environment(tmp_path), check=True, timeout=120)
    assert (tmp_path / ".cache" / "Microsoft").exists() is reports


class Hub:
    """A kind of model of which some are here."""

    def __init__(self, *here):
        self.here, self.asked = here, []

    def __call__(self, name, *, local_files_only=False):
        self.asked.append(local_files_only)
        if local_files_only and name not in self.here:
            raise OSError("not here")
        return f"model {name}"


def test_a_model_that_is_here_is_loaded_without_asking_the_hub():
    hub = Hub("fetched")
    assert telemetry.load_from_hub(hub, "fetched") == "model fetched"
    assert hub.asked == [True]


def test_a_model_that_is_not_here_is_fetched_once():
    hub = Hub()
    assert telemetry.load_from_hub(hub, "new") == "model new"
    assert hub.asked == [True, False]
