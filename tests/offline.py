"""Sockets that reach this machine and nothing else, for the tests and for the processes that they start."""

import errno
import ipaddress
import os
import socket
import sys

SIGN = "refused by the tests"
OLLAMA = 11434
attempts: list[str] = []
_connect, _connect_ex, _getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo


def cut_off() -> None:
    """Refuse every address outside this machine as an unplugged cable would, and note the attempt."""
    socket.socket.connect = _guarded_connect
    socket.socket.connect_ex = _guarded_connect_ex
    socket.getaddrinfo = _guarded_getaddrinfo


def plug_in() -> None:
    socket.socket.connect, socket.socket.connect_ex = _connect, _connect_ex
    socket.getaddrinfo = _getaddrinfo


def _guarded_connect(self, address):
    if error := _refusal(self.family, address):
        raise OSError(error, os.strerror(error))
    return _connect(self, address)


def _guarded_connect_ex(self, address):
    return _refusal(self.family, address) or _connect_ex(self, address)


def _guarded_getaddrinfo(host, *args, **kwargs):
    name = host.decode() if isinstance(host, bytes) else host
    # A name without a dot is a slip of a test about wrong addresses, not a server somewhere.
    if name and name != "localhost" and _ip(name) is None:
        if "." in name:
            _note(name)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return _getaddrinfo(host, *args, **kwargs)


def _refusal(family, address) -> int:
    if family == getattr(socket, "AF_UNIX", None):
        return 0
    host, port = address[:2]
    ip = _ip(host)
    if host != "localhost" and not (ip and (ip.is_loopback or ip.is_unspecified)):
        _note(f"{host}:{port}")
        return errno.ENETUNREACH
    # An Ollama that happens to run on this machine must not decide a test.
    return errno.ECONNREFUSED if port == OLLAMA else 0


def _ip(host):
    try:
        return ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        pass
    try:
        # Short forms such as 127.1, which every resolver takes for numbers.
        return ipaddress.ip_address(socket.inet_aton(host))
    except OSError:
        return None


def _note(where: str) -> None:
    attempts.append(where)
    sys.stderr.write(f"{SIGN}: {where}\n")
