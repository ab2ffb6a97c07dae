"""Traces: the steps of each answer, sent to an OpenTelemetry receiver that the administrator names."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from inspect import BoundArguments
from typing import Any

import requests
from llama_index_instrumentation import root_dispatcher
from llama_index_instrumentation.span.base import BaseSpan
from llama_index_instrumentation.span_handlers import BaseSpanHandler
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Span, Status, StatusCode, Tracer, set_span_in_context
from pydantic import PrivateAttr

from rag.record.recorder import product_version
from rag.settings import Settings
from rag.trace import PREFIX, Facts
from ui.observation.receiver import check_receiver

_log = logging.getLogger(__name__)
_TIMEOUT_S = 5.0
"""For one request to the receiver, which a thread of its own waits for."""
_LAST_S = 3.0
"""For what has not been sent when the process ends."""
_EVERY_MS = 2000
_ROOTS = frozenset({f"{PREFIX}question", f"{PREFIX}search"})


@contextmanager
def tracing(settings: Settings) -> Iterator[None]:
    """Send the steps of all answers as long as the block runs; do nothing when no receiver is named.

    A receiver that is slow or gone costs an answer nothing: spans wait in a queue of 2,048, beyond which they are lost.

    Args:
        settings: `otel_url` and `allow_remote`.

    Raises:
        AccessRefused: The receiver is outside, and `allow_remote` is off.
    """
    check_receiver(settings)
    if settings.otel_url is None:
        yield
        return
    about = Resource.create({"service.name": "policyqa", "service.version": product_version()})
    exporter = _exporter(settings.otel_url)
    provider = TracerProvider(resource=about, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=_EVERY_MS))
    handler = StepSpans(provider.get_tracer("policyqa"))
    root_dispatcher.add_span_handler(handler)
    try:
        yield
    finally:
        root_dispatcher.span_handlers.remove(handler)
        # Its own end waits for the receiver, for as long as that takes.
        last = threading.Thread(target=provider.shutdown, daemon=True, name="last spans")
        last.start()
        last.join(_LAST_S)
        exporter.is_told = True


class _OpenSpan(BaseSpan):
    _span: Span = PrivateAttr()

    def __init__(self, key: str, span: Span) -> None:
        super().__init__(id_=key)
        self._span = span

    @property
    def span(self) -> Span:
        return self._span


class StepSpans(BaseSpanHandler[_OpenSpan]):
    """Turns what LlamaIndex's instrumentation tells into spans; arguments and results, which hold texts, are not looked at."""

    _tracer: Tracer = PrivateAttr()

    def __init__(self, tracer: Tracer) -> None:
        """Take what makes spans."""
        super().__init__()
        self._tracer = tracer

    def new_span(
        self,
        id_: str,
        bound_args: BoundArguments,
        instance: Any | None = None,
        parent_span_id: str | None = None,
        tags: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> _OpenSpan | None:
        """Begin a span under the one that it belongs to; None for what nobody asked for, as a look whether all is well."""
        name = id_.partition("-")[0]
        parent = self.open_spans.get(parent_span_id) if parent_span_id else None
        if parent is None and name not in _ROOTS:
            return None
        around = set_span_in_context(parent.span, Context()) if parent else Context()
        return _OpenSpan(id_, self._tracer.start_span(name, around))

    def prepare_to_exit_span(
        self,
        id_: str,
        bound_args: BoundArguments,
        instance: Any | None = None,
        result: Any | None = None,
        **kwargs: Any,
    ) -> _OpenSpan | None:
        """End a span with the figures of its step."""
        found = self.open_spans.get(id_)
        if found:
            if isinstance(result, Facts):
                found.span.set_attributes(result)
            found.span.end()
        return found

    def prepare_to_drop_span(
        self,
        id_: str,
        bound_args: BoundArguments,
        instance: Any | None = None,
        err: BaseException | None = None,
        **kwargs: Any,
    ) -> _OpenSpan | None:
        """End a span that failed; the words of the error stay here, as they may quote a question."""
        found = self.open_spans.get(id_)
        if found:
            found.span.set_status(Status(StatusCode.ERROR))
            found.span.set_attribute("error.type", type(err).__name__)
            found.span.end()
        return found


def _exporter(url: str) -> "_Quiet":
    session = requests.Session()
    # Not by a proxy that the environment names: what was allowed is this address.
    session.trust_env = False
    return _Quiet(OTLPSpanExporter(endpoint=url, timeout=_TIMEOUT_S, session=session), _log.warning)


class _Quiet(SpanExporter):
    """Says once that the receiver does not take spans, instead of each time."""

    def __init__(self, exporter: SpanExporter, warn: Callable[[str], None]) -> None:
        self._exporter, self._warn = exporter, warn
        self.is_told = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        if result is SpanExportResult.FAILURE and not self.is_told:
            self.is_told = True
            self._warn("the receiver of traces does not take them; answers go on without")
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()
