"""Where a server may stand: on this machine, in its private network, or outside if an administrator allows it."""

import ipaddress
import socket
from typing import NamedTuple

import httpx

from rag.errors import AccessRefused, SettingsError

LAST_PORT = 65535
LLM_URL = "POLICYQA_LLM_URL"
CHROMA_URL = "POLICYQA_CHROMA_URL"


class _Server(NamedTuple):
    what: str
    chinese: str
    example: str
    key: str
    """Setting of its key."""


_SERVERS = {
    LLM_URL: _Server("model server", "模型服务器", "http://127.0.0.1:11434", "POLICYQA_LLM_KEY"),
    CHROMA_URL: _Server("Chroma server", "Chroma 服务器", "http://127.0.0.1:8000", "POLICYQA_CHROMA_TOKEN"),
}


class HostUnknown(AccessRefused):
    """A name that does not resolve: now, at least, there is no server of that name, as of a container that is stopped."""


UNKNOWN = "its name does not resolve"
"""Why a server of such a name does not answer."""

# Python's `is_private` also holds for documentation and test networks, and for every IPv4 address written as IPv6.
PRIVATE_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)


def check_destination(url: str, allow_remote: bool, *, setting: str = LLM_URL) -> None:
    """Refuse a server outside this machine and its private network.

    A host name counts as inside if it resolves, and only to loopback or private addresses.

    Args:
        url: `http://` or `https://` address of a server.
        allow_remote: The administrator's setting; True allows every address.
        setting: Where the address comes from, for the message: `LLM_URL` or `CHROMA_URL`.

    Raises:
        HostUnknown: The name of the host does not resolve, and `allow_remote` is False.
        AccessRefused: The address is outside and `allow_remote` is False.
        SettingsError: `url` is not such an address, or holds a user name.
    """
    host = _host(url, setting)
    if allow_remote or is_near(url):
        return
    if not _addresses(host):
        message = f"The {_SERVERS[setting].what}'s host {host!r} does not resolve, so it cannot be known to be nearby."
        raise HostUnknown(
            message,
            fix=f"correct {setting}, or set POLICYQA_ALLOW_REMOTE=true",
            chinese=(
                f"{_SERVERS[setting].chinese}的主机名 {host!r} 无法解析，不能确定它在近处。",
                f"改正 {setting}，或设置 POLICYQA_ALLOW_REMOTE=true",
            ),
        )
    message = f"The {_SERVERS[setting].what} {url} is outside this machine and its private network; questions and clauses would go there."
    raise AccessRefused(
        message,
        fix=f"set {setting} to a server nearby, or POLICYQA_ALLOW_REMOTE=true to allow it",
        chinese=(
            f"{_SERVERS[setting].chinese} {url} 不在本机和内网；问题和条款会发送到那里。",
            f"把 {setting} 设为近处的服务器，或设置 POLICYQA_ALLOW_REMOTE=true 表示允许",
        ),
    )


def is_near(url: str) -> bool:
    """Whether `url` leads to this machine or its private network; False for a name that does not resolve."""
    host = _host(url)
    if host.rstrip(".").lower() == "localhost":
        return True
    addresses = _addresses(host)
    return bool(addresses) and all(_is_private(address) for address in addresses)


def _host(url: str, setting: str = LLM_URL) -> str:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        parts = httpx.URL("")
    usable = parts.scheme in {"http", "https"} and parts.raw_host and (parts.port or 0) <= LAST_PORT
    if not usable or parts.userinfo:
        # The address is not repeated: a user name often comes with a password.
        example, key = _SERVERS[setting].example, _SERVERS[setting].key
        message = f"{setting} is not an address such as {example} (no user name in it)."
        raise SettingsError(
            message,
            fix=f"{setting}={example}, and {key} for a key",
            chinese=(
                f"{setting} 不是形如 {example} 的地址（其中不能有用户名）。",
                f"{setting}={example}，密钥用 {key}",
            ),
        )
    return parts.raw_host.decode("ascii")


def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [ipaddress.ip_address(address[4][0]) for address in found]


def _is_private(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or address
    # 0.0.0.0, often copied from OLLAMA_HOST, reaches this machine only.
    return inner.is_unspecified or any(inner in network for network in PRIVATE_NETWORKS)
