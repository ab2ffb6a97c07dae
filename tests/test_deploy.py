"""Image, units and small programs of deploy/ fit together and do what they are for."""

import http.server
import shutil
import subprocess
import sys
import threading
import tomllib

import containerfile
import pytest
from conftest import CHECKOUT, SMALL

DEPLOY = CHECKOUT / "deploy"
UNITS = ("policyqa.service", "policyqa-slack.service")


@pytest.fixture(scope="module")
def image():
    return containerfile.parse((DEPLOY / "Dockerfile").read_text(encoding="utf-8"))[1]


@pytest.fixture
def machine(tmp_path):
    """A root folder with the units in it, and with what they start."""
    units = tmp_path / "root" / "etc" / "systemd" / "system"
    units.mkdir(parents=True)
    for name in UNITS:
        shutil.copy(DEPLOY / name, units)
    shutil.copytree("/usr/lib/systemd/system", tmp_path / "root/usr/lib/systemd/system", symlinks=True)
    command = tmp_path / "root/opt/policyqa/current/bin/policyqa"
    command.parent.mkdir(parents=True)
    command.touch(0o755)
    return tmp_path / "root"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_accepts_the_units_and_finds_them_confined(machine):
    verify = ["systemd-analyze", "verify", f"--root={machine}", *UNITS]
    done = subprocess.run(verify, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    for unit in UNITS:
        # Ten times what systemd calls exposure; from 20 on it is no longer "OK".
        rate = ["systemd-analyze", "security", "--offline=true", "--threshold=16", f"--root={machine}", unit]
        assert subprocess.run(rate, capture_output=True).returncode == 0


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_a_command_of_the_product_in_its_own_folder(call, name):
    lines = (DEPLOY / name).read_text(encoding="utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    program, *arguments = values["ExecStart"].split()
    assert program == "/opt/policyqa/current/bin/policyqa"
    assert call(*arguments, "--help").status == 0
    assert values["WorkingDirectory"] == f"/var/lib/{values['StateDirectory']}"
    assert (values["ProtectSystem"], values["User"], values["TimeoutStopSec"]) == ("strict", "policyqa", "20")
    # Behind a proxy everybody comes from this machine.
    assert ("--need-accounts" in arguments) == (name == "policyqa.service")
    # The page never speaks to another machine; the bot has to.
    assert ("IPAddressDeny" in values) == (name == "policyqa.service")


def test_the_image_is_no_root_and_holds_what_its_commands_name(image):
    build, final = image
    copied = {path.split("/")[-1] for line in build.of("COPY") for path in line.split()[:-1]}
    assert final.of("USER") == ["10001:10001"]
    [check] = final.of("HEALTHCHECK")
    assert "/opt/policyqa/bin/healthcheck.py" in check
    assert {"healthcheck.py", "first-start.sh"} <= copied
    assert final.env()["POLICYQA_DATA"].startswith(final.of("WORKDIR")[0] + "/")
    assert build.base == final.base == "python:3.11-slim-bookworm"


def test_the_build_sees_the_packages_and_nothing_private(image):
    ignored = containerfile.Ignored((CHECKOUT / ".dockerignore").read_text(encoding="utf-8"))
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    copied = {word.rstrip("/") for line in image[0].of("COPY") for word in line.split()[:-1]}
    assert set(packages) <= copied
    assert [path for path in copied if ignored(path)] == []
    private = (
        ".git/config",
        ".env",
        "deploy/.env",
        "rag/.env",
        "policyqa-data/catalog.sqlite",
        ".venv/bin/python",
    )
    assert [
        path for path in (*private, "tests/conftest.py", "rag/__pycache__/text.pyc") if not ignored(path)
    ] == []


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(self.server.status if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.mark.parametrize(("status", "expected"), [(200, 0), (303, 1), (401, 1), (500, 1), (None, 1)])
def test_the_health_check_says_whether_the_page_answers(status, expected, environment):
    with http.server.HTTPServer(("127.0.0.1", 0), Page) as server:
        server.status = status
        port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        if status:
            thread.start()
        else:
            server.socket.close()
        check = [sys.executable, DEPLOY / "healthcheck.py", str(port)]
        # A proxy in the environment is not asked.
        proxied = environment | {"http_proxy": "http://127.0.0.1:9"}
        done = subprocess.run(check, env=proxied, capture_output=True, timeout=30)
        if status:
            server.shutdown()
            thread.join()
    assert done.returncode == expected
    assert bool(done.stderr) == bool(expected)


FAKE = """#!/bin/sh
echo "$*" >> calls
case "$1" in
    documents) [ -e there ] ;;
    ingest) [ ! -e readable ] || touch there; exit "$(cat status)" ;;
esac
"""


@pytest.mark.parametrize(
    ("there", "files", "status", "expected", "calls"),
    [
        pytest.param(True, True, 0, 0, ["documents"], id="a collection is left as it is"),
        pytest.param(False, True, 0, 0, ["documents", "ingest files"], id="files are read"),
        pytest.param(
            False, False, 0, 0, ["documents", "ingest --sample"], id="without files the sample is read"
        ),
        pytest.param(
            False, True, 1, 0, ["documents", "ingest files", "documents"], id="one file of several failed"
        ),
        pytest.param(
            False, True, 3, 1, ["documents", "ingest files", "documents"], id="nothing could be read"
        ),
    ],
)
def test_the_first_start_fills_an_empty_collection_once(tmp_path, there, files, status, expected, calls):
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "policyqa"
    fake.write_text(FAKE, encoding="utf-8")
    fake.chmod(0o755)
    (tmp_path / "files").mkdir()
    (tmp_path / "status").write_text(str(status), encoding="utf-8")
    if there:
        (tmp_path / "there").touch()
    if status < 3:
        (tmp_path / "readable").touch()
    if files:
        shutil.copy(next(SMALL.glob("*.txt")), tmp_path / "files")
    command = ["sh", DEPLOY / "first-start.sh", "files"]
    done = subprocess.run(command, env={"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}, capture_output=True)
    assert done.returncode == expected
    assert (tmp_path / "calls").read_text(encoding="utf-8").splitlines() == calls
