"""The connection of one request, read in a thread of its own so that nobody has to wait for a silent server."""

import socket
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

import httpx

Part = TypeVar("Part")
_LINGER_S = 1.0
_OPENED = ("connect_tcp.complete", "start_tls.complete")


class Connection:
    """The socket under one httpx client, which any thread may cut.

    Closing a client does not wake a thread that waits for the first byte, and as long as one waits the server is not
    told that nobody listens any more; shutting the socket down does both.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._socket: socket.socket | None = None
        self._is_cut = False

    def watch(self, request: httpx.Request) -> None:
        """Note the socket that is opened for `request`; to be given to httpx as a hook for requests."""
        request.extensions["trace"] = self._trace

    def cut(self) -> None:
        """Hang up now, or as soon as the connection stands; any number of times."""
        with self._lock:
            self._is_cut = True
            if self._socket is not None:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        if not event.endswith(_OPENED):
            return
        with self._lock:
            self._socket = info["return_value"].get_extra_info("socket")
        if self._is_cut:
            self.cut()


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


class _Ended:
    pass


def read_aside(
    parts: Callable[[], Iterator[Part]], connection: Connection, beat_s: float
) -> Generator[Part | None, None, None]:
    """Read what another thread waits for; closing the generator cuts the connection and waits for no server.

    Args:
        parts: Opens `connection` and yields what comes; it is called, read and closed by the other thread.
        connection: Cut when the generator is closed before its end.
        beat_s: Longest silence, in seconds, before the reader gets a word of it.

    Returns:
        What `parts` yields, and None for each `beat_s` of silence.

    Raises:
        BaseException: What `parts` raised.
    """
    said: SimpleQueue[Part | _Failed | _Ended] = SimpleQueue()

    def read() -> None:
        try:
            for part in parts():
                said.put(part)
        except BaseException as error:  # carried to the thread that reads, which raises it
            said.put(_Failed(error))
        else:
            said.put(_Ended())

    thread = Thread(target=copy_context().run, args=(read,), daemon=True, name="model")
    thread.start()
    try:
        while True:
            try:
                part = said.get(timeout=beat_s)
            except Empty:
                yield None
                continue
            if isinstance(part, _Ended):
                return
            if isinstance(part, _Failed):
                raise part.error
            yield part
    finally:
        connection.cut()
        # The other thread ends at once, except where the operating system holds it, such as in a look-up of a name.
        thread.join(_LINGER_S)
