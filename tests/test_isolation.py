"""The tests themselves: what they cannot reach."""

import errno
import os
import socket
from pathlib import Path

import offline
import pytest


def test_no_setting_no_home_and_no_file_of_the_developer_is_seen(tmp_path):
    assert not [name for name in os.environ if name.upper().startswith("POLICYQA_")]
    assert Path.cwd() == tmp_path
    assert list(Path.home().iterdir()) == [] or Path.home().is_relative_to(tmp_path.parents[1])


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("8.8.8.8", 53)])
def test_another_machine_is_as_far_as_with_the_cable_out(address):
    with pytest.raises(OSError, match="unreachable"):
        socket.create_connection(address, timeout=1)
    with socket.socket() as probe:
        assert probe.connect_ex(address) == errno.ENETUNREACH
    assert len(offline.attempts) == 2
    offline.attempts.clear()


def test_a_name_is_not_looked_up():
    with pytest.raises(socket.gaierror):
        socket.create_connection(("huggingface.co", 443), timeout=1)
    assert offline.attempts == ["huggingface.co"]
    offline.attempts.clear()


def test_a_running_ollama_is_not_found():
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", offline.OLLAMA), timeout=1)


def test_this_machine_is_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, server.getsockname()[1]), timeout=1).close()
    assert offline.attempts == []
