"""The address on which the page is served: whether it may be, and whether it is free."""

import ipaddress
import socket
from pathlib import Path

from rag.errors import AccessRefused, PolicyQAError
from rag.settings import load_settings


def check_address(
    host: str, port: int, allow_open: bool, data: Path | None = None, *, need_accounts: bool = False
) -> None:
    """Refuse an address before anything slow is started.

    Args:
        host: Address to listen on.
        port: From 1 to 65535.
        allow_open: Serve other machines although nobody has to sign in.
        data: The data folder; where people have accounts there, any address is served.
        need_accounts: No address is served without accounts.

    Raises:
        AccessRefused: Another address than this machine's, without accounts and without `allow_open`; or none that are needed.
        PolicyQAError: The port is taken, or the address is not one of this machine's.
    """
    if need_accounts and not _has_people(data):
        fix = "policyqa user add NAME --role admin"
        raise AccessRefused("Nobody has an account yet, so nobody can be served.", fix, chinese=("还没有任何用户，不能提供服务。", fix))  # fmt: skip
    if not allow_open and not is_loopback(host) and not _has_people(data):
        raise AccessRefused(
            f"Serving {host} would let everyone who reaches this machine read the collection: nobody has an account.",
            fix="policyqa user add NAME --role admin; or leave out --host (the page is then served on 127.0.0.1), "
            "or add --allow-open",
            chinese=(
                f"在 {host} 上提供服务会让每个能访问这台机器的人读到文件库：还没有任何用户。",
                "policyqa user add NAME --role admin；或去掉 --host（只在 127.0.0.1 上提供服务），或加 --allow-open",
            ),
        )
    _check_free(host, port)


def is_loopback(host: str) -> bool:
    """Tell whether an address can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def address_of(host: str, port: int) -> str:
    """Return where the page is, as a browser takes it."""
    return f"http://[{host}]:{port}" if ":" in host and not host.startswith("[") else f"http://{host}:{port}"


def _has_people(data: Path | None) -> bool:
    from ui.web.signing_in.roll import someone_can_sign_in  # noqa: PLC0415 - hashing passwords takes a library

    return data is not None and someone_can_sign_in(load_settings(data))


def _check_free(host: str, port: int) -> None:
    """Say it in words before seconds of loading; the server itself would only log it."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise PolicyQAError(
            f"{host!r} is not an address of this machine.",
            fix="--host 127.0.0.1",
            chinese=(f"{host!r} 不是这台机器的地址。", "--host 127.0.0.1"),
        ) from error
    except OverflowError as error:
        raise PolicyQAError(
            f"{port} is not a port.", fix="--port 7860", chinese=(f"{port} 不是端口号。", "--port 7860")
        ) from error
    except OSError as error:
        raise PolicyQAError(
            f"Cannot listen on {host}, port {port}: {error.strerror}.",
            fix=f"--port {port + 1}",
            chinese=(f"不能在 {host} 的 {port} 端口监听：{error.strerror}。", f"--port {port + 1}"),
        ) from error
