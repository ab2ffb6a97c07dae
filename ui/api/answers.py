"""One question on its way to the assistant, and its answer into the records."""

import logging
import time
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import aclosing, closing
from typing import cast

from starlette.requests import ClientDisconnect, Request

from rag.record.kept import Way
from rag.record.recorder import Recorder
from rag.schema import Answer, Document, Event, Question
from rag.settings import load_settings
from ui.api.running import Answering, Running
from ui.service import Service
from ui.web.visitor import Visitor

_log = logging.getLogger(__name__)


class Answers:
    """Answers questions for all routes."""

    def __init__(self, service: Service, running: Running, way: Way = "api") -> None:
        """Answer with an assistant; answers are kept where those of the page are."""
        self._assistant, self._running = service.assistant, running
        keeps = service.recorder is not None and service.data is not None
        self._recorder = Recorder(load_settings(service.data), way) if keeps else None

    def begin(self, question: Question, visitor: Visitor) -> Answering:
        """Begin an answer; raises RequestRefused when there are too many."""
        return self._running.begin(visitor.person, lambda: self._events(question, visitor))

    async def whole(self, request: Request, question: Question, visitor: Visitor) -> Answer:
        """Return an answer.

        Raises:
            PolicyQAError: It failed.
            ClientDisconnect: Nobody waits for it any more; the model has been stopped.
        """
        async with aclosing(watched(request, self.begin(question, visitor))) as events:
            async for event in events:
                if isinstance(event, Answer):
                    return event
        raise ClientDisconnect

    def _events(self, question: Question, visitor: Visitor) -> Iterator[Event]:
        started = time.perf_counter()
        stream = self._assistant.stream(question, visitor.viewer)
        # The assistant promises that its iterator can be closed.
        with closing(cast("Generator[Event, None, None]", stream)) as events:
            for event in events:
                if isinstance(event, Answer):
                    self._keep(question, event, visitor, time.perf_counter() - started)
                yield event

    def _keep(self, question: Question, answer: Answer, visitor: Visitor, whole_s: float) -> None:
        def document(document_id: str) -> Document:
            return self._assistant.document(document_id, visitor.viewer)

        if self._recorder is None:
            return
        kept = self._recorder.record(
            question, answer, person=visitor.person, viewer=visitor.viewer, seconds={"whole": whole_s},
            document=document,
        )  # fmt: skip
        if trouble := self._recorder.keep(kept):
            _log.warning("an answer was not stored: %s %s", trouble.message, trouble.fix)


async def watched(request: Request, answering: Answering) -> AsyncGenerator[Event | None]:
    """Yield as `Answering.events`, and end as soon as nobody waits any more."""
    async with aclosing(answering.events()) as events:
        async for event in events:
            if await request.is_disconnected():
                return
            yield event
