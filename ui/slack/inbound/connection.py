"""The connection to Slack in Socket Mode: held, renewed when Slack asks for it or it breaks, and given up at once."""

import errno
import logging
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from time import time
from types import TracebackType
from typing import Any, cast

from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk.errors import SlackClientNotConnectedError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

_PING_S = 2.0
"""Between looks at the connection; one that was silent for four of them is given up."""
_BUFFER_BYTES = 64 * 1024
"""The client calls itself once a buffer, and a long message in Chinese has hundreds of its own kilobyte."""
_AT_ONCE = 32
"""Requests that may wait at once to be kept, before they are acknowledged."""
_LEVEL = logging.ERROR
"""Of its log: a warning of the client quotes what it received."""


def connect(app: App, app_token: str) -> Callable[[], None]:
    """Connect an app to Slack.

    Args:
        app: Gets what Slack sends.
        app_token: App-level token, `xapp-…`.

    Returns:
        What ends the connection; it returns when requests that were received are dealt with.

    Raises:
        SlackApiError: Slack refuses the token.
        OSError: Slack cannot be reached. A connection that breaks later is made anew for as long as it takes.
    """
    logger = logging.getLogger(__name__)
    logger.setLevel(_LEVEL)
    client = _Client(
        app_token,
        logger=logger,
        web_client=app.client,
        ping_interval=_PING_S,
        receive_buffer_size=_BUFFER_BYTES,
        concurrency=_AT_ONCE,
    )

    def handle(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        answer = run_bolt_app(app, request)
        # Slack sends again what was on its way when the connection broke.
        with suppress(SlackClientNotConnectedError):
            send_response(client, request, answer, time())

    client.socket_mode_request_listeners.append(handle)
    try:
        client.connect()
    except BaseException:
        client.close()
        raise
    return client.end


class _Client(SocketModeClient):
    """Slack's own client, without two of its faults.

    It takes the end of a connection for silence, and asks it for more without a pause; and when it changes to a new
    connection, it reads neither until somebody speaks on the old one, or for three seconds.
    """

    def connect(self) -> None:
        super().connect()
        session = self.current_session
        if session is not None and session.sock is not None:
            sock = _EndingSocket(session.sock)
            session.sock = cast("Any", sock)
            session.sock_receive_lock = cast("Any", _WakingLock(session.sock_receive_lock, sock.stop_reading))

    def end(self) -> None:
        """Take nothing more in, deal with what was taken, and close."""
        self.auto_reconnect_enabled = False
        self.closed = True
        self.current_session_state.terminated = True
        sock: Any = self.current_session.sock if self.current_session else None
        if isinstance(sock, _EndingSocket):
            sock.stop_reading()
        reader: Any = self.current_session_runner
        reader.shutdown()
        # The way out is still open, so that what is being taken is acknowledged, too.
        queue: Any = self.message_processor
        queue.shutdown()
        self.message_workers.shutdown()
        self.close()


class _EndingSocket:
    """A socket whose end is an error, unless it was to end."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._is_ending = False

    def recv(self, size: int) -> bytes:
        received: bytes = self._sock.recv(size)
        if not received and not self._is_ending:
            raise ConnectionResetError(errno.ECONNRESET, "Slack ended the connection")
        return received

    def stop_reading(self) -> None:
        """Wake whoever waits for the next message, which takes seconds otherwise."""
        self._is_ending = True
        with suppress(OSError):
            # Not the method of an encrypted socket, which would write in clear from here on.
            socket.socket.shutdown(self._sock, socket.SHUT_RD)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class _WakingLock:
    """A lock for reading that is given up by whoever waits for words as soon as somebody else wants it."""

    def __init__(self, lock: AbstractContextManager[Any], wake: Callable[[], None]) -> None:
        self._lock: Any = lock
        self._wake = wake

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            self._wake()
            self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()
