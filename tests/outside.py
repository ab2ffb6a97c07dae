"""A network in which only this machine exists, for a command and all that it starts: `python outside.py NOTES COMMAND…`.

Whatever is meant for another machine goes into a device that leads nowhere, and is noted: by whatever language it was
sent, names that are looked up among it. Run by `unshare`, with a user, a network and mounts of its own.
"""

import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

UNSHARE = ["unshare", "--user", "--map-root-user", "--net", "--mount"]
_ADDRESS, _ADDRESS6 = "192.0.2.1", "2001:db8::1"
_SERVER_OF_NAMES = "192.0.2.53"
_DEVICE, _LOOPBACK = b"out0", b"lo"
_TUNSETIFF, _SIOCSIFADDR, _SIOCSIFFLAGS, _SIOCADDRT = 0x400454CA, 0x8916, 0x8914, 0x890B
_IFF_TUN_WITHOUT_HEADER, _IFF_UP_RUNNING, _RTF_UP = 0x1001, 0x41, 1
_MS_BIND = 4096
_TCP, _UDP, _IGMP = 6, 17, 2


def available() -> bool:
    """Tell whether this machine lets us make such a network."""
    try:
        done = subprocess.run(
            [*UNSHARE, sys.executable, __file__, os.devnull, "true"], capture_output=True, timeout=30
        )
    except OSError:
        return False
    return done.returncode == 0


def enclosed(notes: Path, command: list[str], **how) -> subprocess.CompletedProcess:
    """Run a command there; what was meant for other machines is in `notes`, one line each."""
    return subprocess.run([*UNSHARE, sys.executable, __file__, str(notes), *command], **how)


def _main(notes: str, command: list[str]) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22x", _DEVICE, _IFF_TUN_WITHOUT_HEADER))
    _raise(_LOOPBACK)
    _raise(_DEVICE)
    _route_all()
    # A server of names on this machine, which asks others, would not be seen.
    names = Path(notes).with_suffix(".resolv.conf") if notes != os.devnull else None
    if names:
        names.write_text(f"nameserver {_SERVER_OF_NAMES}\noptions timeout:1 attempts:1\n", encoding="utf-8")
        if ctypes.CDLL(None, use_errno=True).mount(
            os.fsencode(names), b"/etc/resolv.conf", None, _MS_BIND, None
        ):
            raise OSError(ctypes.get_errno(), "mount of /etc/resolv.conf")
    with Path(notes).open("a", encoding="utf-8", buffering=1) as noted:
        threading.Thread(target=_watch, args=(device, noted), daemon=True).start()
        status = subprocess.run(command).returncode
        # What was sent last is still on its way.
        time.sleep(0.2)
    return status


def _raise(device: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sH14x", device, _IFF_UP_RUNNING))


def _route_all() -> None:
    """Make the device the way to everywhere."""
    number = socket.if_nametoindex(_DEVICE.decode())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCSIFADDR, struct.pack("16s16s", _DEVICE, _ip(_ADDRESS)))
        name = ctypes.create_string_buffer(_DEVICE)
        anywhere = [_ip("0.0.0.0")] * 3
        flags = (_RTF_UP, 0, 0, 0, 0, ctypes.addressof(name), 0, 0, 0)
        fcntl.ioctl(control, _SIOCADDRT, struct.pack("L16s16s16sHhLPhPLLH", 0, *anywhere, *flags))
    if socket.has_ipv6:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as control:
            own = socket.inet_pton(socket.AF_INET6, _ADDRESS6)
            fcntl.ioctl(control, _SIOCSIFADDR, struct.pack("16sIi", own, 128, number))
            anywhere = [bytes(16)] * 3
            fcntl.ioctl(
                control,
                _SIOCADDRT,
                struct.pack("16s16s16sIHHILIi", *anywhere, 0, 0, 0, 1, 0, _RTF_UP, number),
            )


def _ip(address: str) -> bytes:
    return struct.pack("H2x4s8x", socket.AF_INET, socket.inet_aton(address))


def _watch(device: int, noted) -> None:
    while True:
        if note := _note(os.read(device, 65535)):
            noted.write(f"{note}\n")


def _note(packet: bytes) -> str | None:
    """Say what a packet wants; None for what the kernel itself says on a new device."""
    if packet[0] >> 4 == 6:
        # All of ff00::/8 is its search for neighbours and routers.
        return None if packet[24] == 0xFF else f"IPv6 {socket.inet_ntop(socket.AF_INET6, packet[24:40])}"
    protocol, address = packet[9], socket.inet_ntoa(packet[16:20])
    if protocol == _IGMP:
        return None
    body = packet[4 * (packet[0] & 15) :]
    port = struct.unpack("!H", body[2:4])[0]
    if protocol == _UDP and port == 53:
        return f"name {_name(body[20:])}"
    return f"{ {_TCP: 'TCP', _UDP: 'UDP'}.get(protocol, protocol) } {address}:{port}"


def _name(question: bytes) -> str:
    labels = []
    while question and (length := question[0]):
        labels.append(question[1 : 1 + length].decode("ascii", "replace"))
        question = question[1 + length :]
    return ".".join(labels)


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1], sys.argv[2:]))
