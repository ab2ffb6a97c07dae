"""A line to a server on this machine that can be cut and mended: browsers that are told to be offline keep what is open."""

import socket
import threading
from contextlib import suppress


class Line:
    """Listens on a port of its own and passes every byte on, while it is not cut."""

    def __init__(self, port):
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends = []
        self._is_cut = False
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Break every connection, and each new one from now on."""
        self._is_cut = True
        for end in self._ends:
            _shut(end)
        self._ends = []

    def mend(self):
        """Let new connections through again."""
        self._is_cut = False

    def close(self):
        """End all of it."""
        self.cut()
        _shut(self._listener)

    def _accept(self):
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self._is_cut:
                    _shut(near)
                    continue
                far = socket.create_connection(("127.0.0.1", self._port))
                self._ends += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=(source, target), daemon=True).start()


def _pass_on(source, target):
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    _shut(source)
    _shut(target)


def _shut(end):
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
