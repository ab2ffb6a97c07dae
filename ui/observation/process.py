"""What a command that serves does about being observed, from its start to its end."""

from collections.abc import Iterator
from contextlib import contextmanager

from rag.settings import Settings
from ui.observation.logs import set_up_logs


@contextmanager
def observing(settings: Settings) -> Iterator[None]:
    """Log as the settings say and, where a receiver is named, send traces as long as the block runs.

    Raises:
        AccessRefused: The receiver of traces is outside, and `allow_remote` is off.
    """
    set_up_logs(settings)
    if settings.otel_url is None:
        yield
        return
    from ui.observation.spans import tracing  # noqa: PLC0415 - OpenTelemetry takes half a second to import

    with tracing(settings):
        yield
