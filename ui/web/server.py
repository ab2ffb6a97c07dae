"""Serving the page: who may be served, and on which address."""

import ipaddress
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import AccessRefused, PolicyQAError
from rag.record.recorder import Recorder
from rag.settings import Settings, load_settings
from ui.service import Assistant, Service

if TYPE_CHECKING:
    import gradio as gr


def build_page(
    assistant: Assistant, examples: Sequence[str] | None = None, records: Path | None = None
) -> "gr.Blocks":
    """Return the page as Gradio blocks, ready to be launched; needs seconds to import gradio.

    Args:
        assistant: Shared by all visitors.
        examples: Questions offered before the first one; None for some that the collection answers.
        records: The data folder in which answers and their ratings are kept; None keeps none and offers no thumbs.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from ui.web import page  # noqa: PLC0415 - gradio takes seconds to import

    # What is kept with an answer are the settings of this process, over the folder of the records.
    settings = load_settings(records) if records else None
    recorder = Recorder(settings, "web") if settings else None
    offered = examples or ()
    service = Service(assistant, records, recorder, offered, settings.web_url if settings else None)
    return page.build(service)


def check_address(host: str, port: int, allow_open: bool, data: Path | None = None) -> None:
    """Refuse an address before anything slow is started.

    Args:
        host: Address to listen on.
        port: From 1 to 65535.
        allow_open: Serve other machines although nobody has to sign in.
        data: The data folder; where people have accounts there, any address is served.

    Raises:
        AccessRefused: Another address than this machine's, without accounts and without `allow_open`.
        PolicyQAError: The port is taken, or the address is not one of this machine's.
    """
    if not allow_open and not _is_loopback(host) and not _has_people(data):
        raise AccessRefused(
            f"Serving {host} would let everyone who reaches this machine read the collection: nobody has an account.",
            fix="policyqa user add NAME --role admin; or leave out --host (the page is then served on 127.0.0.1), "
            "or add --allow-open",
        )
    _check_free(host, port)


def serve(
    assistant: Assistant,
    host: str = "127.0.0.1",
    port: int = 7860,
    allow_open: bool = False,
    *,
    examples: Sequence[str] | None = None,
    records: Path | None = None,
    block: bool = True,
) -> "gr.Blocks":
    """Serve the page and print its address.

    Args:
        assistant: Shared by all visitors.
        host: Address to listen on.
        port: From 1 to 65535.
        allow_open: Serve other machines than this one, though nobody has to sign in.
        examples: Questions offered before the first one; None for some that the collection answers.
        records: The data folder in which answers and their ratings are kept; None keeps none and offers no thumbs.
        block: Return only when the server ends.

    Raises:
        AccessRefused: Another address than this machine's, without accounts and without `allow_open`.
        PolicyQAError: The port is taken, or the address is not one of this machine's.
    """
    check_address(host, port, allow_open, records)
    page = build_page(assistant, examples, records)
    from ui.web.page import launch_options  # noqa: PLC0415 - gradio takes seconds to import

    page.launch(
        server_name=host,
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        app_kwargs={"middleware": layers(records, required=not allow_open and not _is_loopback(host))},
        **launch_options(),
    )
    shown = f"[{host}]" if ":" in host else host
    print(f"政策问答 · Policy Q&A: http://{shown}:{port}  (Ctrl-C 结束 / to stop)", flush=True)
    if block:
        page.block_thread()
    return page


def layers(records: Path | None, *, required: bool = False) -> list[Any]:
    """Return what stands in front of the page, the outermost first.

    Args:
        records: The data folder, in which the accounts are; None for a page on which nobody can have one.
        required: Let nobody in without an account, even if the accounts were taken away.
    """
    from starlette.middleware import Middleware  # noqa: PLC0415 - comes with gradio

    from ui.web.guard import Guard  # noqa: PLC0415 - as above
    from ui.web.signing_in.layer import SignInLayer  # noqa: PLC0415 - as above
    from ui.web.signing_in.roll import Roll  # noqa: PLC0415 - hashing passwords takes a library

    settings: Settings | None = load_settings(records) if records else None
    web_url = settings.web_url if settings else None
    return [
        Middleware(SignInLayer, roll=Roll(settings, required=required), web_url=web_url),
        Middleware(Guard),
    ]


def _has_people(data: Path | None) -> bool:
    from ui.web.signing_in.roll import someone_can_sign_in  # noqa: PLC0415 - hashing passwords takes a library

    return data is not None and someone_can_sign_in(load_settings(data))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _check_free(host: str, port: int) -> None:
    """Gradio tries the port on 127.0.0.1 only, and reports any failure as a range of ports."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise PolicyQAError(f"{host!r} is not an address of this machine.", fix="--host 127.0.0.1") from error
    except OverflowError as error:
        raise PolicyQAError(f"{port} is not a port.", fix="--port 7860") from error
    except OSError as error:
        raise PolicyQAError(
            f"Cannot listen on {host}, port {port}: {error.strerror}.", fix=f"--port {port + 1}"
        ) from error
