"""A Chroma server of one's own, which can be killed, paused and emptied, and a connection to it that can be cut."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

import httpx
import pytest

# What the command `chroma` does, without the second that it takes to import its Python part.
COMMAND = [sys.executable, "-c", "import sys, chromadb_rust_bindings as chroma; chroma.cli(sys.argv)"]


class ChromaProcess:
    """`chroma run` on this machine."""

    def __init__(self, folder):
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process = None

    def start(self):
        """Start it, or start it again, and wait until it answers."""
        self._process = subprocess.Popen(
            [*COMMAND, "run", "--path", self.folder, "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder.parent,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder.parent)},
        )
        end = time.monotonic() + 30
        with httpx.Client(timeout=1) as client:
            while True:
                with suppress(httpx.HTTPError):
                    if client.get(f"{self.url}/api/v2/heartbeat").is_success:
                        return
                assert time.monotonic() < end, "Chroma does not start"
                time.sleep(0.02)

    def kill(self):
        """Kill it as the power going off would."""
        self._process.kill()
        self._process.wait(30)

    def pause(self):
        """Let it keep silent, with its connections open."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self._process.send_signal(signal.SIGCONT)

    def lose(self):
        """Kill it, and start it with nothing in its folder."""
        self.kill()
        shutil.rmtree(self.folder)
        self.start()


class Relay:
    """A TCP port that leads to another one, until it is cut; what comes back may be late."""

    def __init__(self, port):
        self._port = port
        self._open = []
        self._is_cut = False
        self.delay_s = 0.0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Reset what is open, and accept nothing any more."""
        self._is_cut = True
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def mend(self):
        self._open.clear()
        self._is_cut = False

    def close(self):
        self.cut()
        self._listening.close()

    def _accept(self):
        with suppress(OSError):
            while True:
                ours, _ = self._listening.accept()
                if self._is_cut:
                    ours.close()
                    continue
                theirs = socket.create_connection(("127.0.0.1", self._port))
                self._open += [ours, theirs]
                for source, target, is_late in ((ours, theirs, False), (theirs, ours, True)):
                    threading.Thread(target=self._copy, args=(source, target, is_late), daemon=True).start()

    def _copy(self, source, target, is_late):
        with suppress(OSError):
            while block := source.recv(65536):
                if is_late:
                    time.sleep(self.delay_s)
                target.sendall(block)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        source.close()


@pytest.fixture(scope="module")
def chroma(tmp_path_factory):
    """A server for the tests of one file, which they may break as long as it answers in the end."""
    server = ChromaProcess(tmp_path_factory.mktemp("chroma") / "server")
    server.start()
    yield server
    server.kill()


def _over_there(connection, url, target, *arguments):
    os.environ["POLICYQA_CHROMA_URL"] = url
    target(connection, *arguments)


def start_process(url, target, *arguments):
    """As `fake_processes.start`, with the vectors on a server."""
    import fake_processes  # noqa: PLC0415 - it imports the whole product

    return fake_processes.start(_over_there, url, target, *arguments)
